"""From the true table to others that nobody outside can tell from it, by exchanges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geodata.disclosure.proof.reached import Reached
from geodata.disclosure.system import places_of

_TRIES = 8  # for an unknown and a direction, in the first round; so many more in each
_MOST_TRIES = 40
_LONGEST = 300  # unknowns of an exchange
_ROUNDS = 60  # at most
_SLOW = 0.8  # a round that leaves more than this part in doubt is the last
_SLOWEST = 0.95  # the same where a program for one takes as long as a hundred of its exchanges


class Walk:
    """Takes each unknown in doubt up and down until it has been seen apart by the width.

    Linear programming decides the same, but one program for each unknown of a whole region is
    days, and one for many at once spends what a sum has to give on few of them. An exchange takes
    microseconds, and frees all unknowns that it changes.

    Parameters
    ----------
    reached : Reached
        Is widened.
    start : ndarray of float, (n_hidden,)
        A table that fits.
    fixed : ndarray of bool, (n_hidden,)
        Unknowns that stay as they are.
    place_of : ndarray of int, (n_hidden,), optional
        Where each is: what is in one place is taken together, as exchanges there change the same
        unknowns, which are at hand then.
    seed : int
    """

    def __init__(
        self,
        reached: Reached,
        start: np.ndarray,
        fixed: np.ndarray,
        place_of: np.ndarray | None = None,
        seed: int = 0,
    ) -> None:
        self.reached, self.rng = reached, np.random.default_rng(seed)
        self.place_of = place_of
        self.rows, self.columns = (
            (*places_of(matrix), matrix.data) for matrix in (reached.rows, reached.columns)
        )
        self.limits = reached.row_lower, reached.row_upper
        lower, upper = np.where(fixed, start, (reached.system.lower, reached.system.upper))
        self.bounds = lower, upper
        n_rows, n = reached.rows.shape
        self.table = start.copy()
        wrong, place = np.zeros(n_rows, dtype=np.int64), np.full(n_rows, -1)
        self.scratch = np.zeros(n), wrong, place, np.zeros(_LONGEST, dtype=np.int64)

    def run(self, start: np.ndarray, report: Callable[[int, int], None] = lambda *_: None) -> None:
        """Rounds over all in doubt, each from the same table, until one settles few of them.

        Going on from where the last round ended settles fewer: by then much has been taken to the
        end of its room.

        Parameters
        ----------
        start : ndarray of float, (n_hidden,)
            A table of whole numbers that fits.
        report : callable
            Told how many are seen to be free, and how many there are.

        Raises
        ------
        GeodataError
            If a table that was reached contradicts what is published.
        """
        for number in range(_ROUNDS):
            todo = np.flatnonzero(self.reached.doubt)
            report(len(start) - len(todo), len(start))
            if not self._take_round(start, todo, min(_TRIES * (number + 1), _MOST_TRIES), _SLOW):
                return

    def go_on(self, start: np.ndarray, among: np.ndarray) -> None:
        """More rounds over what is still in doubt among some, with all tries, while any is settled.

        Parameters
        ----------
        start : ndarray of float, (n_hidden,)
            A table of whole numbers that fits.
        among : ndarray of bool, (n_hidden,)
        """
        for _ in range(_ROUNDS):
            todo = np.flatnonzero(self.reached.doubt & among)
            if not self._take_round(start, todo, _MOST_TRIES, _SLOWEST):
                return

    def _take_round(self, start: np.ndarray, todo: np.ndarray, tries: int, slow: float) -> bool:
        """One round; whether another one pays."""
        if not len(todo):
            return False
        self.table[:] = start
        self.take(todo, tries)
        return self.reached.doubt[todo].sum() <= slow * len(todo)

    def take(self, todo: np.ndarray, tries: int) -> None:
        """One round over some unknowns, from the table where it is."""
        from geodata.disclosure.proof.compiled_walk import pull_each

        reached = self.reached
        if self.place_of is not None:
            todo = todo[np.argsort(self.place_of[todo], kind="stable")]
        pull_each(
            todo,
            int(self.rng.integers(2**31)),
            tries,
            _LONGEST,
            (float(reached.width), reached.nothing),
            (reached.low, reached.high),
            self.rows,
            self.columns,
            self.limits,
            self.bounds,
            (self.table, reached.rows @ self.table),
            self.scratch,
        )
        reached.add(self.table)
