"""One hidden count after the other, for the few that no table for many has settled."""

from __future__ import annotations

import numpy as np

from geodata.disclosure.linear_program import LinearProgram
from geodata.disclosure.proof.near import Near
from geodata.disclosure.proof.raising import SECONDS, Raising, whole_if_it_fits
from geodata.disclosure.proof.reached import SMALL, Reached
from geodata.disclosure.system import System
from geodata.progress import ProgressCallback, no_progress

_SMALL, _MEDIUM, _LARGE, _WIDE = 300, 2_000, 20_000, 60_000  # unknowns around one that may move
_PATIENCE = 10  # looks in a row that freed none
_MOST = 400  # in doubt, of which each is looked at with the largest numbers around it


class Singly:
    """Looks for two tables for each unknown in doubt, and for a proof that there are none.

    While only what is near may move, two tables prove it free; while all else may be anything
    its bounds allow, an interval that is too narrow proves it found out.

    Parameters
    ----------
    reached : Reached
        Is widened.
    start : ndarray of float, (n_hidden,)
        A table that fits.
    report : callable
        Told how many unknowns may move, how many are done and how many there are.

    Attributes
    ----------
    proofs : dict of int to ndarray of int
        Unknowns that cannot be free: the least and the most they can be are too near; and the rows
        of `reached` that prove it.
    held : dict of int to ndarray of int
        Others, and the rows of the system that held them last while only what is near could move.
    """

    def __init__(
        self, reached: Reached, start: np.ndarray, report: ProgressCallback = no_progress
    ) -> None:
        self.reached, self.start, self.report = reached, start, report
        self.proofs: dict[int, np.ndarray] = {}
        self.held: dict[int, np.ndarray] = {}
        self.near, self.rng = Near(reached), np.random.default_rng(0)

    def settle(self, among: np.ndarray, few: float = np.inf) -> None:
        """Go over those in doubt with more and more around each.

        Parameters
        ----------
        among : ndarray of bool, (n_hidden,)
            Unknowns that are looked at.
        few : float
            In doubt, up to which it pays to look at each with more than the smallest number around
            it, for who may hide more instead; more where there are not as many unknowns as around
            one of a whole region. Without it all is done to find out about each.
        """
        # A table over all there is takes less than a proof where that is not much.
        scale = max(1.0, _WIDE / len(among))
        looks = [(_MEDIUM, few, self._look), (_WIDE, few * scale, self._raise)]
        self._go_over(_SMALL, self._open(among), self._look)
        for size, most, look in reversed(looks) if len(among) <= _LARGE else looks:
            todo = self._open(among)
            if len(todo) <= most:
                todo = todo[: _MOST if size == _WIDE else None]
                self._go_over(size, todo, look, np.inf if few == np.inf else _PATIENCE)
        if few == np.inf:
            self._go_over(_LARGE, self._open(among)[:_MOST], self._look)

    def _open(self, among: np.ndarray) -> list[int]:
        doubt = np.flatnonzero(self.reached.doubt & among)
        return doubt[~np.isin(doubt, list(self.proofs))].tolist()

    def _go_over(self, size: int, todo: list[int], look, patience: float = np.inf) -> None:
        """Look at each; `patience`: so many in a row that were not free, and it is left."""
        in_vain = 0
        for done, unknown in enumerate(todo):
            self.report(f"{size:,} move", done, len(todo))
            if self.reached.is_open(unknown):
                look(unknown, self.near.find(unknown, size))
                in_vain = in_vain + 1 if self.reached.is_open(unknown) else 0
                if in_vain >= patience:
                    break
        self.report(f"{size:,} move", len(todo), len(todo))

    def _look(self, unknown: int, block: np.ndarray) -> None:
        """Two tables, or a proof."""
        self._stretch(unknown, block, self.reached.system.part(block, self.start))
        if self.reached.is_open(unknown):
            proof = self._prove(unknown, block)
            if proof is not None:
                self.proofs[unknown] = proof

    def _raise(self, unknown: int, block: np.ndarray) -> None:
        """A table in which all that is in doubt around it rises, then two for itself.

        What follows from sums of many districts together shows only here. A proof that there are
        none takes ten times as long.
        """
        reached = self.reached
        part, doubt = reached.system.part(block, self.start), reached.doubt[block]
        raising = Raising(part, reached.width, self.rng)
        ends = reached.low[block], reached.high[block]
        table = raising.find(*ends, doubt, np.ones(len(block), dtype=bool))
        if table is not None:
            reached.add_part(block, part, table)
        if reached.is_open(unknown):
            self._stretch(unknown, block, part)

    def _stretch(self, unknown: int, block: np.ndarray, part: System) -> None:
        """Pull one unknown both ways while a block moves and all else stays: `part`."""
        reached, binding = self.reached, [np.zeros(0, dtype=int)]
        rows, *limits = part.all_rows()
        program = LinearProgram(rows.tocsc(), limits, (part.lower, part.upper), seconds=SECONDS)
        for found in program.pull(np.searchsorted(block, unknown)):
            if found is not None:
                reached.add_part(block, part, whole_if_it_fits(part, found))
                binding.append(program.binding_rows())
        held = np.unique(np.concatenate(binding))
        # The rows after those of the part are its pairs.
        self.held[unknown] = reached.system.rows_with(block)[held[held < len(part.row_lower)]]

    def _prove(self, unknown: int, block: np.ndarray) -> np.ndarray | None:
        """Of the rows that touch a block those that bound an unknown too narrowly; None if none do.

        All that is outside the block may be whatever its bounds allow.
        """
        reached, system = self.reached, self.reached.system
        rows = np.unique(reached.columns[:, block].indices)
        part = reached.rows[rows]
        unknowns = np.unique(part.indices)
        limits = reached.row_lower[rows], reached.row_upper[rows]
        bounds = system.lower[unknowns], system.upper[unknowns]
        program = LinearProgram(part[:, unknowns].tocsc(), limits, bounds, seconds=SECONDS)
        place, ends, binding = np.searchsorted(unknowns, unknown), [], []
        for found in program.pull(place):
            if found is None:
                return None
            ends.append(found[place])
            binding.append(program.binding_rows())
        narrow = ends[1] - ends[0] < reached.width - SMALL
        if not narrow or (reached.nothing and ends[0] <= SMALL):
            return None
        return rows[np.union1d(*binding)]
