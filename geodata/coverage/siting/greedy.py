"""Take the best candidate, again and again: a start for the solver, with a bound of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.coverage.siting.problem import SitingProblem


@dataclass(frozen=True)
class GreedyAnswer:
    """Candidates in the order taken.

    Attributes
    ----------
    chosen : ndarray of int, (n_chosen,)
        Fewer than asked where nothing is left to gain.
    gains : ndarray of float, (n_chosen,)
        People newly reached by each, never ascending.
    bound : float
        No choice of as many candidates reaches more people.
    """

    chosen: np.ndarray
    gains: np.ndarray
    bound: float

    @property
    def people(self) -> float:
        """People newly reached by all."""
        return float(self.gains.sum())


def choose_greedily(
    problem: SitingProblem, n_sites: int, *, target_people: float = np.inf
) -> GreedyAnswer:
    """Greedy choice of up to `n_sites` candidates, or until `target_people` are newly reached.

    Source
    ------
    Church and ReVelle 1974, Papers of the Regional Science Association 32: 101-118; the bound:
    Nemhauser, Wolsey and Fisher 1978, Mathematical Programming 14: 265-294 (what is reached so
    far plus the n best remaining gains holds for every prefix; at worst 63 % of the optimum).
    """
    covers, by_candidate = problem.covers, problem.by_candidate
    gains, open_rows = problem.gains.copy(), np.ones(len(problem.people), dtype=bool)
    chosen: list[int] = []
    steps: list[float] = []
    reached, bound = 0.0, float(problem.people.sum())
    while len(chosen) < n_sites and reached < target_people and len(gains):
        bound = min(bound, reached + sum_largest(gains, n_sites))
        best = int(gains.argmax())
        rows = by_candidate.indices[by_candidate.indptr[best] : by_candidate.indptr[best + 1]]
        rows = rows[open_rows[rows]]
        gain = float(problem.people[rows].sum())
        if gain <= 0:
            break
        open_rows[rows] = False
        taken = covers[rows]
        weights = np.repeat(problem.people[rows], np.diff(taken.indptr))
        np.subtract.at(gains, taken.indices, weights)
        gains[best] = 0.0
        chosen.append(best)
        steps.append(gain)
        reached += gain
    if len(gains):
        bound = min(bound, reached + sum_largest(np.maximum(gains, 0), n_sites))
    return GreedyAnswer(np.array(chosen, dtype=np.int64), np.array(steps), bound)


def order_by_gain(problem: SitingProblem, chosen: np.ndarray) -> GreedyAnswer:
    """The same candidates, the one that adds most first: the curve of reach against N."""
    chosen = np.asarray(chosen, dtype=np.int64)
    rows = problem.by_candidate[chosen]
    left, open_rows = list(range(len(chosen))), np.ones(len(problem.people), dtype=bool)
    order: list[int] = []
    steps: list[float] = []
    weighted = rows @ problem.people if len(chosen) else np.zeros(0)
    upper = dict(zip(left, weighted.tolist()))
    while left:
        # Lazily: a gain only falls, so the first one that holds its place is the largest.
        left.sort(key=lambda i: (-upper[i], chosen[i]))
        head = left[0]
        own = rows.indices[rows.indptr[head] : rows.indptr[head + 1]]
        gain = float(problem.people[own[open_rows[own]]].sum())
        upper[head] = gain
        if len(left) > 1 and gain < upper[left[1]]:
            continue
        open_rows[own] = False
        order.append(head)
        steps.append(gain)
        left.pop(0)
    return GreedyAnswer(chosen[order], np.array(steps), float("nan"))


def sum_largest(values: np.ndarray, n: int) -> float:
    """Sum of the n largest values."""
    if n >= len(values):
        return float(values.sum())
    return float(np.partition(values, len(values) - n)[len(values) - n :].sum()) if n > 0 else 0.0
