"""Suppression along the tree, one slot: proved against linear programming on small trees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.disclosure import DisclosureRule, family_levels, protect
from tests.geodata.disclosure.attack import find_ranges, make_tree, tree_sums

RULE = DisclosureRule()
ROOM = RULE.room


def gate(tree, values, equations=()):
    """Values of all areas (n_slots, n_areas) to a mask of hidden cells."""
    split = tree.level_slices["community"].start
    hidden = (values > 0) & (values < RULE.k)
    upper, lower = hidden[:, :split].copy(), hidden[:, split:].copy()
    levels = family_levels(tree)
    protect(values[:, :split], values[:, split:], upper, lower, levels, equations, RULE)
    return np.concatenate([upper, lower], axis=1)


def sum_tree(tree, leaves: np.ndarray) -> np.ndarray:
    """Counts of all areas from those without children, one after the other."""
    values = np.zeros((len(leaves), len(tree)), dtype=np.int64)
    bottom = [i for i in range(len(tree)) if i not in set(tree.parents.tolist())]
    values[:, bottom] = leaves[:, : len(bottom)]
    for i in range(len(tree) - 1, 0, -1):
        values[:, tree.parents[i]] += values[:, i]
    return values


counts = st.one_of(st.integers(0, 12), st.integers(0, 60), st.just(0))
shapes = st.recursive(
    st.integers(1, 4), lambda s: st.lists(s, min_size=1, max_size=3), max_leaves=6
)


def depth(shape) -> int:
    return 1 if isinstance(shape, int) else 1 + max(map(depth, shape))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_hidden_cell_is_pinned_down(data):
    shape = data.draw(shapes.filter(lambda s: depth(s) <= 5))
    tree = make_tree(shape)
    leaves = data.draw(st.lists(counts, min_size=len(tree), max_size=len(tree)))
    values = sum_tree(tree, np.array([leaves]))
    hidden = gate(tree, values)
    assert not (hidden & (values == 0)).any()
    assert hidden[(values > 0) & (values < RULE.k)].all()
    for cell, (least, most) in find_ranges(values, hidden, tree_sums(tree, 1)).items():
        assert least <= values[cell] <= most
        assert most - least >= ROOM, (cell, least, most)


def test_one_small_child_takes_the_smallest_sibling_with_it():
    tree = make_tree(4)
    values = sum_tree(tree, np.array([[4, 80, 30, 50]]))
    assert gate(tree, values)[0].tolist() == [False, True, False, True, False]


def test_zero_is_shown_and_helps_nobody():
    tree = make_tree(3)
    values = sum_tree(tree, np.array([[4, 0, 50]]))
    assert gate(tree, values)[0].tolist() == [False, True, False, True]


def test_two_small_children_with_a_small_sum_need_a_third():
    tree = make_tree(3)
    values = sum_tree(tree, np.array([[2, 3, 50]]))
    assert gate(tree, values)[0].tolist() == [False, True, True, True]


def test_an_only_child_hides_its_parent():
    tree = make_tree([1, 2])
    hidden = dict(zip(tree.codes, gate(tree, sum_tree(tree, np.array([[5, 40, 60]])))[0]))
    # The small one, its parent, and a cousin with its parent to keep them.
    assert {code for code, h in hidden.items() if h} == {
        "r-00",
        "r-01",
        "r-00-00",
        "r-01-00",
    }


def test_nothing_small_hides_nothing():
    tree = make_tree([[2, 3], [2]])
    values = sum_tree(tree, np.full((1, 20), 10))
    assert not gate(tree, values).any()


@pytest.mark.parametrize("leaf", [1, 9])
def test_everything_small_hides_every_level_above_it(leaf):
    tree = make_tree([[2]])
    values = sum_tree(tree, np.array([[leaf, 0]]))
    hidden = gate(tree, values)[0]
    assert hidden[values[0] > 0].all()


def test_full_depth_reaches_the_community_block():
    tree = make_tree([[[[[None, None, None]]]]])
    assert tree.level(len(tree) - 1) == "community"
    values = sum_tree(tree, np.array([[3, 20, 40]]))
    assert gate(tree, values)[0].tolist() == [False] * 5 + [True, True, False]
