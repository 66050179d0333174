"""Rows of one file as dense cells of its level, and the levels filled from each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.areas import AreaTree
from geodata.rollup import largest_child, sum_children
from geodata.schema import COARSER, LEVELS, MISSING


@dataclass
class LevelCells:
    """What one file says about the areas of one level.

    Attributes
    ----------
    level : str
    fields : dict of str to ndarray of int64, (n_slots, n_areas of the level)
        Zero where the file has no row.
    covered : ndarray of bool, (n_slots,)
        Slots the file reports; a row absent in a covered slot means zero. May end after the last
        covered slot.
    seen : ndarray of bool, (n_areas of the level,)
        Areas with at least one row.
    """

    level: str
    fields: dict[str, np.ndarray]
    covered: np.ndarray
    seen: np.ndarray

    def covers(self, slot: int) -> bool:
        """Whether the file reports the slot."""
        return slot < len(self.covered) and bool(self.covered[slot])


def scatter_rows(
    positions: np.ndarray,
    slots: np.ndarray,
    values: dict[str, np.ndarray],
    covered: np.ndarray,
    tree: AreaTree,
) -> LevelCells:
    """Put rows into a dense table of their level.

    Parameters
    ----------
    positions, slots : ndarray of int, (n_rows,)
        Home area in tree order, all of one level; slot of the row.
    values : dict of field to ndarray of int, (n_rows,)
    covered : ndarray of bool, (n_slots,)
    tree : AreaTree
    """
    level = tree.level(int(positions[0]))
    areas = tree.level_slices[level]
    n_areas = areas.stop - areas.start
    place = slots.astype(np.int64) * n_areas + (positions - areas.start)
    fields = {}
    for name, column in values.items():
        dense = np.zeros(len(covered) * n_areas, dtype=np.int64)
        dense[place] = column
        fields[name] = dense.reshape(len(covered), n_areas)
    seen = np.zeros(n_areas, dtype=bool)
    seen[positions - areas.start] = True
    return LevelCells(level, fields, covered, seen)


def find_reporting(cells: Sequence[LevelCells], tree: AreaTree) -> dict[str, np.ndarray]:
    """Areas that report, by level: those with a row in any file, and those above them."""
    reporting: dict[str, np.ndarray] = {}
    below = None
    for level in reversed(LEVELS):
        areas = tree.level_slices[level]
        found = np.zeros(areas.stop - areas.start, dtype=bool)
        if below is not None:
            found |= sum_children(np.where(below, 1, MISSING)[None], tree, level)[0] >= 0
        for item in cells:
            if item.level == level:
                found |= item.seen
        reporting[level] = below = found
    return reporting


def fill_levels(
    cells: Sequence[LevelCells],
    name: str,
    n_slots: int,
    n_community_slots: int,
    tree: AreaTree,
    reporting: dict[str, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """One field in all levels: as reported, else summed from the level below.

    Returns
    -------
    upper, community : ndarray of int64, (n_slots, n_upper) and (n_community_slots, n_communities)
        MISSING where nothing is reported, COARSER where only a level above reports.
    """
    blocks: list[np.ndarray] = []
    available: list[np.ndarray] = []
    for level in reversed(LEVELS):
        areas = tree.level_slices[level]
        own = [item for item in cells if item.level == level]
        width = n_slots
        if level == LEVELS[-1]:  # the cross is not kept here: no room for it unless it came
            width = max([n_community_slots, *(len(item.covered) for item in own)])
        block = np.full((width, areas.stop - areas.start), MISSING, dtype=np.int64)
        known = np.zeros(n_slots, dtype=bool)
        if blocks:
            known |= available[-1]
            summed = np.flatnonzero(known)
            block[summed] = sum_children(blocks[-1][summed], tree, level)
        for item in own:
            rows = np.flatnonzero(item.covered)
            block[rows] = np.where(reporting[level], item.fields[name][rows], MISSING)
            known[rows] = True
        blocks.append(block)
        available.append(known)
    for i in range(len(LEVELS) - 2, -1, -1):
        only_above = available[i + 1] & ~available[i]
        blocks[i][only_above[: len(blocks[i])]] = COARSER
        available[i] |= only_above
    return np.concatenate(blocks[:0:-1], axis=1), blocks[0][:n_community_slots]


def fill_least(
    cells: Sequence[LevelCells], name: str, n_slots: int, n_community_slots: int, tree: AreaTree
) -> tuple[np.ndarray, np.ndarray]:
    """A field that does not add, in all levels: as reported, else at least its largest part.

    Returns
    -------
    upper, community : ndarray of int64, (n_slots, n_upper) and (n_community_slots, n_communities)
        What is surely reached; MISSING where nothing is known.
    """
    blocks: list[np.ndarray] = []
    for level in reversed(LEVELS):
        areas = tree.level_slices[level]
        block = np.full((n_slots, areas.stop - areas.start), MISSING, dtype=np.int64)
        if blocks:
            block = largest_child(blocks[-1], tree, level)
        for item in cells:
            if item.level == level and name in item.fields:
                rows = np.flatnonzero(item.covered)
                own = item.fields[name][rows]
                block[rows] = np.where(own >= 0, own, block[rows])
        blocks.append(block)
    return np.concatenate(blocks[:0:-1], axis=1), blocks[0][:n_community_slots]
