"""The fewest sites that bring a share of all people within reach."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from geodata.coverage.siting.answer import SitingAnswer, TargetAnswer
from geodata.coverage.siting.choose import EXACT_SIZE
from geodata.coverage.siting.greedy import choose_greedily, order_by_gain
from geodata.coverage.siting.lagrange import relax
from geodata.coverage.siting.problem import SitingProblem
from geodata.coverage.siting.programs import fewest_sites, model_cover
from geodata.coverage.siting.progress import SitingProgress, Watch
from geodata.coverage.siting.solver import solve_program
from geodata.errors import GeodataError


class TargetError(GeodataError):
    """A share of people that no number of sites brings within reach.

    Attributes
    ----------
    most : float
        The share that all candidates together bring.
    """

    def __init__(self, message: str, fix: str, most: float) -> None:
        super().__init__(message, fix)
        self.most = most


def choose_for_share(
    problem: SitingProblem,
    share: float,
    *,
    time_limit_s: float = 60.0,
    report: Callable[[SitingProgress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> TargetAnswer:
    """Choose the fewest candidates with which at least `share` of all people are in reach.

    Parameters
    ----------
    problem : SitingProblem
        With the existing providers locked; their people count.
    share : float
        0 to 1.
    time_limit_s, report, stop
        As in `choose_sites`; `best` and `bound` are numbers of sites.

    Returns
    -------
    TargetAnswer
        No sites where the share is reached already.

    Raises
    ------
    TargetError
        If all candidates together do not reach it; names the share they do.
    """
    watch = Watch(time_limit_s, report, stop)
    wanted = share * problem.people_total - problem.people_locked
    tolerance = 1e-9 * (1 + problem.people_total)
    if not 0 <= share <= 1 or wanted > float(problem.people.sum()) + tolerance:
        most = problem.people_reachable / problem.people_total if problem.people_total else 0.0
        raise TargetError(
            f"a share of {share:.1%} in reach; all candidates together bring {most:.1%}",
            f"ask for at most {most:.1%}, or give more candidates",
            most,
        )
    # All people that can be reached must be reachable to the last bit.
    wanted = min(wanted, float(problem.people.sum())) - tolerance
    if wanted <= 0:
        return TargetAnswer(_answer(problem, np.zeros(0, np.int64), watch), 0)
    chosen, fewest = _search(problem, wanted, watch)
    return TargetAnswer(_answer(problem, chosen, watch), fewest)


def _search(problem: SitingProblem, wanted: float, watch: Watch) -> tuple[np.ndarray, int]:
    greedy = choose_greedily(problem, problem.n_candidates, target_people=wanted)
    chosen, fewest = greedy.chosen, 1
    over = watch.tell("greedy", len(chosen), fewest)
    n_tried = len(chosen)
    for _ in range(2):  # the second time at the number the first one allows: its prices fit better
        if over or fewest >= len(chosen):
            return chosen, fewest
        relaxed = relax(problem, n_tried, wanted, report=lambda _: watch.over())
        fewest = max(fewest, min(relaxed.fewest_sites(wanted), len(chosen)))
        over = watch.tell("bound", len(chosen), fewest)
        n_tried = fewest
    best_first = np.argsort(-relaxed.scores, kind="stable")
    whole = len(best_first) <= EXACT_SIZE
    columns = best_first if whole else best_first[: 3 * len(chosen)]
    if over or fewest >= len(chosen):
        return chosen, fewest
    model = model_cover(problem, np.union1d(columns, chosen))
    known = [len(chosen), fewest]

    def look(best: float, bound: float) -> bool:
        known[0] = min(known[0], round(best)) if math.isfinite(best) else known[0]
        if whole and math.isfinite(bound):
            known[1] = max(known[1], math.ceil(bound - 1e-6))
        return watch.tell("exact" if whole else "core", *known) or known[0] <= known[1]

    solved = solve_program(
        fewest_sites(model, wanted), watch, start=model.start_from(chosen), report=look
    )
    if solved.values is not None:
        found = model.read_chosen(solved.values)
        enough = problem.count_reached(found) >= wanted - 1e-6 * (1 + wanted)
        chosen = found if enough and len(found) < len(chosen) else chosen
    if whole and math.isfinite(solved.bound):
        fewest = max(fewest, min(math.ceil(solved.bound - 1e-6), len(chosen)))
    return chosen, fewest


def _answer(problem: SitingProblem, chosen: np.ndarray, watch: Watch) -> SitingAnswer:
    ordered = order_by_gain(problem, chosen)
    return SitingAnswer(
        chosen=ordered.chosen,
        gains=ordered.gains,
        bound=float(problem.people.sum()),
        people_locked=problem.people_locked,
        people_total=problem.people_total,
        stopped=watch.stopped,
        seconds=watch.seconds,
    )
