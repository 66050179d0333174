"""A month's hidden counts that follow exactly from many sums, and what to hide against it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.disclosure.determined import NullSpace
from geodata.disclosure.knowledge import SUMS
from geodata.disclosure.month_cells import MonthCells
from geodata.disclosure.repair import find_around
from geodata.disclosure.widths import Widths

FURTHEST = 8  # steps outward from sum to sum; beyond it there is nothing
_PATIENCE = 3  # looks after which more is hidden at a time


class ExactSums:
    """Looks for such counts until there are none; each look starts from what the last one found.

    Parameters
    ----------
    cells : MonthCells
    """

    def __init__(self, cells: MonthCells) -> None:
        self.cells, self.looks = cells, 0
        self.n_cells = {kind: len(counts) for kind, counts in cells.values.items()}
        self.space = NullSpace()

    def find_further(
        self, widths: Widths, masks: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray] | None:
        """Cells to hide, as `repair.find_further` returns them; None when nothing follows."""
        system, sums = widths.system(rows=SUMS)
        found = self.space.find_determined(system, self.n_cells)
        found = widths.without_no_flow(system, found)
        return self._hide_around(system, sums, found, masks) if len(found) else None

    def _hide_around(self, system, sums, found, masks) -> dict[str, np.ndarray]:
        """First in their own sums; what follows still is loosened further and further out."""
        first = min(-(-self.looks // _PATIENCE), FURTHEST - 1)
        self.looks += 1
        for reach in range(first, FURTHEST):
            weights = self.cells.weights
            further = find_around(system, sums, found, weights, masks, reach=reach)
            if any(map(len, further.values())):
                break
        return further
