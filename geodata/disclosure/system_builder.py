"""Rows over all cells of a month, as a system of what is hidden of them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import sparse

from geodata.disclosure.system import Rows, System, distinct, entries_of, kept_before, places_of

Pairs = tuple[str, np.ndarray]  # a kind and cells
_NO_NUMBERS = np.zeros(0, dtype=np.int32)
_FEW = 50  # times as many cells in all: then some are sorted, else all are marked


class RowIndex:
    """In which rows each cell occurs, of sums that are the same every month."""

    def __init__(self) -> None:
        self._by_cell: dict[int, tuple[Rows, np.ndarray, np.ndarray]] = {}

    def rows_with(self, sums: Rows, cells: np.ndarray) -> np.ndarray:
        """Rows in which any of some cells occurs; not sorted, some twice."""
        if id(sums) not in self._by_cell:
            by_cell = sums.tocsc()
            # The sums are kept with it: no others come to have their number.
            self._by_cell[id(sums)] = sums, by_cell.indptr, by_cell.indices
        _, pointer, rows = self._by_cell[id(sums)]
        return rows[entries_of(pointer, cells)[0]]


@dataclass(frozen=True)
class Shown:
    """What is published of a month, and where it has gaps.

    Parameters
    ----------
    values : mapping of kind to ndarray of int, (n_cells,)
        What is published of each cell; anything where it is hidden, negative where it is missing.
    hidden : mapping of kind to ndarray of bool, (n_cells,)
    """

    values: Mapping[str, np.ndarray]
    hidden: Mapping[str, np.ndarray]
    _numbers: dict[str, np.ndarray] = field(default_factory=dict, init=False)

    @cached_property
    def cells(self) -> dict[str, np.ndarray]:
        """Hidden cells by kind."""
        return {kind: np.flatnonzero(self.hidden[kind]) for kind in self.values}

    def known(self, kind: str, cells: np.ndarray | slice) -> np.ndarray:
        """Counts of some cells, 0 where there is none."""
        counts = self.values[kind][cells]
        return np.where(self.hidden[kind][cells] | (counts < 0), 0, counts)

    def numbers(self, kind: str) -> np.ndarray:
        """Number of each hidden cell among those of its kind, (n_cells,)."""
        if kind not in self._numbers:
            self._numbers[kind] = np.cumsum(self.hidden[kind], dtype=np.int32) - np.int32(1)
        return self._numbers[kind]


@dataclass
class SystemBuilder:
    """Collects rows over all cells and keeps what is about hidden ones.

    Parameters
    ----------
    shown : Shown
    lower : mapping of kind to float or ndarray of float, (n_cells,)
        The least a hidden count of the kind can be.
    near : mapping of kind to ndarray of bool, (n_cells,), optional
        Only rows and pairs in which one of these cells occurs, hidden or shown, and of the
        unknowns those in them and those that are near themselves; without it all. No step takes
        long for all the others.
    index : RowIndex, optional
        For sums that are called lasting.
    """

    shown: Shown
    lower: Mapping[str, np.ndarray | float]
    near: Mapping[str, np.ndarray] | None = None
    index: RowIndex | None = None
    _rows: list[tuple] = field(default_factory=list)
    _limits: list[np.ndarray] = field(default_factory=list)
    _origin: list[np.ndarray] = field(default_factory=list)
    _pairs: list[tuple[Pairs, Pairs]] = field(default_factory=list)
    _most: list[tuple[Pairs, np.ndarray]] = field(default_factory=list)
    _least: list[tuple[Pairs, np.ndarray]] = field(default_factory=list)
    sums: list[Mapping[str, Rows]] = field(default_factory=list)

    def __post_init__(self) -> None:
        shown = self.shown
        self.hidden, self.known, self.kinds = shown.hidden, shown.known, tuple(shown.values)
        # Where the unknowns of each kind begin; near ones are numbered by their cells until all
        # rows are there.
        count = np.count_nonzero if self.near is None else len
        sizes = [int(count(self.hidden[kind])) for kind in self.kinds]
        self.first = dict(zip(self.kinds, itertools.accumulate([0, *sizes])))
        self.n_numbers = sum(sizes)

    def is_near(self, kind: str, cells: np.ndarray) -> np.ndarray:
        """Whether rows of some cells are wanted; without `near` those of the hidden ones."""
        return (self.hidden if self.near is None else self.near)[kind][cells]

    def add_sums(self, sums: Mapping[str, Rows], *, lasting: bool = False) -> None:
        """Sums that hold exactly: parts less total is zero."""
        self._add_all(sums, 0.0, lasting)

    def add_not_less(self, sums: Mapping[str, Rows], *, lasting: bool = False) -> None:
        """Parts less total is zero or more."""
        self._add_all(sums, np.inf, lasting)

    def _add_all(self, sums: Mapping[str, Rows], most: float, lasting: bool) -> None:
        n_rows = next(iter(sums.values())).shape[0]
        self.add(sums, np.zeros(n_rows), np.full(n_rows, most), lasting=lasting)

    def add(
        self,
        sums: Mapping[str, Rows],
        least: np.ndarray,
        most: np.ndarray,
        *,
        lasting: bool = False,
    ) -> None:
        """Rows over all cells of several kinds, between `least` and `most`.

        Lasting ones are the same objects every time, so that they are indexed only once.
        """
        rows = np.arange(len(least)) if self.near is None else self._touching(sums, lasting)
        n_hidden, known = self._count(rows, sums)
        some = n_hidden > 0
        rows, known, n_hidden = rows[some], known[some], n_hidden[some]
        self._rows.append((rows, sums, n_hidden))
        self._limits.append(np.stack([least[rows] - known, most[rows] - known]))
        origin = np.full(len(rows), len(self.sums)), rows
        self._origin.append(np.stack(origin).astype(np.int32))
        self.sums.append(sums)

    def _count(self, rows: np.ndarray, sums: Mapping[str, Rows]) -> tuple[np.ndarray, np.ndarray]:
        """How many hidden cells each of some rows has, and what its shown ones come to."""
        from geodata.disclosure.compiled import count_parts

        n_hidden, known = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows))
        for kind, matrix in sums.items():
            cells = self.hidden[kind], self.shown.values[kind]
            count_parts(rows, *places_of(matrix), matrix.data, *cells, n_hidden, known)
        return n_hidden, known

    def _take(self, n_hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Number and sign of each hidden cell of all rows."""
        from geodata.disclosure.compiled import take_hidden

        ends = np.cumsum(n_hidden)
        column, data = (np.empty(ends[-1] if len(ends) else 0, dtype=t) for t in (np.int32, float))
        place, done = ends - n_hidden, 0
        for rows, sums, _ in self._rows:
            own = place[done : done + len(rows)]
            for kind in filter(sums.__contains__, self.kinds):
                numbers = self.shown.numbers(kind) if self.near is None else _NO_NUMBERS
                entries = *places_of(sums[kind]), sums[kind].data
                told = self.hidden[kind], numbers, self.first[kind]
                take_hidden(rows, *entries, *told, own, column, data)
            done += len(rows)
        return column, data

    def _touching(self, sums: Mapping[str, Rows], lasting: bool) -> np.ndarray:
        """Rows in which a cell of `near` occurs."""
        found = np.zeros(next(iter(sums.values())).shape[0], dtype=bool)
        for kind, matrix in sums.items():
            if lasting and self.index is not None:
                found[self.index.rows_with(matrix, self._near_cells[kind])] = True
            else:
                entries = np.flatnonzero(self.near[kind][matrix.indices])
                found[np.searchsorted(matrix.indptr, entries, side="right") - 1] = True
        return np.flatnonzero(found)

    @cached_property
    def _near_cells(self) -> dict[str, np.ndarray]:
        return {kind: np.flatnonzero(mask) for kind, mask in self.near.items()}

    def near_pairs(self, low: Pairs, high: Pairs) -> tuple[Pairs, Pairs]:
        """Of pairs of (kind, cells) those whose rows are wanted."""
        if self.near is None:
            return low, high
        (kind, cells), (kind_above, cells_above) = low, high
        close = self.near[kind][cells] | self.near[kind_above][cells_above]
        return (kind, cells[close]), (kind_above, cells_above[close])

    def add_not_above(self, low: Pairs, high: Pairs) -> None:
        """For pairs of (kind, cell): the one is not above the other; a shown one is a bound."""
        (kind, cells), (kind_above, cells_above) = self.near_pairs(low, high)
        below, above = self.hidden[kind][cells], self.hidden[kind_above][cells_above]
        pairs = below & ~above
        self._most.append(((kind, cells[pairs]), self.known(kind_above, cells_above[pairs])))
        pairs = ~below & above
        self._least.append(((kind_above, cells_above[pairs]), self.known(kind, cells[pairs])))
        pairs = below & above
        self._pairs.append(((kind, cells[pairs]), (kind_above, cells_above[pairs])))

    def build(self) -> System:
        """The system of all rows added."""
        n_hidden = np.concatenate([sizes for _, _, sizes in self._rows])
        column, data = self._take(n_hidden)
        none = np.zeros((0, 2), dtype=np.int64)
        sides = [np.stack([self._number(pair) for pair in both], axis=1) for both in self._pairs]
        pairs = np.concatenate([none, *sides])
        touched = None
        if self.near is not None:
            touched, column, pairs = self._touched(column, pairs)
        kind, cell = self._cells(touched)
        shape = len(n_hidden), len(cell)
        matrix = sparse.csr_array((data, column, kept_before(n_hidden)), shape=shape)
        limits = np.concatenate(self._limits, axis=1)
        bounds = self._bounds(kind, cell, touched)
        origin = np.concatenate(self._origin, axis=1).T
        return System(matrix, *limits, *bounds, kind, cell, self.kinds, origin, pairs)

    def _number(self, cells: Pairs) -> np.ndarray:
        """Numbers of hidden cells of a kind."""
        kind, own = cells
        return self.first[kind] + (self.shown.numbers(kind)[own] if self.near is None else own)

    def _touched(self, column: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, ...]:
        """Numbers of the near unknowns, sorted; rows and pairs by their places among them."""
        near = [
            self._number((kind, cells[self.hidden[kind][cells]]))
            for kind, cells in self._near_cells.items()
        ]
        # What is shown bounds what is beside it, and is no unknown itself.
        beside = [self._number(cells) for cells, _ in (*self._most, *self._least)]
        numbers = np.concatenate([column, pairs.ravel(), *near, *beside])
        if len(numbers) * _FEW < self.n_numbers:
            touched, place = np.unique(numbers, return_inverse=True)
        else:
            touched, place = distinct(numbers, self.n_numbers)
        place = place.astype(np.int32, copy=False)
        ends = np.cumsum([len(column), pairs.size])
        column, pairs, _ = np.split(place, ends)
        return touched, column, pairs.reshape(-1, 2).astype(np.int64)

    def _cells(self, touched: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Kind and cell of each unknown."""
        if touched is None:
            cells = self.shown.cells
            sizes = [len(cells[kind]) for kind in self.kinds]
            return np.repeat(np.arange(len(self.kinds)), sizes), np.concatenate([*cells.values()])
        firsts = np.array([self.first[kind] for kind in self.kinds])
        kind = np.searchsorted(firsts, touched, side="right") - 1
        return kind, touched - firsts[kind]

    def _bounds(self, kind, cell, touched: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Bounds of each unknown that follow from no other one."""
        ends = np.searchsorted(kind, np.arange(len(self.kinds) + 1))
        lower = np.concatenate(
            [
                np.broadcast_to(self.lower[name], self.hidden[name].shape)[cell[begin:end]]
                for name, begin, end in zip(self.kinds, ends, ends[1:])
            ]
        ).astype(float)
        upper = np.full(len(cell), np.inf)
        for side, hold, limits in (
            (upper, np.minimum, self._most),
            (lower, np.maximum, self._least),
        ):
            for cells, values in limits:
                place = self._number(cells)
                if touched is not None:
                    place = np.searchsorted(touched, place)
                hold.at(side, place, values)
        return lower, upper
