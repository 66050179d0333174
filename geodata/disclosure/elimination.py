"""Vectors that keep all sums, from those of a smaller set of sums.

Most hidden counts need no solver: one that occurs in a single sum makes up for whatever the
others do, and one that occurs in two follows from the one, which then goes into the other. Taken
out step by step they leave a core in which a solver finds its way faster and more exactly.

Source: the presolve of linear programs (Andersen and Andersen 1995: singleton rows, free column
singletons, columns of two entries).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from geodata.disclosure.system import kept_before

_NOTHING = 1e-9  # a coefficient that has cancelled out
_MOST_STEPS = 100
_FEW = 0.01  # of the sums: where fewer can be taken out at once a solver is faster


class Elimination:
    """Takes unknowns out of sums.

    Parameters
    ----------
    sums : csr_array, (n_sums, n_unknowns)

    Attributes
    ----------
    sums : csr_array, (n_left, n_unknowns)
        What is left of them.
    core : ndarray of int
        Unknowns that occur in them.
    """

    def __init__(self, sums: sparse.csr_array) -> None:
        self.sums = sums
        self.n_unknowns = sums.shape[1]
        self._steps: list[tuple] = []
        for _ in range(_MOST_STEPS):
            self._keep_rows(np.diff(self.sums.indptr) > 0)
            if not (self._take_known() or self._take_single() or self._take_shared()):
                break
        self._keep_rows(np.diff(self.sums.indptr) > 0)
        self.core = np.flatnonzero(self._occurrences())

    def extend(self, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A vector that keeps all sums from one of the core that keeps what is left of them.

        Parameters
        ----------
        counts : ndarray of float, (n_core,)
        rng : numpy.random.Generator
            For unknowns that occur in no sum.

        Returns
        -------
        ndarray of float, (n_unknowns,)
        """
        vector = rng.normal(size=self.n_unknowns)
        vector[self.core] = counts
        for unknowns, rows, factors in reversed(self._steps):
            vector[unknowns] = 0
            if rows is not None:
                vector[unknowns] = (rows @ vector) * factors
        return vector

    def _take_known(self) -> bool:
        """Unknowns alone in a sum follow from it: no vector has anything there."""
        alone = np.flatnonzero(np.diff(self.sums.indptr) == 1)
        if not len(alone):
            return False
        known = np.zeros(self.n_unknowns, dtype=bool)
        known[self.sums.indices[self.sums.indptr[alone]]] = True
        self._keep_entries(~known[self.sums.indices])
        self._steps.append((np.flatnonzero(known), None, None))
        return True

    def _take_single(self) -> bool:
        """In each sum one unknown that occurs in no other: it makes up for the rest of the sum."""
        entries = np.flatnonzero(self._occurrences()[self.sums.indices] == 1)
        if not len(entries):
            return False
        rows = np.searchsorted(self.sums.indptr, entries, side="right") - 1
        rows, first = np.unique(rows, return_index=True)
        entries = entries[first]
        unknowns, factors = self.sums.indices[entries], -1 / self.sums.data[entries]
        self._steps.append((unknowns, self.sums[rows], factors))
        keep = np.ones(self.sums.shape[0], dtype=bool)
        keep[rows] = False
        self._keep_rows(keep)
        return True

    def _take_shared(self) -> bool:
        """Unknowns that occur in two sums: each follows from the one, which goes into the other.

        The sums are the nodes of a graph, such unknowns its edges: each part of it becomes one sum.
        """
        by_unknown = self.sums.tocsc()
        first = by_unknown.indptr[:-1][np.diff(by_unknown.indptr) == 2]
        if len(first) < _FEW * self.sums.shape[0]:
            return False
        ends = np.stack([by_unknown.indices[first], by_unknown.indices[first + 1]])
        forest = _Forest(ends, self.sums.shape[0])
        edge, below = first[forest.edge], forest.below
        turned = by_unknown.indices[edge] != below
        factor, other = (by_unknown.data[edge + side] for side in (turned, ~turned))
        unknowns = np.searchsorted(by_unknown.indptr, edge, side="right") - 1
        for rows in forest.levels():
            self._steps.append((unknowns[rows], self.sums[below[rows]], -1 / factor[rows]))
        self.sums = (forest.join(-other / factor) @ self.sums).tocsr()
        self._keep_entries(np.abs(self.sums.data) > _NOTHING)
        return True

    def _occurrences(self) -> np.ndarray:
        return np.bincount(self.sums.indices, minlength=self.n_unknowns)

    def _keep_entries(self, keep: np.ndarray) -> None:
        before = kept_before(keep)[self.sums.indptr]
        parts = self.sums.data[keep], self.sums.indices[keep], before
        self.sums = sparse.csr_array(parts, self.sums.shape)

    def _keep_rows(self, keep: np.ndarray) -> None:
        if not keep.all():
            self.sums = self.sums[np.flatnonzero(keep)]


