"""Whole numbers that add up exactly: the method of largest remainders."""

from __future__ import annotations

import numpy as np


def apportion(totals: np.ndarray, weights: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Split each group's total over its members in proportion to their weights.

    Parameters
    ----------
    totals : int array, (n_groups,)
    weights : float array, (n_members,), >= 0
    group : int array, (n_members,)
        Group of each member.

    Returns
    -------
    int64 array, (n_members,)
        Sums per group equal `totals` exactly; a member of weight 0 gets 0.

    Raises
    ------
    ValueError
        If a group has a total and no member with a weight.

    Source
    ------
    Largest remainders (Hamilton's method); equal remainders go to the first member.
    """
    totals = np.asarray(totals, dtype=np.int64)
    sums = np.bincount(group, weights, minlength=len(totals))
    if np.any((sums <= 0) & (totals != 0)):
        raise ValueError(f"group {int(np.argmax((sums <= 0) & (totals != 0)))} has no weight")
    quota = totals[group] * weights / np.where(sums > 0, sums, 1)[group]
    shares = np.floor(quota).astype(np.int64)
    left = totals - np.bincount(group, shares, minlength=len(totals)).astype(np.int64)
    order = np.lexsort((shares - quota, group))
    starts = np.searchsorted(group[order], np.arange(len(totals)))
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - starts[group[order]]
    return shares + (rank < left[group])


def complete(total: int, known: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Fill the gaps of one series so that it adds up to `total`.

    Parameters
    ----------
    total : int
    known : float array, (n,)
        NaN where not known; known entries come back unchanged.
    weights : float array, (n,)
        Relative size of the unknown entries.

    Returns
    -------
    int64 array, (n,)
    """
    gap = np.isnan(known)
    filled = np.where(gap, 0, known).astype(np.int64)
    rest = int(total) - int(filled.sum())
    if not gap.any():
        if rest:
            raise ValueError(f"the known figures miss the total by {rest}")
        return filled
    filled[gap] = apportion(np.array([rest]), weights[gap], np.zeros(gap.sum(), dtype=np.int64))
    return filled
