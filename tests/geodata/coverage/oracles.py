"""The methods written out again, slowly and plainly, to check the fast ones."""

from __future__ import annotations

import itertools
import math

import numpy as np

from geodata.coverage import DemandPoints


def walks(points, providers, limit, detour=1.0):
    """All (point, provider, metres) up to a limit, by measuring every pair."""
    return [
        (i, j, math.dist(p, q) * detour)
        for i, p in enumerate(points)
        for j, q in enumerate(providers)
        if math.dist(p, q) <= limit / detour
    ]


def catchment_access(points, providers, people, capacity, limit, weight):
    """Floating catchment by the book, one point at a time."""
    result = []
    for p in points:
        total = 0.0
        for q, places in zip(providers, capacity):
            if math.dist(p, q) > limit:
                continue
            asking = sum(
                n * weight(math.dist(k, q))
                for k, n in zip(points, people)
                if math.dist(k, q) <= limit
            )
            if asking > 0:
                total += places / asking * weight(math.dist(p, q))
        result.append(total)
    return np.array(result)


def serve(points, providers, people, capacity, limit):
    """Pairs one by one, shortest first; equals by provider, then point."""
    people, capacity = list(map(float, people)), list(map(float, capacity))
    served = [0.0] * len(people)
    pairs = [(round(d, 3), j, i) for i, j, d in walks(points, providers, limit)]
    for _, j, i in sorted(pairs):
        taken = min(people[i], capacity[j])
        people[i] -= taken
        capacity[j] -= taken
        served[i] += taken
    return np.array(served)


def reached(points: DemandPoints, providers, people, straight_m):
    """People in reach of each community, all pairs measured."""
    result = []
    for number, count in enumerate(points.counts):
        own = points.xy[points.community == number]
        hits = sum(any(math.dist(p, q) <= straight_m for q in providers) for p in own)
        result.append(math.floor(people[number] * hits / max(count, 1) + 0.5))
    return np.array(result)


def best_choice(problem, n_sites):
    """Most people newly reached by exactly so many candidates: every choice tried."""
    covers = problem.covers.toarray() > 0
    n = min(n_sites, covers.shape[1])
    choices = itertools.combinations(range(covers.shape[1]), n)
    return max(
        (problem.people[covers[:, list(choice)].any(axis=1)].sum() for choice in choices),
        default=0.0,
    )
