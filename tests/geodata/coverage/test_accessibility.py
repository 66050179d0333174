"""Floating catchments and gravity: closed forms, a slow oracle, PySAL, properties."""

import warnings

import numpy as np
import pandas as pd
import pytest
from access import fca
from access import weights as pysal
from hypothesis import given
from hypothesis import strategies as st

from geodata.coverage import (
    compare_with_mean,
    compute_2sfca,
    compute_distances,
    compute_e2sfca,
    compute_gravity,
    compute_potential,
    gaussian_decay,
    power_decay,
)
from geodata.errors import SchemaError
from tests.geodata.coverage import oracles

place = st.tuples(st.integers(0, 2000), st.integers(0, 2000))
demand = st.lists(st.tuples(place, st.integers(0, 900)), min_size=1, max_size=9)
supply = st.lists(st.tuples(place, st.integers(0, 200)), max_size=6)
RINGS = {300: 1, 500: 0.68, 1000: 0.22}


def split(rows):
    """Coordinates and amounts of drawn rows."""
    return (
        np.array([row[0] for row in rows], dtype=float).reshape(-1, 2),
        np.array([row[1] for row in rows], dtype=float),
    )


def grid(n, step):
    return np.array([(c * step, r * step) for r in range(n) for c in range(n)], dtype=float)


def test_one_provider_shares_its_places_among_all_in_reach():
    points = grid(3, 100)
    access = compute_2sfca(
        compute_distances(points, points[4:5], 1000), np.full(9, 20.0), np.array([90.0]), 1000
    )
    np.testing.assert_allclose(access, 0.5)


def test_a_provider_at_every_point_gives_everybody_the_same_inside():
    """On a grid of one-step catchments a point away from the edge sees 5 providers for 5 points."""
    points = grid(7, 100)
    distances = compute_distances(points, points, 100)
    access = compute_2sfca(distances, np.full(49, 10.0), np.full(49, 4.0), 100).reshape(7, 7)
    np.testing.assert_allclose(access[2:5, 2:5], 0.4)


def test_two_rings_by_hand():
    """Ring 1: 10 people, ring 2: 20 people at 0.68; R = 47.2 / 23.6 = 2."""
    distances = compute_distances(np.array([[0.0, 0], [400, 0]]), np.zeros((1, 2)), 1000)
    access = compute_e2sfca(distances, np.array([10.0, 20.0]), np.array([47.2]))
    np.testing.assert_allclose(access, [2.0, 1.36])


@given(demand, supply)
def test_enhanced_catchment_is_what_the_oracle_says(demand, supply):
    (points, people), (providers, capacity) = split(demand), split(supply)
    distances = compute_distances(points, providers, 1000)
    wanted = oracles.catchment_access(
        points, providers, people, capacity, 1000, pysal.step_fn(RINGS)
    )
    np.testing.assert_allclose(compute_e2sfca(distances, people, capacity), wanted, atol=1e-12)


def pysal_two_stage(points, providers, people, capacity, limit, weight=None):
    """PySAL's answer for all points, 0 where it has none."""
    pairs = oracles.walks(points, providers, limit)
    cost = pd.DataFrame(pairs, columns=["origin", "dest", "cost"])
    people = pd.DataFrame({"geoid": range(len(people)), "demand": people}).set_index("geoid")
    places = pd.DataFrame({"geoid": range(len(capacity)), "supply": capacity}).set_index("geoid")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = fca.two_stage_fca(
            people, places, cost, limit, demand_index=True, supply_index=True, weight_fn=weight
        )
    return found.reindex(range(len(people)), fill_value=0.0).to_numpy()


@pytest.mark.parametrize("seed", range(3))
def test_all_methods_equal_pysal(seed):
    rng = np.random.default_rng(seed)
    points, providers = rng.uniform(0, 3000, (60, 2)), rng.uniform(0, 3000, (25, 2))
    people, capacity = rng.integers(1, 900, 60) * 1.0, rng.integers(1, 99, 25) * 1.0
    distances = compute_distances(points, providers, 1000)
    args = (points, providers, people, capacity, 1000)
    cases = [
        (compute_2sfca(distances, people, capacity, 1000), None),
        (compute_e2sfca(distances, people, capacity), pysal.step_fn(RINGS)),
        (compute_gravity(distances, people, capacity, gaussian_decay(400)), pysal.gaussian(400)),
        (compute_gravity(distances, people, capacity, power_decay(300)), pysal.gravity(300, -2, 1)),
    ]
    for ours, weight in cases:
        np.testing.assert_allclose(ours, pysal_two_stage(*args, weight), rtol=1e-9, atol=1e-12)


