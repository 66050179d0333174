"""Sums over the area tree of several age bands together.

They follow from the sums of the single bands; but several bands together may be known where each
of them is hidden: all ages less the other bands. Bounds that are passed along the sums of single
bands do not see that, along these they do.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geodata.disclosure.derived_rows import DerivedRows, ways_to_know
from geodata.disclosure.published import PublishedSums, SwipeSums
from geodata.disclosure.system_builder import SystemBuilder
from geodata.schema import AGE_BANDS, CATEGORY_ALL, CATEGORY_CODES
from geodata.slots import SLOT_INDEX

_BANDS = range(1, len(AGE_BANDS))


@dataclass(frozen=True)
class Table:
    """Cells by age of some items, each an area, or a category in one.

    Attributes
    ----------
    cells : ndarray of int, (n_ages, n_items)
    parents : ndarray of int, (n_items,)
        Item each one adds to; -1: to none.
    """

    cells: np.ndarray
    parents: np.ndarray

    @cached_property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.parents)

    def in_family(self, marked: np.ndarray) -> np.ndarray:
        """Whether an item or one that adds to it is marked, (n_items,)."""
        inside = self.parents >= 0
        found = np.bincount(self.parents[inside], marked[inside], self.n_items) > 0
        return found | marked

    def near(self, marked: np.ndarray) -> tuple[Table, np.ndarray]:
        """The families in which an item is marked, as a table of its own; and its items here."""
        asked, inside = self.in_family(marked), self.parents >= 0
        asked_above = np.zeros(self.n_items, dtype=bool)
        asked_above[inside] = asked[self.parents[inside]]
        items = np.flatnonzero(asked | asked_above)
        number = np.zeros(self.n_items, dtype=np.int64)
        number[items] = np.arange(len(items))
        parents = np.where(asked_above[items], number[self.parents[items]], -1)
        return Table(self.cells[:, items], parents), items


def tables_of(sums: PublishedSums) -> list[Table]:
    """The tables whose sums over areas and over ages a release publishes."""
    tree, ages = sums.tree, range(len(AGE_BANDS))
    areas = np.arange(len(tree))
    if not isinstance(sums, SwipeSums):
        return [Table(np.stack([sums.number(age, areas) for age in ages]), tree.parents)]

    def cells(category: str, positions: np.ndarray) -> np.ndarray:
        return np.stack([sums.number(SLOT_INDEX[category, a], positions) for a in AGE_BANDS])

    upper = areas[: sums.split]
    by_category = np.concatenate([cells(c, upper) for c in CATEGORY_CODES], axis=1)
    first = np.repeat(np.arange(len(CATEGORY_CODES)) * sums.split, sums.split)
    parents = np.tile(tree.parents[: sums.split], len(CATEGORY_CODES))
    return [
        Table(cells(CATEGORY_ALL, areas), tree.parents),
        Table(by_category, np.where(parents < 0, -1, first + parents)),
    ]


def add_merged_bands(
    builder: SystemBuilder, tables: list[Table], kind: str, published: np.ndarray
) -> None:
    """Add the sums of two bands or more that say something new about hidden cells of a kind.

    Parameters
    ----------
    builder : SystemBuilder
    tables : list of Table
    kind : str
    published : ndarray of int, (n_cells,)
    """
    rows = DerivedRows(builder)
    for whole in tables:
        table, _ = whole.near(builder.is_near(kind, whole.cells).any(axis=0))
        hidden = builder.hidden[kind][table.cells]
        there = (published[table.cells] >= 0) | hidden
        wanted = table.in_family(builder.is_near(kind, table.cells).any(axis=0))
        wanted &= ~table.in_family(~there.all(axis=0))
        fixed = ~hidden.any(axis=0)
        for some, others in parts_of_ages():
            by_rest, both = ways_to_know(hidden[list(some)], hidden[[0, *others]])
            other_way = by_rest ^ both, wanted & table.in_family(both)
            for rest, asked in ((by_rest, wanted), other_way):
                mixed = asked & table.in_family(rest & ~fixed)
                mixed &= table.in_family(~rest & hidden[list(some)].any(axis=0))
                number = rows.number(mixed)
                for cells, items, row, sign in _terms(table, mixed, rest, some, others):
                    rows.put(kind, sign, number[row], cells, fixed[items])
    rows.finish(0.0, 0.0)


def parts_of_ages() -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Two bands or more but not all, and the other ones."""
    for size in range(2, len(_BANDS)):
        for some in itertools.combinations(_BANDS, size):
            yield some, tuple(age for age in _BANDS if age not in some)


def terms_of(by_rest: np.ndarray, some, others) -> Iterator[tuple[int, np.ndarray, float]]:
    """Age, where, and sign of the cells that make up some bands."""
    yield from ((age, ~by_rest, 1.0) for age in some)
    yield 0, by_rest, 1.0
    yield from ((age, by_rest, -1.0) for age in others)


def _terms(table: Table, wanted: np.ndarray, by_rest: np.ndarray, some, others) -> Iterator:
    """Cells, their items, whose row they are in, and sign: children less their parent."""
    child = (table.parents >= 0) & wanted[table.parents]
    for age, where, sign in terms_of(by_rest, some, others):
        items = np.flatnonzero(where & wanted)
        yield table.cells[age, items], items, items, -sign
        items = np.flatnonzero(where & child)
        yield table.cells[age, items], items, table.parents[items], sign
