"""The proof of whole months: every hidden count is settled, and nothing is settled wrongly."""

import numpy as np
import pandas as pd
import pytest

from geodata.areas import AreaTree
from geodata.cli import main
from geodata.disclosure import DisclosureRule, MonthGate, find_intervals, tighten
from geodata.disclosure.determined import NullSpace
from geodata.disclosure.knowledge import CARDS, SUMS, SWIPES
from geodata.disclosure.proof import Reached, settle
from geodata.disclosure_rule import MONEY
from geodata.errors import GeodataError, ReleaseError
from geodata.release import audit_release, open_release
from geodata.release.exact_audit import settle_counts, settle_money
from geodata.release.published_month import PublishedMonths
from geodata.release.true_month import grant_nothing, read_true_month
from geodata.slots import SLOT_INDEX
from geodata.source import read_source
from tests.grid_source import LAST_PERIOD, SMALL_COMMUNITY

WIDTH = DisclosureRule().width
PARTNER = "110101002001"


def opened(built):
    folder, manifest = open_release(built.releases)
    tree = AreaTree(pd.read_parquet(folder / "areas.parquet"))
    months = PublishedMonths(folder, manifest, tree, MonthGate(tree))
    return months, read_source(built.source)


def truth_of(system, true):
    parts = [true[kind][system.cell[system.kind == i]] for i, kind in enumerate(system.kinds)]
    return np.concatenate(parts).astype(float)


@pytest.fixture(scope="module")
def month(demo):
    """The last month of the small demonstration: published, hidden, true."""
    months, source = opened(demo)
    period = months.periods[-1]
    return months, *months.read(period), read_true_month(months, source, period)


@pytest.fixture(scope="module")
def settled(month):
    return settle_counts(*month, WIDTH)


def test_every_hidden_count_of_the_month_is_settled(settled):
    assert settled.system.n_hidden > 10_000
    assert not settled.undecided.any()
    assert not (settled.free & settled.tight).any()


def test_none_of_them_is_found_out(settled):
    assert int(settled.tight.sum()) == 0


@pytest.mark.parametrize("kind", ["amount_fen", "subsidy_fen"])
def test_every_hidden_amount_is_proved(month, kind):
    months, _, _, true = month
    amounts, hidden = months.read_money(months.periods[-1], kind)
    found = settle_money(months, kind, amounts, hidden, true, months.gate.rule)
    assert found.system.n_hidden > 3_000
    assert found.free.all()


def test_what_is_found_out_is_confirmed_by_another_solver(month, settled):
    """The same linear programs in the search of the gate, for those that were found out."""
    months, published, hidden, true = month
    system, _ = months.gate.knowledge.system(*grant_nothing(published, hidden, true))
    truth = truth_of(system, true)
    component = system.components()
    small = np.flatnonzero(np.bincount(component)[component] < 400)
    part = system.part(small)
    found = find_intervals(part, WIDTH, point=truth[small])
    narrow = np.zeros(len(small), dtype=bool)
    narrow[found.narrow(WIDTH)] = True
    np.testing.assert_array_equal(narrow, settled.tight[small])
    np.testing.assert_array_equal(~narrow, settled.free[small])


def test_the_auditor_is_not_blind(grid):
    """One hidden cell's partner is shown: the cell is found out, in counts and in money."""
    months, source = opened(grid)
    published, hidden = months.read(LAST_PERIOD)
    true = read_true_month(months, source, LAST_PERIOD)
    before = settle_counts(months, published, hidden, true, WIDTH)
    assert before.free.all() and before.system.n_hidden > 0
    cells = [
        months.gate.knowledge.swipes.number(
            SLOT_INDEX["meals", "all"], np.array([months.tree.position[code]])
        )[0]
        for code in (PARTNER, SMALL_COMMUNITY)
    ]
    for kind in (CARDS, SWIPES):
        assert hidden[kind][cells].all()
        hidden[kind][cells[0]] = False
        published[kind] = np.where(
            np.arange(len(published[kind])) == cells[0], true[kind][cells[0]], published[kind]
        )
    after = settle_counts(months, published, hidden, true, WIDTH)
    caught = after.system.cell[after.tight & (after.system.kind == 0)]
    assert caught.tolist() == [cells[1]]
    assert not after.undecided.any()


