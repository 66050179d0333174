"""Where the next N sites reach most people: greedy, bound, core, proof."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geodata.coverage.siting.answer import LEAST, SitingAnswer
from geodata.coverage.siting.greedy import choose_greedily, order_by_gain
from geodata.coverage.siting.lagrange import Relaxed, relax
from geodata.coverage.siting.problem import SitingProblem
from geodata.coverage.siting.programs import maximal_covering, model_cover
from geodata.coverage.siting.progress import SitingProgress, Watch
from geodata.coverage.siting.solver import solve_program
from geodata.errors import SchemaError

CORE_WIDTHS = (1.5, 3.0)  # candidates of the core for each site
SMALLEST_CORE = 60
EXACT_SIZE = 20_000  # more columns: HiGHS may not get out of its presolve in the time there is
EXACT_PAIRS = 250_000  # more candidates times rows: the same


def choose_sites(
    problem: SitingProblem,
    n_sites: int,
    *,
    gap: float = 0.0,
    time_limit_s: float = 60.0,
    report: Callable[[SitingProgress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> SitingAnswer:
    """Choose up to `n_sites` candidates that newly reach the most people.

    A greedy start; a bound by relaxation; the solver on the core, the candidates the bound thinks
    best; at last the solver on all candidates that the bound does not rule out, which proves the
    optimum. Each step only if those before left more than `gap`, and while there is time.

    Parameters
    ----------
    problem : SitingProblem
        With the existing providers locked.
    n_sites : int
        >= 0.
    gap : float
        Good enough when no choice newly reaches more than this share more people.
    time_limit_s : float
    report : callable of SitingProgress, optional
    stop : callable to bool, optional
        True ends the search with the best found; may be asked from the solver's own thread.

    Returns
    -------
    SitingAnswer
        Its bound is proven even when the search was stopped.

    Raises
    ------
    SchemaError
        If `n_sites` is negative.
    """
    if n_sites < 0:
        raise SchemaError(f"{n_sites} sites", "ask for at least 0")
    search = _Search(problem, n_sites, gap, Watch(time_limit_s, report, stop))
    for step in (search.bound_by_relaxation, search.solve_core, search.prove):
        if search.is_good() or search.watch.over():
            break
        step()
    return search.answer()


class _Search:
    """The best choice and the bound so far."""

    def __init__(self, problem: SitingProblem, n_sites: int, gap: float, watch: Watch) -> None:
        self.problem, self.gap, self.watch = problem, gap, watch
        self.n_sites = min(n_sites, problem.n_candidates)
        start = choose_greedily(problem, self.n_sites)
        self.chosen, self.people, self.bound = start.chosen, start.people, start.bound
        self.relaxed: Relaxed | None = None
        watch.tell("greedy", self.people, self.bound)

    def is_good(self) -> bool:
        """Whether the gap is closed as far as wanted."""
        return self.bound - self.people <= self.gap * self.people + LEAST

    def bound_by_relaxation(self) -> None:
        """Lower the bound."""
        self.relaxed = relax(
            self.problem,
            self.n_sites,
            self.people,
            gap_people=self.gap * self.people + LEAST,
            report=lambda bound: self.watch.tell("bound", self.people, min(bound, self.bound)),
        )
        self.bound = min(self.bound, self.relaxed.bound)

    def solve_core(self) -> None:
        """Improve the choice among the candidates that look best; proves nothing."""
        matter = self._matter()
        best_first = np.argsort(-self.relaxed.scores, kind="stable")
        for width in CORE_WIDTHS:
            size = max(int(width * self.n_sites), SMALLEST_CORE)
            if size >= len(matter) <= EXACT_SIZE or self.is_good() or self.watch.over():
                return
            self._solve("core", np.union1d(best_first[:size], self.chosen), self.watch.left_s / 3)

    def prove(self) -> None:
        """Solve with every candidate a better choice may hold."""
        columns = np.union1d(self._matter(), self.chosen)
        size = np.diff(self.problem.by_candidate.indptr)[columns].sum()
        if len(columns) > EXACT_SIZE or size > EXACT_PAIRS:
            return
        bound = self._solve("exact", columns, self.watch.left_s)
        self.bound = min(self.bound, max(bound, self.people))

    def answer(self) -> SitingAnswer:
        """The best choice, without sites that add nobody."""
        ordered = order_by_gain(self.problem, self.chosen)
        useful = ordered.gains > 0
        return SitingAnswer(
            chosen=ordered.chosen[useful],
            gains=ordered.gains[useful],
            bound=max(self.bound, float(ordered.gains.sum())),
            people_locked=self.problem.people_locked,
            people_total=self.problem.people_total,
            stopped=self.watch.stopped,
            seconds=self.watch.seconds,
        )

    def _matter(self) -> np.ndarray:
        return self.relaxed.may_matter(self.n_sites, self.people)

    def _solve(self, stage: str, columns: np.ndarray, seconds: float) -> float:
        """Run the solver on some columns; its bound holds for them alone."""
        model = model_cover(self.problem, columns)

        def look(best: float, bound: float) -> bool:
            best = max(best, self.people) if np.isfinite(best) else self.people
            over = self.watch.tell(stage, best, self.bound)
            return over or self.bound - best <= self.gap * best

        solved = solve_program(
            maximal_covering(model, self.n_sites),
            Watch(min(seconds, self.watch.left_s), stop=self.watch.over),
            start=model.start_from(self.chosen),
            gap=self.gap / 2,
            report=look,
        )
        if solved.values is None:
            return self.bound
        chosen = model.read_chosen(solved.values)
        people = self.problem.count_reached(chosen)
        if people > self.people:
            self.chosen, self.people = chosen, people
        return people if solved.optimal and self.gap == 0 else solved.bound
