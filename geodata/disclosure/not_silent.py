"""Cards used and silent cards are together not more than were issued.

In every cell, so in several cells together as well: in some age bands of an area, in some
children of one. There a sum may be known where its parts are hidden, as a total less the other
parts. Bounds that are passed along the rows of single cells do not see that.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from geodata.disclosure.band_rows import Family, Side, add_in_bands, both_ways
from geodata.disclosure.derived_rows import DerivedRows
from geodata.disclosure.merged_bands import Table, tables_of
from geodata.disclosure.published import CardSums, SwipeSums
from geodata.disclosure.system_builder import SystemBuilder


class NotSilent:
    """Rows issued - used - silent >= 0.

    Parameters
    ----------
    cards : CardSums
    swipes : SwipeSums
    kinds : tuple of str
        Names of issued, used and silent cards.
    """

    def __init__(self, cards: CardSums, swipes: SwipeSums, kinds: tuple[str, str, str]) -> None:
        self.cards, self.swipes, self.kinds = cards, swipes, kinds
        self.sides = dict(zip(kinds, (1.0, -1.0, -1.0)))

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Cells by age and area of each kind."""
        table = tables_of(self.cards)[0]
        issued, used, silent = self.kinds
        of_use = Table(self.swipes.of_all_categories[table.cells], table.parents)
        return {issued: table, used: of_use, silent: table}

    def add_to(
        self,
        builder: SystemBuilder,
        published: Mapping[str, np.ndarray],
        fits: np.ndarray | bool,
        *,
        derived: bool,
    ) -> None:
        """Add the rows of single cells and, if asked for, those of several together.

        Parameters
        ----------
        builder : SystemBuilder
        published : mapping of kind to ndarray of int, (n_cells,)
        fits : ndarray of bool, (n_cells,) of `CardSums`, or bool
            Where the inequality is true; see `Knowledge.system`.
        derived : bool
        """
        near = np.zeros(self.tables[self.kinds[0]].cells.shape, dtype=bool)
        for kind, table in self.tables.items():
            near |= builder.is_near(kind, table.cells)
        tables, items = {}, None
        for kind, table in self.tables.items():
            tables[kind], items = table.near(near.any(axis=0))
        near = near[:, items]
        there = np.broadcast_to(fits, (self.cards.n_cells,))[tables[self.kinds[0]].cells].copy()
        hidden = {kind: builder.hidden[kind][table.cells] for kind, table in tables.items()}
        for kind, table in tables.items():
            there &= (published[kind][table.cells] >= 0) | hidden[kind]
        rows = DerivedRows(builder)
        self._of_cells(rows, tables, there & near)
        if derived:
            sides = [
                Side(kind, self.sides[kind], table, hidden[kind], there)
                for kind, table in tables.items()
            ]
            add_in_bands(rows, sides, near.any(axis=0))
            for age in range(len(there)):
                own = {kind: mask[age] for kind, mask in hidden.items()}
                self._of_children(rows, age, tables, own, there[age], near[age])
        rows.finish(0.0, np.inf)

    def _of_cells(self, rows: DerivedRows, tables, wanted: np.ndarray) -> None:
        for age, of_age in enumerate(wanted):
            items = np.flatnonzero(of_age)
            number = rows.number(of_age)[items]
            for kind, table in tables.items():
                cells = table.cells[age, items]
                rows.put(kind, self.sides[kind], number, cells, np.zeros(len(cells), dtype=bool))

    def _of_children(self, rows: DerivedRows, age: int, tables, hidden, there, near) -> None:
        """For each family the children in which a kind is hidden that is shown above."""
        family = Family(tables[self.kinds[0]])
        near, whole = near | (family.count(near) > 0), there & (family.count(~there) == 0)
        fixed = {kind: ~mask & (family.count(mask) == 0) for kind, mask in hidden.items()}
        for anchor in self.kinds:
            some = hidden[anchor]
            ways = {k: family.ways_to_know(mask, some) for k, mask in hidden.items()}
            ways = {k: (by_rest & whole, both & whole) for k, (by_rest, both) in ways.items()}
            wanted = ~some & (family.count(some) > 1) & (family.count(some & ~there) == 0)
            wanted &= near & ways[anchor][0]
            for by_rest, asked in both_ways(ways):
                number = rows.number(wanted & asked)
                for kind, table in tables.items():
                    for items, parents, sign in family.terms(wanted & asked, by_rest[kind], some):
                        cells, side = table.cells[age, items], self.sides[kind] * sign
                        rows.put(kind, side, number[parents], cells, fixed[kind][parents])
