"""In several age bands together cards are not more than uses, nor those of a category than all.

For single cells these are pairs of `System`; here are the rows for two bands or more.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from geodata.disclosure.band_rows import Side, add_in_bands
from geodata.disclosure.derived_rows import DerivedRows
from geodata.disclosure.merged_bands import Table, tables_of
from geodata.disclosure.published import SwipeSums
from geodata.disclosure.system_builder import SystemBuilder
from geodata.schema import CATEGORY_CODES


class NotAbove:
    """Rows more - fewer >= 0.

    Parameters
    ----------
    swipes : SwipeSums
    kinds : tuple of str
        Names of cards and uses.
    """

    def __init__(self, swipes: SwipeSums, kinds: tuple[str, str]) -> None:
        self.swipes, self.kinds = swipes, kinds

    @cached_property
    def pairs(self) -> list[tuple[tuple[str, Table], tuple[str, Table]]]:
        """Kind and table of what is not above, and of what it is not above."""
        cards, uses = self.kinds
        every, by_category = tables_of(self.swipes)
        in_all = np.tile(every.cells[:, : self.swipes.split], len(CATEGORY_CODES))
        return [
            ((cards, every), (uses, every)),
            ((cards, by_category), (uses, by_category)),
            ((cards, by_category), (cards, Table(in_all, by_category.parents))),
        ]

    def add_to(self, builder: SystemBuilder, published: Mapping[str, np.ndarray]) -> None:
        """Add the rows.

        Parameters
        ----------
        builder : SystemBuilder
        published : mapping of kind to ndarray of int, (n_cells,)
        """
        rows = DerivedRows(builder)
        for pair in self.pairs:
            near = np.any([builder.is_near(kind, t.cells).any(axis=0) for kind, t in pair], axis=0)
            sides = []
            for (kind, whole), sign in zip(pair, (-1.0, 1.0)):
                table, items = whole.near(near)
                hidden = builder.hidden[kind][table.cells]
                there = (published[kind][table.cells] >= 0) | hidden
                sides.append(Side(kind, sign, table, hidden, there))
            add_in_bands(rows, sides, near[items])
        rows.finish(0.0, np.inf)
