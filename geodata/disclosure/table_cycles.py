"""Tables of two dimensions inside the cube as networks, see `cycles`.

Categories by ages of an area, children by categories of a parent, and children by ages of a
parent. A table with its margins: the sum of all columns leads to each row, a row through its cells
to the columns, a column to the sum of all rows, and that back.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.disclosure.cycles import Arcs, Room, close_cycles
from geodata.disclosure.knowledge import CARDS, ISSUED, SILENT, SWIPES, Knowledge
from geodata.disclosure.month_cells import MonthCells
from geodata.disclosure.published import PublishedSums
from geodata.disclosure.widths import Widths
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
        self.rooms = {
            kind: Room(cells.values[kind], cells.weights[kind], floor, width) for kind in arcs
        }

    def find_further(
        self, widths: Widths, masks: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray] | None:
        """Cells to hide, as `repair.find_further` returns them; None when all cycles are closed."""
        found = {
            kind: close_cycles(arcs, masks[kind], self.rooms[kind], self.wanted[kind])
            for kind, arcs in self.arcs.items()
        }
        return found if any(map(len, found.values())) else None


def arcs_of_cube(knowledge: Knowledge) -> dict[str, Arcs]:
    """Arcs of all tables by kind: cards add over ages and areas, swipes over categories too."""
    swipes, cards = knowledge.swipes, knowledge.cards
    slots = np.array([[SLOT_INDEX[c, age] for age in AGE_BANDS] for c in CATEGORY_KEYS])
    of_cards, of_swipes, of_issued = _Drawer(), _Drawer(), _Drawer()
    for own in slots:
        of_cards.draw_families(swipes, own)
        of_swipes.draw_families(swipes, own)
    for own in slots.T:
        of_swipes.draw_families(swipes, own)
    of_swipes.draw_areas(swipes, slots)
    of_issued.draw_families(cards, np.arange(len(AGE_BANDS)))
    issued = of_issued.arcs()
    return {CARDS: of_cards.arcs(), SWIPES: of_swipes.arcs(), ISSUED: issued, SILENT: issued}


class _Drawer:
    """Collects arcs of tables; the first of some slots is always the sum of the others."""

    def __init__(self) -> None:
        self.parts: list[tuple[np.ndarray, ...]] = []
        self.n_nodes = self.n_tables = 0

    def arcs(self) -> Arcs:
        return Arcs.of(self.parts, self.n_nodes)

    def draw_families(self, sums: PublishedSums, slots: np.ndarray) -> None:
        """For each parent a table of its children by some slots."""
        areas = sums.areas_with(int(slots.max()))
        children, parents = areas[areas > 0], sums.tree.parents[areas[areas > 0]]
        n = len(sums.tree)
        row, whole, column = self.n_nodes, self.n_nodes + n, self.n_nodes + 2 * n
        for number, slot in enumerate(slots.tolist()):
            for rows, above, base in ((children, parents, row), (*2 * [np.unique(parents)], whole)):
                ends = base + rows, column + above * len(slots) + number
                inward = (number == 0) == (base == row)
                self._add(ends[::-1] if inward else ends, above, sums.number(slot, rows))
        self.n_nodes, self.n_tables = column + n * len(slots), self.n_tables + n

    def draw_areas(self, sums: PublishedSums, slots: np.ndarray) -> None:
        """For each area that has all slots a table of them, (n_rows, n_columns)."""
        areas, (n_rows, n_columns) = sums.areas_with(int(slots.max())), slots.shape
        base = self.n_nodes + areas * (n_rows + n_columns)
        for (row, column), slot in np.ndenumerate(slots):
            ends = base + row, base + n_rows + column
            inward = (column == 0) == (row > 0)
            self._add(ends[::-1] if inward else ends, areas, sums.number(slot, areas))
        self.n_nodes += (n_rows + n_columns) * len(sums.tree)
        self.n_tables += len(sums.tree)

    def _add(self, ends, tables: np.ndarray, cells: np.ndarray) -> None:
        self.parts.append((*ends, self.n_tables + tables, cells))
