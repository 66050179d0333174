"""Hidden counts that follow exactly from all published sums together, however many it takes.

A count is free when some change of the hidden counts keeps every sum and changes it: when some
vector of the null space of the sums is not zero there. A random vector of the null space is zero,
with probability 1, just where all are. Bounds do not see this: a hidden count may follow from a
dozen sums of which each leaves it wide open.

Source: the vector is the residual of least squares on the core of the sums, by conjugate
gradients on the normal equations (Hestenes and Stiefel 1952; Saad 2003, section 8.3).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from geodata.disclosure.elimination import Elimination
from geodata.disclosure.system import System, distinct

_SUSPECT = 1e-4  # of a random vector of length 1 a cell; those below are looked at again
_DETERMINED = 1e-6
_PRECISION = 1e-9
_ITERATIONS = 3_000
_NEAR = 60_000  # unknowns that are looked at again together


class NullSpace:
    """What changes of the hidden counts keep all published sums, as far as it was looked for.

    When more is hidden such changes still keep them: a count that was found to be free stays so.
    Only the others have to be looked at anew, first by changes of what is near.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        self.free: dict[str, np.ndarray] = {}

    def find_determined(
        self, system: System, n_cells: Mapping[str, int], among: np.ndarray | None = None
    ) -> np.ndarray:
        """Unknowns that follow exactly, sorted.

        Parameters
        ----------
        system : System
            Of the whole month; after the first call with more hidden than at the last.
        n_cells : mapping of kind to int
        among : ndarray of int, optional
            Of these only; those of the others that do follow would be looked at in vain.
        """
        system, is_first = system.only_sums(), not self.free
        suspects = np.arange(system.n_hidden) if among is None else among
        vector = np.zeros(system.n_hidden)
        if is_first:
            self.free = {kind: np.zeros(n_cells[kind], dtype=bool) for kind in system.kinds}
            vector += self._draw(system.matrix)
            self._keep(system, vector)
        is_free = system.of_unknowns(self.free)
        suspects = self._look_near(system, vector, suspects[~is_free[suspects]])
        if len(suspects) and not is_first:
            vector += self._draw(system.matrix)
            self._keep(system, vector)
            suspects = self._look_near(system, vector, _still(vector, suspects))
        return suspects[np.abs(vector[suspects]) < _DETERMINED]

    def _look_near(self, system: System, vector: np.ndarray, suspects: np.ndarray) -> np.ndarray:
        """Which of some unknowns no change of what is near moves; the vector is changed by it."""
        if len(suspects):
            near = _surroundings(system, suspects)
            vector[near] += self._draw(system.by_column[:, near].tocsr())
            self._keep(system, vector)
        return _still(vector, suspects)

    def _draw(self, sums: sparse.csr_array) -> np.ndarray:
        """A random vector that keeps all sums."""
        elimination = Elimination(sums)
        start = self.rng.normal(size=len(elimination.core))
        change = _project(elimination.sums[:, elimination.core], start)
        return elimination.extend(change, self.rng)

    def _keep(self, system: System, vector: np.ndarray) -> None:
        moved = np.flatnonzero(np.abs(vector) >= _SUSPECT)
        for kind, cells in system.by_kind(moved).items():
            self.free[kind][cells] = True


def _still(vector: np.ndarray, unknowns: np.ndarray) -> np.ndarray:
    """Those of some unknowns that a vector does not move."""
    return unknowns[np.abs(vector[unknowns]) < _SUSPECT]


def _surroundings(system: System, unknowns: np.ndarray) -> np.ndarray:
    """Unknowns that share sums with some, in a few steps; sorted, about `_NEAR` at most."""
    near = unknowns
    while True:
        wider = system.unknowns_of(system.rows_with(near))
        wider, _ = distinct(np.concatenate([near, wider]), system.n_hidden)
        if len(wider) == len(near) or len(wider) > _NEAR:
            return near
        near = wider


def _project(sums: sparse.csr_array, vector: np.ndarray) -> np.ndarray:
    """The nearest vector that keeps all sums.

    Written out, because scipy's solver spends five times as long: its products of two vectors go
    to threads of BLAS that wait for each other when another process uses the processor.
    """
    squares = sums.multiply(sums).sum(axis=1)
    sums = sparse.diags_array(1 / np.sqrt(squares)).tocsr() @ sums
    columns = sums.T.tocsr()
    residual = sums @ vector
    answer, direction = np.zeros(len(residual)), residual.copy()
    length = _square(residual)
    goal = _PRECISION**2 * length
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
