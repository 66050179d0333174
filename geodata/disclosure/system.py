"""What is known about hidden cells as linear rows: sums that are published, and inequalities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Rows = sparse.csr_array


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
        first = np.searchsorted(self.kind, number)
        return first + np.searchsorted(self.cells_of(kind), cells)

    def cells_of(self, kind: str) -> np.ndarray:
        """Cells of a kind that are unknown, in the order of the unknowns."""
        number = self.kinds.index(kind)
        first, last = np.searchsorted(self.kind, (number, number + 1))
        return self.cell[first:last]

    def of_unknowns(self, by_kind: Mapping[str, np.ndarray]) -> np.ndarray:
        """Of values by kind, (n_cells,) each, those of the unknowns, (n_hidden,)."""
        return np.concatenate([by_kind[kind][self.cells_of(kind)] for kind in self.kinds])

    def by_kind(self, unknowns: np.ndarray) -> dict[str, np.ndarray]:
        """The cells of some unknowns, by kind: the other way round."""
        kinds, cells = self.kind[unknowns], self.cell[unknowns]
        return {kind: cells[kinds == number] for number, kind in enumerate(self.kinds)}

    def rows_with(self, unknowns: np.ndarray) -> np.ndarray:
        """Rows in which any of some unknowns occurs, sorted."""
        pointer, rows = self.rows_of_unknowns
        entries, _, _ = entries_of(pointer, unknowns)
        touched = np.zeros(self.matrix.shape[0], dtype=bool)
        touched[rows[entries]] = True
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
    def rows_of_unknowns(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows of each unknown, one after the other, and where those of each begin."""
        from geodata.disclosure.compiled import list_by_column

        pointer = np.zeros(self.n_hidden + 1, dtype=np.int32)
        rows = np.empty(self.matrix.nnz, dtype=np.int32)
        list_by_column(*places_of(self.matrix), pointer, rows)
        return pointer, rows

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
