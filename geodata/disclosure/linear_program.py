"""A linear program in the solver, to be asked again and again."""

from __future__ import annotations

from collections.abc import Iterator

import highspy
import numpy as np
from scipy import sparse

from geodata.disclosure.system import System

# Ways to go on: none, or the simplex method over bounds that have changed, or over costs.
ANEW, DUAL, PRIMAL = 0, 1, 4
_SMALL = 1e-6
_ENDLESS = 10_000.0
Ends = tuple[np.ndarray, np.ndarray]


class LinearProgram:
    """Rows and columns between limits; each question has costs of its own.

    The solver goes on from the answer before, which takes half the time of beginning anew or less;
    not where many bounds change of more than a hundred thousand columns: there it may take ten
    times as long.

    Parameters
    ----------
    matrix : csc_array, (n_rows, n_columns)
    rows, columns : tuple of ndarray of float
        The least and the most of each.
    again : int
        How questions after the first are answered.
    seconds : float
        For one question.

    Attributes
    ----------
    status : str
        What the solver said about the last question.
    """

    def __init__(
        self,
        matrix: sparse.csc_array,
        rows: Ends,
        columns: Ends,
        *,
        again: int = PRIMAL,
        seconds: float = np.inf,
    ) -> None:
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = matrix.shape
        program.col_cost_ = np.zeros(matrix.shape[1])
        program.col_lower_, program.col_upper_ = columns
        program.row_lower_, program.row_upper_ = rows
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = matrix.indptr
        program.a_matrix_.index_ = matrix.indices
        program.a_matrix_.value_ = matrix.data
        self.solver, self.status = highspy.Highs(), ""
        for name, value in (("output_flag", False), ("threads", 1), ("solver", "simplex")):
            self.solver.setOptionValue(name, value)
        self.solver.passModel(program)
        self.numbers = np.arange(matrix.shape[1], dtype=np.int32)
        self.again, self.seconds, self.asked = again, seconds, False

    @classmethod
    def of_system(
        cls, system: System, *, again: int = PRIMAL, seconds: float = np.inf
    ) -> LinearProgram:
        """What is published about some unknowns, its pairs as rows after the others.

        Where nothing is shown nothing bounds a cell: there wide enough is enough.
        """
        matrix, *rows = system.all_rows()
        limits = np.concatenate([*rows, system.lower])
        enough = _ENDLESS + 2 * np.abs(limits[np.isfinite(limits)]).max(initial=0)
        columns = system.lower, np.minimum(system.upper, enough)
        return cls(matrix.tocsc(), rows, columns, again=again, seconds=seconds)

    def cheapest(self, cost: np.ndarray, columns: Ends | None = None) -> np.ndarray | None:
        """The cheapest solution, (n_columns,); None when there is none, or none in time.

        Parameters
        ----------
        cost : ndarray of float, (n_columns,)
        columns : tuple of ndarray of float, optional
            Other limits of the columns, from now on.
        """
        if self.asked and self.again == ANEW:
            self.solver.clearSolver()
        elif self.asked:
            self.solver.setOptionValue("simplex_strategy", self.again)
        self.asked = True
        if columns is not None:
            self.solver.changeColsBounds(len(self.numbers), self.numbers, *columns)
        self.solver.changeColsCost(len(self.numbers), self.numbers, cost)
        # The solver's clock goes on from question to question.
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + self.seconds)
        self.solver.run()
        status = self.solver.getModelStatus()
        self.status = self.solver.modelStatusToString(status)
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self.solver.getSolution().col_value)

    def pull(self, column: int) -> Iterator[np.ndarray | None]:
        """The solution in which one column is least, then that in which it is most."""
        cost = np.zeros(len(self.numbers))
        for sign in (1.0, -1.0):
            cost[column] = sign
            yield self.cheapest(cost)

    def binding_rows(self) -> np.ndarray:
        """Rows the last solution rests on: without any of them it might be cheaper."""
        return np.flatnonzero(np.abs(self.solver.getSolution().row_dual) > _SMALL)
