"""Where the next N sites serve most people when each holds only so many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from geodata.coverage.accessibility import require_amounts
from geodata.coverage.siting.answer import SitingAnswer
from geodata.coverage.siting.problem import SitingProblem
from geodata.coverage.siting.progress import SitingProgress, Watch
from geodata.coverage.siting.solver import Program, solve_program


def choose_limited_sites(
    problem: SitingProblem,
    n_sites: int,
    capacity: np.ndarray,
    *,
    gap: float = 0.0,
    time_limit_s: float = 60.0,
    report: Callable[[SitingProgress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> SitingAnswer:
    """Choose up to `n_sites` candidates that serve the most people within their places.

    Existing providers: build the problem from the people `serve_nearest_first` leaves unserved.

    Parameters
    ----------
    problem : SitingProblem
        Its people are those to be served.
    n_sites : int
    capacity : ndarray of float, (n_candidates,)
        Places of each candidate; unknown ones are refused.
    gap, time_limit_s, report, stop
        As in `choose_sites`.

    Returns
    -------
    SitingAnswer
        `gains` are the people each site serves.

    Raises
    ------
    SchemaError
        If a capacity is unknown or negative.

    Source
    ------
    Current and Storbeck 1988, Environment and Planning B 15: 153-163, with a person served in
    part by several sites.
    """
    capacity = require_amounts(capacity, problem.n_candidates, "capacity")
    watch = Watch(time_limit_s, report, stop)
    n_sites = min(max(n_sites, 0), problem.n_candidates)
    served = _serve_greedily(problem, n_sites, capacity)
    useful = np.minimum(capacity, problem.gains)
    bound = min(float(np.sort(useful)[::-1][:n_sites].sum()), float(problem.people.sum()))
    best = float(served.sum())
    if not watch.tell("greedy", best, bound) and bound - best > gap * best + 1e-6:
        served, bound = _solve(problem, n_sites, capacity, gap, watch, served, bound)
    order = np.argsort(-served, kind="stable")
    order = order[served[order] > 1e-6]
    return SitingAnswer(
        chosen=order,
        gains=served[order],
        bound=max(bound, float(served[order].sum())),
        people_locked=problem.people_locked,
        people_total=problem.people_total,
        stopped=watch.stopped,
        seconds=watch.seconds,
    )


def _serve_greedily(problem: SitingProblem, n_sites: int, capacity: np.ndarray) -> np.ndarray:
    """People served by each candidate when the one that serves most is opened first."""
    left, served = problem.people.copy(), np.zeros(problem.n_candidates)
    waiting = np.ones(problem.n_candidates, dtype=bool)
    turned = problem.by_candidate
    for _ in range(n_sites):
        gains = np.where(waiting, np.minimum(turned @ left, capacity), 0.0)
        best = int(gains.argmax())
        if gains[best] <= 0:
            break
        rows = turned.indices[turned.indptr[best] : turned.indptr[best + 1]]
        before = np.cumsum(left[rows]) - left[rows]
        taken = np.clip(capacity[best] - before, 0.0, left[rows])
        left[rows] -= taken
        served[best], waiting[best] = float(taken.sum()), False
    return served


def _solve(
    problem: SitingProblem,
    n_sites: int,
    capacity: np.ndarray,
    gap: float,
    watch: Watch,
    served: np.ndarray,
    bound: float,
) -> tuple[np.ndarray, float]:
    best = float(served.sum())

    def look(found: float, proven: float) -> bool:
        return watch.tell("exact", max(found, best) if found > -1e300 else best, min(proven, bound))

    solved = solve_program(_program(problem, n_sites, capacity), watch, gap=gap, report=look)
    bound = min(bound, max(solved.bound, best)) if np.isfinite(solved.bound) else bound
    if solved.values is None:
        return served, bound
    pairs = problem.covers.tocoo()
    flow = solved.values[problem.n_candidates :]
    found = np.bincount(pairs.coords[1], flow, minlength=problem.n_candidates)
    if solved.optimal and gap == 0:
        bound = max(float(found.sum()), best)
    return (found, bound) if found.sum() > best else (served, bound)


def _program(problem: SitingProblem, n_sites: int, capacity: np.ndarray) -> Program:
    """Columns: open or not, then people of each pair."""
    pairs = problem.covers.tocoo()
    row, column = pairs.coords
    n_pairs, (n_rows, n_columns) = len(row), problem.covers.shape
    ones, number = np.ones(n_pairs), np.arange(n_pairs)
    most = np.minimum(problem.people[row], capacity[column])
    blocks = [
        # nobody is served twice
        [csr_array((n_rows, n_columns)), csr_array((ones, (row, number)), (n_rows, n_pairs))],
        # a site serves within its places, and only if it is open
        [
            csr_array((-capacity, (np.arange(n_columns),) * 2), (n_columns, n_columns)),
            csr_array((ones, (column, number)), (n_columns, n_pairs)),
        ],
        # a pair only if its site is open: follows from the above, but makes the bound tight
        [
            csr_array((-most, (number, column)), (n_pairs, n_columns)),
            csr_array((ones, (number, number)), (n_pairs, n_pairs)),
        ],
        [csr_array(np.ones((1, n_columns))), csr_array((1, n_pairs))],
    ]
    upper = np.concatenate([problem.people, np.zeros(n_columns + n_pairs), [n_sites]])
    return Program(
        cost=np.concatenate([np.zeros(n_columns), ones]),
        matrix=vstack([hstack(block) for block in blocks]),
        lower=np.full(len(upper), -np.inf),
        upper=upper,
        highest=np.concatenate([np.ones(n_columns), most]),
        n_binary=n_columns,
        maximise=True,
    )
