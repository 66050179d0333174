"""What is known about hidden cells as linear rows: sums that are published, and inequalities."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Rows = sparse.csr_array
Pairs = tuple[str, np.ndarray]  # a kind and cells
_NO_NUMBERS = np.zeros(0, dtype=np.int32)
_FEW = 20  # times as many cells in all: then each is looked up, else all are prepared


@dataclass(frozen=True)
class System:
    """row_lower <= matrix @ x <= row_upper, lower <= x <= upper, x[low] <= x[high].

    The unknowns x are the hidden cells.

    Parameters
    ----------
    matrix : csr_array, (n_rows, n_hidden)
        Entries +1 and -1.
    row_lower, row_upper : ndarray of float, (n_rows,)
    lower, upper : ndarray of float, (n_hidden,)
    kind : ndarray of int, (n_hidden,)
        Which count of its cell an unknown is: a number into `kinds`.
    cell : ndarray of int, (n_hidden,)
        Number of the cell.
    kinds : tuple of str
    origin : ndarray of int, (n_rows, 2)
        Where a row comes from: a number into `SystemBuilder.sums`, and the row there.
    pairs : ndarray of int, (n_pairs, 2)
        Unknowns of which the first is not above the second.
    """

    matrix: Rows
    row_lower: np.ndarray
    row_upper: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    kind: np.ndarray
    cell: np.ndarray
    kinds: tuple[str, ...]
    origin: np.ndarray
    pairs: np.ndarray

    @property
    def n_hidden(self) -> int:
        """Number of unknowns."""
        return len(self.cell)

    def find(self, kind: str, cells: np.ndarray) -> np.ndarray:
        """Numbers of the unknowns of a kind for hidden cells; unknowns are in order of both."""
        number = self.kinds.index(kind)
        first, last = np.searchsorted(self.kind, (number, number + 1))
        return first + np.searchsorted(self.cell[first:last], cells)

    def rows_with(self, unknowns: np.ndarray) -> np.ndarray:
        """Rows in which any of some unknowns occurs, sorted."""
        entries, _, _ = entries_of(self.by_column.indptr, unknowns)
        touched = np.zeros(self.matrix.shape[0], dtype=bool)
        touched[self.by_column.indices[entries]] = True
        return np.flatnonzero(touched)

    def unknowns_of(self, rows: np.ndarray) -> np.ndarray:
        """Unknowns that occur in any of some rows, sorted."""
        return distinct(self.matrix[rows].indices, self.n_hidden)[0]

    def only_sums(self) -> System:
        """Without inequalities; itself if it has none."""
        rows = np.flatnonzero(self.row_lower == self.row_upper)
        if len(rows) == len(self.row_lower) and not len(self.pairs):
            return self
        return replace(
            self,
            matrix=self.matrix[rows],
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
            origin=self.origin[rows],
            pairs=self.pairs[:0],
        )

    def components(self) -> np.ndarray:
        """Number of the connected part each unknown belongs to, (n_hidden,)."""
        links = abs(self._with_pairs())
        graph = sparse.block_array([[None, links], [links.T, None]], format="csr")
        _, label = connected_components(graph, directed=False)
        return np.unique(label[links.shape[0] :], return_inverse=True)[1]

    def _with_pairs(self) -> Rows:
        """The matrix, and below it a row second - first for each pair."""
        n = len(self.pairs)
        data, row = np.tile([-1.0, 1.0], n), np.repeat(np.arange(n), 2)
        rows = sparse.csr_array((data, (row, self.pairs.ravel())), shape=(n, self.n_hidden))
        return sparse.vstack([self.matrix, rows], format="csr")

    def all_rows(self) -> tuple[Rows, np.ndarray, np.ndarray]:
        """Rows and their limits, the pairs as rows too."""
        n = len(self.pairs)
        lower = np.concatenate([self.row_lower, np.zeros(n)])
        upper = np.concatenate([self.row_upper, np.full(n, np.inf)])
        return self._with_pairs(), lower, upper

    def part(self, unknowns: np.ndarray, point: np.ndarray | None = None) -> System:
        """The system of some unknowns; all others are known to be as in `point`.

        Without a point the others must not share a row with them.
        """
        columns = self.by_column[:, unknowns]
        rows, place = distinct(columns.indices, self.matrix.shape[0])
        matrix = sparse.csc_array(
            (columns.data, place, columns.indptr), shape=(len(rows), len(unknowns))
        ).tocsr()
        row_lower, row_upper = self.row_lower[rows], self.row_upper[rows]
        lower, upper = self.lower[unknowns].copy(), self.upper[unknowns].copy()
        if point is not None:
            known = self.matrix[rows] @ point - matrix @ point[unknowns]
            row_lower, row_upper = row_lower - known, row_upper - known
        order = np.argsort(unknowns)
        low, high = self._pairs_of(unknowns)
        place = np.searchsorted(unknowns, (low, high), sorter=order)
        number = order[np.minimum(place, len(unknowns) - 1)]
        there = unknowns[number] == (low, high)
        if point is not None:
            first, second = there[0] & ~there[1], there[1] & ~there[0]
            np.minimum.at(upper, number[0, first], point[high[first]])
            np.maximum.at(lower, number[1, second], point[low[second]])
        return System(
            matrix,
            row_lower,
            row_upper,
            lower,
            upper,
            self.kind[unknowns],
            self.cell[unknowns],
            self.kinds,
            self.origin[rows],
            number.T[there.all(axis=0)],
        )

    @cached_property
    def by_column(self) -> sparse.csc_array:
        """The matrix by unknowns."""
        return self.matrix.tocsc()

    @cached_property
    def _pair_order(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs in the order of their first and of their second unknown."""
        return tuple(np.argsort(self.pairs[:, side], kind="stable") for side in (0, 1))

    def _pairs_of(self, unknowns: np.ndarray) -> np.ndarray:
        """Pairs in which any of some unknowns occurs, each once, (2, n_pairs)."""
        found = []
        for side in (0, 1):
            order = self._pair_order[side]
            keys = self.pairs[order, side]
            starts = np.searchsorted(keys, unknowns)
            sizes = np.searchsorted(keys, unknowns, side="right") - starts
            ends = np.cumsum(sizes)
            found.append(order[np.arange(sizes.sum()) + np.repeat(starts - ends + sizes, sizes)])
        return self.pairs[distinct(np.concatenate(found), len(self.pairs))[0]].T


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

    def numbers(self, kind: str, n_rows: int) -> np.ndarray:
        """Number of each hidden cell among those of its kind, (n_cells,); empty for few rows."""
        if n_rows * _FEW <= len(self.hidden[kind]):
            return _NO_NUMBERS
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
        Only rows and pairs in which one of these cells occurs; without it all.
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
    _pairs: list[tuple] = field(default_factory=list)
    sums: list[Mapping[str, Rows]] = field(default_factory=list)

    def __post_init__(self) -> None:
        shown = self.shown
        self.hidden, self.cells, self.known = shown.hidden, shown.cells, shown.known
        self.kinds = tuple(self.cells)
        sizes = [len(self.cells[kind]) for kind in self.kinds]
        self.first = dict(zip(self.kinds, itertools.accumulate([0, *sizes])))
        self.bounds = {
            kind: [
                np.broadcast_to(self.lower[kind], self.hidden[kind].shape)[cells].astype(float),
                np.full(len(cells), np.inf),
            ]
            for kind, cells in self.cells.items()
        }

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
        self._rows.append((n_hidden, *self._take(rows, sums, n_hidden)))
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

    def _take(
        self, rows: np.ndarray, sums: Mapping[str, Rows], n_hidden: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Unknown and sign of each hidden cell of some rows."""
        from geodata.disclosure.compiled import take_hidden

        place = np.cumsum(n_hidden) - n_hidden
        column, data = np.empty(n_hidden.sum(), dtype=np.int32), np.empty(n_hidden.sum())
        for kind in filter(sums.__contains__, self.kinds):
            own = self.hidden[kind], self.shown.numbers(kind, len(rows)), self.cells[kind]
            entries = *places_of(sums[kind]), sums[kind].data
            take_hidden(rows, *entries, *own, self.first[kind], place, column, data)
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
        place = np.searchsorted(self.cells[kind], cells[pairs])
        np.minimum.at(self.bounds[kind][1], place, self.known(kind_above, cells_above[pairs]))
        pairs = ~below & above
        place = np.searchsorted(self.cells[kind_above], cells_above[pairs])
        np.maximum.at(self.bounds[kind_above][0], place, self.known(kind, cells[pairs]))
        pairs = below & above
        places = [
            np.searchsorted(self.cells[k], at[pairs])
            for k, at in ((kind, cells), (kind_above, cells_above))
        ]
        self._pairs.append((kind, kind_above, *places))

    def build(self) -> System:
        """The system of all rows added."""
        n_hidden, column, data = (np.concatenate(parts) for parts in zip(*self._rows))
        shape = len(n_hidden), sum(map(len, self.cells.values()))
        matrix = sparse.csr_array((data, column, kept_before(n_hidden)), shape=shape)
        limits = np.concatenate(self._limits, axis=1)
        lower, upper = (np.concatenate([self.bounds[k][i] for k in self.kinds]) for i in (0, 1))
        sizes = [len(self.cells[kind]) for kind in self.kinds]
        pairs = [
            np.stack([self.first[a] + low, self.first[b] + high], axis=1)
            for a, b, low, high in self._pairs
        ]
        return System(
            matrix,
            *limits,
            lower,
            upper,
            np.repeat(np.arange(len(self.kinds)), sizes),
            np.concatenate([self.cells[kind] for kind in self.kinds]),
            self.kinds,
            np.concatenate(self._origin, axis=1).T,
            np.concatenate([np.zeros((0, 2), dtype=np.int64), *pairs]),
        )


def places_of(matrix: sparse.sparray) -> tuple[np.ndarray, np.ndarray]:
    """Pointer and indices, always in 32 bits: compiled loops are compiled anew for each type."""
    return tuple(places.astype(np.int32, copy=False) for places in (matrix.indptr, matrix.indices))


def entries_of(
    pointer: np.ndarray, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Entries of the chosen rows of a sparse matrix; first of each row among them, and sizes."""
    sizes = pointer[chosen + 1] - pointer[chosen]
    starts = np.cumsum(sizes) - sizes
    return np.arange(sizes.sum()) + np.repeat(pointer[chosen] - starts, sizes), starts, sizes


def distinct(numbers: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The different ones of many numbers below `size`, sorted, and the place of each among them.

    Much faster than to sort them or to look them up.
    """
    there = np.zeros(size, dtype=bool)
    there[numbers] = True
    return np.flatnonzero(there), (np.cumsum(there, dtype=np.int32) - 1)[numbers]


def kept_before(keep: np.ndarray) -> np.ndarray:
    """How many are kept before each one, and in all; in 32 bits, so that sparse indices stay so."""
    before = np.zeros(len(keep) + 1, dtype=np.int32)
    np.cumsum(keep, out=before[1:])
    return before
