"""Tables of two dimensions as networks: each hidden cell must lie on a cycle that can give way.

The cells of a table with its margins are the arcs of a network, its sums the nodes: what goes in
goes out. Hidden cells may change along a cycle of hidden arcs while all sums stay. A cell on no
cycle with room for the protection width can be told to within less, by a proof over as many sums
as the cycle would pass; bounds along single sums do not see it. So the cheapest path that closes
the cycle is hidden too.

Source: Kelly, Golden and Assad (1992), "Cell suppression: disclosure protection for sensitive
tabular data", Networks 22; Castro (2007), "A shortest-paths heuristic for statistical data
protection in positive tables", INFORMS Journal on Computing 19.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components, dijkstra

from geodata.disclosure.arcs import Arcs
from geodata.disclosure.system import entries_of

FREE = 1e-3  # what it costs to pass an arc that is hidden already; zero would be no arc


@dataclass(frozen=True)
class Room:
    """What is known of each cell, (n_cells,).

    Attributes
    ----------
    values : ndarray of int
        True counts; what is nothing is no arc.
    prices : ndarray of int or float
        What it costs to hide a cell; not above zero: it cannot be hidden.
    least : int or ndarray of int
        What a hidden count is known to be at least.
    width : int
        How far it must be able to move.
    """

    values: np.ndarray
    prices: np.ndarray
    least: int | np.ndarray
    width: int

    def back(self, cells: np.ndarray) -> np.ndarray:
        """How much each cell can give."""
        least = self.least if np.ndim(self.least) == 0 else self.least[cells]
        return np.maximum(self.values[cells] - least, 0)


def close_cycles(
    arcs: Arcs,
    hidden: np.ndarray,
    room: Room,
    wanted: np.ndarray | None = None,
    settled: np.ndarray | None = None,
) -> np.ndarray:
    """Further cells to hide so that each hidden one lies on a cycle with room.

    Parameters
    ----------
    arcs : Arcs
    hidden : ndarray of bool, (n_cells,)
    room : Room
    wanted : ndarray of bool, (n_cells,), optional
        Cells that a cycle is closed for; default: all.
    settled : ndarray of bool, (n_cells,), optional
        What was hidden after the last call, all else being the same: tables in which no more is
        hidden now are not looked at again.

    Returns
    -------
    ndarray of int
        Their numbers.
    """
    is_hidden = hidden[arcs.cell]
    if settled is not None:
        more = np.unique(arcs.table[is_hidden & ~settled[arcs.cell]])
        is_hidden &= np.isin(arcs.table, more, kind="table")
    own = np.flatnonzero(is_hidden)
    own = own[room.values[arcs.cell[own]] > 0]
    cells, ends = arcs.cell[own], (arcs.tail[own], arcs.head[own])
    back = room.back(cells)
    label = _components(*ends, back, room.width, arcs.n_nodes)
    is_open = (back < room.width) & (label[ends[0]] != label[ends[1]])
    if wanted is not None:
        is_open &= wanted[cells]
    tables = np.unique(arcs.table[own[is_open]])
    return _Open(arcs, tables, hidden, room, wanted).close() if len(tables) else tables


class _Open:
    """Tables with a hidden arc that is on no cycle: all of them at once, nodes numbered anew.

    In each round one cycle of each table is closed; tables share no node, so that none is in the
    way of another.
    """

    def __init__(self, arcs: Arcs, tables: np.ndarray, hidden, room: Room, wanted) -> None:
        ends = np.searchsorted(arcs.table, np.stack([tables, tables + 1], axis=1).ravel())
        own, *_ = entries_of(ends, 2 * np.arange(len(tables)))
        own = own[room.values[arcs.cell[own]] > 0]  # what is nothing is no arc
        nodes, self.tail, self.head = _numbered(arcs.tail[own], arcs.head[own])
        self.n = len(nodes)
        self.table, self.cells = arcs.table[own], arcs.cell[own]
        self.hidden = hidden[self.cells]
        self.back, self.width = room.back(self.cells), room.width
        self.strong, self.prices = self.back >= room.width, room.prices[self.cells].astype(float)
        self.usable = self.hidden | (self.prices > 0)
        self.left = ~self.strong if wanted is None else ~self.strong & wanted[self.cells]

    def close(self) -> np.ndarray:
        """Cells to hide so that a cycle passes each hidden arc that has one."""
        before, looked = self.hidden.copy(), np.arange(len(self.cells))
        while True:
            own = looked[self.hidden[looked]]
            ends = self.tail[own], self.head[own]
            label = _components(*ends, self.back[own], self.width, self.n)
            own = own[self.left[own] & (label[ends[0]] != label[ends[1]])]
            if not len(own):
                return np.unique(self.cells[self.hidden & ~before])
            tables, first = np.unique(self.table[own], return_index=True)
            self.left[own[first]] = False  # looked at once: there is no path, or it is closed now
            looked = looked[np.isin(self.table[looked], tables)]
            self.hidden[self._cheapest_paths(own[first], looked)] = True

    def _cheapest_paths(self, arcs: np.ndarray, looked: np.ndarray) -> np.ndarray:
        """Arcs of the paths back along some arcs that cost least to hide; none where there is none.

        Of each table one arc at most: no two tables share a node, so one search finds them all.
        """
        forward = looked[self.usable[looked]]
        back = forward[self.strong[forward]]
        number = np.concatenate([forward, back])
        tail = np.concatenate([self.tail[forward], self.head[back]])
        head = np.concatenate([self.head[forward], self.tail[back]])
        cost = np.where(self.hidden[number], FREE, self.prices[number])
        graph = sparse.csr_array((cost, (tail, head)), shape=(self.n, self.n))
        first, place = self.head[arcs], self.tail[arcs]
        _, before, _ = dijkstra(graph, indices=first, return_predecessors=True, min_only=True)
        steps = []
        while len(place):
            on_path = (place != first) & (before[place] >= 0)
            first, place = first[on_path], place[on_path]
            steps.append(before[place].astype(np.int64) * self.n + place)
            place = before[place]
        steps, ends = np.concatenate(steps), tail.astype(np.int64) * self.n + head
        order = np.argsort(ends)
        return number[order[np.searchsorted(ends, steps, sorter=order)]]


def _numbered(tail: np.ndarray, head: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The nodes at the ends of some arcs, and tail and head as numbers among them."""
    nodes, ends = np.unique(np.concatenate([tail, head]), return_inverse=True)
    return nodes, *np.split(ends, 2)


def _components(tail, head, back: np.ndarray, width: int, n: int) -> np.ndarray:
    """Label of each node: between nodes of one label a flow of `width` can pass, both ways.

    Arcs have room for it forward, and for `back` backward. Nodes on a cycle of arcs with enough
    room are taken together; between such groups the room of all arcs counts together, as the
    parts of a flow that takes several of them come together again inside a group.
    """
    rows, columns = np.concatenate([tail, head]), np.concatenate([head, tail])
    room = np.concatenate([np.full(len(tail), width), np.minimum(back, width)]).astype(np.int32)
    label, n_before = np.arange(n), n + 1
    while n < n_before:
        n_before = n
        between = rows != columns
        rows, columns, room = rows[between], columns[between], room[between]
        graph = sparse.csr_array((room, (rows, columns)), shape=(n, n))  # adds what is parallel
        graph.data = (graph.data >= width).astype(np.int8)
        graph.eliminate_zeros()
        n, joined = connected_components(graph, directed=True, connection="strong")
        rows, columns, label = joined[rows], joined[columns], joined[label]
    return label
