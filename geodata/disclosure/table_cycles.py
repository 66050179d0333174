"""Tables of two dimensions inside the cube as networks, see `cycles`.

Categories by ages of an area, children by categories of a parent, and children by ages of a
parent.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.disclosure.arcs import ArcDrawer, Arcs
from geodata.disclosure.cycles import Room, close_cycles
from geodata.disclosure.knowledge import CARDS, ISSUED, SILENT, SWIPES, Knowledge
from geodata.disclosure.month_cells import MonthCells
from geodata.disclosure.published import PublishedSums
from geodata.schema import AGE_BANDS
from geodata.slots import CATEGORY_KEYS, SLOT_INDEX


class TableCycles:
    """Closes the cycles of a month's tables.

    Parameters
    ----------
    arcs : mapping of kind to Arcs
        From `arcs_of_cube`.
    cells : MonthCells
    floor, width : int
        As of `Room`.
    """

    def __init__(self, arcs: Mapping[str, Arcs], cells: MonthCells, floor: int, width: int) -> None:
        self.arcs, self.wanted = arcs, cells.wanted
        self.settled: dict[str, np.ndarray] = {}
        self.rooms = {
            kind: Room(cells.values[kind], cells.weights[kind], floor, width) for kind in arcs
        }

    def find_further(self, masks: Mapping[str, np.ndarray]) -> dict[str, np.ndarray] | None:
        """Cells to hide, as `repair.find_further` returns them; None when all cycles are closed.

        At the next call they are hidden, and all that was at this one.
        """
        found = {}
        for kind, arcs in self.arcs.items():
            told = self.rooms[kind], self.wanted[kind], self.settled.get(kind)
            found[kind] = close_cycles(arcs, masks[kind], *told)
            self.settled[kind] = masks[kind].copy()
            self.settled[kind][found[kind]] = True
        return found if any(map(len, found.values())) else None


def arcs_of_cube(knowledge: Knowledge) -> dict[str, Arcs]:
    """Arcs of all tables by kind: cards add over ages and areas, swipes over categories too."""
    swipes, cards = knowledge.swipes, knowledge.cards
    slots = np.array([[SLOT_INDEX[c, age] for age in AGE_BANDS] for c in CATEGORY_KEYS])
    of_cards, of_swipes, of_issued = ArcDrawer(), ArcDrawer(), ArcDrawer()
    for own in slots:
        _draw_families(of_cards, swipes, own)
        _draw_families(of_swipes, swipes, own)
    for own in slots.T:
        _draw_families(of_swipes, swipes, own)
    areas = swipes.areas_with(int(slots.max()))
    of_swipes.draw_crosses(
        lambda row, column: swipes.number(slots[row, column], areas), slots.shape
    )
    _draw_families(of_issued, cards, np.arange(len(AGE_BANDS)))
    issued = of_issued.arcs()
    return {CARDS: of_cards.arcs(), SWIPES: of_swipes.arcs(), ISSUED: issued, SILENT: issued}


def _draw_families(drawer: ArcDrawer, sums: PublishedSums, slots: np.ndarray) -> None:
    """For each parent a table of its children by some slots; the first is the sum of the others."""
    areas = sums.areas_with(int(slots.max()))
    children = areas[areas > 0]
    parents = sums.tree.parents[children]
    drawer.draw_families(children, parents, lambda n, a: sums.number(int(slots[n]), a), len(slots))
