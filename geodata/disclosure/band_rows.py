"""Inequalities that hold in every cell, in several age bands of an area together.

There a sum may be known where its parts are hidden: as all ages less the other bands, or as what
is left of the parent when the same bands of all its other children are known. Bounds that are
passed along the rows of single cells do not see that.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geodata.disclosure.derived_rows import DerivedRows, compare_counts, ways_to_know
from geodata.disclosure.merged_bands import Table, parts_of_ages, terms_of


@dataclass(frozen=True)
class Side:
    """One kind of cells in an inequality: the sum of sign times cell is not below zero.

    Attributes
    ----------
    kind : str
    sign : float
    table : Table
        The tables of all sides have the same items in the same order.
    hidden, there : ndarray of bool, (n_ages, n_items)
        Which cells are hidden; where the inequality holds and a count is shown or hidden.
    """

    kind: str
    sign: float
    table: Table
    hidden: np.ndarray
    there: np.ndarray

    @cached_property
    def family(self) -> Family:
        """Sums over the children of its items."""
        return Family(self.table)

    @cached_property
    def is_whole(self) -> np.ndarray:
        """Items that are there in all bands with all their children, (n_items,)."""
        there = self.there.all(axis=0)
        return there & (self.family.count(~there) == 0)

    @cached_property
    def fixed(self) -> np.ndarray:
        """Items of which nothing is hidden, (n_items,)."""
        return ~self.hidden.any(axis=0)


def add_in_bands(rows: DerivedRows, sides: Sequence[Side], near: np.ndarray) -> None:
    """Add the inequality for two bands or more, where it says something new.

    Parameters
    ----------
    rows : DerivedRows
    sides : sequence of Side
    near : ndarray of bool, (n_items,)
        Items whose rows are wanted.
    """
    there = np.all([side.there for side in sides], axis=0)
    for some, others in parts_of_ages():
        bands = [_Bands(side, some, others) for side in sides]
        wanted = there[list(some)].all(axis=0) & there[0] & near
        for by_rest, asked in both_ways(dict(enumerate(band.ways for band in bands))):
            # Without a side known better so, the row says what those of the bands do.
            better = [*by_rest.values(), *(band.alone for band in bands)]
            chosen = wanted & asked & np.any(better, axis=0)
            number = rows.number(chosen)
            for band, rest in zip(bands, by_rest.values()):
                band.put(rows, number, chosen, rest)


class _Bands:
    """Some bands of one side."""

    def __init__(self, side: Side, some: tuple[int, ...], others: tuple[int, ...]) -> None:
        self.side, self.some, self.others = side, some, others
        parts, rest = side.hidden[list(some)], side.hidden[[0, *others]]
        self.ways = ways_to_know(parts, rest)
        known = ~parts.any(axis=0) | ~rest.any(axis=0)
        self.alone = self._find_alone(known)

    def _find_alone(self, known: np.ndarray) -> np.ndarray:
        """Items that are not known though their parent and all its other children are."""
        family = self.side.family
        known_above = known & self.side.is_whole & (family.count(~known) == 1)
        alone = np.zeros(len(known), dtype=bool)
        alone[family.children] = known_above[family.parents]
        return alone & ~known

    def put(
        self, rows: DerivedRows, number: np.ndarray, chosen: np.ndarray, by_rest: np.ndarray
    ) -> None:
        """Put the cells into the rows of the chosen items."""
        alone, parents = chosen & self.alone, self.side.table.parents
        own = np.flatnonzero(chosen & ~alone)
        self._put(rows, number[own], own, by_rest, 1.0)
        children = np.flatnonzero(alone)
        if not len(children):
            return
        self._put(rows, number[children], parents[children], by_rest, 1.0)
        row_of_parent = np.full(len(alone), -1)
        row_of_parent[parents[children]] = number[children]
        others = np.flatnonzero((parents >= 0) & ~alone)
        others = others[row_of_parent[parents[others]] >= 0]
        self._put(rows, row_of_parent[parents[others]], others, by_rest, -1.0)

    def _put(self, rows: DerivedRows, number, items, by_rest: np.ndarray, sign: float) -> None:
        side, fixed = self.side, self.side.fixed
        for age, where, own_sign in terms_of(by_rest, self.some, self.others):
            chosen = np.flatnonzero(where[items])
            cells = side.table.cells[age, items[chosen]]
            signs = side.sign * sign * own_sign
            rows.put(side.kind, signs, number[chosen], cells, fixed[items[chosen]])


def both_ways(
    ways: Mapping[Hashable, tuple[np.ndarray, np.ndarray]],
) -> Iterator[tuple[dict[Hashable, np.ndarray], np.ndarray]]:
    """Which sides go in as a total less the rest, and where: the shorter way, then the other."""
    yield {side: by_rest for side, (by_rest, _) in ways.items()}, np.True_
    several = np.any([both for _, both in ways.values()], axis=0)
    yield {side: by_rest ^ both for side, (by_rest, both) in ways.items()}, several


class Family:
    """Sums over the children of every item."""

    def __init__(self, table: Table) -> None:
        self.n_items = table.n_items
        self.children = np.flatnonzero(table.parents >= 0)
        self.parents = table.parents[self.children]

    def count(self, marked: np.ndarray) -> np.ndarray:
        """Marked children, (n_items,)."""
        return np.bincount(self.parents, marked[self.children], self.n_items)

    def ways_to_know(self, hidden: np.ndarray, some: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`ways_to_know` of some children: each by itself, or their parent less the others."""
        return compare_counts(self.count(hidden & some), hidden + self.count(hidden & ~some))

    def terms(self, wanted: np.ndarray, by_rest: np.ndarray, some: np.ndarray):
        """Items, the one whose row they are in, and their sign."""
        inside, rest = wanted[self.parents], by_rest[self.parents]
        chosen = some[self.children]
        direct, less = inside & ~rest & chosen, inside & rest & ~chosen
        yield self.children[direct], self.parents[direct], 1.0
        yield self.children[less], self.parents[less], -1.0
        whole = np.flatnonzero(wanted & by_rest)
        yield whole, whole, 1.0
