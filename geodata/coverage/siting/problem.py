"""Which candidate reaches whom, as a sparse matrix cut to what still matters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from geodata.coverage.accessibility import require_amounts
from geodata.coverage.distances import Distances


@dataclass(frozen=True)
class SitingProblem:
    """People not yet reached and the candidates that would reach them.

    Points that the same candidates reach are one row: the answer does not tell them apart.

    Attributes
    ----------
    covers : csr_array of float 1.0, (n_rows, n_candidates)
    people : ndarray of float, (n_rows,), > 0
    people_total : float
        All people, reached or not, in reach of a candidate or not.
    people_locked : float
        People the existing providers reach.
    row_of_point : ndarray of int, (n_points,)
        -1 for a point nobody needs or can reach.
    """

    covers: csr_array
    people: np.ndarray
    people_total: float
    people_locked: float
    row_of_point: np.ndarray

    @property
    def n_candidates(self) -> int:
        """Number of candidates, useless ones included."""
        return self.covers.shape[1]

    @cached_property
    def by_candidate(self) -> csr_array:
        """The matrix turned round, (n_candidates, n_rows)."""
        return self.covers.T.tocsr()

    @cached_property
    def gains(self) -> np.ndarray:
        """People newly reached by each candidate alone, (n_candidates,)."""
        return self.by_candidate @ self.people

    @property
    def people_reachable(self) -> float:
        """People reached if every candidate were opened, the locked ones included."""
        return self.people_locked + float(self.people.sum())

    def count_reached(self, chosen: np.ndarray) -> float:
        """People newly reached by chosen candidates (numbers)."""
        if not len(chosen):
            return 0.0
        hit = np.unique(self.by_candidate[np.asarray(chosen)].indices)
        return float(self.people[hit].sum())


def build_problem(
    distances: Distances, people: np.ndarray, already_reached: np.ndarray | None = None
) -> SitingProblem:
    """Siting problem from distances to candidates.

    Parameters
    ----------
    distances : Distances
        Pairs of demand points and candidates within reach.
    people : ndarray of float, (n_points,)
    already_reached : ndarray of bool, (n_points,), optional
        Points the existing providers reach: they are locked, as they stay open.

    Raises
    ------
    SchemaError
        If people are unknown or negative.
    """
    people = require_amounts(people, distances.n_points, "people")
    locked = np.zeros(len(people), bool) if already_reached is None else already_reached
    useful = (people > 0) & ~locked
    kept = distances.select(useful[distances.point])
    wanted, row = np.unique(kept.point, return_inverse=True)
    matrix = csr_array(
        (np.ones(len(kept)), (row, kept.provider)), shape=(len(wanted), distances.n_providers)
    )
    matrix.sum_duplicates()
    first, group = _group_equal_rows(matrix)
    row_of_point = np.full(len(people), -1)
    row_of_point[wanted] = group
    return SitingProblem(
        covers=matrix[first],
        people=np.bincount(group, people[wanted], minlength=len(first)),
        people_total=float(people.sum()),
        people_locked=float(people[locked].sum()),
        row_of_point=row_of_point,
    )


def _group_equal_rows(matrix: csr_array) -> tuple[np.ndarray, np.ndarray]:
    """First row of each group of equal rows, and the group of each row."""
    n_rows, n_columns = matrix.shape
    # Random numbers for the columns: equal sums of 106 bits and equal length mean equal rows
    # unless chance fails by less than one in 10^15; the rows are compared all the same.
    noise = np.random.default_rng(0).integers(0, 2**53, size=(n_columns, 2)).astype(float)
    sums = matrix @ noise
    keys = np.column_stack([np.diff(matrix.indptr), sums])
    _, first, group = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    group = group.reshape(-1)
    if len(first) and (matrix[first[group]] != matrix).nnz:
        return np.arange(n_rows), np.arange(n_rows)
    return first, group
