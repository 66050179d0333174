"""Rows that follow from others and say more than each of those alone.

Several cells together may be known where each of them is hidden: as a total less the rest. Bounds
that are passed along the sums of single cells do not see that; along such rows they do.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from geodata.disclosure.system import Rows
from geodata.disclosure.system_builder import SystemBuilder


class DerivedRows:
    """Rows that follow from others, over cells of several kinds.

    What is known both ways, as a sum and as a total less the rest, goes in as a number: to hide
    one cell of it loosens nothing, so it is none of those to choose from.

    Parameters
    ----------
    builder : SystemBuilder
    """

    def __init__(self, builder: SystemBuilder) -> None:
        self.builder, self.n_rows = builder, 0
        self._blocks: dict[str, list] = {}
        self._fixed: list = []

    def number(self, wanted: np.ndarray) -> np.ndarray:
        """Start a row for each wanted item; numbers of the rows, (n_items,)."""
        first = self.n_rows
        self.n_rows += int(wanted.sum())
        return first + np.cumsum(wanted) - 1

    def put(
        self, kind: str, sign: float, rows: np.ndarray, cells: np.ndarray, fixed: np.ndarray
    ) -> None:
        """Put cells of a kind into rows; `fixed` are those that go in as a number."""
        free = ~fixed
        block = rows[free].astype(np.int32), cells[free].astype(np.int32)
        signs = np.full(len(block[0]), sign, dtype=np.int8)
        self._blocks.setdefault(kind, []).append((signs, *block))
        self._fixed.append((rows[fixed], sign * self.builder.known(kind, cells[fixed])))

    def finish(self, least: float, most: float) -> None:
        """Hand the rows to the builder: each sum lies between `least` and `most`."""
        if not self._blocks:
            return
        rows, values = (np.concatenate(part) for part in zip(*self._fixed))
        known = np.bincount(rows, values, self.n_rows)
        sums = {kind: self._matrix(kind) for kind in list(self._blocks)}
        self.builder.add(sums, least - known, most - known)

    def _matrix(self, kind: str) -> Rows:
        data, *index = (np.concatenate(part) for part in zip(*self._blocks.pop(kind)))
        shape = self.n_rows, len(self.builder.hidden[kind])
        return sparse.csr_array((data.astype(float), tuple(index)), shape=shape)


def ways_to_know(parts: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the total less the rest holds fewer hidden cells than the parts; where both several.

    Then the two say different things: bounds that are passed along a row with the one bound its
    cells, and do not reach those of the other through the sum that ties both groups.

    Parameters
    ----------
    parts, rest : ndarray of bool, (n_cells, n_items)
        Which of the parts are hidden; which of the total and the other parts.
    """
    return compare_counts(parts.sum(axis=0), rest.sum(axis=0))


def compare_counts(parts: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`ways_to_know` from the numbers of hidden cells."""
    return rest < parts, (parts > 1) & (rest > 1)
