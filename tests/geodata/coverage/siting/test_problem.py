"""The siting problem cut down: what is left must be the same problem."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coverage import compute_distances
from geodata.coverage.siting import build_problem
from geodata.errors import SchemaError

place = st.tuples(st.integers(0, 8), st.integers(0, 8))
rows = st.lists(st.tuples(place, st.integers(0, 50), st.booleans()), max_size=14)


def build(demand, candidates, reach=150):
    points = np.array([d[0] for d in demand], float).reshape(-1, 2) * 100
    sites = np.array(candidates, float).reshape(-1, 2) * 100
    people = np.array([d[1] for d in demand], float)
    locked = np.array([d[2] for d in demand], bool)
    distances = compute_distances(points, sites, reach)
    return build_problem(distances, people, locked), distances, people, locked


@given(rows, st.lists(place, max_size=6), st.data())
def test_any_choice_reaches_what_it_reached_before_the_cut(demand, candidates, data):
    problem, distances, people, locked = build(demand, candidates)
    chosen = (
        data.draw(st.lists(st.integers(0, len(candidates) - 1), unique=True)) if candidates else []
    )
    reached = {i for i, j in zip(distances.point, distances.provider) if j in chosen}
    wanted = sum(people[i] for i in reached if not locked[i])
    assert problem.count_reached(np.array(chosen, int)) == pytest.approx(wanted)
    assert problem.people_locked == people[locked].sum()
    assert problem.people_total == people.sum()


@given(rows, st.lists(place, max_size=6))
def test_gains_are_those_of_each_candidate_alone(demand, candidates):
    problem, *_ = build(demand, candidates)
    for j in range(len(candidates)):
        assert problem.gains[j] == pytest.approx(problem.count_reached(np.array([j])))


def test_points_that_the_same_candidates_reach_are_one_row():
    problem, *_ = build(
        [((0, 0), 5, False), ((0, 0), 7, False), ((4, 0), 1, False)], [(0, 1), (4, 0)]
    )
    assert problem.covers.shape == (2, 2)
    assert sorted(problem.people) == [1, 12]
    assert problem.row_of_point[0] == problem.row_of_point[1] != problem.row_of_point[2]


def test_unknown_people_are_refused():
    with pytest.raises(SchemaError, match="people"):
        build([((0, 0), np.nan, False)], [(0, 0)])
