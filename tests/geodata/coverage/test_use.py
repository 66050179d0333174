"""Load and the four fields."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coverage import FieldCuts, classify_use, compute_load, expected_use, uses_per_day
from geodata.coverage.use import FAR, FULL, GOOD, NO_FIELD, UNUSED

NAN = np.nan
share = st.one_of(st.just(NAN), st.floats(0, 1))


def test_load_is_users_for_each_place():
    load = compute_load(np.array([30, 0, 5, 0, -1, 7]), np.array([60, 10, 0, 0, 10, -2]))
    np.testing.assert_array_equal(load, [0.5, 0, np.inf, NAN, NAN, NAN])


def test_uses_of_a_month_become_uses_a_day():
    assert uses_per_day(np.array([300, -1, -2]), 30).tolist() == [10, -1, -2]


def test_expected_use_follows_the_ages():
    """Young half use, old never: an area of old people is expected to use nothing."""
    users = np.array([[50, 100, 0], [0, 0, 0]])
    cards = np.array([[100, 200, 0], [100, 0, 40]])
    np.testing.assert_allclose(expected_use(users, cards), [0.25, 0.5, 0])


def test_expected_use_of_all_adds_up_to_the_use_of_all():
    rng = np.random.default_rng(2)
    cards = rng.integers(1, 500, (3, 20))
    users = (cards * rng.uniform(0, 1, (3, 20))).astype(int)
    assert (expected_use(users, cards) * cards.sum(0)).sum() == pytest.approx(users.sum())


def test_a_suppressed_band_leaves_the_area_without_expectation():
    cards = np.array([[100, 100], [-1, 50]])
    users = np.array([[10, 10], [-1, 5]])
    found = expected_use(users, cards)
    assert np.isnan(found[0])
    assert found[1] == pytest.approx((100 * 0.1 + 50 * 0.1) / 150)
    assert np.isnan(expected_use(np.zeros((2, 1), int), np.zeros((2, 1), int))).all()


@pytest.mark.parametrize(
    ("reach", "use", "expected", "load", "field"),
    [
        (0.9, 0.2, 0.2, 0.3, GOOD),
        (0.1, 0.9, 0.2, 2.0, FAR),
        (0.9, 0.2, 0.2, 0.9, FULL),
        (0.9, 0.05, 0.2, 0.3, UNUSED),
        (0.9, 0.05, 0.2, NAN, UNUSED),
        (0.9, 0.2, 0.2, NAN, GOOD),
        (NAN, 0.2, 0.2, 0.3, NO_FIELD),
        (0.9, NAN, 0.2, 0.3, NO_FIELD),
        (0.9, NAN, 0.2, 0.9, FULL),
        (0.9, 0.2, NAN, 0.3, NO_FIELD),
        (0.5, 0.1, 0.2, 0.85, GOOD),  # on the cuts
    ],
)
def test_fields(reach, use, expected, load, field):
    found = classify_use(*(np.array([v]) for v in (reach, use, expected, load)))
    assert found.tolist() == [field]


def test_cuts_are_parameters():
    one = (np.array([0.4]), np.array([0.1]), np.array([0.1]), np.array([0.9]))
    assert classify_use(*one, FieldCuts(reach_share=0.3)).tolist() == [FULL]
    assert classify_use(*one, FieldCuts(reach_share=0.3, load=1)).tolist() == [GOOD]


@given(share, share, share, share)
def test_every_area_has_one_field_or_none(reach, use, expected, load):
    found = classify_use(*(np.array([v]) for v in (reach, use, expected, load)))[0]
    assert found in (GOOD, FAR, FULL, UNUSED, NO_FIELD)
    if np.isnan(reach):
        assert found == NO_FIELD
