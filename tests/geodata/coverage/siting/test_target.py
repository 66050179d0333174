"""Fewest sites for a share, against trying every choice."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coverage import compute_distances
from geodata.coverage.siting import TargetError, build_problem, choose_for_share
from tests.geodata.coverage import oracles
from tests.geodata.coverage.siting.test_choose import build, candidates, demand, scatter


@settings(max_examples=80, deadline=None)
@given(demand, candidates, st.integers(0, 100))
def test_no_fewer_sites_are_enough(demand, candidates, percent):
    share = percent / 100
    problem = build(demand, candidates)
    most = problem.people_reachable
    wanted = share * most
    target = wanted / problem.people_total if problem.people_total else 0.0
    answer = choose_for_share(problem, target)
    fewest = next(
        n
        for n in range(len(candidates) + 1)
        if oracles.best_choice(problem, n) >= wanted - 1e-6 * (1 + most)
    )
    assert len(answer.sites.chosen) == answer.fewest == fewest
    assert answer.sites.people >= wanted - 1e-6 * (1 + most)


def test_what_is_in_reach_already_needs_no_site():
    xy = np.array([(0.0, 0), (1000, 0)])
    problem = build_problem(
        compute_distances(xy, xy, 10), np.array([80.0, 20]), np.array([True, False])
    )
    assert len(choose_for_share(problem, 0.8).sites.chosen) == 0
    assert choose_for_share(problem, 0.81).sites.chosen.tolist() == [1]


def test_a_share_out_of_reach_is_refused_with_the_share_there_is():
    xy = np.array([(0.0, 0), (5000, 0)])
    problem = build_problem(compute_distances(xy, xy[:1], 10), np.array([75.0, 25]))
    with pytest.raises(TargetError, match=r"75\.0%"):
        choose_for_share(problem, 0.9)
    with pytest.raises(TargetError):
        choose_for_share(problem, 1.2)


@pytest.mark.parametrize("share", [0.5, 0.9, 1.0])
def test_a_district_is_solved(share):
    problem = scatter(300)
    answer = choose_for_share(problem, share, time_limit_s=60)
    assert answer.gap_sites == 0
    assert answer.sites.curve[-1] >= share - 1e-6
    assert answer.sites.curve[-2] < share


def test_a_stop_keeps_what_the_greedy_found():
    problem = scatter(800)
    answer = choose_for_share(problem, 0.9, stop=lambda: True)
    assert answer.sites.stopped
    assert answer.sites.curve[-1] >= 0.9
    assert 1 <= answer.fewest <= len(answer.sites.chosen)
    assert math.isfinite(answer.gap_sites)


def test_nobody_and_nowhere():
    assert len(choose_for_share(build([], []), 0.0).sites.chosen) == 0
