"""Rules as data: zeros hidden, amounts of few providers; months of a few cards."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.disclosure import DisclosureRule, MonthGate, tighten
from geodata.disclosure.month import MonthCounts
from geodata.disclosure.outsider import Outsider
from geodata.disclosure.widths import Widths
from geodata.disclosure_rule import MONEY
from geodata.schema import MISSING
from tests.geodata.disclosure.attack import make_tree
from tests.geodata.disclosure.random_month import make_month
from tests.geodata.disclosure.test_intervals import solve

ZEROS_HIDDEN = DisclosureRule(zeros="hidden")
seeds = st.integers(0, 10**6)


def draw(seed: int, scale: float = 12.0, rule: DisclosureRule | None = None):
    rng = np.random.default_rng(seed)
    tree = make_tree([[[[int(n) for n in rng.integers(1, 4, rng.integers(1, 4))]]]])
    return make_month(tree, rng, scale), MonthGate(tree, rule or DisclosureRule())


def with_providers(counts: MonthCounts, seed: int) -> MonthCounts:
    """Each cell with an amount was paid to one to six providers; of some it is not known."""
    rng = np.random.default_rng(seed)
    blocks = []
    for block in (counts.upper, counts.community):
        drawn = rng.integers(1, 7, block["cards_count"].shape)
        known = rng.random(drawn.shape) < 0.9
        blocks.append(np.where(known, np.where(block["amount_fen"] > 0, drawn, 0), MISSING))
    return MonthCounts(**{**vars(counts), "providers": tuple(blocks)})


@settings(max_examples=12)
@given(seeds, st.sampled_from([2.0, 6.0, 20.0]))
def test_hidden_zeros_are_hidden_and_cannot_be_told(seed, scale):
    counts, gate = draw(seed, scale, ZEROS_HIDDEN)
    hidden = gate.find_hidden(counts)
    for block, cells in zip((counts.upper, counts.community), hidden.swipes):
        cards = block["cards_count"]
        assert cells[(cards >= 0) & (cards < ZEROS_HIDDEN.k)].all()
    cells = gate.cells(counts)
    system, _ = gate.knowledge.system(cells.values, cells.masks(hidden))
    assert (system.lower == 0).any()
    lower, upper = tighten(system)
    assert (upper - lower >= ZEROS_HIDDEN.width).all()
    for number in np.random.default_rng(seed).permutation(system.n_hidden)[:4]:
        least, most = solve(system, number)
        assert most - least >= ZEROS_HIDDEN.width - 1e-6


def test_zeros_are_shown_unless_the_rule_says_otherwise():
    shown, gate = draw(3)
    cards = shown.upper["cards_count"]
    assert (cards == 0).any()
    assert not gate.find_hidden(shown).swipes[0][cards == 0].any()


@settings(max_examples=12)
@given(seeds, st.sampled_from([12.0, 60.0, 300.0]))
def test_amounts_of_few_providers_are_hidden_and_cannot_be_told(seed, scale):
    plain, gate = draw(seed, scale)
    counts = with_providers(plain, seed)
    hidden, without = gate.find_hidden(counts), gate.find_hidden(plain)
    for one, other in zip(hidden.swipes, without.swipes):
        np.testing.assert_array_equal(one, other)  # cards and swipes say nothing of turnover
    flat = gate.knowledge.swipes.flatten
    mask, all_fields = flat(*hidden.amounts), flat(*hidden.swipes)
    assert mask[all_fields].all()
    providers = flat(*counts.providers)
    for field in MONEY:
        amounts = flat(counts.upper[field], counts.community[field])
        few = (amounts > 0) & (providers >= 0) & (providers < 3)
        assert mask[few].all()
        system, _ = gate.knowledge.money(field, amounts, mask)
        lower, upper = tighten(system)
        turnover = few[system.cell]
        assert (upper - lower >= 0.1 * upper)[turnover].all()
        assert not gate.rule.is_narrow(lower, upper, turnover).any()


def test_a_source_that_asks_for_no_providers_loses_no_amount_for_them():
    plain, gate = draw(11, 60.0, DisclosureRule(least_providers=0))
    one, other = gate.find_hidden(with_providers(plain, 11)), gate.find_hidden(plain)
    for a, b in zip(one.amounts, other.amounts):
        np.testing.assert_array_equal(a, b)


@settings(max_examples=40)
@given(seeds, st.sampled_from([0.5, 1.0, 2.0, 4.0]), st.sampled_from(["shown", "hidden"]))
def test_a_month_of_a_few_cards_is_hidden_and_not_refused(seed, scale, zeros):
    rule = DisclosureRule(zeros=zeros)
    counts, gate = draw(seed, scale, rule)
    hidden = gate.find_hidden(counts)
    cells = gate.cells(counts)
    system, _ = gate.knowledge.system(cells.values, cells.masks(hidden))
    lower, upper = tighten(system)
    assert (upper - lower >= rule.width).all()


@settings(max_examples=10)
@given(seeds)
def test_later_looks_are_never_wider_than_a_look_at_everything(seed):
    """What is not bounded again keeps bounds within those of all sums together."""
    counts, gate = draw(seed, 12.0)
    cells = gate.cells(counts)
    widths = Widths(cells, lambda _, bounds: bounds[1] - bounds[0] < gate.rule.width)
    hidden, looks = gate.hide_one_by_one(counts, gate._start(counts)), 0
    while hidden is not None:
        masks = cells.masks(hidden)
        widths.look(masks)
        looks += 1
        system, _ = gate.knowledge.system(cells.values, masks)
        lower, upper = tighten(system)
        for number, kind in enumerate(system.kinds):
            own = system.kind == number
            least, most = (side[system.cell[own]] for side in widths.bounds[kind])
            assert (lower[own] <= least).all() and (most <= upper[own]).all()
        anew = Outsider(cells, gate.arcs, gate.rule, gate.rule.width)
        further = anew.find_near(hidden) or anew.find_far(hidden)
        hidden = None if further is None else gate.hide_one_by_one(counts, further)
    assert looks


def test_the_manifest_says_whether_each_count_is_proved():
    said = {p: DisclosureRule(proof=p).to_manifest()["all_sums"] for p in ("bounds", "linear")}
    assert "linear programming over all of them says so too" in said["linear"]
    assert "linear programming over all of them was not asked" in said["bounds"]
    # A release of before there was a choice was not proved.
    manifest = DisclosureRule(proof="linear").to_manifest()
    assert DisclosureRule.from_manifest(manifest).proof == "linear"
    del manifest["proof"]
    assert DisclosureRule.from_manifest(manifest).proof == "bounds"


@pytest.mark.parametrize("zeros", ["shown", "hidden"])
def test_the_rule_stands_in_the_manifest_and_comes_back_from_it(zeros):
    rule = DisclosureRule(name="bureau", k=12, zeros=zeros, least_providers=4)
    assert DisclosureRule.from_manifest(rule.to_manifest()) == rule


def test_a_look_at_what_has_not_changed_finds_nothing_new():
    counts, gate = draw(3, 12.0)
    cells = gate.cells(counts)
    masks = cells.masks(gate.find_hidden(counts))
    widths = Widths(cells, lambda _, bounds: bounds[1] - bounds[0] < gate.rule.width)
    for _ in range(2):
        look = widths.look(masks)
        assert not len(look.weak)
    assert not look.system.n_hidden


def test_what_was_looked_at_ahead_protects_as_well():
    """Bounds and exact sums may be begun while less is hidden: a matter of time."""
    counts, gate = draw(5, 12.0)
    counts = with_providers(counts, 5)
    hidden = gate.find_hidden(counts)
    less = gate.hide_one_by_one(counts, gate._start(counts))
    flat = gate.knowledge.swipes.flatten
    assert (flat(*hidden.swipes) & ~flat(*less.swipes)).any()
    amounts = gate.amounts_gate.of_month(counts)
    amounts.look_ahead(less.swipes)
    mask = flat(*amounts.find_hidden(hidden.swipes))
    assert mask[flat(*hidden.swipes)].all()
    for field in MONEY:
        values = flat(counts.upper[field], counts.community[field])
        few = gate.rule.rests_on_few(values, flat(*counts.providers))
        system, _ = gate.knowledge.money(field, values, mask)
        assert not gate.rule.is_narrow(*tighten(system), few[system.cell]).any()
    outsider = Outsider(gate.cells(counts), gate.arcs, gate.rule, gate.rule.width)
    outsider.look_ahead(less)
    assert outsider.find_near(hidden) is None and outsider.find_far(hidden) is None