class _Forest:
    """Trees that span the parts of a graph, each with a root.

    Parameters
    ----------
    ends : ndarray of int, (2, n_edges)
    n_nodes : int

    Attributes
    ----------
    below : ndarray of int, (n_taken,)
        Nodes that are no root.
    edge : ndarray of int, (n_taken,)
        The edge from each to the one above it.
    """

    def __init__(self, ends: np.ndarray, n_nodes: int) -> None:
        self.n_nodes = n_nodes
        graph = sparse.csr_array((np.ones(ends.shape[1]), tuple(ends)), (n_nodes, n_nodes))
        _, part = csgraph.connected_components(graph, directed=False)
        self.roots = np.unique(part, return_index=True)[1]
        start = np.full(len(self.roots), n_nodes)  # one node more, above all roots
        both = tuple(np.concatenate([ends, [start, self.roots]], axis=1))
        graph = sparse.csr_array((np.ones(len(both[0])), both), (n_nodes + 1, n_nodes + 1))
        above = csgraph.breadth_first_order(graph, n_nodes, directed=False)[1][:n_nodes]
        above[self.roots] = self.roots
        self.above = above
        self.below = np.flatnonzero(above != np.arange(n_nodes))
        key, wanted = (
            np.minimum(*pair).astype(np.int64) * n_nodes + np.maximum(*pair)
            for pair in (ends, (self.below, above[self.below]))
        )
        order = np.argsort(key, kind="stable")
        self.edge = order[np.searchsorted(key[order], wanted)]

    def levels(self) -> list[np.ndarray]:
        """Places in `below` of the nodes one step from a root, two steps and so on."""
        depth = self._gather((self.above != np.arange(self.n_nodes)).astype(float), np.add)
        depth = depth[self.below].astype(int)
        order = np.argsort(depth, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(depth[order])) + 1)

    def join(self, factor: np.ndarray) -> sparse.csr_array:
        """Sums of the nodes of each tree, (n_roots, n_nodes).

        Parameters
        ----------
        factor : ndarray of float, (n_taken,)
            What each of `below` counts, as a part of what the one above it does.
        """
        weight = np.ones(self.n_nodes)
        weight[self.below] = factor
        root = self.above
        while (root != root[root]).any():
            root = root[root]
        number = np.zeros(self.n_nodes, dtype=np.int64)
        number[self.roots] = np.arange(len(self.roots))
        data = self._gather(weight, np.multiply)
        index = number[root], np.arange(self.n_nodes)
        return sparse.csr_array((data, index), (len(self.roots), self.n_nodes))

    def _gather(self, values: np.ndarray, operation) -> np.ndarray:
        """Of each node the values on its way up, its own first, without that of the root."""
        above, gathered = self.above, values.copy()
        neutral = 1.0 if operation is np.multiply else 0.0
        gathered[self.roots] = neutral
        while (above != above[above]).any():
            gathered = operation(gathered, gathered[above])
            above = above[above]
        return gathered
