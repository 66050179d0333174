"""Ratio and shortfall against a norm."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geodata.coverage import compute_per_1000, compute_shortfall


def test_per_1000():
    found = compute_per_1000(np.array([3, 0, -2, 4, 5]), np.array([1500, 10, 10, 0, -1]))
    np.testing.assert_array_equal(found, [2, 0, np.nan, np.nan, np.nan])


def test_beds_short_of_forty_for_a_thousand():
    short = compute_shortfall(np.array([100, 10, -2, 5, 0]), np.array([1000, 1000, 9, -1, 0]), 40)
    np.testing.assert_array_equal(short.places, [0, 30, np.nan, np.nan, 0])
    np.testing.assert_array_equal(short.people, [0, 750, np.nan, np.nan, 0])


def test_a_norm_of_nothing_is_met():
    short = compute_shortfall(np.array([0]), np.array([1000]), 0)
    assert (short.places.tolist(), short.people.tolist()) == ([0], [0])


@given(st.integers(0, 10**4), st.integers(0, 10**5), st.integers(1, 100))
def test_shortfall_is_what_the_norm_lacks(capacity, people, norm):
    short = compute_shortfall(np.array([capacity]), np.array([people]), norm)
    assert short.places[0] == max(math.ceil(norm * people / 1000) - capacity, 0)
    assert 0 <= short.people[0] <= people
    assert (short.people[0] == 0) == (short.places[0] == 0)
