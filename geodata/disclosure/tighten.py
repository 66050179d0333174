"""Bounds of hidden cells by passing them along the rows: fast, and never too narrow.

Every row bounds each of its cells by what the others can at most and at least be. Passed along
until nothing changes this gives for each cell an interval that holds its feasible interval; on
sums that form a tree it is the feasible interval itself. It is feasibility-based bound tightening
as linear solvers use it before they start.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from geodata.disclosure.system import System, entries_of

_FAR = 1e12  # beyond it a bound is none
_AT_ONCE = 400_000  # entries of rows that are bounded together


def tighten(system: System, passes: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of all unknowns.

    Parameters
    ----------
    system : System
    passes : int
        After so many the bounds are returned as they are; they are valid, perhaps too wide.

    Returns
    -------
    lower, upper : ndarray of float, (n_hidden,)
        -inf, inf where there is none.
    """
    lower = np.maximum(system.lower, -_FAR)
    upper = np.minimum(system.upper, _FAR)
    rows = _Rows(system)
    active: np.ndarray | None = None
    for _ in range(passes):
        changed = rows.tighten(active, lower, upper)
        if not len(changed):
            break
        active = rows.touching(changed)
    return np.where(lower <= -_FAR, -np.inf, lower), np.where(upper >= _FAR, np.inf, upper)


class _Rows:
    """The rows of a system, and those that touch given unknowns."""

    def __init__(self, system: System) -> None:
        self.system, self.matrix = system, system.matrix
        self.positive = system.matrix.data > 0
        self.pairs = system.pairs
        self.row_lower = np.maximum(system.row_lower, -_FAR)
        self.row_upper = np.minimum(system.row_upper, _FAR)

    def touching(self, unknowns: np.ndarray) -> np.ndarray | None:
        """Rows in which any of the unknowns occurs; None for all, when it is most of them."""
        if 4 * len(unknowns) > self.matrix.shape[1]:
            return None
        return self.system.rows_with(unknowns)

    def tighten(
        self, active: np.ndarray | None, lower: np.ndarray, upper: np.ndarray
    ) -> np.ndarray:
        """Pass bounds along some rows, in place; returns the unknowns whose bounds changed."""
        before = lower.copy(), upper.copy()
        if len(self.pairs):
            first, second = self.pairs.T
            np.minimum.at(upper, first, upper[second])
            np.maximum.at(lower, second, lower[first])
        for rows in self._in_turn(active):
            column, below, above = self.implied(rows, lower, upper)
            np.maximum.at(lower, column, below)
            np.minimum.at(upper, column, above)
        return np.flatnonzero((lower > before[0]) | (upper < before[1]))

    def _in_turn(self, active: np.ndarray | None) -> Iterator[np.ndarray | slice]:
        """Rows in parts: each sees what those before have found, and takes little memory."""
        pointer = self.matrix.indptr
        if active is None:
            cuts = np.searchsorted(pointer, np.arange(0, pointer[-1], _AT_ONCE))
            for first, last in itertools.pairwise([*np.unique(cuts), len(pointer) - 1]):
                yield slice(first, last)
        elif len(active):
            so_far = np.cumsum(pointer[active + 1] - pointer[active])
            yield from np.split(active, np.flatnonzero(np.diff(so_far // _AT_ONCE)) + 1)

    def implied(
        self, active: np.ndarray | slice, lower: np.ndarray, upper: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Unknown of each entry of some rows, and the bounds the row sets it."""
        pointer = self.matrix.indptr
        if isinstance(active, slice):
            entries = slice(pointer[active.start], pointer[active.stop])
            starts = pointer[active.start : active.stop] - entries.start
            sizes = np.diff(pointer[active.start : active.stop + 1])
        else:
            entries, starts, sizes = entries_of(pointer, active)
        column, positive = self.matrix.indices[entries], self.positive[entries]
        row_lower, row_upper = self.row_lower[active], self.row_upper[active]
        low, high = lower[column], upper[column]
        least = np.where(positive, low, -high)
        most = np.where(positive, high, -low)
        top = _rest(least, row_upper, -1.0, starts, sizes)
        bottom = _rest(most, row_lower, 1.0, starts, sizes)
        return column, np.where(positive, bottom, -top), np.where(positive, top, -bottom)


def _rest(
    terms: np.ndarray, limit: np.ndarray, side: float, starts: np.ndarray, sizes: np.ndarray
) -> np.ndarray:
    """What a row leaves each of its entries: its limit less the sum of the other terms.

    Endless bounds are numbers of the size `_FAR`, so sums of them are told by their size.
    """
    total = np.add.reduceat(terms, starts)
    rest = np.repeat(limit - total, sizes) + terms
    far = 0.5 * _FAR
    return np.where(np.abs(rest) >= far, -side * _FAR, rest)


def implied_bounds(
    system: System, lower: np.ndarray, upper: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bounds that some rows set their unknowns: unknown, least and most of each entry."""
    lower, upper = np.maximum(lower, -_FAR), np.minimum(upper, _FAR)
    return _Rows(system).implied(rows, lower, upper)
