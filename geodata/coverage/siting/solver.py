"""One mixed integer program given to HiGHS as a sparse matrix, watched while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import sparray

from geodata.coverage.siting.progress import Watch

# Searches within the search: they ask nobody whether to stop, for many seconds, and find little
# that the greedy start and the core do not give.
SUB_SEARCHES = ("rins", "rens", "root_reduced_cost")
LOOK_S = 0.02  # seconds between looks at the flag
GRACE_S = 0.5  # for the solver to hand over what it has
FEASIBLE = highspy.SolutionStatus.kSolutionStatusFeasible


@dataclass(frozen=True)
class Program:
    """max or min cost @ v subject to lower <= matrix @ v <= upper, 0 <= v <= highest.

    The first `n_binary` columns are 0 or 1.
    """

    cost: np.ndarray
    matrix: sparray
    lower: np.ndarray
    upper: np.ndarray
    highest: np.ndarray
    n_binary: int
    maximise: bool


@dataclass(frozen=True)
class Solved:
    """Best solution found (None if none) and the proven bound on the cost."""

    values: np.ndarray | None
    bound: float
    optimal: bool


def solve_program(
    program: Program,
    watch: Watch,
    *,
    start: np.ndarray | None = None,
    gap: float = 0.0,
    report: Callable[[float, float], bool] | None = None,
) -> Solved:
    """Solve by HiGHS within the time left.

    Parameters
    ----------
    program : Program
    watch : Watch
        Its clock limits the run, its stop flag ends it with the best found.
    start : ndarray of float, optional
        A feasible solution to begin with.
    gap : float
        Share of the objective at which it is good enough.
    report : callable of (best, bound) to bool, optional
        True stops.

    Source
    ------
    Huangfu and Hall 2018, Mathematical Programming Computation 10: 119-142 (HiGHS).
    """
    solver = highspy.Highs()
    options = {
        "output_flag": False,
        "threads": 1,  # a server's other cores are for its other visitors
        "mip_rel_gap": gap,
        "mip_abs_gap": 1e-6,
        "time_limit": watch.left_s,
        **{f"mip_heuristic_run_{name}": False for name in SUB_SEARCHES},
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(program))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)

    if not _run(solver, watch, report):
        return Solved(start, np.inf if program.maximise else -np.inf, optimal=False)
    info = solver.getInfo()
    found = info.primal_solution_status == FEASIBLE
    values = np.array(solver.getSolution().col_value) if found else None
    optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    bound = float(info.mip_dual_bound)
    return Solved(values, bound, optimal)


def _run(
    solver: highspy.Highs, watch: Watch, report: Callable[[float, float], bool] | None
) -> bool:
    """Run the solver in a thread of its own; False if it did not listen and was left behind.

    HiGHS asks whether to stop in its search, not in its presolve, which may take long. It ends by
    itself soon after its time limit; nobody waits for it.
    """
    done, broken = threading.Event(), []

    def look(event: highspy.HighsCallbackEvent) -> None:
        out = event.data_out
        try:
            told = report is not None and not done.is_set()
            told = told and report(out.mip_primal_bound, out.mip_dual_bound)
        except Exception as error:  # not through the solver: raised where the caller is
            broken.append(error)
            told = True
        if told or done.is_set() or watch.over():
            event.interrupt()

    solver.cbMipInterrupt += look
    thread = threading.Thread(target=solver.run, daemon=True)
    thread.start()
    patience = GRACE_S
    while thread.is_alive() and patience > 0:
        thread.join(LOOK_S)
        patience -= LOOK_S if watch.over() else 0.0
    done.set()
    if broken:
        raise broken[0]
    return not thread.is_alive()


def _model(program: Program) -> highspy.HighsLp:
    n_rows, n_columns = program.matrix.shape
    matrix = program.matrix.tocsc()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n_columns, n_rows
    sense = highspy.ObjSense
    model.sense_ = sense.kMaximize if program.maximise else sense.kMinimize
    model.col_cost_ = program.cost
    model.col_lower_, model.col_upper_ = np.zeros(n_columns), program.highest
    model.row_lower_, model.row_upper_ = program.lower, program.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * program.n_binary + [kinds.kContinuous] * (
        n_columns - program.n_binary
    )
    return model
