"""Maximal covering against trying every choice; bounds, stopping, degenerate input."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coverage import compute_distances
from geodata.coverage.siting import build_problem, choose_greedily, choose_sites
from geodata.coverage.siting.greedy import order_by_gain
from geodata.coverage.siting.lagrange import relax
from geodata.errors import SchemaError
from tests.geodata.coverage import oracles

place = st.tuples(st.integers(0, 6), st.integers(0, 6))
demand = st.lists(st.tuples(place, st.integers(1, 50)), max_size=14)
candidates = st.lists(place, max_size=8)


def build(demand, candidates, reach=150):
    points = np.array([d[0] for d in demand], float).reshape(-1, 2) * 100
    people = np.array([d[1] for d in demand], float)
    sites = np.array(candidates, float).reshape(-1, 2) * 100
    return build_problem(compute_distances(points, sites, reach), people)


def scatter(n, seed=4, side=None, reach=1000):
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, side or 500 * np.sqrt(n), (n, 2))
    return build_problem(compute_distances(xy, xy, reach), rng.integers(1, 900, n) * 1.0)


@settings(max_examples=80, deadline=None)
@given(demand, candidates, st.integers(0, 5))
def test_the_answer_is_the_best_of_all_choices(demand, candidates, n_sites):
    problem = build(demand, candidates)
    answer = choose_sites(problem, n_sites)
    best = oracles.best_choice(problem, n_sites)
    assert answer.people == pytest.approx(best)
    assert answer.bound == pytest.approx(best, abs=1e-4)
    assert len(answer.chosen) <= n_sites
    assert problem.count_reached(answer.chosen) == pytest.approx(best)


@settings(max_examples=60, deadline=None)
@given(demand, candidates, st.integers(1, 5))
def test_all_bounds_hold(demand, candidates, n_sites):
    problem = build(demand, candidates)
    best = oracles.best_choice(problem, n_sites)
    greedy = choose_greedily(problem, n_sites)
    assert greedy.people <= best + 1e-9
    assert greedy.bound >= best - 1e-9
    assert greedy.people >= (1 - 1 / np.e) * best - 1e-9
    if problem.n_candidates:
        relaxed = relax(problem, n_sites, greedy.people)
        assert relaxed.bound >= best - 1e-6
        fewest = relaxed.fewest_sites(best)
        assert fewest == 0 or oracles.best_choice(problem, fewest - 1) < best + 1e-6


@settings(max_examples=40, deadline=None)
@given(demand, candidates, st.integers(1, 4))
def test_a_ruled_out_candidate_is_in_no_better_choice(demand, candidates, n_sites):
    problem = build(demand, candidates)
    if not problem.n_candidates:
        return
    greedy = choose_greedily(problem, n_sites)
    relaxed = relax(problem, n_sites, greedy.people)
    kept = relaxed.may_matter(n_sites, greedy.people)
    cut = build(demand, [candidates[j] for j in kept])
    best = oracles.best_choice(problem, n_sites)
    assert max(greedy.people, oracles.best_choice(cut, n_sites)) == pytest.approx(best)


def test_a_trap_for_the_greedy():
    """The middle takes most alone, but the two ends together take everybody."""
    points = [((0, 0), 6), ((2, 0), 5), ((4, 0), 5), ((6, 0), 6)]
    problem = build(points, [(1, 0), (3, 0), (5, 0)], 110)
    assert choose_sites(problem, 2).people == 22
    assert sorted(choose_sites(problem, 2).chosen) == [0, 2]
    skewed = build(
        [((0, 0), 4), ((2, 0), 5), ((4, 0), 5), ((6, 0), 4)], [(1, 0), (3, 0), (5, 0)], 110
    )
    assert choose_greedily(skewed, 2).people == 14
    assert choose_sites(skewed, 2).people == 18


def test_existing_providers_are_locked():
    xy = np.array([(0.0, 0), (100, 0), (900, 0)])
    distances = compute_distances(xy, xy, 150)
    people = np.array([50.0, 40, 10])
    free = choose_sites(build_problem(distances, people), 1)
    assert free.people == 90
    locked = choose_sites(build_problem(distances, people, np.array([True, True, False])), 1)
    assert (locked.chosen.tolist(), locked.people, locked.people_locked) == ([2], 10, 90)
    assert locked.curve.tolist() == [0.9, 1.0]


@pytest.mark.parametrize("n_sites", [10, 40])
def test_a_district_is_solved_to_the_proven_optimum(n_sites):
    answer = choose_sites(scatter(300), n_sites, time_limit_s=60)
    assert answer.gap_share == 0
    assert (np.diff(answer.gains) <= 1e-9).all()
    assert (np.diff(answer.curve) > 0).all()


def test_more_sites_never_reach_fewer():
    problem = scatter(120)
    people = [choose_sites(problem, n).people for n in range(0, 30, 3)]
    assert people == sorted(people)


def test_order_of_candidates_and_points_does_not_matter():
    rng = np.random.default_rng(8)
    xy, people = rng.uniform(0, 6000, (150, 2)), rng.integers(1, 900, 150) * 1.0
    there = choose_sites(build_problem(compute_distances(xy, xy, 900), people), 12)
    turn = rng.permutation(150)
    back = choose_sites(build_problem(compute_distances(xy[turn], xy[turn], 900), people[turn]), 12)
    assert back.people == pytest.approx(there.people)


def test_a_gap_may_be_left_and_is_told():
    problem = scatter(700, reach=1400)
    answer = choose_sites(problem, 40, gap=0.05)
    assert answer.gap_share <= 0.05
    exact = choose_sites(problem, 40, time_limit_s=5)
    assert exact.people <= answer.bound + 1e-6
    assert answer.people <= exact.bound + 1e-6


def test_progress_is_told_and_a_stop_keeps_the_best_found():
    seen = []
    problem = scatter(1500, reach=1400)
    answer = choose_sites(problem, 60, report=seen.append, stop=lambda: len(seen) >= 5)
    assert answer.stopped
    assert seen[0].stage == "greedy"
    assert answer.people >= seen[0].best
    assert answer.bound >= answer.people
    assert problem.count_reached(answer.chosen) == pytest.approx(answer.people)


def test_a_stop_from_another_thread_ends_the_solver():
    """This one keeps the solver busy for minutes."""
    problem, flag = scatter(1500, reach=1400), threading.Event()
    timer = threading.Timer(2.0, flag.set)
    timer.start()
    answer = choose_sites(problem, 60, time_limit_s=120, stop=flag.is_set)
    timer.join()
    assert answer.stopped
    assert answer.seconds < 10
    assert answer.bound >= answer.people > 0


def test_a_reporter_that_fails_is_heard():
    def fail(state):
        if state.stage not in ("greedy", "bound"):
            raise RuntimeError("no screen")

    with pytest.raises(RuntimeError, match="no screen"):
        choose_sites(scatter(1500, reach=1400), 60, time_limit_s=20, report=fail)


def test_the_time_limit_holds():
    answer = choose_sites(scatter(2500, side=9000, reach=1500), 25, time_limit_s=0.5)
    assert answer.seconds < 5
    assert answer.bound >= answer.people > 0


@pytest.mark.parametrize("demand", [[], [((0, 0), 5)]])
def test_nothing_to_choose_from_has_an_answer(demand):
    for candidates in ([], [(50, 50)]):
        answer = choose_sites(build(demand, candidates), 3)
        assert (answer.people, len(answer.chosen), answer.gap_share) == (0, 0, 0)


def test_all_points_equal():
    answer = choose_sites(build([((1, 1), 5)] * 4, [(1, 1)] * 3), 2)
    assert (answer.people, len(answer.chosen)) == (20, 1)


def test_a_negative_number_of_sites_is_refused():
    with pytest.raises(SchemaError):
        choose_sites(build([], []), -1)


@given(demand, st.lists(place, min_size=1, max_size=8))
def test_the_order_by_gain_is_greedy_among_the_chosen(demand, candidates):
    problem = build(demand, candidates)
    ordered = order_by_gain(problem, np.arange(len(candidates)))
    assert sorted(ordered.chosen) == list(range(len(candidates)))
    for k in range(len(candidates)):
        before = problem.count_reached(ordered.chosen[:k])
        each = [
            problem.count_reached(np.append(ordered.chosen[:k], j)) - before
            for j in range(len(candidates))
        ]
        assert ordered.gains[k] == pytest.approx(max(each))
