"""Reach, accessibility and supply under any standard and plan, counted when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from dashboard.kept import Kept
from geodata.areas import AreaTree
from geodata.coverage import (
    Baseline,
    Overview,
    Region,
    Scenario,
    Standard,
    apply_to_supply,
    count_reached_by_month,
    read_region,
    whole_people,
)
from geodata.schema import CATEGORY_ALL, CATEGORY_CODES, MISSING

ACCESS = "access_"
PER_MILLE = 1000
KEPT_OVERVIEWS, KEPT_BASELINES, KEPT_PLANS = 4, 2, 3  # some 8, 15 and 1 MB each
KEPT_MONTHS = 2  # 20 MB each


class CoverageFacts:
    """What a release does not hold ready because it depends on the question.

    Parameters
    ----------
    folder : Path
        The release; read at the first question (half a second), then kept.
    tree : AreaTree
        Of the release.
    periods : sequence of str
    """

    def __init__(self, folder: Path, tree: AreaTree, periods: Sequence[str]) -> None:
        self.folder, self.tree, self.periods = folder, tree, list(periods)
        self._region, self._plans = Kept(1), Kept(KEPT_PLANS)
        self._overviews, self._baselines = Kept(KEPT_OVERVIEWS), Kept(KEPT_BASELINES)
        self._months, self._supplies = Kept(KEPT_MONTHS), Kept(KEPT_PLANS)

    @property
    def region(self) -> Region:
        """The region as it is."""
        return self._region.get("region", lambda: read_region(self.folder, self.tree))

    def planned(self, plan: Scenario | None) -> Region:
        """The region as a plan would make it."""
        if not plan:
            return self.region
        return self._plans.get(plan, lambda: apply_to_supply(self.region, plan))

    def overview(self, standard: Standard, plan: Scenario | None, period: str) -> Overview:
        """Everything under one standard, plan and month."""
        key = (standard, plan or None, period)
        return self._overviews.get(key, lambda: Overview(self.planned(plan), standard, period))

    def baseline(self, standard: Standard, period: str) -> Baseline:
        """The providers as they are, ready for the effect of a plan."""
        return self._baselines.get(
            (standard, period), lambda: self.region.baseline(standard, period)
        )

    def covered(
        self, field: str, standard: Standard, plan: Scenario | None, period: str
    ) -> np.ndarray:
        """A field of `Facts.covered` that needs no cards, (n_areas,) int64; MISSING if unknown."""
        if standard.radius_m is None:
            return np.full(len(self.tree), MISSING)
        overview = self.overview(standard, plan, period)
        if field.startswith(ACCESS):
            ratio = overview.access_ratio(field.removeprefix(ACCESS))
            return np.where(np.isnan(ratio), MISSING, np.rint(np.nan_to_num(ratio) * PER_MILLE))
        return {
            "reached": lambda: overview.reached_count,
            "served": lambda: whole_people(overview.served_count),
            "border": lambda: overview.border_count,
        }[field]()

    def reached_by_month(self, standard: Standard, plan: Scenario | None) -> np.ndarray:
        """People in reach in every month, (n_periods, n_areas) int64."""
        if standard.radius_m is None:
            return np.full((len(self.periods), len(self.tree)), MISSING)
        key = (standard, plan or None)
        return self._months.get(
            key,
            lambda: count_reached_by_month(self.planned(plan), standard, self.periods).astype(
                np.int32
            ),
        )

    def provider(self, field: str, category: str, plan: Scenario, period: str) -> np.ndarray:
        """Open providers or places of a category with a plan, (n_areas,) int64."""
        counts = self._supplies.get(
            (plan, period), lambda: self.planned(plan).supply.count_open(self.tree, period)
        )
        return counts[field == "capacity"][self.numbers[category]]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Row of each category in the counts of providers."""
        return {code: i for i, code in enumerate((CATEGORY_ALL, *CATEGORY_CODES))}
