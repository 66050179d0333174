"""Maximal covering and partial set covering as programs for the solver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from geodata.coverage.siting.problem import SitingProblem
from geodata.coverage.siting.solver import Program


@dataclass(frozen=True)
class CoverModel:
    """Rows and columns of a siting problem that a program holds.

    A row that a single candidate reaches needs no variable: its people count for the candidate.

    Attributes
    ----------
    columns : ndarray of int
        Candidates; the others stay closed.
    own : ndarray of float, (n_columns,)
        People only this candidate reaches, of the columns here.
    covers : csr_array, (n_rows, n_columns)
        Rows that several candidates reach.
    people : ndarray of float, (n_rows,)
    """

    columns: np.ndarray
    own: np.ndarray
    covers: csr_array
    people: np.ndarray

    @property
    def worth(self) -> np.ndarray:
        """People of the variables: candidates, then rows."""
        return np.concatenate([self.own, self.people])

    @property
    def links(self) -> csr_array:
        """A row counts only if one of its candidates is open: z - A x <= 0."""
        return hstack([-self.covers, eye_array(len(self.people))], format="csr")

    def start_from(self, chosen: np.ndarray) -> np.ndarray:
        """Values of the variables for chosen candidates."""
        open_columns = np.isin(self.columns, chosen).astype(float)
        return np.concatenate([open_columns, (self.covers @ open_columns > 0).astype(float)])

    def read_chosen(self, values: np.ndarray) -> np.ndarray:
        """Candidates open in a solution."""
        return self.columns[values[: len(self.columns)] > 0.5]


def model_cover(problem: SitingProblem, columns: np.ndarray) -> CoverModel:
    """The part of a problem that some candidates can change."""
    covers = problem.covers if len(columns) == problem.n_candidates else problem.covers[:, columns]
    covers = csr_array(covers)
    degree = np.diff(covers.indptr)
    single, several = np.flatnonzero(degree == 1), np.flatnonzero(degree > 1)
    own = covers[single].T @ problem.people[single]
    return CoverModel(columns, own, csr_array(covers[several]), problem.people[several])


def maximal_covering(model: CoverModel, n_sites: int) -> Program:
    """Most people newly reached by at most `n_sites` candidates.

    Source
    ------
    Church and ReVelle 1974, Papers of the Regional Science Association 32: 101-118.
    """
    n_rows, n_columns = model.covers.shape
    count = csr_array(np.concatenate([np.ones(n_columns), np.zeros(n_rows)])[None, :])
    return Program(
        cost=model.worth,
        matrix=vstack([model.links, count]),
        lower=np.full(n_rows + 1, -np.inf),
        upper=np.append(np.zeros(n_rows), n_sites),
        highest=np.ones(n_rows + n_columns),
        n_binary=n_columns,
        maximise=True,
    )


def fewest_sites(model: CoverModel, people: float) -> Program:
    """Fewest candidates that newly reach at least `people`.

    Source
    ------
    Toregas et al. 1971, Operations Research 19: 1363-1373; with a share of all people wanted:
    Daskin and Owen 1999, Journal of the Operational Research Society 50: 1131-1140.
    """
    n_rows, n_columns = model.covers.shape
    return Program(
        cost=np.concatenate([np.ones(n_columns), np.zeros(n_rows)]),
        matrix=vstack([model.links, csr_array(model.worth[None, :])]),
        lower=np.append(np.full(n_rows, -np.inf), people),
        upper=np.append(np.zeros(n_rows), np.inf),
        highest=np.ones(n_rows + n_columns),
        n_binary=n_columns,
        maximise=False,
    )
