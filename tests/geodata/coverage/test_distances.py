"""Walking distances up to a limit, against measuring every pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coverage import DemandPoints, compute_distances, find_pairs, index_places, split_people
from geodata.coverage.distances import average_over_communities
from geodata.errors import SchemaError
from tests.geodata.coverage import oracles

places = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=12)


def array(rows):
    return np.array(rows, dtype=float).reshape(-1, 2)


@given(places, places, st.sampled_from([1, 500, 1000, 4000]), st.sampled_from([1.0, 1.3]))
def test_pairs_are_those_the_oracle_measures(points, providers, limit, detour):
    found = compute_distances(array(points), array(providers), limit, detour)
    wanted = oracles.walks(points, providers, limit, detour)
    assert list(zip(found.point.tolist(), found.provider.tolist())) == [w[:2] for w in wanted]
    np.testing.assert_allclose(found.walk_m, [w[2] for w in wanted])


def test_a_provider_on_the_spot_and_one_at_the_limit_count():
    found = compute_distances(array([(0, 0)]), array([(0, 0), (300, 400), (300, 401)]), 500)
    assert found.provider.tolist() == [0, 1]
    assert found.walk_m.tolist() == [0, 500]


@given(places, places)
def test_pairs_agree_with_the_reach_of_the_release(points, providers):
    fast = compute_distances(array(points), array(providers), 1000)
    known = find_pairs(array(points), array(providers), 1000)
    np.testing.assert_array_equal(fast.pairs.point, known.point)
    np.testing.assert_array_equal(fast.pairs.provider, known.provider)


def test_slices_by_point_and_by_provider_hold_all_pairs():
    rng = np.random.default_rng(3)
    found = compute_distances(rng.uniform(0, 2000, (30, 2)), rng.uniform(0, 2000, (9, 2)), 700)
    for i in range(30):
        assert (found.point[found.starts[i] : found.starts[i + 1]] == i).all()
    order, starts = found.by_provider
    for j in range(9):
        assert (found.provider[order[starts[j] : starts[j + 1]]] == j).all()
    assert starts[-1] == found.starts[-1] == len(found)


def test_within_and_of_providers_select():
    found = compute_distances(array([(0, 0)]), array([(0, 100), (0, 300), (0, 800)]), 1000)
    assert found.within(300).provider.tolist() == [0, 1]
    assert found.of_providers(np.array([False, True, True])).provider.tolist() == [1, 2]


@given(places, places, places, st.integers(1, 2000), st.integers(0, 1000))
def test_reach_grows_with_distance_and_with_providers(points, providers, more, near, further):
    def reached(sites, walk_m):
        return set(compute_distances(array(points), array(sites), walk_m).point.tolist())

    assert reached(providers, near) <= reached(providers, near + further)
    assert reached(providers, near) <= reached([*providers, *more], near)


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.zeros((3, 2))])
def test_nothing_to_pair_gives_no_pairs(points):
    assert len(compute_distances(points, np.zeros((0, 2)), 1000)) == 0
    assert len(compute_distances(np.zeros((0, 2)), points, 1000)) == 0


def test_a_place_that_is_no_number_is_refused():
    with pytest.raises(SchemaError, match="row 1"):
        index_places(np.array([[0, 0], [np.nan, 1]]))


@pytest.mark.parametrize(("limit", "detour"), [(0, 1), (-5, 1), (np.nan, 1), (500, 0.9)])
def test_senseless_limits_are_refused(limit, detour):
    with pytest.raises(SchemaError):
        compute_distances(np.zeros((1, 2)), np.zeros((1, 2)), limit, detour)


def test_people_are_split_over_the_points_and_nobody_is_invented():
    points = DemandPoints(np.zeros((5, 2)), np.array([0, 0, 0, 1, 3]), np.array([3, 1, 0, 1]))
    assert split_people(points, np.array([9, 4, 7, -1])).tolist() == [3, 3, 3, 4, 0]


def test_mean_of_a_community_is_that_of_its_points():
    points = DemandPoints(np.zeros((3, 2)), np.array([0, 0, 1]), np.array([2, 1, 0]))
    mean = average_over_communities(np.array([1.0, 3.0, 5.0]), points, np.array([10, 0, 8]))
    np.testing.assert_array_equal(mean, [2.0, np.nan, np.nan])
