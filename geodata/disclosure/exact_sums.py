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
    Knowledge,
)
from geodata.disclosure.month_cells import MonthCells
from geodata.disclosure.repair import find_around
from geodata.disclosure.widths import Widths

# Kinds that share sums. Flows tie swipes together across the whole region: most is found there.
_OTHERS = ((CARDS,), (ISSUED,), (SILENT,), (FLOW_CARDS,))


class ExactSums:
    """Looks for such counts until there are none; each look starts from what the last one found.

    First without the sums of swipes in communities, which are most of all sums and tell little:
    when nothing follows from the others, all are looked at.

    Parameters
    ----------
    knowledge : Knowledge
    cells : MonthCells
    """

    def __init__(self, knowledge: Knowledge, cells: MonthCells) -> None:
        self.cells, self.reach = cells, 0
        self.n_cells = {kind: len(counts) for kind, counts in cells.values.items()}
        communities = np.arange(knowledge.swipes.n_cells) >= knowledge.swipes.n_upper
        above = NullSpace((SWIPES, FLOW_SWIPES), {SWIPES: communities})
        self.most = [above, *(NullSpace(kinds) for kinds in _OTHERS)]
        self.rest = [NullSpace((SWIPES, FLOW_SWIPES))]

    def find_further(
        self, widths: Widths, masks: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray] | None:
        """Cells to hide, as `repair.find_further` returns them; None when nothing follows."""
        system, sums = widths.system(masks)
        for spaces in (self.most, self.rest):
            found = [space.find_determined(system, self.n_cells) for space in spaces]
            found = widths.without_no_flow(system, np.unique(np.concatenate(found)))
            if len(found):
                return self._hide_around(system, sums, found, masks)
        return None

    def _hide_around(self, system, sums, found, masks) -> dict[str, np.ndarray]:
        """First in their own sums; what follows still is loosened further out."""
        for reach in range(self.reach, 3):
            weights = self.cells.weights
            further = find_around(system, sums, found, weights, masks, reach=reach)
            if any(map(len, further.values())):
                break
        self.reach = 1
        return further
