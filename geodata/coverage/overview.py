"""Reach, accessibility and places under one standard for every area, each counted when asked."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from geodata.areas import AreaTree
from geodata.coverage.accessibility import compute_2sfca, compute_e2sfca, compute_gravity
from geodata.coverage.borders import compare_borders
from geodata.coverage.decay import gaussian_decay
from geodata.coverage.distances import Distances, split_people
from geodata.coverage.reach import reached_people
from geodata.coverage.region import Region
from geodata.coverage.serving import serve_nearest_first
from geodata.coverage.standards import Standard
from geodata.rollup import sum_upward
from geodata.schema import LEVELS, MISSING

METHODS = ("2sfca", "e2sfca", "gravity")
GRAVITY_WIDTH = 0.5  # of the walking distance: sigma of the gravity model, a parameter


class Overview:
    """What the open providers of a standard's categories mean for each area in one month.

    Parameters
    ----------
    region : Region
        As it is, or as a scenario would make it (`apply_to_supply`).
    standard : Standard
        With a radius.
    period : str
        YYYY-MM.

    Attributes
    ----------
    by_places : bool
        Whether every open provider states its places. If not, each provider counts as one in
        the accessibility, and nobody can say who is served.
    """

    def __init__(self, region: Region, standard: Standard, period: str) -> None:
        self.region, self.standard = region, standard
        self.people = region.people[standard.counts]
        self.is_open = region.is_open(standard.categories, period)
        capacity = region.supply.capacity[self.is_open]
        self.by_places = bool(len(capacity) and (capacity >= 0).all())

    @cached_property
    def distances(self) -> Distances:
        """Demand points and open providers within the walking distance."""
        return self.region.distances(
            self.is_open, self.standard.radius_m, self.standard.detour_factor
        )

    @cached_property
    def living(self) -> np.ndarray:
        """People of each demand point, (n_points,)."""
        return split_people(self.region.points, self.people)

    @cached_property
    def amount(self) -> np.ndarray:
        """Places of each provider, or 1 each when not all are known, (n_providers,)."""
        known = self.region.supply.capacity if self.by_places else 1
        return np.where(self.is_open, known, 0).astype(float)

    @cached_property
    def reached_count(self) -> np.ndarray:
        """People within the walking distance, (n_areas,) int64; negative where not known."""
        reached = reached_people(
            self.distances.pairs, self.is_open, self.region.points, self.people
        )
        return sum_upward(reached, self.region.tree)

    @cached_property
    def border_count(self) -> np.ndarray:
        """Those of them reached only from another province, (n_areas,) int64."""
        region = self.region
        found = compare_borders(
            self.distances.pairs,
            self.is_open,
            region.points,
            self.people,
            region.community_province,
            region.provider_province,
        )
        return sum_upward(found.gained, region.tree)

    @cached_property
    def served_count(self) -> np.ndarray:
        """People served when each provider takes the nearest first, (n_areas,) float.

        NaN without known places.
        """
        if not self.by_places:
            return np.full(len(self.region.tree), np.nan)
        at_points = serve_nearest_first(self.distances, self.living, self.amount).at_points
        return sum_points(self.region, at_points)

    def access(self, method: str = "e2sfca") -> np.ndarray:
        """Places (or providers, see `by_places`) per person, mean over the people, (n_areas,).

        NaN where nobody lives.
        """
        points = self._access_at_points(method)
        return _average(self.region, points, self.living)

    def access_ratio(self, method: str = "e2sfca") -> np.ndarray:
        """`access` over that of the whole region; NaN where the region has none."""
        average = self.access(method)
        return average / average[0] if average[0] > 0 else np.full(len(average), np.nan)

    def _access_at_points(self, method: str) -> np.ndarray:
        walk_m = self.standard.radius_m
        if method == "2sfca":
            return compute_2sfca(self.distances, self.living, self.amount, walk_m)
        if method == "e2sfca":
            return compute_e2sfca(self.distances, self.living, self.amount, *self.standard.rings())
        decay = gaussian_decay(GRAVITY_WIDTH * walk_m)
        return compute_gravity(self.distances, self.living, self.amount, decay)


def count_reached_by_month(region: Region, standard: Standard, periods: list[str]) -> np.ndarray:
    """People within the walking distance in every month, (n_periods, n_areas) int64.

    Walks are measured once, to every provider of the categories whenever it is open. Equal to
    `Overview.reached_count` month by month.
    """
    people = region.people[standard.counts]
    ever = region.of_categories(standard.categories)
    pairs = region.distances(ever, standard.radius_m, standard.detour_factor).pairs
    rows = []
    before: np.ndarray | None = None
    for period in periods:
        is_open = region.is_open(standard.categories, period)
        same = before is not None and np.array_equal(is_open, before)
        rows.append(rows[-1] if same else reached_people(pairs, is_open, region.points, people))
        before = is_open
    return sum_upward(np.array(rows).reshape(len(periods), -1), region.tree)


def whole_people(values: np.ndarray) -> np.ndarray:
    """Amounts of people as counts: rounded, MISSING where NaN."""
    return np.where(np.isnan(values), MISSING, np.floor(np.nan_to_num(values) + 0.5)).astype(
        np.int64
    )


def _average(region: Region, values: np.ndarray, living: np.ndarray) -> np.ndarray:
    people = sum_points(region, living)
    total = sum_points(region, values * living)
    return np.divide(total, people, out=np.full(len(people), np.nan), where=people > 0)


def sum_points(region: Region, at_points: np.ndarray) -> np.ndarray:
    """Amounts at the demand points summed over every area, (n_areas,) float."""
    points = region.points
    by_community = np.bincount(points.community, at_points, minlength=len(points.counts))
    return add_upward(by_community, region.tree)


def add_upward(values: np.ndarray, tree: AreaTree) -> np.ndarray:
    """Sums of all areas from amounts of the communities, (n_communities,) to (n_areas,)."""
    total = np.zeros(len(tree))
    total[tree.level_slices["community"]] = values
    for level in reversed(LEVELS[1:]):
        rows = tree.level_slices[level]
        total += np.bincount(tree.parents[rows], total[rows], minlength=len(tree))
    return total
