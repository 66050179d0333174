"""Bounds of who knows more, begun with those of who knows less, against bounds from nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.disclosure.linked_cells import LinkedCells
from geodata.disclosure.outsider import Outsider
from geodata.disclosure.widths import Widths
from tests.geodata.disclosure.test_rules import draw, seeds


def make_outsiders(seed, scale, share):
    """Who has one release, and who knows a share of all cells from an earlier one."""
    counts, gate = draw(seed, scale)
    start = gate._start(counts)
    cells, hidden = gate.cells(counts), gate.hide_one_by_one(counts, start)
    rng = np.random.default_rng(seed)
    known = {kind: rng.random(len(own)) < share for kind, own in cells.values.items()}
    linked = LinkedCells(cells, known, gate.rule, start)
    less = Outsider(cells, gate.arcs, gate.rule, gate.rule.width)
    more = Outsider(linked, gate.arcs, gate.rule, gate.rule.linked_width, less)
    return less, more, hidden


@settings(max_examples=100)
@given(seeds, st.sampled_from([1.0, 4.0, 12.0]), st.sampled_from([0.0, 0.02, 0.2, 0.6]))
def test_who_knows_more_finds_the_same_from_the_bounds_of_who_knows_less(seed, scale, share):
    less, more, hidden = make_outsiders(seed, scale, share)
    masks = less.cells.masks(hidden)
    unknown = more.cells.unknown(masks)
    less.widths.look(masks)
    more.widths.follow(less.widths, unknown)
    anew = Widths(more.cells, more.widths.are_narrow)
    anew.look(unknown)
    for kind, mask in unknown.items():
        for found, expected in zip(more.widths.bounds[kind], anew.bounds[kind]):
            np.testing.assert_array_equal(found[mask], expected[mask])
        np.testing.assert_array_equal(more.widths.watched[kind], anew.watched[kind])
    look = more.widths.look(unknown)
    assert len(look.weak) == sum(int(mask.sum()) for mask in anew.watched.values())


def test_bounds_are_not_taken_over_from_who_knows_far_less(monkeypatch):
    monkeypatch.setattr("geodata.disclosure.widths._FOLLOWED", 0)
    less, more, hidden = make_outsiders(7, 4.0, 0.5)
    less.find_near(hidden)
    more.widths.follow(less.widths, more.cells.unknown(more.cells.masks(hidden)))
    assert not more.widths.hidden and not more.widths.bounds


@pytest.mark.parametrize("seed", range(6))
def test_the_gate_has_him_hide_the_same(seed):
    less, more, hidden = make_outsiders(seed, 4.0, 0.3)
    alone = Outsider(more.cells, more.cycles.arcs, more.cells.rule, more.width)
    less.find_near(hidden)
    found, expected = more.find_near(hidden), alone.find_near(hidden)
    assert (found is None) == (expected is None)
    if found is not None:
        for one, other in zip(found.swipes, expected.swipes):
            np.testing.assert_array_equal(one, other)
