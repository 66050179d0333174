"""Hidden counts that follow exactly from all published sums together, however many it takes.

A count is free when some change of the hidden counts keeps every sum and changes it: when some
vector of the null space of the sums is not zero there. A random vector projected onto the null
space is zero, with probability 1, just where all are. Bounds do not see this: a hidden count may
follow from a dozen sums of which each leaves it wide open.

Source: the projection is the residual of least squares, by conjugate gradients on the normal
equations (Hestenes and Stiefel 1952; Saad 2003, section 8.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse

from geodata.disclosure.system import System

_SUSPECT = 1e-3  # of a random vector of length 1 a cell; those below are looked at again
_DETERMINED = 1e-5
_ROUGH, _FINE = 1e-6, 1e-9
_ITERATIONS = 3_000
_NEAR = 40_000


class NullSpace:
    """A vector of the null space of the published sums of some kinds of counts.

    When more is hidden the vector still keeps all sums, so that only the cells that were zero or
    are new have to be found anew; for most of them a change of what is near shows that they are
    free.

    Parameters
    ----------
    kinds : sequence of str
        Kinds that share sums.
    seed : int
    """

    def __init__(self, kinds: Sequence[str], seed: int = 0) -> None:
        self.kinds, self.rng = tuple(kinds), np.random.default_rng(seed)
        self.vector: dict[str, np.ndarray] = {}

    def find_determined(self, system: System, n_cells: Mapping[str, int]) -> np.ndarray:
        """Unknowns of the kinds that follow exactly, sorted.

        Parameters
        ----------
        system : System
            Of the whole month; after the first call with more hidden than at the last.
        n_cells : mapping of kind to int
        """
        columns, sums = self._sums(system)
        if not len(columns):
            return columns
        vector, is_first = self._before(system, columns, n_cells), not self.vector
        if is_first:
            vector = _project(sums, self.rng.normal(size=len(columns)), _ROUGH)
        suspects = np.flatnonzero(np.abs(vector) < _SUSPECT)
        if not is_first and len(suspects):
            near = _surroundings(sums, suspects)
            vector[near] += self._change(sums[:, near], np.searchsorted(near, suspects))
            suspects = suspects[np.abs(vector[suspects]) < _DETERMINED]
        if len(suspects):
            vector += self._change(sums, suspects)
            suspects = suspects[np.abs(vector[suspects]) < _DETERMINED]
        self._keep(system, columns, vector, n_cells)
        return columns[suspects]

    def _change(self, sums: sparse.csr_array, suspects: np.ndarray) -> np.ndarray:
        """A change that keeps all sums, as near as can be to one of the suspects alone."""
        start = np.zeros(sums.shape[1])
        start[suspects] = self.rng.uniform(0.5, 1.0, len(suspects))
        start[suspects] *= self.rng.choice([-1.0, 1.0], len(suspects))
        return _project(sums, start, _FINE)

    def _sums(self, system: System) -> tuple[np.ndarray, sparse.csr_array]:
        """Unknowns of the kinds, and the sums that hold among them alone."""
        numbers = [i for i, kind in enumerate(system.kinds) if kind in self.kinds]
        own = np.isin(system.kind, numbers)
        exact = system.row_lower == system.row_upper
        foreign = np.concatenate([[0], np.cumsum(~own[system.matrix.indices])])
        pointer = system.matrix.indptr
        rows = np.flatnonzero(exact & (foreign[pointer[1:]] == foreign[pointer[:-1]]))
        columns = np.flatnonzero(own)
        return columns, system.matrix[rows][:, columns]

    def _before(self, system: System, columns: np.ndarray, n_cells) -> np.ndarray:
        """The vector of the last call; zero for new unknowns."""
        vector = np.zeros(len(columns))
        for number, kind in enumerate(system.kinds):
            own = system.kind[columns] == number
            if kind in self.vector:
                vector[own] = self.vector[kind][system.cell[columns[own]]]
        return vector

    def _keep(self, system: System, columns: np.ndarray, vector: np.ndarray, n_cells) -> None:
        for number, kind in enumerate(system.kinds):
            own = system.kind[columns] == number
            if own.any():
                kept = self.vector.setdefault(kind, np.zeros(n_cells[kind]))
                kept[system.cell[columns[own]]] = vector[own]


def _surroundings(sums: sparse.csr_array, unknowns: np.ndarray) -> np.ndarray:
    """Unknowns that share sums with some, in a few steps; sorted, about `_NEAR` at most."""
    by_column = sums.tocsc()
    near = unknowns
    while True:
        rows = np.unique(by_column[:, near].indices)
        wider = np.union1d(near, sums[rows].indices)
        if len(wider) == len(near) or len(wider) > _NEAR:
            return near
        near = wider


def _project(sums: sparse.csr_array, vector: np.ndarray, tolerance: float) -> np.ndarray:
    """The nearest vector that keeps all sums.

    Written out, because scipy's solver spends five times as long: its products of two vectors go
    to threads of BLAS that wait for each other when another process uses the processor.
    """
    lengths = np.sqrt(np.diff(sums.indptr))
    sums = sparse.diags_array(1 / np.maximum(lengths, 1)).tocsr() @ sums
    columns = sums.T.tocsr()
    residual = sums @ vector
    answer, direction = np.zeros(len(residual)), residual.copy()
    length = _square(residual)
    goal = tolerance**2 * length
    for _ in range(_ITERATIONS):
        if length <= goal:
            break
        change = columns @ direction
        step = length / _square(change)
        answer += step * direction
        residual -= step * (sums @ change)
        before, length = length, _square(residual)
        direction *= length / before
        direction += residual
    return vector - columns @ answer


def _square(vector: np.ndarray) -> float:
    return float(np.einsum("i,i->", vector, vector))
