"""A proven bound without a solver: Lagrangian relaxation of the covering constraints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geodata.coverage.siting.problem import SitingProblem
from geodata.coverage.siting.programs import model_cover

PATIENCE = 8  # steps without a better bound before the step is halved
MEMORY = 0.8  # of the last direction in the next one
SMALLEST_STEP = 1e-4


@dataclass(frozen=True)
class Relaxed:
    """What the relaxation proves.

    Attributes
    ----------
    bound : float
        No choice of n candidates newly reaches more people.
    free_people : float
        Part of the bound that does not hang on the choice.
    scores : ndarray of float, (n_candidates,)
        What each candidate is worth at the prices of the bound.
    """

    bound: float
    free_people: float
    scores: np.ndarray

    def fewest_sites(self, people: float) -> int:
        """No fewer candidates newly reach so many people; all of them if no number does."""
        ladder = self.free_people + np.concatenate([[0.0], np.cumsum(-np.sort(-self.scores))])
        enough = ladder >= people * (1 - 1e-9)
        return int(enough.argmax()) if enough.any() else len(self.scores)

    def may_matter(self, n_sites: int, best_people: float) -> np.ndarray:
        """Candidates a better choice than `best_people` may hold, numbers.

        Opening another one costs more than the room there is between best and bound.
        """
        if n_sites >= len(self.scores):
            return np.arange(len(self.scores))
        worst_taken = np.partition(self.scores, len(self.scores) - n_sites)[-n_sites]
        room = max(self.bound - best_people, 0.0)
        return np.flatnonzero(self.scores >= worst_taken - room - 1e-6 * (1 + self.bound))


def relax(
    problem: SitingProblem,
    n_sites: int,
    start_people: float,
    *,
    gap_people: float = 0.0,
    steps: int = 300,
    report: Callable[[float], bool] | None = None,
) -> Relaxed:
    """Bound the best choice of `n_sites` candidates by subgradient steps.

    z_i <= sum_j a_ij x_j is put into the objective with prices 0 <= u_i <= people_i; what is left
    falls apart: people above their price, and the n candidates of highest score. People whom one
    candidate alone reaches need no price.

    Parameters
    ----------
    problem : SitingProblem
    n_sites : int
        > 0.
    start_people : float
        What a known choice newly reaches.
    gap_people : float
        Stop when the bound is so close to it.
    steps : int
    report : callable of bound to bool, optional
        Called after each step; true stops.

    Source
    ------
    Galvao and ReVelle 1996, European Journal of Operational Research 88: 114-123; directions
    with memory: Crowder 1976, in Symposia Mathematica 19: 357-372.
    """
    model = model_cover(problem, np.arange(problem.n_candidates))
    people, covers, turned = model.people, model.covers, model.covers.T.tocsr()
    n_sites = min(n_sites, problem.n_candidates)
    prices = people / np.sqrt(np.maximum(np.diff(covers.indptr), 1))
    best, best_prices = Relaxed(np.inf, 0.0, model.own), prices
    direction, scale, waited = np.zeros(len(people)), 1.0, 0
    for _ in range(steps):
        scores = model.own + turned @ prices
        top = np.argpartition(-scores, n_sites - 1)[:n_sites]
        free = float((people - prices).sum())
        bound = free + float(scores[top].sum())
        waited = 0 if bound < best.bound * (1 - 1e-6) else waited + 1
        if bound < best.bound:
            best, best_prices = Relaxed(bound, free, scores), prices
        if (report and report(best.bound)) or best.bound - start_people <= gap_people:
            break
        taken = np.zeros(problem.n_candidates)
        taken[top] = 1.0
        # At a price of all its people a row may count or not; not counting keeps the step small.
        direction = covers @ taken - (prices < people) + MEMORY * direction
        norm = float(direction @ direction)
        if waited >= PATIENCE:
            scale, waited, prices = scale / 2, 0, best_prices
            direction = np.zeros(len(people))
        elif norm > 0:
            length = scale * (bound - start_people) / norm
            prices = np.clip(prices - length * direction, 0.0, people)
        if norm == 0 or scale < SMALLEST_STEP:
            break
    return best
