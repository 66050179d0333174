"""From children to parents: counts add along the area tree."""

from __future__ import annotations

import numpy as np

from geodata.areas import AreaTree
from geodata.schema import LEVELS, MISSING


def sum_children(values: np.ndarray, tree: AreaTree, parent_level: str) -> np.ndarray:
    """Counts of the areas of one level from those of the level below.

    Parameters
    ----------
    values : ndarray of int, (..., n_children)
        Counts of the level below in tree order; negative where not reported.
    tree : AreaTree
    parent_level : str
        Level of the result; not `community`.

    Returns
    -------
    ndarray of int64, (..., n_parents)
        Sum of the children that report; MISSING where none does.
    """
    below = LEVELS[LEVELS.index(parent_level) + 1]
    parents, children = tree.level_slices[parent_level], tree.level_slices[below]
    result = np.full((*values.shape[:-1], parents.stop - parents.start), MISSING, dtype=np.int64)
    ranges = tree.child_ranges[parents]
    full = np.flatnonzero(ranges[:, 1] > ranges[:, 0])
    if not len(full):
        return result
    starts = ranges[full, 0] - children.start
    total = np.add.reduceat(np.maximum(values, 0), starts, axis=-1, dtype=np.int64)
    some = np.maximum.reduceat(values, starts, axis=-1) >= 0
    result[..., full] = np.where(some, total, MISSING)
    return result


def largest_child(values: np.ndarray, tree: AreaTree, parent_level: str) -> np.ndarray:
    """The largest count among the children of each area of a level.

    Parameters and result as in `sum_children`.
    """
    below = LEVELS[LEVELS.index(parent_level) + 1]
    parents, children = tree.level_slices[parent_level], tree.level_slices[below]
    result = np.full((*values.shape[:-1], parents.stop - parents.start), MISSING, dtype=np.int64)
    ranges = tree.child_ranges[parents]
    full = np.flatnonzero(ranges[:, 1] > ranges[:, 0])
    if len(full):
        starts = ranges[full, 0] - children.start
        largest = np.maximum.reduceat(values, starts, axis=-1)
        result[..., full] = np.where(largest >= 0, largest, MISSING)
    return result


def sum_upward(values: np.ndarray, tree: AreaTree) -> np.ndarray:
    """Counts of all areas from those of the communities.

    Parameters
    ----------
    values : ndarray of int, (..., n_communities)
    tree : AreaTree

    Returns
    -------
    ndarray of int64, (..., n_areas)
        In tree order; MISSING where no community below reports.
    """
    parts = [np.asarray(values, dtype=np.int64)]
    for level in reversed(LEVELS[:-1]):
        parts.append(sum_children(parts[-1], tree, level))
    return np.concatenate(parts[::-1], axis=-1)
