"""Reach, accessibility and places of one category for every area, in one go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.areas import AreaTree
from geodata.coverage.accessibility import compute_e2sfca
from geodata.coverage.decay import RING_WEIGHTS, RINGS_M
from geodata.coverage.distances import split_people
from geodata.coverage.reach import reached_people
from geodata.coverage.region import Region
from geodata.coverage.serving import serve_nearest_first
from geodata.rollup import sum_upward
from geodata.schema import LEVELS


@dataclass(frozen=True)
class Overview:
    """What the open providers of some categories mean for each area, (n_areas,) each.

    Attributes
    ----------
    reached_count : ndarray of int64
        People within the walking distance; negative where not known.
    access : ndarray of float
        Enhanced floating catchment: places (or providers, see `by_places`) per person, mean over
        the people; NaN where nobody lives.
    access_ratio : ndarray of float
        `access` over that of the region; NaN where the region has none.
    served_count : ndarray of float
        People served when each provider takes the nearest first; NaN without known places.
    by_places : bool
        Whether every open provider states its places. If not, each provider counts as one in
        `access`, and nobody can say who is served.
    """

    reached_count: np.ndarray
    access: np.ndarray
    access_ratio: np.ndarray
    served_count: np.ndarray
    by_places: bool


def compute_overview(
    region: Region,
    categories: tuple[str, ...],
    period: str,
    *,
    counts: str = "60plus",
    walk_m: float = 1000.0,
) -> Overview:
    """Coverage of every area by the providers of some categories open in a month.

    Parameters
    ----------
    region : Region
    categories : tuple of str
    period : str
        YYYY-MM.
    counts : str
        The people: 60plus, 65plus or 80plus.
    walk_m : float
        Walking distance of reach; the rings of the accessibility are scaled to end there.
    """
    is_open = region.is_open(categories, period)
    capacity = region.supply.capacity
    by_places = bool(is_open.any() and (capacity[is_open] >= 0).all())
    amount = np.where(is_open, capacity if by_places else 1, 0).astype(float)
    people = region.people[counts]
    living = split_people(region.points, people)
    distances = region.distances(is_open, walk_m)
    reached = reached_people(distances.pairs, is_open, region.points, people)
    rings = np.array(RINGS_M) * walk_m / RINGS_M[-1]
    access = compute_e2sfca(distances, living, amount, rings, RING_WEIGHTS)
    average = _average(region, access, living)
    served = np.full(len(region.tree), np.nan)
    if by_places:
        at_points = serve_nearest_first(distances, living, amount).at_points
        served = _sum_by_area(region, at_points)
    ratio = average / average[0] if average[0] > 0 else np.full(len(average), np.nan)
    return Overview(sum_upward(reached, region.tree), average, ratio, served, by_places)


def _average(region: Region, values: np.ndarray, living: np.ndarray) -> np.ndarray:
    people = _sum_by_area(region, living)
    total = _sum_by_area(region, values * living)
    return np.divide(total, people, out=np.full(len(people), np.nan), where=people > 0)


def _sum_by_area(region: Region, at_points: np.ndarray) -> np.ndarray:
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
