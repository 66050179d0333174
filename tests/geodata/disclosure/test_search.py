"""Programs for many unknowns at once, and the blocks they are about."""

import numpy as np
import pytest

from geodata.disclosure.linear_program import ANEW, DUAL, PRIMAL, LinearProgram
from geodata.disclosure.proof import Search, search
from geodata.disclosure.proof.near import Near
from tests.geodata.disclosure.test_intervals import solve
from tests.geodata.disclosure.test_walk import WIDTH, month_system, walk_over


def widen_around(monkeypatch, size: int, fixed: slice = slice(0)):
    monkeypatch.setattr(search, "_AROUND", size)
    system, truth = month_system(7, 40.0)
    reached, _ = walk_over(system, truth)
    stay = np.zeros(len(truth), dtype=bool)
    stay[fixed] = True
    Search(reached, truth).widen_around(np.ones(len(truth), dtype=bool), stay, crowd=1)
    return system, truth, reached


def test_what_is_free_around_all_in_doubt_is_free(monkeypatch):
    system, truth, reached = widen_around(monkeypatch, 10**6)
    free = np.flatnonzero(~reached.doubt)
    assert len(free) > 50
    for unknown in np.random.default_rng(0).permutation(free)[:40].tolist():
        least, most = solve(system, unknown)
        assert most - least >= WIDTH - 1e-6
        assert least - 1e-6 <= reached.low[unknown] <= truth[unknown]
        assert truth[unknown] <= reached.high[unknown] <= most + 1e-6


def test_what_is_fixed_stays_as_it_is(monkeypatch):
    fixed = slice(0, None, 3)
    _, truth, reached = widen_around(monkeypatch, 10**6, fixed)
    assert (reached.low[fixed] == truth[fixed]).all()
    assert (reached.high[fixed] == truth[fixed]).all()
    assert (reached.low < truth).any() or (reached.high > truth).any()


def test_a_few_in_doubt_are_left_to_looks_one_by_one():
    system, truth = month_system(7, 40.0)
    reached, _ = walk_over(system, truth)
    everything = np.ones(len(truth), dtype=bool)
    Search(reached, truth).widen_around(everything, ~everything, crowd=reached.doubt.sum() + 1)
    assert (reached.low == truth).all() and (reached.high == truth).all()


@pytest.mark.parametrize("whole", [True, False])
def test_each_pulled_in_a_block_is_free_as_a_program_for_it_says(whole):
    system, truth = month_system(7, 40.0)
    reached, _ = walk_over(system, truth)
    block = np.flatnonzero(np.arange(len(truth)) % 10 < (10 if whole else 9))
    Search(reached, truth).pull_each(block, np.ones(len(truth), dtype=bool))
    alone = system.part(block, truth)
    sample = np.random.default_rng(0).permutation(len(block))[:40].tolist()
    free = [np.diff(solve(alone, place))[0] >= WIDTH - 1e-6 for place in sample]
    assert 0 < sum(free) < len(free)
    assert [not reached.is_open(block[place]) for place in sample] == free


def test_pulling_ends_where_it_is_in_vain(monkeypatch):
    monkeypatch.setattr(search, "_PATIENCE", 1)
    system, truth = month_system(7, 40.0)
    reached, _ = walk_over(system, truth)
    everything = np.arange(len(truth))
    Search(reached, truth).pull_each(everything, np.ones(len(truth), dtype=bool))
    again, _ = walk_over(system, truth)
    monkeypatch.setattr(search, "_PATIENCE", len(truth))
    Search(again, truth).pull_each(everything, np.ones(len(truth), dtype=bool))
    assert again.doubt.sum() < reached.doubt.sum()


@pytest.mark.parametrize("count", [1, 5])
def test_what_is_near_shares_a_row_and_so_on_outward(count):
    """As sets of unknowns and rows in plain Python, step by step."""
    system, truth = month_system(3)
    reached, _ = walk_over(system, truth)
    rows = [set(row.tolist()) for row in np.split(reached.rows.indices, reached.rows.indptr[1:-1])]
    first = np.random.default_rng(1).permutation(len(truth))[:count]
    steps = [set(first.tolist())]
    while len(steps) < 2 or len(steps[-1]) > len(steps[-2]):
        steps.append(steps[-1].union(*(row for row in rows if row & steps[-1])))
    assert len(steps) > 3
    for size in (1, *map(len, steps)):
        enough = next(step for step in steps if len(step) >= size)
        found = set(Near(reached).find(first, size).tolist())
        # A step too far out is not taken where there are enough without it.
        assert found == enough or (len(enough) > 2 * size and found in steps)


@pytest.mark.parametrize("again", [ANEW, DUAL, PRIMAL])
def test_however_a_program_goes_on_it_answers_the_same(again):
    system, truth = month_system(3)
    program, rng = LinearProgram.of_system(system, again=again), np.random.default_rng(2)
    for _ in range(5):
        cost, upper = rng.normal(size=len(truth)), system.upper.copy()
        held = rng.random(len(truth)) < 0.3
        upper[held] = np.minimum(upper[held], truth[held] + 3)
        columns = system.lower, np.minimum(upper, 1e6)
        expected = LinearProgram(
            system.all_rows()[0].tocsc(), system.all_rows()[1:], columns
        ).cheapest(cost)
        assert cost @ program.cheapest(cost, columns) == pytest.approx(cost @ expected)
