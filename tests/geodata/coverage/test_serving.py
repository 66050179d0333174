"""Nearest first up to the capacity: closed forms, a slow oracle, conservation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coverage import compute_distances, serve_nearest_first
from geodata.errors import SchemaError
from tests.geodata.coverage import oracles

place = st.tuples(st.integers(0, 12), st.integers(0, 12))  # few places: many equal walks
demand = st.lists(st.tuples(place, st.integers(0, 40)), min_size=1, max_size=12)
supply = st.lists(st.tuples(place, st.integers(0, 60)), max_size=6)


def arrays(rows):
    xy = np.array([row[0] for row in rows], dtype=float).reshape(-1, 2) * 100
    return xy, np.array([row[1] for row in rows], dtype=float)


def test_a_row_of_houses_is_served_from_the_near_end():
    points = np.array([(x, 0.0) for x in range(0, 500, 100)])
    distances = compute_distances(points, np.zeros((1, 2)), 1000)
    served = serve_nearest_first(distances, np.full(5, 10.0), np.array([25.0]))
    assert served.at_points.tolist() == [10, 10, 5, 0, 0]
    assert served.by_providers.tolist() == [25]


def test_whoever_is_turned_away_walks_on():
    points = np.array([(0.0, 0), (100, 0)])
    providers = np.array([(40.0, 0), (400, 0)])
    distances = compute_distances(points, providers, 500)
    served = serve_nearest_first(distances, np.array([10.0, 10]), np.array([12.0, 5]))
    assert served.at_points.tolist() == [10, 7]
    assert served.by_providers.tolist() == [12, 5]


@given(demand, supply, st.sampled_from([150, 400, 2000]))
def test_served_are_those_of_the_oracle(demand, supply, limit):
    (points, people), (providers, capacity) = arrays(demand), arrays(supply)
    served = serve_nearest_first(compute_distances(points, providers, limit), people, capacity)
    wanted = oracles.serve(points, providers, people, capacity, limit)
    np.testing.assert_allclose(served.at_points, wanted, atol=1e-9)


def test_a_crowd_is_served_as_the_oracle_does():
    rng = np.random.default_rng(11)
    points, providers = rng.uniform(0, 4000, (400, 2)), rng.uniform(0, 4000, (60, 2))
    people, capacity = rng.uniform(0, 50, 400), rng.uniform(0, 200, 60)
    served = serve_nearest_first(compute_distances(points, providers, 900), people, capacity)
    wanted = oracles.serve(points, providers, people, capacity, 900)
    np.testing.assert_allclose(served.at_points, wanted, atol=1e-7)


@given(demand, supply)
def test_nobody_is_lost_and_nobody_is_served_twice(demand, supply):
    (points, people), (providers, capacity) = arrays(demand), arrays(supply)
    served = serve_nearest_first(compute_distances(points, providers, 600), people, capacity)
    assert served.at_points.sum() == pytest.approx(served.by_providers.sum())
    assert (served.at_points <= people + 1e-9).all()
    assert (served.by_providers <= capacity + 1e-9).all()
    assert (served.by_pair >= 0).all()


@given(demand, supply)
def test_a_free_place_and_an_unserved_person_never_meet(demand, supply):
    (points, people), (providers, capacity) = arrays(demand), arrays(supply)
    distances = compute_distances(points, providers, 600)
    served = serve_nearest_first(distances, people, capacity)
    waiting = (people - served.at_points)[distances.point] > 1e-6
    free = (capacity - served.by_providers)[distances.provider] > 1e-6
    assert not (waiting & free).any()


@given(demand, supply, st.randoms(use_true_random=False))
def test_keys_make_the_order_of_rows_irrelevant(demand, supply, random):
    def by_key(point_keys, provider_keys):
        (points, people) = arrays([demand[k] for k in point_keys])
        (providers, capacity) = arrays([supply[k] for k in provider_keys])
        served = serve_nearest_first(
            compute_distances(points, providers, 700), people, capacity,
            point_order=np.array(point_keys, dtype=int),
            provider_order=np.array(provider_keys, dtype=int),
        )  # fmt: skip
        return np.round(served.at_points[np.argsort(point_keys)], 9)

    keys = list(range(len(demand))), list(range(len(supply)))
    other = [random.sample(k, len(k)) for k in keys]
    np.testing.assert_allclose(by_key(*other), by_key(*keys), atol=1e-8)


def test_degenerate_input_has_an_answer():
    points, people = np.zeros((3, 2)), np.full(3, 10.0)
    none = compute_distances(points, np.zeros((0, 2)), 10)
    assert serve_nearest_first(none, people, np.zeros(0)).at_points.tolist() == [0, 0, 0]
    one = compute_distances(points, np.zeros((1, 2)), 10)
    assert serve_nearest_first(one, people, np.zeros(1)).at_points.tolist() == [0, 0, 0]
    assert serve_nearest_first(one, np.zeros(3), np.ones(1)).by_providers.tolist() == [0]
    assert serve_nearest_first(one, people, np.full(1, 15.0)).at_points.tolist() == [10, 5, 0]
    with pytest.raises(SchemaError, match="capacity"):
        serve_nearest_first(one, people, np.array([np.nan]))
