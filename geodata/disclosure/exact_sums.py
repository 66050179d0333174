"""A month's hidden counts that follow exactly from many sums, and what to hide against it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.disclosure.determined import NullSpace
from geodata.disclosure.knowledge import SUMS
from geodata.disclosure.month_cells import MonthCells, only_wanted
from geodata.disclosure.repair import Outward
from geodata.disclosure.system import System
from geodata.disclosure.system_builder import Shown

Cells = Mapping[str, np.ndarray]


class ExactSums:
    """Looks for such counts until there are none; each look starts from what the last one found.

    Parameters
    ----------
    cells : MonthCells
    """

    def __init__(self, cells: MonthCells) -> None:
        self.cells = cells
        self.n_cells = {kind: len(counts) for kind, counts in cells.values.items()}
        self.space, self.outward = NullSpace(), Outward(cells.weights)

    def look(self, masks: Cells) -> tuple[System, list, np.ndarray]:
        """The system, the sums its rows come from, and the unknowns that follow and must not."""
        system, sums = self.cells.system(Shown(self.cells.values, masks), SUMS)
        wanted = only_wanted(self.cells.wanted, system, np.arange(system.n_hidden))
        return system, sums, self.space.find_determined(system, self.n_cells, wanted)

    def find_further(self, masks: Cells) -> dict[str, np.ndarray] | None:
        """Cells to hide, as `repair.find_further` returns them; None when nothing follows."""
        system, sums, found = self.look(masks)
        return self.outward.find_further(system, sums, found, masks) if len(found) else None
