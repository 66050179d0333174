from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.demo.apportion import apportion, complete


def largest_remainders(total: int, weights: list[float]) -> list[int]:
    """The method in its plainest form, one group."""
    quota = [total * w / sum(weights) for w in weights]
    shares = [int(q) for q in quota]
    for i in sorted(range(len(quota)), key=lambda i: shares[i] - quota[i])[: total - sum(shares)]:
        shares[i] += 1
    return shares


@given(st.integers(0, 10**7), st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30))
def test_one_group_equals_the_plain_method(total: int, weights: list[float]) -> None:
    group = np.zeros(len(weights), dtype=np.int64)
    shares = apportion(np.array([total]), np.array(weights), group)
    assert shares.sum() == total
    assert shares.tolist() == largest_remainders(total, weights)


def test_groups_are_split_apart() -> None:
    shares = apportion(np.array([10, 7]), np.array([1.0, 1, 3, 1]), np.array([0, 1, 0, 1]))
    assert shares.tolist() == [3, 4, 7, 3]


def test_a_total_without_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="weight"):
        apportion(np.array([1]), np.array([0.0]), np.array([0]))


def test_known_figures_stay_and_gaps_add_up() -> None:
    filled = complete(100, np.array([np.nan, 40, np.nan]), np.array([1.0, 9, 2]))
    assert filled.tolist() == [20, 40, 40]


def test_known_figures_that_miss_the_total_are_refused() -> None:
    with pytest.raises(ValueError, match="miss the total by 1"):
        complete(101, np.array([60.0, 40]), np.array([1.0, 1]))
