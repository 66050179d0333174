"""Bounds of who knows more, begun with those of who knows less: against bounds from nothing."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geodata.disclosure.knowledge import DERIVED
from geodata.disclosure.linked_cells import LinkedCells
from geodata.disclosure.outsider import Outsider
from geodata.disclosure.system_builder import Shown
from geodata.disclosure.widths import Widths
from tests.geodata.disclosure.test_intervals import solve
from tests.geodata.disclosure.test_rules import draw, seeds

scales, shares = st.sampled_from([1.0, 4.0, 12.0]), st.sampled_from([0.0, 0.02, 0.2, 0.6])


def make_outsiders(seed, scale, share):
    """Who has one release, who knows a share of the cells from an earlier one; what is hidden."""
    counts, gate = draw(seed, scale)
    start = gate._start(counts)
    cells, hidden = gate.cells(counts), gate.hide_one_by_one(counts, start)
    rng = np.random.default_rng(seed)
    known = {kind: rng.random(len(own)) < share for kind, own in cells.values.items()}
    linked = LinkedCells(cells, known, gate.rule, start)
    more = Outsider(linked, gate.arcs, gate.rule, gate.rule.linked_width)
    return Outsider(cells, gate.arcs, gate.rule, gate.rule.width, more), more, hidden


@settings(max_examples=100)
@given(seeds, scales, shares)
@example(41163, 12.0, 0.02)  # wider when rows were only looked for around known cells
def test_he_finds_all_that_he_would_find_from_nothing(seed, scale, share):
    less, more, hidden = make_outsiders(seed, scale, share)
    masks = less.cells.masks(hidden)
    unknown = more.cells.unknown(masks)
    more.widths.follow(less.widths.look(masks), unknown)
    anew = Widths(more.cells, more.widths.are_narrow)
    anew.look(unknown)
    for kind, mask in unknown.items():
        (low, high), (least, most) = more.widths.bounds[kind], anew.bounds[kind]
        assert (low[mask] >= least[mask]).all() and (high[mask] <= most[mask]).all()
        assert (more.widths.watched[kind] >= anew.watched[kind]).all()
        assert not more.widths.watched[kind][~mask].any()
    look = more.widths.look(unknown)
    assert len(look.weak) >= sum(int(mask.sum()) for mask in anew.watched.values())


def rows_of(system, unknown, values):
    """Rows as he sees them: what each holds that he does not know, and its limits less the rest."""
    names = [(system.kinds[kind], cell) for kind, cell in zip(system.kind, system.cell.tolist())]
    found = set()
    for row, *limits in zip(system.matrix, system.row_lower, system.row_upper):
        parts = [(names[i], sign) for i, sign in zip(row.indices, row.data)]
        rest = sum(
            sign * values[kind][cell] for (kind, cell), sign in parts if not unknown[kind][cell]
        )
        own = frozenset(((kind, cell), sign) for (kind, cell), sign in parts if unknown[kind][cell])
        found.add((own, *(limit - rest for limit in limits)))
    return found


@settings(max_examples=60)
@given(seeds, scales, shares)
def test_no_row_is_missing_that_he_would_have_from_nothing(seed, scale, share):
    less, more, hidden = make_outsiders(seed, scale, share)
    masks, values = less.cells.masks(hidden), less.cells.values
    unknown = more.cells.unknown(masks)
    shown = Shown(values, unknown)
    near = more.cells.knowledge.families_of({k: masks[k] & ~unknown[k] for k in masks})
    systems = [
        less.cells.system(Shown(values, masks), DERIVED)[0],
        more.cells.system(shown, DERIVED, near)[0],
    ]
    has = set.union(*(rows_of(system, unknown, values) for system in systems))
    assert rows_of(more.cells.system(shown, DERIVED)[0], unknown, values) <= has


@settings(max_examples=20)
@given(seeds, scales, shares)
def test_what_he_finds_is_true(seed, scale, share):
    """No interval is narrower than linear programming finds it to be."""
    less, more, hidden = make_outsiders(seed, scale, share)
    masks = less.cells.masks(hidden)
    unknown = more.cells.unknown(masks)
    more.widths.follow(less.widths.look(masks), unknown)
    system, _ = more.cells.system(Shown(more.cells.values, unknown), DERIVED)
    for number in np.random.default_rng(seed).permutation(system.n_hidden)[:4]:
        kind, cell = system.kinds[system.kind[number]], system.cell[number]
        low, high = (side[cell] for side in more.widths.bounds[kind])
        least, most = solve(system, number)
        assert low <= least + 1e-6 and most <= high + 1e-6


def test_nothing_is_taken_over_from_who_knows_far_less(monkeypatch):
    monkeypatch.setattr("geodata.disclosure.widths._FOLLOWED", 0)
    less, more, hidden = make_outsiders(7, 4.0, 0.5)
    less.find_near(hidden)
    assert not more.widths.hidden and not more.widths.bounds


@pytest.mark.parametrize("seed", range(6))
def test_he_hides_the_same(seed):
    less, more, hidden = make_outsiders(seed, 4.0, 0.3)
    alone = Outsider(more.cells, more.cycles.arcs, more.cells.rule, more.width)
    less.find_near(hidden)
    assert more.widths.bounds, "he did not begin with what the other found"
    found, expected = more.find_near(hidden), alone.find_near(hidden)
    assert (found is None) == (expected is None)
    if found is not None:
        for one, other in zip(found.swipes, expected.swipes):
            np.testing.assert_array_equal(one, other)
