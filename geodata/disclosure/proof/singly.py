"""One hidden count after the other, for the few that no table for many has settled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from geodata.disclosure.linear_program import LinearProgram
from geodata.disclosure.proof.near import Near
from geodata.disclosure.proof.pull import pull_apart
from geodata.disclosure.proof.raising import SECONDS, Raising
from geodata.disclosure.proof.reached import SMALL, Reached
from geodata.disclosure.system import System
from geodata.progress import ProgressCallback, no_progress

Look = Callable[[int, int], None]  # at an unknown, while about so many may move

_SMALL, _MEDIUM, _LARGE, _WIDE = 300, 2_000, 20_000, 60_000  # unknowns around one that may move
_EXACT = 20_000  # unknowns in all, up to which one program of all of them bounds each in a second
_PATIENCE = 10  # looks in a row that freed none
_MOST = 400  # in doubt, of which each is looked at with the largest numbers around it


class Singly:
    """Looks for two tables for each unknown in doubt, and for a proof that there are none.

    Where unknowns are not many all may move, and the least and the most of each decide. Else,
    while only what is near may move, two tables prove it free; while all else may be anything its
    bounds allow, an interval that is too narrow proves it found out.

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
    exact : bool
        Whether unknowns are so few that one program of all of them decides about each.
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
        self.exact = len(start) <= _EXACT

    def settle(self, among: np.ndarray, few: float = np.inf) -> None:
        """Go over those in doubt, where unknowns are many with more and more around each.

        Parameters
        ----------
        among : ndarray of bool, (n_hidden,)
            Unknowns that are looked at.
        few : float
            In doubt, up to which it pays to look at each with more than the smallest number around
            it, for who may hide more instead; more where there are not as many unknowns as around
            one of a whole region. Without it all is done to find out about each.
        """
        if self.exact:
            self._go_over(len(among), self._open(among), self._bound)
            return
        # A table over all there is takes less than a proof where that is not much.
        scale = max(1.0, _WIDE / len(among))
        self._go_over(_SMALL, self._open(among), self._look)
        for size, most, look in (_MEDIUM, few, self._look), (_WIDE, few * scale, self._raise):
            todo = self._open(among)
            if len(todo) <= most:
                # What is found out lies together; it is not to end what frees the rest.
                todo = self.rng.permutation(todo)[: _MOST if size == _WIDE else None].tolist()
                self._go_over(size, todo, look, np.inf if few == np.inf else _PATIENCE)
        if few == np.inf:
            self._go_over(_LARGE, self._open(among)[:_MOST], self._look)

    def _open(self, among: np.ndarray) -> list[int]:
        doubt = np.flatnonzero(self.reached.doubt & among)
        return doubt[~np.isin(doubt, list(self.proofs))].tolist()

    def _go_over(self, size: int, todo: list[int], look: Look, patience: float = np.inf) -> None:
        """Look at each; `patience`: so many in a row that were not free, and it is left."""
        in_vain = 0
        for done, unknown in enumerate(todo):
            self.report(f"{size:,} move", done, len(todo))
            if self.reached.is_open(unknown):
                look(unknown, size)
                in_vain = in_vain + 1 if self.reached.is_open(unknown) else 0
                if in_vain >= patience:
                    break
        self.report(f"{size:,} move", len(todo), len(todo))

    @cached_property
    def _whole(self) -> tuple[LinearProgram, np.ndarray]:
        """One program of all unknowns, that goes on from answer to answer; and their numbers."""
        system = self.reached.system
        return LinearProgram.of_system(system, seconds=SECONDS), np.arange(system.n_hidden)

    def _bound(self, unknown: int, _size: int) -> None:
        """The least and the most one can be while all may move: free, or that is the proof."""
        program, block = self._whole
        ends = pull_apart(self.reached, program, (block, self.reached.system), unknown)
        if len(ends) == 2 and self.reached.is_open(unknown):
            self.proofs[unknown] = np.union1d(*ends)

    def _look(self, unknown: int, size: int) -> None:
        """Two tables, or a proof."""
        block = self.near.find(unknown, size)
        self._stretch(unknown, block, self.reached.system.part(block, self.start))
        if self.reached.is_open(unknown):
            proof = self._prove(unknown, block)
            if proof is not None:
                self.proofs[unknown] = proof

    def _raise(self, unknown: int, size: int) -> None:
        """A table in which all that is in doubt around it rises, then two for itself.

        What follows from sums of many districts together shows only here. A proof that there are
        none takes ten times as long.
        """
        reached, block = self.reached, self.near.find(unknown, size)
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
        reached = self.reached
        program = LinearProgram.of_system(part, seconds=SECONDS)
        ends = pull_apart(reached, program, (block, part), unknown)
        if not reached.is_open(unknown):
            return
        held = np.unique(np.concatenate([np.zeros(0, dtype=int), *ends]))
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
