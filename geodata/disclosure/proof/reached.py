"""Tables that nobody outside can tell apart, and how far they take each hidden count apart.

Every table is held against all that is published before it counts. Two tables in which a count
differs by the protection width prove that it cannot be told to within less.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy import sparse

from geodata.disclosure.system import System
from geodata.errors import GeodataError

SMALL = 1e-6


class Reached:
    """The least and the most each unknown was in any table that fits.

    Parameters
    ----------
    system : System
    table : ndarray of float, (n_hidden,)
        A table that fits, e.g. the true one.
    width : float
        How far apart an unknown must be seen to be free.
    nothing : bool
        Whether an unknown that was seen to be zero is free as well, as it is with money.

    Attributes
    ----------
    low, high : ndarray of float, (n_hidden,)
    """

    def __init__(
        self, system: System, table: np.ndarray, width: float, *, nothing: bool = False
    ) -> None:
        self.system, self.width, self.nothing = system, width, nothing
        self.rows, self.row_lower, self.row_upper = system.all_rows()
        self.low, self.high = table.copy(), table.copy()
        self.left = np.zeros(len(table), dtype=bool)
        self.add(table)

    @property
    def doubt(self) -> np.ndarray:
        """Unknowns not yet seen to be free, (n_hidden,) of bool."""
        doubt = ~self.left & (self.high - self.low < self.width - SMALL)
        return doubt & (self.low > 0) if self.nothing else doubt

    def is_open(self, unknown: int) -> bool:
        """Whether one unknown is in doubt."""
        seen = self.high[unknown] - self.low[unknown] >= self.width - SMALL
        return not (seen or self.left[unknown] or (self.nothing and self.low[unknown] <= 0))

    def leave(self, unknowns: np.ndarray) -> None:
        """Do not look further for some unknowns, (n_hidden,) of bool: the truth is known."""
        self.left |= unknowns

    @cached_property
    def columns(self) -> sparse.csc_array:
        """All rows by unknowns."""
        return self.rows.tocsc()

    def add(self, table: np.ndarray) -> None:
        """Take a table into account.

        Raises
        ------
        GeodataError
            If it contradicts what is published.
        """
        _require_fit(self.system, (self.rows, self.row_lower, self.row_upper), table)
        self._reach(slice(None), table)

    def add_part(self, block: np.ndarray, part: System, counts: np.ndarray) -> None:
        """The same for counts of some unknowns; `part` is the system with all others as they are.

        Raises
        ------
        GeodataError
            If they contradict what is published.
        """
        _require_fit(part, part.all_rows(), counts)
        self._reach(block, counts)

    def _reach(self, where, counts: np.ndarray) -> None:
        self.low[where] = np.minimum(self.low[where], counts)
        self.high[where] = np.maximum(self.high[where], counts)


def _require_fit(system: System, all_rows: tuple, table: np.ndarray) -> None:
    rows, lower, upper = all_rows
    sums = rows @ table
    misfit = max(
        (lower - sums).max(initial=0),
        (sums - upper).max(initial=0),
        (system.lower - table).max(initial=0),
        (table - system.upper).max(initial=0),
    )
    if misfit > SMALL:
        raise GeodataError(
            f"a table misses what is published by {misfit:.2g}", "use the source of the release"
        )
