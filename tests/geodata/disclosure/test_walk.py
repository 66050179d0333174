"""Exchanges: every table they reach fits, and what they free is free by linear programming."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.disclosure import DisclosureRule, tighten
from geodata.disclosure.proof import Reached, Search, Walk
from tests.geodata.disclosure.test_intervals import build, known, solve

WIDTH = DisclosureRule().width


def month_system(seed: int, scale: float = 12.0):
    """A month after the rules and single sums, and its truth."""
    _, counts, gate = build(seed, scale)
    return known(gate, counts, gate.hide_one_by_one(counts, gate._start(counts)))


def walk_over(system, truth, fixed=None, width=WIDTH, **options):
    reached = Reached(system, truth, width, **options)
    fixed = np.zeros(len(truth), dtype=bool) if fixed is None else fixed
    return reached, Walk(reached, truth, fixed)


def fits(system, table) -> bool:
    """Every sum, inequality and bound, entry by entry in plain Python."""
    rows, lower, upper = system.all_rows()
    sums = [0.0] * rows.shape[0]
    for row, unknown, sign in zip(*rows.tocoo().coords, rows.tocoo().data):
        sums[row] += sign * table[unknown]
    return all(
        least <= value <= most
        for values, *ends in ((sums, lower, upper), (table, system.lower, system.upper))
        for value, least, most in zip(values, *ends)
    )


@settings(max_examples=12)
@given(st.integers(0, 10**6), st.sampled_from([3.0, 6.0, 12.0]))
def test_every_table_fits_and_is_taken_in(seed, scale):
    """One unknown and one step at a time, so that each table is seen."""
    system, truth = month_system(seed, scale)
    reached, walk = walk_over(system, truth)
    low, high = truth.copy(), truth.copy()
    for unknown in np.random.default_rng(seed).permutation(len(truth))[:60]:
        walk.take(np.array([unknown]), 1)
        assert fits(system, walk.table)
        low, high = np.minimum(low, walk.table), np.maximum(high, walk.table)
    # Up and down are two steps, of which only the last table is seen here.
    assert (reached.low <= low).all() and (reached.high >= high).all()


@settings(max_examples=8)
@given(st.integers(0, 10**6))
def test_what_was_reached_is_inside_what_linear_programming_allows(seed):
    system, truth = month_system(seed)
    reached, walk = walk_over(system, truth)
    walk.run(truth)
    for number in np.random.default_rng(seed).permutation(len(truth))[:25]:
        least, most = solve(system, number)
        assert least - 1e-6 <= reached.low[number] <= truth[number]
        assert truth[number] <= reached.high[number] <= most + 1e-6


def test_it_frees_nearly_all_that_is_free():
    system, truth = month_system(7, 40.0)
    reached, walk = walk_over(system, truth)
    walk.run(truth)
    free = [np.diff(solve(system, number))[0] >= WIDTH - 1e-6 for number in range(len(truth))]
    found = ~reached.doubt
    assert not (found & ~np.array(free)).any()
    assert found.sum() > 0.9 * sum(free) > 50


def test_what_is_fixed_stays_and_the_same_seed_goes_the_same_way():
    system, truth = month_system(3, 40.0)
    fixed = np.random.default_rng(0).random(len(truth)) < 0.3
    ways = []
    for _ in range(2):
        reached, walk = walk_over(system, truth, fixed)
        walk.run(truth)
        assert (reached.low[fixed] == truth[fixed]).all()
        assert (reached.high[fixed] == truth[fixed]).all()
        ways.append((reached.low, reached.high))
    assert (ways[0][0] < truth).any()
    np.testing.assert_array_equal(*ways)


@pytest.mark.parametrize("nothing", [False, True])
def test_an_amount_that_may_be_nothing_is_free(nothing):
    system, truth = month_system(3, 40.0)
    width = 3 * truth.max()  # more than anything may differ by
    bounds = tighten(system)
    assert (bounds[1] - bounds[0] < width).any()
    system.lower[:] = 0
    reached, walk = walk_over(system, truth, width=width, nothing=nothing)
    walk.run(truth)
    gone = (reached.low == 0) & (reached.high - reached.low < width)
    assert gone.any()
    assert not (reached.doubt & gone).any() if nothing else reached.doubt[gone].all()


def test_only_from_a_table_of_whole_numbers_is_gone_on(monkeypatch):
    """In others a sum may miss its limit in the last digit, and then exchanges count wrongly."""
    system, truth = month_system(7, 40.0)
    _, walk = walk_over(system, truth)
    walk.take(np.arange(len(truth)), 8)
    moved = walk.table.copy()
    assert (moved != truth).any()
    everything, among = np.arange(len(truth)), np.ones(len(truth), dtype=bool)
    for table, last in ((moved, moved), (truth + 0.25 * (moved - truth), truth)):
        monkeypatch.setattr(Search, "_move", lambda *_, table=table: table)
        search = Search(Reached(system, truth, WIDTH), truth)
        np.testing.assert_array_equal(search.widen(everything, among), last)
