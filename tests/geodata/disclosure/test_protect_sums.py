"""Suppression over areas and slots together: areas x age bands, areas x categories."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.disclosure import Equation
from tests.geodata.disclosure.attack import Sum, find_ranges, make_tree, subtract_once, tree_sums
from tests.geodata.disclosure.test_protect_tree import RULE, gate, sum_tree


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_sum_gives_a_cell_back(data):
    shape = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    tree = make_tree(shape)
    counts = st.one_of(st.integers(0, 14), st.integers(0, 70))
    leaves = [data.draw(st.lists(counts, min_size=len(tree), max_size=len(tree))) for _ in range(3)]
    values, hidden, sums = protected(tree, np.array(leaves))
    assert hidden[(values > 0) & (values < RULE.k)].all()
    assert not hidden[values == 0].any()
    assert not subtract_once(values, hidden, sums)


def test_all_sums_together_give_hardly_a_cell_back():
    """Sum by sum leaves few cells to whoever solves all sums at once; `MonthGate` closes those."""
    rng = np.random.default_rng(0)
    pinned = total = 0
    for _ in range(25):
        tree = make_tree([int(n) for n in rng.integers(2, 6, rng.integers(2, 4))])
        scale = rng.choice([8, 15, 30, 60], size=(int(rng.integers(3, 7)), 1))
        leaves = rng.poisson(rng.gamma(1, scale, (len(scale), len(tree))))
        values, hidden, sums = protected(tree, leaves)
        widths = [most - least for least, most in find_ranges(values, hidden, sums).values()]
        pinned += sum(width < 0.5 for width in widths)
        total += len(widths)
    assert total > 500
    assert pinned <= total * 0.002


def protected(tree, leaves):
    """Slot 0 is the sum of the others; values, mask of hidden cells, all sums."""
    parts = sum_tree(tree, leaves)
    values = np.concatenate([parts.sum(axis=0, keepdims=True), parts])
    slots = np.arange(1, len(values))
    hidden = gate(tree, values, [Equation(0, slots)])
    sums = tree_sums(tree, len(values))
    sums += [Sum((0, a), tuple((int(j), a) for j in slots)) for a in range(len(tree))]
    return values, hidden, sums
