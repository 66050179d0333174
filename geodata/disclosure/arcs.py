"""Tables of two dimensions as networks: cells are arcs, sums are nodes, see `cycles`.

The sum of all columns leads to each row, a row through its cells to the columns, a column to the
sum of all rows, and that back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Arcs:
    """Arcs of many tables, (n_arcs,) each; those of one table in a row.

    Attributes
    ----------
    tail, head : ndarray of int32
        Nodes; no two tables share one.
    table, cell : ndarray of int32
        Number of the table, and of the cell that the arc is.
    n_nodes : int
    """

    tail: np.ndarray
    head: np.ndarray
    table: np.ndarray
    cell: np.ndarray
    n_nodes: int

    @classmethod
    def of(cls, parts: list[tuple[np.ndarray, ...]], n_nodes: int) -> Arcs:
        """From (tail, head, table, cell) of each part, in any order."""
        columns = [np.concatenate([np.ravel(part[i]) for part in parts]) for i in range(4)]
        order = np.lexsort((columns[3], columns[2]))
        tail, head, table, cell = (column[order].astype(np.int32) for column in columns)
        number = np.zeros(n_nodes, dtype=np.int32)
        number[tail] = number[head] = 1
        number = np.cumsum(number, dtype=np.int32) - 1
        return cls(number[tail], number[head], table, cell, int(number[-1]) + 1)


class ArcDrawer:
    """Collects the arcs of many tables; the first row or column is the sum of the others."""

    def __init__(self) -> None:
        self.parts: list[tuple[np.ndarray, ...]] = []
        self.n_nodes = self.n_tables = 0

    def arcs(self) -> Arcs:
        """Everything drawn so far."""
        return Arcs.of(self.parts, self.n_nodes)

    def draw_families(
        self,
        children: np.ndarray,
        parents: np.ndarray,
        cells: Callable[[int, np.ndarray], np.ndarray],
        n_columns: int,
    ) -> None:
        """For each parent a table: its children and itself by some columns.

        Parameters
        ----------
        children, parents : ndarray of int, (n_children,)
            Numbers of areas.
        cells : callable
            Cells of a column for areas.
        n_columns : int
        """
        n = int(max(children.max(initial=-1), parents.max(initial=-1))) + 1
        row, whole, column = self.n_nodes, self.n_nodes + n, self.n_nodes + 2 * n
        for number in range(n_columns):
            for rows, above, base in ((children, parents, row), (*2 * [np.unique(parents)], whole)):
                ends = base + rows, column + above * n_columns + number
                inward = (number == 0) == (base == row)
                self._add(ends[::-1] if inward else ends, above, cells(number, rows))
        self.n_nodes, self.n_tables = column + n * n_columns, self.n_tables + n

    def draw_crosses(self, cells: Callable[[int, int], np.ndarray], shape: tuple[int, int]) -> None:
        """Tables of one shape, (n_rows, n_columns); `cells` gives one cell of each of them."""
        (n_rows, n_columns), n = shape, len(cells(0, 0))
        tables = np.arange(n)
        base = self.n_nodes + tables * (n_rows + n_columns)
        for row, column in np.ndindex(shape):
            ends = base + row, base + n_rows + column
            inward = (column == 0) == (row > 0)
            self._add(ends[::-1] if inward else ends, tables, cells(row, column))
        self.n_nodes, self.n_tables = self.n_nodes + n * (n_rows + n_columns), self.n_tables + n

    def _add(self, ends, tables: np.ndarray, cells: np.ndarray) -> None:
        self.parts.append((*ends, self.n_tables + tables, cells))
