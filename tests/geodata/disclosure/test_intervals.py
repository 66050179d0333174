"""All sums of a month together: the fast bounds and proofs against plain linear programming."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import coo_array

from geodata.disclosure import DisclosureRule, MonthGate, find_intervals, tighten
from tests.geodata.disclosure.attack import make_tree
from tests.geodata.disclosure.random_month import make_month

RULE = DisclosureRule()


def build(seed: int, scale: float):
    rng = np.random.default_rng(seed)
    tree = make_tree([[[[int(n) for n in rng.integers(1, 4, rng.integers(1, 4))]]]])
    return tree, make_month(tree, rng, scale), MonthGate(tree)


def known(gate, counts, hidden):
    """The system of a month, and the truth as a solution of it."""
    cells = gate.cells(counts)
    values, masks = cells.values, cells.masks(hidden)
    system, _ = gate.knowledge.system(values, masks)
    truth = np.concatenate([values[kind][masks[kind]] for kind in system.kinds]).astype(float)
    return system, truth


def solve(system, number: int) -> tuple[float, float]:
    """The interval of one unknown by scipy, every row an inequality of its own."""
    matrix, lower, upper = system.all_rows()
    matrix = coo_array(matrix).toarray()
    rows = np.concatenate([matrix[np.isfinite(upper)], -matrix[np.isfinite(lower)]])
    right = np.concatenate([upper[np.isfinite(upper)], -lower[np.isfinite(lower)]])
    bounds = list(zip(system.lower, np.where(np.isinf(system.upper), None, system.upper)))
    goal = np.zeros(system.n_hidden)
    goal[number] = 1
    ends = []
    for sign in (1, -1):
        answer = linprog(sign * goal, A_ub=rows, b_ub=right, bounds=bounds, method="highs")
        ends.append(sign * answer.fun if answer.status == 0 else sign * -np.inf)
    return ends[0], ends[1]


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.sampled_from([3.0, 6.0, 12.0]))
def test_bounds_and_intervals_are_those_of_linear_programming(seed, scale):
    _, counts, gate = build(seed, scale)
    hidden = gate.hide_one_by_one(counts, gate._start(counts))
    system, truth = known(gate, counts, hidden)
    activity = system.matrix @ truth
    assert (activity >= system.row_lower).all() and (activity <= system.row_upper).all()
    lower, upper = tighten(system)
    assert (lower <= truth).all() and (truth <= upper).all()
    found = find_intervals(system, RULE.width)
    narrow = set(found.narrow(RULE.width).tolist())
    rng = np.random.default_rng(seed)
    for number in rng.permutation(system.n_hidden)[:12]:
        least, most = solve(system, number)
        assert lower[number] <= least + 1e-6 and most <= upper[number] + 1e-6
        assert (number in narrow) == (most - least < RULE.width - 1e-6)
        if upper[number] - lower[number] < RULE.width:
            continue  # found out by the bounds: not looked at further
        assert least - 1e-5 <= found.low[number] and found.high[number] <= most + 1e-5
        if number in narrow:
            assert found.high[number] - found.low[number] == pytest.approx(most - least, abs=1e-5)


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from([3.0, 12.0, 40.0]))
def test_no_hidden_cell_of_a_protected_month_is_narrower_than_the_width(seed, scale):
    _, counts, gate = build(seed, scale)
    hidden = gate.find_hidden(counts)
    for block, cells in zip(("upper", "community"), hidden.swipes):
        cards = getattr(counts, block)["cards_count"]
        assert cells[(cards > 0) & (cards < RULE.k)].all()
        assert not cells[cards == 0].any()
    system, _ = known(gate, counts, hidden)
    for number in np.random.default_rng(seed).permutation(system.n_hidden)[:6]:
        least, most = solve(system, number)
        assert most - least >= RULE.width - 1e-6
    assert not len(find_intervals(system, RULE.width).narrow(RULE.width))


def test_one_by_one_is_not_enough():
    """What the rule before left open: without all sums together some cells are found out."""
    found = 0
    for seed in range(8):
        _, counts, gate = build(seed, 12.0)
        system, _ = known(gate, counts, gate.hide_one_by_one(counts, gate._start(counts)))
        found += len(find_intervals(system, RULE.width).narrow(RULE.width))
    assert found


def test_few_cards_left_over_hide_the_cell_they_are_the_rest_of():
    _, counts, gate = build(1, 40.0)
    hidden = gate.find_hidden(counts)
    for block, cells, issued in zip(("upper", "community"), hidden.swipes, counts.issued):
        used = getattr(counts, block)["cards_count"][0]
        rest = issued[0] - used
        assert cells[0][(used > 0) & (rest > 0) & (rest < RULE.k)].all()


def test_blocks_change_no_verdict():
    _, counts, gate = build(5, 12.0)
    system, truth = known(gate, counts, gate.hide_one_by_one(counts, gate._start(counts)))
    one = find_intervals(system, RULE.width)
    other = find_intervals(system, RULE.width, point=truth, seed=3)
    np.testing.assert_array_equal(one.narrow(RULE.width), other.narrow(RULE.width))
