"""A table in which as many hidden counts as possible lie well above, or below, what they were.

One linear program: the gain of a count is what it rises, but no more than is needed. A program
that pulls without that limit spends what a sum has to give on few of its cells.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

from geodata.disclosure.proof.reached import SMALL
from geodata.disclosure.system import System

_SECONDS = 60.0  # for one program


def raise_many(
    system: System,
    low: np.ndarray,
    high: np.ndarray,
    wanted: np.ndarray,
    upward: np.ndarray,
    width: float,
    rng: np.random.Generator,
) -> np.ndarray | None:
    """A table in which many wanted unknowns are `width` above `low`, or below `high`.

    Parameters
    ----------
    system : System
    low, high : ndarray of float, (n_hidden,)
        What was reached already.
    wanted, upward : ndarray of bool, (n_hidden,)
        Which are to move; which of them up.
    width : float
    rng : numpy.random.Generator
        Gives each a weight, so that equal ones do not always come in the same order.

    Returns
    -------
    ndarray of float, (n_hidden,), or None when the solver came to no end in its time
    """
    matrix, row_lower, row_upper = system.all_rows()
    matrix, n = matrix.tocsc(), system.n_hidden
    picked = np.flatnonzero(wanted)
    up = upward[picked]
    least, most = system.lower[picked], system.upper[picked]
    goal = np.where(
        up, np.minimum(low[picked] + width, most), np.maximum(high[picked] - width, least)
    )
    # Each picked unknown is two columns: as far as the goal, and what goes beyond it.
    lower, upper = system.lower.copy(), system.upper.copy()
    upper[picked], lower[picked] = np.where(up, goal, most), np.where(up, least, goal)
    beyond = np.where(up, 0.0, least - goal), np.where(up, most - goal, 0.0)
    cost = np.zeros(n + len(picked))
    cost[picked] = np.where(up, -1.0, 1.0) * rng.uniform(0.7, 1.0, len(picked))
    found = solve(
        sparse.hstack([matrix, matrix[:, picked]], format="csc"),
        (row_lower, row_upper),
        (np.concatenate([lower, beyond[0]]), np.concatenate([upper, beyond[1]])),
        cost,
    )
    if found is None:
        return None
    table = found[:n]
    table[picked] += found[n:]
    return whole_if_it_fits(system, table)


def solve(matrix: sparse.csc_array, rows, columns, cost: np.ndarray) -> np.ndarray | None:
    """The cheapest solution of a linear program; None when there is none in time."""
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.col_cost_ = cost
    program.col_lower_, program.col_upper_ = columns
    program.row_lower_, program.row_upper_ = rows
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = matrix.indptr
    program.a_matrix_.index_ = matrix.indices
    program.a_matrix_.value_ = matrix.data
    solver = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("time_limit", _SECONDS)):
        solver.setOptionValue(name, value)
    solver.setOptionValue("solver", "simplex")
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(solver.getSolution().col_value)


def whole_if_it_fits(system: System, table: np.ndarray) -> np.ndarray:
    """The table in whole numbers if that fits too, as it mostly does."""
    whole = np.rint(table)
    rows, lower, upper = system.all_rows()
    sums = rows @ whole
    fits = (sums >= lower).all() and (sums <= upper).all()
    return whole if fits and (np.abs(whole - table) < 0.5 + SMALL).all() else table
