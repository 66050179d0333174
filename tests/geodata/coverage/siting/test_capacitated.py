"""Sites with limited places, against trying every choice with a flow for each."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geodata.coverage.siting import choose_limited_sites, choose_sites
from geodata.errors import SchemaError
from tests.geodata.coverage.siting.test_choose import build, demand, place, scatter

limited = st.lists(st.tuples(place, st.integers(0, 60)), max_size=5)


def most_served(problem, n_sites, capacity):
    """The best of all choices; who is served by a choice is a linear program of its own."""
    covers, best = problem.covers.toarray() > 0, 0.0
    for choice in itertools.combinations(range(covers.shape[1]), min(n_sites, covers.shape[1])):
        pairs = [(i, j) for j in choice for i in np.flatnonzero(covers[:, j])]
        if not pairs:
            continue
        rows = [[float(i == k) for i, _ in pairs] for k in range(len(problem.people))]
        rows += [[float(j == k) for _, j in pairs] for k in choice]
        limits = [*problem.people, *capacity[list(choice)]]
        best = max(best, -linprog(-np.ones(len(pairs)), A_ub=rows, b_ub=limits).fun)
    return best


@settings(max_examples=40, deadline=None)
@given(demand, limited, st.integers(0, 3))
def test_the_answer_is_the_best_of_all_choices(demand, sites, n_sites):
    problem = build(demand, [s[0] for s in sites])
    capacity = np.array([s[1] for s in sites], float)
    answer = choose_limited_sites(problem, n_sites, capacity)
    best = most_served(problem, n_sites, capacity)
    assert answer.people == pytest.approx(best, abs=1e-4)
    assert answer.bound == pytest.approx(best, abs=1e-3)
    assert len(answer.chosen) <= n_sites
    assert (answer.gains <= capacity[answer.chosen] + 1e-6).all()


def test_places_without_end_are_no_limit():
    problem = scatter(150)
    free = choose_sites(problem, 10)
    full = choose_limited_sites(problem, 10, np.full(150, 1e7))
    assert full.people == pytest.approx(free.people)


def test_more_places_never_serve_fewer():
    problem = scatter(80)
    served = [
        choose_limited_sites(problem, 8, np.full(80, c)).people for c in (0.0, 300, 900, 3000)
    ]
    assert served == sorted(served)
    assert served[0] == 0


def test_an_unknown_capacity_is_refused():
    with pytest.raises(SchemaError, match="capacity"):
        choose_limited_sites(scatter(5), 1, np.array([1, 2, np.nan, 3, 4]))
