"""Ranks and changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.view.ranking import compute_change, compute_ranks, find_extremes
from geodata.measures import Values
from geodata.schema import STATE_COARSER, STATE_MISSING, STATE_OK, STATE_SUPPRESSED


def make(*cells) -> Values:
    """Numbers, or "s", "m", "c" for suppressed, missing, coarser."""
    states = {"s": STATE_SUPPRESSED, "m": STATE_MISSING, "c": STATE_COARSER}
    state = np.array([states.get(cell, STATE_OK) for cell in cells], dtype=np.uint8)
    number = [np.nan if cell in states else float(cell) for cell in cells]
    return Values(np.array(number), state)


@pytest.mark.parametrize(
    ("polarity", "ranks"),
    [(1, [2, 4, 0, 1, 2, 0]), (0, [2, 4, 0, 1, 2, 0]), (-1, [2, 1, 0, 4, 2, 0])],
)
def test_ranks_follow_the_polarity_and_share_ties(polarity, ranks):
    found, count = compute_ranks(make(5, 1, "s", 9, 5, "m"), polarity)
    assert found.tolist() == ranks
    assert count == 4


@settings(deadline=None)
@given(st.lists(st.integers(-5, 5), max_size=30))
def test_ranks_against_a_slow_oracle(numbers):
    found, _ = compute_ranks(make(*numbers), 1)
    assert found.tolist() == [1 + sum(other > n for other in numbers) for n in numbers]


def test_a_change_is_hidden_when_either_side_is():
    now = make(3, "s", 3, "s", "m", 3, "c", "c")
    before = make(2, 2, "s", "s", 2, "m", 2, "s")
    found = compute_change(now, before, "points")
    assert found.state.tolist() == [
        STATE_OK,
        STATE_SUPPRESSED,
        STATE_SUPPRESSED,
        STATE_SUPPRESSED,
        STATE_MISSING,
        STATE_MISSING,
        STATE_COARSER,
        STATE_COARSER,
    ]
    assert found.number[0] == 1
    assert np.isnan(found.number[1:]).all()


def test_suppressed_wins_over_missing():
    assert compute_change(make("s", "m"), make("m", "s"), "ratio").state.tolist() == [1, 1]


def test_ratios_and_a_base_of_zero():
    found = compute_change(make(3, 0, 5, 0), make(2, 4, 0, 0), "ratio")
    assert found.number[:2].tolist() == [0.5, -1]
    assert found.state.tolist() == [STATE_OK, STATE_OK, STATE_MISSING, STATE_OK]
    assert found.number[3] == 0  # from nobody to nobody is no change, not a missing one


def test_no_earlier_month():
    found = compute_change(make(1, "s"), None, "points")
    assert found.state.tolist() == [STATE_MISSING, STATE_MISSING]


def test_extremes_as_the_reader_sees_them():
    values = make(0.1234, "s", 0.1231, 0.05, 0.0504)
    assert find_extremes(values, 100, 1) == (0, 2, 3, 2)
    assert find_extremes(make("s", "m"), 100, 1) is None
    assert find_extremes(make("s", 7), 1, 0) == (1, 1, 1, 1)
