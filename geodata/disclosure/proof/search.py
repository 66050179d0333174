"""Tables found by linear programming, in which many unknowns of a block are moved at once."""

from __future__ import annotations

import numpy as np

from geodata.disclosure.linear_program import ANEW, DUAL, LinearProgram
from geodata.disclosure.proof.near import Near
from geodata.disclosure.proof.pull import pull_apart
from geodata.disclosure.proof.raising import SECONDS, Raising
from geodata.disclosure.proof.reached import Reached

_PAYS = 3_000  # a program of n unknowns pays when it settles more than n / _PAYS of them
_TRIES = 3  # programs in a row that do not pay: the block is left
_MOST = 200  # programs a block at most
_LEAST = 10  # unknowns in doubt from which on a block pays; fewer are settled one by one
CROWD = 300  # in doubt, from which on a block around all of them together pays
_AROUND = 150_000  # unknowns of that block: two to three rows further out; ten seconds a program
_WORTH = 0.9  # such a block that leaves more than this part in doubt is the last
_PATIENCE = 30  # unknowns pulled in a row that are not free


class Search:
    """Widens what was reached inside a block, as long as it pays, while all else stays.

    Parameters
    ----------
    reached : Reached
    start : ndarray of float, (n_hidden,)
        A table that fits.
    seed : int
    """

    def __init__(self, reached: Reached, start: np.ndarray, seed: int = 0) -> None:
        self.reached, self.start = reached, start
        self.rng = np.random.default_rng(seed)

    def widen(self, block: np.ndarray, among: np.ndarray, again: int = DUAL) -> np.ndarray:
        """Go on until nothing of a block is in doubt, or programs settle few of it.

        Parameters
        ----------
        block : ndarray of int
            Unknowns that may move.
        among : ndarray of bool, (n_hidden,)
            Unknowns that are looked at.
        again : int
            As in `LinearProgram`.

        Returns
        -------
        ndarray of float, (n_hidden,)
            The last table of whole numbers: only in them every sum fits to the last digit.
        """
        part, tries, last = self.reached.system.part(block, self.start), 0, self.start.copy()
        raising = Raising(part, self.reached.width, self.rng, again)
        for number in range(_MOST):
            doubt = self._doubt(block, among)
            if tries == _TRIES or not doubt.any():
                break
            moved = self._move(raising, block, number, doubt)
            if moved is None:
                break
            if (moved == np.rint(moved)).all():
                last[block] = moved
            self.reached.add_part(block, part, moved)
            gain = doubt.sum() - self._doubt(block, among).sum()
            tries = 0 if gain > len(block) / _PAYS else tries + 1
        return last

    def widen_each(self, part_of: np.ndarray, among: np.ndarray) -> None:
        """The same for each part that has more than a few in doubt.

        Parameters
        ----------
        part_of : ndarray of int, (n_hidden,)
            -1: of none; stays.
        among : ndarray of bool, (n_hidden,)
        """
        parts = part_of[self.reached.doubt & among & (part_of >= 0)]
        for part, n_doubt in zip(*np.unique(parts, return_counts=True)):
            if n_doubt >= _LEAST:
                self.widen(np.flatnonzero(part_of == part), among)

    def pull_each(self, block: np.ndarray, among: np.ndarray) -> None:
        """Pull each in doubt both ways, in one program of a block that goes on from each answer.

        That is a tenth of a second each where the block is all flows of a region.

        Parameters
        ----------
        block : ndarray of int
            Unknowns that may move, sorted.
        among : ndarray of bool, (n_hidden,)
            Unknowns that are looked at.
        """
        reached, in_vain = self.reached, 0
        todo = np.flatnonzero(self._doubt(block, among))
        if not len(todo):
            return
        part = reached.system.part(block, self.start)
        program = LinearProgram.of_system(part, seconds=SECONDS)
        for place in self.rng.permutation(todo):
            if not reached.is_open(block[place]):
                continue
            pull_apart(reached, program, (block, part), block[place])
            in_vain = in_vain + 1 if reached.is_open(block[place]) else 0
            if in_vain == _PATIENCE:
                return

    def widen_around(self, among: np.ndarray, fixed: np.ndarray, crowd: int = CROWD) -> None:
        """Widen what is near all that is in doubt, whatever part it is of, while that settles many.

        In a month of few cards sums have little to spare: what one may rise by lies in other
        districts, twenty to fifty counts away.

        Parameters
        ----------
        among : ndarray of bool, (n_hidden,)
            Unknowns in doubt to look around.
        fixed : ndarray of bool, (n_hidden,)
            Stay as they are.
        crowd : int
            In doubt, from which on it is done.
        """
        near, todo = Near(self.reached), self.reached.doubt & among
        while todo.sum() >= crowd:
            before = todo.sum()
            block = near.find(np.flatnonzero(todo), _AROUND)
            self.widen(block[~fixed[block]], np.ones(len(todo), dtype=bool), ANEW)
            todo = self.reached.doubt & among
            if todo.sum() > _WORTH * before:
                return

    def _doubt(self, block: np.ndarray, among: np.ndarray) -> np.ndarray:
        return self.reached.doubt[block] & among[block]

    def _move(
        self, raising: Raising, block: np.ndarray, number: int, doubt: np.ndarray
    ) -> np.ndarray | None:
        reached, rng = self.reached, self.rng
        wanted = doubt & (rng.random(len(block)) < (0.6 if number else 1.0))
        # Most hidden counts are small: first all of them up, later some down as well.
        upward = rng.random(len(block)) < (1.0 if number < 4 else 0.6)
        low, high = reached.low[block], reached.high[block]
        return raising.find(low, high, wanted, upward)
