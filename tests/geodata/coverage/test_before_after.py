"""Before and after an opening, against comparable areas."""

import numpy as np
import pytest

from geodata.coverage import (
    DemandPoints,
    compare_before_after,
    compute_distances,
    find_comparable,
    find_surroundings,
)
from geodata.errors import AreaError

N_MONTHS, EVENT = 24, 12


def months(effect):
    """Ten areas of 100 cards whose use grows by one card a month; `effect` on the first two."""
    users = 20 + np.arange(N_MONTHS)[:, None] + np.zeros(10, int)
    users[EVENT + 1 :, :2] += effect
    return users, np.full((N_MONTHS, 10), 100)


FIRST_TWO = np.arange(10) < 2
OTHERS = np.arange(10) >= 2


@pytest.mark.parametrize("effect", [0, 15, -8])
def test_the_common_trend_is_taken_off(effect):
    found = compare_before_after(*months(effect), EVENT, FIRST_TWO, OTHERS)
    assert found.difference == pytest.approx(effect / 100)
    assert found.comparable[1] - found.comparable[0] == pytest.approx(0.07)  # seven months on
    assert (found.n_surroundings, found.n_comparable, found.n_left_out) == (2, 8, 0)
    assert found.usual == pytest.approx((0.07, 0.07))


def test_areas_with_a_hidden_month_are_left_out_and_counted():
    users, cards = months(10)
    users[EVENT + 2, 0] = -1
    users[EVENT - 1, 9] = -2
    found = compare_before_after(users, cards, EVENT, FIRST_TWO, OTHERS)
    assert (found.n_surroundings, found.n_comparable, found.n_left_out) == (1, 7, 2)
    assert found.difference == pytest.approx(0.1)


def test_a_hidden_month_outside_the_windows_does_no_harm():
    users, cards = months(10)
    users[0, 0] = users[EVENT, 1] = -1
    found = compare_before_after(users, cards, EVENT, FIRST_TWO, OTHERS)
    assert found.n_left_out == 0


def test_windows_are_cut_alike_on_both_sides():
    found = compare_before_after(*months(10), 2, FIRST_TWO, OTHERS)
    assert found.months == 2


@pytest.mark.parametrize("event", [0, N_MONTHS - 1])
def test_without_a_month_on_either_side_there_is_nothing_to_compare(event):
    with pytest.raises(AreaError, match="month"):
        compare_before_after(*months(10), event, FIRST_TWO, OTHERS)


def test_without_comparable_areas_there_is_nothing_to_compare():
    with pytest.raises(AreaError, match="area"):
        compare_before_after(*months(10), EVENT, FIRST_TWO, np.zeros(10, bool))


def test_surroundings_are_communities_mostly_within_reach():
    points = DemandPoints(
        np.array([(0.0, 0), (0, 100), (0, 900), (0, 2000), (0, 2100)]),
        np.array([0, 0, 1, 1, 2]), np.array([2, 2, 1, 0]),
    )  # fmt: skip
    distances = compute_distances(points.xy, np.zeros((1, 2)), 1000)
    assert find_surroundings(distances, 0, points).tolist() == [True, True, False, False]
    assert find_surroundings(distances, 0, points, 0.6).tolist() == [True, False, False, False]


def test_comparable_areas_are_the_nearest_in_their_features():
    features = np.array([[0.0, 5], [0.1, 5], [9, 5], [0.2, 5], [np.nan, 5], [0.05, 5]])
    near = np.array([True, False, False, False, False, False])
    allowed = np.array([True, True, True, True, True, False])
    assert np.flatnonzero(find_comparable(near, features, allowed, 2)).tolist() == [1, 3]
    assert not find_comparable(near, features, near, 2).any()