def test_the_audit_of_a_whole_release_proves_counts_and_amounts(grid, capsys):
    folder, manifest = open_release(grid.releases)
    found = audit_release(folder, manifest, exact=True, source=grid.source)
    assert [item.period for item in found] == manifest["periods"]
    for item in found:
        assert (item.found_out, item.undecided) == (0, 0)
        assert item.proved == item.hidden > 0
    arguments = ["audit", str(grid.releases), "--months", LAST_PERIOD]
    assert main([*arguments, "--source", str(grid.source)]) == 0
    assert "0 undecided" in capsys.readouterr().out
    assert main([*arguments, "--source", str(grid.source), "--connected", "6"]) == 0
    part = audit_release(
        folder, manifest, periods=[LAST_PERIOD], exact=True, source=grid.source, connected=6
    )
    assert 0 < part[0].proved == part[0].hidden < found[-1].hidden


def test_one_area_with_all_that_binds_it(month, settled):
    """What is settled about an area alone is what is settled about it among all."""
    found = settle_counts(*month, WIDTH, area="110101")
    inside = ~found.outside
    assert 100 < inside.sum() < 0.6 * len(inside)
    assert not found.undecided.any()
    np.testing.assert_array_equal(found.tight[inside], settled.tight[inside])
    np.testing.assert_array_equal(found.free[inside], settled.free[inside])


@pytest.fixture(scope="module")
def settled_at_full_size(full):
    """All counts of a whole month that rows connect with at most 20,000 others: over half of them.

    The rest is one connected part with all flows; it takes minutes of a core.
    """
    months, source = opened(full)
    period = months.periods[-1]
    true = read_true_month(months, source, period)
    return settle_counts(months, *months.read(period), true, WIDTH, connected=20_000)


def test_half_of_a_month_at_full_size_is_settled(settled_at_full_size):
    found = settled_at_full_size
    assert (~found.outside).sum() > 600_000
    assert not found.undecided.any()
    assert found.free.sum() > 0.99 * (~found.outside).sum()


def test_nothing_is_found_out_at_full_size(settled_at_full_size):
    assert int(settled_at_full_size.tight.sum()) == 0


def test_nothing_follows_exactly_at_full_size(full):
    """Whole months with all their flows, and their amounts: no count is a combination of sums."""
    months, source = opened(full)
    for period in (months.periods[-1], months.periods[18]):
        true = read_true_month(months, source, period)
        granted = grant_nothing(*months.read(period), true)
        systems = [months.gate.knowledge.system(*granted, rows=SUMS)[0]]
        for kind in MONEY:
            systems.append(months.gate.knowledge.money(kind, *months.read_money(period, kind))[0])
        for system in systems:
            n_cells = {kind: len(true[kind]) for kind in system.kinds}
            found = NullSpace(seed=5).find_determined(system, n_cells)
            assert system.n_hidden > 300_000
            assert not truth_of(system, true)[found].any()


def test_another_source_proves_nothing(grid, demo):
    folder, manifest = open_release(grid.releases)
    with pytest.raises(ReleaseError):
        audit_release(folder, manifest, exact=True, source=demo.source)


def test_a_table_that_does_not_fit_does_not_count(month):
    months, published, hidden, true = month
    system, _ = months.gate.knowledge.system(*grant_nothing(published, hidden, true))
    truth = truth_of(system, true)
    reached = Reached(system, truth, WIDTH)
    wrong = truth.copy()
    wrong[0] += 1
    with pytest.raises(GeodataError, match="misses"):
        reached.add(wrong)
    assert (reached.low == truth).all() and (reached.high == truth).all()


def test_it_agrees_with_the_search_of_the_gate_on_a_spoilt_month(grid):
    """Cells are opened at random; both searches name the same ones."""
    months, source = opened(grid)
    published, hidden = months.read(LAST_PERIOD)
    true = read_true_month(months, source, LAST_PERIOD)
    rng, knowledge = np.random.default_rng(1), months.gate.knowledge
    for kind in (CARDS, SWIPES):  # hide at random, without any care
        more = (true[kind] > 0) & (rng.random(len(true[kind])) < 0.02)
        hidden[kind] = hidden[kind] | more
    system, _ = knowledge.system(published, hidden)
    truth = truth_of(system, true)
    oracle = find_intervals(system, WIDTH, point=truth)
    tight, free, *_ = settle(
        knowledge, system, tighten(system), np.zeros(len(truth), bool), truth, WIDTH
    )
    narrow = np.zeros(len(truth), dtype=bool)
    narrow[oracle.narrow(WIDTH)] = True
    assert narrow.any() and not narrow.all()
    np.testing.assert_array_equal(tight, narrow)
    np.testing.assert_array_equal(free, ~narrow)
