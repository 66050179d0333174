"""Tables in which as many hidden counts as possible lie well above, or below, what they were.

Each is one linear program: the gain of a count is what it rises, but no more than is needed. A
program that pulls without that limit spends what a sum has to give on few of its cells.
"""

from __future__ import annotations

import numpy as np

from geodata.disclosure.linear_program import DUAL, LinearProgram
from geodata.disclosure.proof.reached import SMALL
from geodata.disclosure.system import System

SECONDS = 60.0  # for one program


class Raising:
    """Such tables of one system.

    Parameters
    ----------
    system : System
    width : float
        How far an unknown is to move.
    rng : numpy.random.Generator
        Gives each a weight, so that equal ones do not always come in the same order.
    again : int
        As in `LinearProgram`.
    """

    def __init__(
        self, system: System, width: float, rng: np.random.Generator, again: int = DUAL
    ) -> None:
        self.system, self.width, self.rng = system, width, rng
        self.program = LinearProgram.of_system(system, again=again, seconds=SECONDS)

    def find(
        self, low: np.ndarray, high: np.ndarray, wanted: np.ndarray, upward: np.ndarray
    ) -> np.ndarray | None:
        """A table in which many wanted unknowns are `width` above `low`, or below `high`.

        Parameters
        ----------
        low, high : ndarray of float, (n_hidden,)
            What was reached already, by less than `width` of what is wanted.
        wanted, upward : ndarray of bool, (n_hidden,)
            Which are to move; which of them up. None goes beyond what is needed.

        Returns
        -------
        ndarray of float, (n_hidden,), or None when the solver came to no end in its time
        """
        up, down = wanted & upward, wanted & ~upward
        lower, upper = self.system.lower.copy(), self.system.upper.copy()
        upper[up] = np.minimum(upper[up], low[up] + self.width)
        lower[down] = np.maximum(lower[down], high[down] - self.width)
        cost = (down * 1.0 - up) * self.rng.uniform(0.7, 1.0, len(wanted))
        table = self.program.cheapest(cost, (lower, upper))
        return None if table is None else whole_if_it_fits(self.system, table)


def whole_if_it_fits(system: System, table: np.ndarray) -> np.ndarray:
    """The table in whole numbers if that fits too, as it mostly does."""
    whole = np.rint(table)
    rows, lower, upper = system.all_rows()
    sums = rows @ whole
    fits = (sums >= lower).all() and (sums <= upper).all()
    return whole if fits and (np.abs(whole - table) < 0.5 + SMALL).all() else table
