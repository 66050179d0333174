"""One hidden count after the other, for the few that no table for many has settled."""

from __future__ import annotations

import numpy as np

from geodata.disclosure.proof.raising import solve, whole_if_it_fits
from geodata.disclosure.proof.reached import Reached
from geodata.disclosure.system import System
from geodata.progress import ProgressCallback, no_progress

_SIZES = (300, 2_000, 20_000)  # unknowns that may move, nearest first; then all that are connected
_WHOLE = 60_000  # connected unknowns up to which all may move: beyond it a program takes minutes
_MOST = 400  # unknowns that are tried with the largest blocks


def settle_singly(
    reached: Reached, start: np.ndarray, report: ProgressCallback = no_progress
) -> np.ndarray:
    """Look for two tables for each unknown in doubt; bound it exactly where there are none.

    Parameters
    ----------
    reached : Reached
    start : ndarray of float, (n_hidden,)
        A table that fits.
    report : callable
        Told how many unknowns may move, how many are done and how many there are.

    Returns
    -------
    ndarray of bool, (n_hidden,)
        Unknowns that cannot be free: the least and the most they can be are too near. What is
        neither this nor free in the end is undecided.
    """
    tight = np.zeros(len(start), dtype=bool)
    near = _Near(reached.system)
    for size in (*_SIZES, _WHOLE):
        doubt = np.flatnonzero(reached.doubt & ~tight)
        for done, unknown in enumerate(doubt if size <= _SIZES[1] else doubt[:_MOST]):
            report(f"{size:,} move", done, len(doubt))
            whole = near.size_of(unknown) <= size
            if not reached.is_open(unknown) or (size == _WHOLE and not whole):
                continue
            block = near.find(unknown, None if whole else size)
            ends = _stretch(reached, start, block, unknown)
            tight[unknown] = whole and ends and reached.is_open(unknown)
        report(f"{size:,} move", len(doubt), len(doubt))
    return tight


def _stretch(reached: Reached, start: np.ndarray, block: np.ndarray, unknown: int) -> bool:
    """Pull one unknown both ways while a block moves; whether both ends were found."""
    part = reached.system.part(block, start)
    rows, row_lower, row_upper = part.all_rows()
    cost, ends = np.zeros(len(block)), 0
    for sign in (1.0, -1.0):
        cost[block == unknown] = sign
        found = solve(rows.tocsc(), (row_lower, row_upper), (part.lower, part.upper), cost)
        if found is not None:
            ends += 1
            reached.add_part(block, part, whole_if_it_fits(part, found))
    return ends == 2


class _Near:
    """What shares a row with an unknown, and so on."""

    def __init__(self, system: System) -> None:
        self.rows = system.all_rows()[0]
        self.columns = self.rows.tocsc()
        self.component = system.components()
        self.sizes = np.bincount(self.component)

    def size_of(self, unknown: int) -> int:
        """How many unknowns are connected with one."""
        return int(self.sizes[self.component[unknown]])

    def find(self, unknown: int, size: int | None) -> np.ndarray:
        """The nearest unknowns, about `size` of them, sorted; all that are connected for None."""
        if size is None:
            return np.flatnonzero(self.component == self.component[unknown])
        near = np.array([unknown])
        while len(near) < size:
            rows = np.unique(self.columns[:, near].indices)
            wider = np.unique(np.append(near, self.rows[rows].indices))
            if len(wider) == len(near) or (len(wider) > 2 * size and len(near) > size // 8):
                break
            near = wider
        return near
