"""Providers, places and people in reach of every area and month; census and register, no cards."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.areas import AreaTree
from geodata.coverage import (
    DemandPoints,
    ReachPairs,
    Standards,
    Supply,
    find_pairs,
    reached_people,
    read_supply,
)
from geodata.crs import project_points
from geodata.release.layout import CUBE
from geodata.rollup import sum_upward
from geodata.schema import CATEGORY_CODES, MISSING

AGED = {"60plus": "aged_60_count", "65plus": "aged_65_count", "80plus": "aged_80_count"}


def write_supply(
    folder: Path,
    tree: AreaTree,
    points: DemandPoints,
    population: pd.DataFrame,
    providers: pd.DataFrame,
    standards: Standards,
    periods: list[str],
    wanted: Collection[str],
) -> None:
    """Fill the cubes `providers_count`, `capacity` and `reached_count` for the wanted periods.

    Months in which the same providers are open are computed once.
    """
    supply = read_supply(providers, tree)
    reach = _Reach(tree, points, population, providers, supply, standards)
    names = ("providers_count", "capacity", "reached_count")
    cubes = [np.load(folder / CUBE / f"{name}.npy", mmap_mode="r+") for name in names]
    before: np.ndarray | None = None
    for i, period in enumerate(periods):
        if period not in wanted:
            before = None
            continue
        is_open = supply.is_open(period)
        if before is not None and np.array_equal(is_open, before):
            for cube in cubes:
                cube[i] = cube[i - 1]
            continue
        cubes[0][i], cubes[1][i] = supply.count_open(tree, period)
        cubes[2][i] = reach.count(is_open)
        before = is_open
    for cube in cubes:
        cube.flush()


class _Reach:
    """Demand points and their providers in reach, found once for all months."""

    def __init__(
        self,
        tree: AreaTree,
        points: DemandPoints,
        population: pd.DataFrame,
        providers: pd.DataFrame,
        supply: Supply,
        standards: Standards,
    ) -> None:
        communities = tree.level_slices["community"]
        self.tree, self.standards, self.supply = tree, standards, supply
        self.points = points
        self.people = {
            counts: population[column].to_numpy()[communities] for counts, column in AGED.items()
        }
        sites = project_points(providers["lon"].to_numpy(), providers["lat"].to_numpy())
        self.pairs: list[ReachPairs | None] = []
        for item in standards.items:
            distance = item.straight_m
            if distance is None:
                self.pairs.append(None)
                continue
            fitting = np.isin(supply.category, [CATEGORY_CODES.index(c) for c in item.categories])
            numbers = np.flatnonzero(fitting)
            near = find_pairs(self.points.xy, sites[numbers], distance)
            self.pairs.append(ReachPairs(near.point, numbers[near.provider]))

    def count(self, is_open: np.ndarray) -> np.ndarray:
        """People in reach, (n_standards, n_areas); MISSING for a standard without a radius."""
        rows = [
            np.full(len(self.points.counts), MISSING)
            if pairs is None
            else reached_people(pairs, is_open, self.points, self.people[item.counts])
            for pairs, item in zip(self.pairs, self.standards.items)
        ]
        return sum_upward(np.array(rows).reshape(len(rows), -1), self.tree)
