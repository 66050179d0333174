"""Sums along the area tree: every parent with its children, one level pair at a time."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from geodata.areas import AreaTree
from geodata.schema import LEVELS

_NONE = np.iinfo(np.int64).max


@dataclass(frozen=True)
class FamilyLevel:
    """All families of one pair of levels; the children of a family are contiguous.

    Parameters
    ----------
    parents : ndarray of int, (n_families,)
        Columns of the parents in the upper block.
    children : slice
        Columns of all children, in the block named by `in_community`.
    starts, sizes : ndarray of int, (n_families,)
        First child (counted from `children.start`) and number of children.
    in_community : bool
        Whether the children are the community block.
    """

    parents: np.ndarray
    children: slice
    starts: np.ndarray
    sizes: np.ndarray
    in_community: bool


def family_levels(tree: AreaTree) -> list[FamilyLevel]:
    """Families of every pair of levels, from the top down; level pairs without areas left out."""
    split = tree.level_slices["community"].start
    result = []
    for above, below in itertools.pairwise(LEVELS):
        areas, children = tree.level_slices[above], tree.level_slices[below]
        ranges = tree.child_ranges[areas]
        full = np.flatnonzero(ranges[:, 1] > ranges[:, 0])
        if not len(full):
            continue
        offset = split if below == "community" else 0
        result.append(
            FamilyLevel(
                parents=areas.start + full,
                children=slice(children.start - offset, children.stop - offset),
                starts=ranges[full, 0] - children.start,
                sizes=ranges[full, 1] - ranges[full, 0],
                in_community=below == "community",
            )
        )
    return result


def hide_smallest_child(
    values: np.ndarray,
    hidden: np.ndarray,
    level: FamilyLevel,
    slots: np.ndarray,
    families: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hide the smallest published child above zero of each (slot, family), in place.

    Returns
    -------
    slots, children : ndarray of int
        The cells hidden now.
    exhausted : ndarray of bool, (n_pairs,)
        Pairs where no child was left to hide.
    """
    sizes = level.sizes[families]
    ends = np.cumsum(sizes)
    first = ends - sizes
    columns = np.arange(ends[-1]) + np.repeat(level.starts[families] - first, sizes)
    rows = np.repeat(slots, sizes)
    cells = values[rows, columns]
    wanted = np.where((cells > 0) & ~hidden[rows, columns], cells.astype(np.int64), _NONE)
    smallest = np.minimum.reduceat(wanted, first)
    exhausted = smallest == _NONE
    is_smallest = wanted == np.repeat(smallest, sizes)
    place = np.minimum.reduceat(np.where(is_smallest, np.arange(len(cells)), _NONE), first)
    place = place[~exhausted]
    hidden[rows[place], columns[place]] = True
    return rows[place], columns[place], exhausted