def test_potential_equals_the_weighted_catchment_of_pysal():
    rng = np.random.default_rng(5)
    points, providers = rng.uniform(0, 3000, (40, 2)), rng.uniform(0, 3000, (15, 2))
    capacity = rng.integers(1, 99, 15) * 1.0
    cost = pd.DataFrame(oracles.walks(points, providers, 1500), columns=["o", "d", "cost"])
    theirs = fca.weighted_catchment(
        pd.DataFrame({"places": capacity}), cost, 1500, cost_source="d", cost_dest="o",
        loc_index=True, loc_value="places", weight_fn=pysal.gaussian(600),
    )  # fmt: skip
    ours = compute_potential(
        compute_distances(points, providers, 1500), capacity, gaussian_decay(600)
    )
    np.testing.assert_allclose(ours, theirs.reindex(range(40), fill_value=0.0), rtol=1e-9)


@given(demand, supply)
def test_all_places_are_given_away_once(demand, supply):
    (points, people), (providers, capacity) = split(demand), split(supply)
    distances = compute_distances(points, providers, 1000)
    access = compute_2sfca(distances, people, capacity, 1000)
    asked = np.bincount(distances.provider, people[distances.point], minlength=len(providers))
    np.testing.assert_allclose((access * people).sum(), capacity[asked > 0].sum())


@given(demand, supply, st.integers(0, 100), st.data())
def test_more_places_never_lower_accessibility(demand, supply, more, data):
    (points, people), (providers, capacity) = split(demand), split(supply)
    distances = compute_distances(points, providers, 1000)
    before = compute_e2sfca(distances, people, capacity)
    if len(capacity):
        capacity[data.draw(st.integers(0, len(capacity) - 1))] += more
    assert (compute_e2sfca(distances, people, capacity) >= before).all()


@given(demand, supply, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(demand, supply, random):
    def keyed(demand, supply):
        (points, people), (providers, capacity) = split(demand), split(supply)
        access = compute_e2sfca(compute_distances(points, providers, 1000), people, capacity)
        return sorted(zip(map(tuple, points), people, np.round(access, 9) + 0.0))

    other = [random.sample(rows, len(rows)) for rows in (demand, supply)]
    for one, two in zip(keyed(demand, supply), keyed(*other)):
        assert one[:2] == two[:2]
        assert one[2] == pytest.approx(two[2], abs=1e-8)


def test_degenerate_input_has_an_answer():
    points, people = np.zeros((4, 2)), np.full(4, 10.0)
    none = compute_distances(points, np.zeros((0, 2)), 1000)
    assert compute_2sfca(none, people, np.zeros(0), 1000).tolist() == [0] * 4
    one = compute_distances(points, np.zeros((1, 2)), 1000)
    assert compute_2sfca(one, people, np.zeros(1), 1000).tolist() == [0] * 4
    assert compute_2sfca(one, np.zeros(4), np.ones(1), 1000).tolist() == [0] * 4
    assert compute_2sfca(one, people, np.full(1, 20.0), 1000).tolist() == [0.5] * 4
    far = compute_distances(points, np.full((1, 2), 1e9), 1000)
    assert compute_2sfca(far, people, np.ones(1), 1000).tolist() == [0] * 4


@pytest.mark.parametrize("capacity", [[np.nan], [-2.0], [np.inf], [1.0, 2.0]])
def test_an_unknown_capacity_is_refused(capacity):
    distances = compute_distances(np.zeros((1, 2)), np.zeros((1, 2)), 10)
    with pytest.raises(SchemaError, match="capacity"):
        compute_2sfca(distances, np.ones(1), np.array(capacity), 10)


def test_a_decay_that_is_no_weight_is_refused():
    distances = compute_distances(np.zeros((1, 2)), np.zeros((1, 2)), 10)
    with pytest.raises(SchemaError, match="decay"):
        compute_gravity(distances, np.ones(1), np.ones(1), lambda m: m - 1)


def test_the_mean_of_the_region_is_one():
    access, people = np.array([0.2, 0.4, np.nan, 9.0]), np.array([30.0, 10.0, 5.0, 0.0])
    ratio = compare_with_mean(access, people)
    np.testing.assert_allclose(ratio[:2], [0.8, 1.6])
    assert (ratio[:2] * people[:2]).sum() / 40 == pytest.approx(1)
    assert np.isnan(ratio[2])
    assert np.isnan(compare_with_mean(np.zeros(2), np.ones(2))).all()
