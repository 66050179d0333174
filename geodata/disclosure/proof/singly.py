"""One hidden count after the other, for the few that no table for many has settled."""

from __future__ import annotations

import numpy as np

from geodata.disclosure.linear_program import LinearProgram
from geodata.disclosure.proof.raising import SECONDS, whole_if_it_fits
from geodata.disclosure.proof.reached import SMALL, Reached
from geodata.progress import ProgressCallback, no_progress

# Unknowns around the one in question that may move, and how many may be in question: of all, and
# where who asks may hide more instead.
_SIZES = ((300, 10**9, 10**9), (2_000, 10**9, 100), (20_000, 400, 10))


def settle_singly(
    reached: Reached,
    start: np.ndarray,
    beside: np.ndarray,
    report: ProgressCallback = no_progress,
    *,
    thorough: bool = True,
) -> dict[int, np.ndarray]:
    """Look for two tables for each unknown in doubt, and for a proof that there are none.

    While only what is near may move, two tables prove it free; while all else may be anything
    its bounds allow, an interval that is too narrow proves it found out.

    Parameters
    ----------
    reached : Reached
    start : ndarray of float, (n_hidden,)
        A table that fits.
    beside : ndarray of bool, (n_hidden,)
        Unknowns not to be looked at.
    report : callable
        Told how many unknowns may move, how many are done and how many there are.
    thorough : bool
        Whether to go on where the nearest unknowns alone do not prove one free, though there are
        many.

    Returns
    -------
    dict of int to ndarray of int
        Unknowns that cannot be free: the least and the most they can be are too near; and the rows
        of `reached` that prove it. What is neither this nor free in the end is undecided.
    """
    proofs: dict[int, np.ndarray] = {}
    near = _Near(reached)
    for size, most, few in _SIZES:
        open_ones = np.flatnonzero(reached.doubt & ~beside)
        doubt = open_ones[~np.isin(open_ones, list(proofs))][:most]
        if len(doubt) > few and not thorough:
            break
        for done, unknown in enumerate(doubt.tolist()):
            report(f"{size:,} move", done, len(doubt))
            if reached.is_open(unknown):
                block = near.find(unknown, size)
                _stretch(reached, start, block, unknown)
                proof = near.prove(block, unknown) if reached.is_open(unknown) else None
                if proof is not None:
                    proofs[unknown] = proof
        report(f"{size:,} move", len(doubt), len(doubt))
    return proofs


def _stretch(reached: Reached, start: np.ndarray, block: np.ndarray, unknown: int) -> None:
    """Pull one unknown both ways while a block moves and all else stays."""
    part = reached.system.part(block, start)
    rows, *limits = part.all_rows()
    program = LinearProgram(rows.tocsc(), limits, (part.lower, part.upper), seconds=SECONDS)
    cost = np.zeros(len(block))
    for sign in (1.0, -1.0):
        cost[block == unknown] = sign
        found = program.cheapest(cost)
        if found is not None:
            reached.add_part(block, part, whole_if_it_fits(part, found))


class _Near:
    """What shares a row with an unknown, and so on."""

    def __init__(self, reached: Reached) -> None:
        self.reached, self.rows, self.columns = reached, reached.rows, reached.columns

    def find(self, unknown: int, size: int) -> np.ndarray:
        """The nearest unknowns, about `size` of them, sorted."""
        near = np.array([unknown])
        while len(near) < size:
            rows = np.unique(self.columns[:, near].indices)
            wider = np.unique(np.append(near, self.rows[rows].indices))
            if len(wider) == len(near) or (len(wider) > 2 * size and len(near) > size // 8):
                break
            near = wider
        return near

    def prove(self, block: np.ndarray, unknown: int) -> np.ndarray | None:
        """Of the rows that touch a block those that bound an unknown too narrowly; None if none do.

        All that is outside the block may be whatever its bounds allow.
        """
        rows = np.unique(self.columns[:, block].indices)
        part = self.rows[rows]
        unknowns = np.unique(part.indices)
        reached, system = self.reached, self.reached.system
        limits = reached.row_lower[rows], reached.row_upper[rows]
        bounds = system.lower[unknowns], system.upper[unknowns]
        program = LinearProgram(part[:, unknowns].tocsc(), limits, bounds, seconds=SECONDS)
        place, ends, binding = np.searchsorted(unknowns, unknown), [], []
        for sign in (1.0, -1.0):
            cost = np.zeros(len(unknowns))
            cost[place] = sign
            found = program.cheapest(cost)
            if found is None:
                return None
            ends.append(found[place])
            binding.append(program.binding_rows())
        narrow = ends[1] - ends[0] < reached.width - SMALL
        if not narrow or (reached.nothing and ends[0] <= SMALL):
            return None
        return rows[np.union1d(*binding)]
