"""A month's hidden counts that follow exactly from many sums, and what to hide against it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.disclosure.determined import NullSpace
from geodata.disclosure.knowledge import SUMS
from geodata.disclosure.month_cells import MonthCells
from geodata.disclosure.repair import Outward
from geodata.disclosure.widths import Widths


class ExactSums:
    """Looks for such counts until there are none; each look starts from what the last one found.

    Parameters
    ----------
    cells : MonthCells
    """

    def __init__(self, cells: MonthCells) -> None:
        self.n_cells = {kind: len(counts) for kind, counts in cells.values.items()}
        self.space, self.outward = NullSpace(), Outward(cells.weights)

    def find_further(
        self, widths: Widths, masks: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray] | None:
        """Cells to hide, as `repair.find_further` returns them; None when nothing follows."""
        system, sums = widths.system(rows=SUMS)
        found = self.space.find_determined(system, self.n_cells)
        found = widths.only_wanted(system, found)
        return self.outward.find_further(system, sums, found, masks) if len(found) else None
