"""Tables that nobody outside can tell apart, and how far they take each hidden count apart.

Every table is held against all that is published before it counts. Two tables in which a count
differs by the protection width prove that it cannot be told to within less.
"""

from __future__ import annotations

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
        self.is_sum = self.row_lower == self.row_upper
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

    def add(self, table: np.ndarray) -> None:
        """Take a table into account.

        Raises
        ------
        GeodataError
            If it contradicts what is published.
        """
        self.sums = _require_fit(self.system, table)
        self.table = table
        self._reach(slice(None), table)

    def add_part(self, block: np.ndarray, part: System, counts: np.ndarray) -> None:
        """The same for counts of some unknowns; `part` is the system with all others as they are.

        Raises
        ------
        GeodataError
            If they contradict what is published.
        """
        _require_fit(part, counts)
        self._reach(block, counts)

    def _reach(self, where, counts: np.ndarray) -> None:
        self.low[where] = np.minimum(self.low[where], counts)
        self.high[where] = np.maximum(self.high[where], counts)

    def add_moves(self, moves: sparse.csc_array) -> None:
        """Go from the last table as far as it fits along each of some directions, both ways.

        Parameters
        ----------
        moves : csc_array, (n_hidden, n_moves)
            Whole numbers; what does not keep every published sum is left out.
        """
        moves = moves[:, (abs(moves).T @ self.doubt.astype(float)) > 0]
        change = (self.rows @ moves).tocsc()
        change.eliminate_zeros()
        wrong = np.bincount(_column(change), self.is_sum[change.indices], moves.shape[1]) > 0
        moves, change = moves[:, ~wrong], change[:, ~wrong]
        lower, upper = self.system.lower, self.system.upper
        there, back = _steps(moves, upper - self.table, self.table - lower)
        limits = _steps(change, self.row_upper - self.sums, self.sums - self.row_lower)
        there, back = (np.minimum(*pair) for pair in zip((there, back), limits))
        step, column = moves.data, _column(moves)
        for reach in (step * there[column], -step * back[column]):
            np.maximum.at(self.high, moves.indices, self.table[moves.indices] + reach)
            np.minimum.at(self.low, moves.indices, self.table[moves.indices] + reach)


def _require_fit(system: System, table: np.ndarray) -> np.ndarray:
    rows, lower, upper = system.all_rows()
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
    return sums


def _column(matrix: sparse.csc_array) -> np.ndarray:
    return np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))


def _steps(moves, above: np.ndarray, below: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many whole steps each direction can be gone forward and backward, (n_moves,) each."""
    found = []
    for sign in (1, -1):
        room = np.where(sign * moves.data > 0, above[moves.indices], below[moves.indices])
        steps = np.full(moves.shape[1], 1e6)  # as good as endless
        some = np.flatnonzero(np.diff(moves.indptr))
        if len(some):
            share = np.maximum(room, 0) / np.abs(moves.data)
            steps[some] = np.minimum(1e6, np.minimum.reduceat(share, moves.indptr[some]))
        found.append(np.floor(steps + SMALL))
    return found[0], found[1]
