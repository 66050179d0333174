"""Class breaks: every number in exactly one class, whatever the numbers are."""

from itertools import pairwise

import mapclassify
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.classify import METHODS, NO_CHANGE, classify_values, colours_for, natural_breaks

number = st.one_of(
    st.floats(-1e6, 1e6), st.integers(-3, 3).map(float), st.just(float("nan")), st.just(0.0)
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(number, max_size=60),
    st.sampled_from(METHODS),
    st.integers(2, 7),
    st.lists(st.integers(-4, 4), max_size=4),
    st.booleans(),
)
def test_every_number_is_in_exactly_one_class(numbers, method, n_classes, own, diverging):
    numbers = np.array(numbers, dtype=float)
    found = classify_values(numbers, method, n_classes=n_classes, own=own, diverging=diverging)
    known = ~np.isnan(numbers)
    assert (found.index[~known] == -1).all()
    assert sum(found.counts) == known.sum()
    assert len(found.colours) == len(found.counts)
    assert len(found.edges) == (len(found.counts) + 1 if known.any() else 0)
    assert list(found.edges) == sorted(found.edges)
    for i, count in enumerate(found.counts):
        members = numbers[found.index == i]
        assert len(members) == count
        low, high = found.edges[i], found.edges[i + 1]
        assert (members <= high).all()
        assert ((members > low) if i else (members >= low)).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=12, max_size=80), st.integers(2, 6))
def test_natural_breaks_are_the_best_there_are(numbers, n_classes):
    found = np.sort(np.array(numbers, dtype=float))
    if len(np.unique(found)) <= n_classes:
        return
    edges = natural_breaks(found, n_classes)
    theirs = mapclassify.FisherJenks(found, k=n_classes).bins[:-1]

    def spread(breaks):
        parts = np.split(found, np.searchsorted(found, breaks, side="right"))
        return sum(((p - p.mean()) ** 2).sum() for p in parts if len(p))

    assert spread(edges) <= spread(theirs) * (1 + 1e-9) + 1e-6


def test_quantiles_are_those_of_mapclassify():
    numbers = np.random.default_rng(1).lognormal(size=500)
    ours = classify_values(numbers, "quantile").edges[1:]
    np.testing.assert_allclose(ours, mapclassify.Quantiles(numbers, k=5).bins)


def test_equal_classes_are_as_wide():
    edges = classify_values(np.array([0.0, 3, 4, 9, 10, 1]), "equal").edges
    np.testing.assert_allclose(np.diff(edges), 2)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("numbers", [[], [np.nan, np.nan], [4.0], [4.0, 4.0, np.nan]])
def test_few_or_no_numbers_make_few_or_no_classes(method, numbers):
    found = classify_values(np.array(numbers), method)
    assert len(found.counts) == (1 if np.isfinite(numbers).any() else 0)


def test_fewer_distinct_numbers_than_classes_are_classes_of_their_own():
    found = classify_values(np.array([1.0, 2, 2, 5]), "quantile")
    assert found.counts == (1, 2, 1)


def test_own_breaks_keep_empty_classes():
    found = classify_values(np.array([1.0, 2, 3]), "own", own=[0.5, 10, 2.5])
    assert found.edges == (0.5, 0.5, 2.5, 10.0, 10.0)
    assert found.counts == (0, 2, 1, 0)


def test_changes_have_zero_in_the_middle():
    found = classify_values(np.array([-9.0, -5, -1, 0, 0, 2, 7, 30]), diverging=True)
    zero = found.index[3]
    assert found.counts[zero] == 2
    assert found.colours[zero] == NO_CHANGE
    assert max(found.index[:3]) < zero
    assert min(found.index[5:]) > zero


def contrast(a, b):
    rgb = [np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (a, b)]
    return np.abs(rgb[0] - rgb[1]).sum()


@pytest.mark.parametrize("n", range(1, 12))
def test_neighbouring_classes_differ(n):
    colours = colours_for(n)
    assert len(colours) == n
    if n <= 7:
        assert all(contrast(a, b) > 40 for a, b in pairwise(colours))
