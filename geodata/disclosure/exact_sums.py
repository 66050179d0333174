"""A month's hidden counts that follow exactly from many sums, and what to hide against it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.disclosure.determined import NullSpace
from geodata.disclosure.knowledge import (
    CARDS,
    FLOW_CARDS,
    FLOW_SWIPES,
    ISSUED,
    SILENT,
    SWIPES,
)
from geodata.disclosure.month_cells import MonthCells
from geodata.disclosure.repair import find_around
from geodata.disclosure.widths import Widths

# Kinds that share sums. Flows tie swipes together across the whole region: most is found there.
_GROUPS = ((SWIPES, FLOW_SWIPES), (CARDS,), (ISSUED,), (SILENT,), (FLOW_CARDS,))
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
        self.spaces = [NullSpace(kinds) for kinds in _GROUPS]

    def find_further(
        self, widths: Widths, masks: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray] | None:
        """Cells to hide, as `repair.find_further` returns them; None when nothing follows."""
        system, sums = widths.system(masks)
        found = [space.find_determined(system, self.n_cells) for space in self.spaces]
        found = widths.without_no_flow(system, np.unique(np.concatenate(found)))
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
