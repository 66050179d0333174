"""The gate of a period on the square cells: what is hidden there, and that nothing leaks."""

import numpy as np
import pytest

from geodata.disclosure import CardsGate, FlowGate, SwipesGate, categories_in_use, family_levels
from geodata.schema import AGE_BANDS, CATEGORY_CODES, SWIPE_FIELDS
from geodata.slots import COMMUNITY_SLOTS, SLOT_INDEX, UPPER_SLOTS
from geodata.source import read_source
from geodata.swipes import read_flows, read_month
from tests.geodata.disclosure.attack import Sum, subtract_once
from tests.grid_source import LAST_PERIOD, SMALL_COMMUNITY


@pytest.fixture(scope="module")
def month(grid_source):
    source = read_source(grid_source)
    files = source.month_files(LAST_PERIOD)
    cells = read_month(files["cards"], files["swipes"], source.tree)
    flows = read_flows(files["flows"], source.tree, [])
    return source.tree, cells, flows


def whole(upper, community):
    """Both blocks as one array; slots communities do not have are zero there."""
    full = np.zeros((len(upper), upper.shape[1] + community.shape[1]), dtype=upper.dtype)
    full[:, : upper.shape[1]] = upper
    full[: len(community), upper.shape[1] :] = community
    return full


def published_sums(tree):
    """Everything an official could add up in the cube."""
    split = tree.level_slices["community"].start
    sums = []
    for slot in range(len(UPPER_SLOTS)):
        for parent in range(split):
            children = range(*tree.children(parent).indices(len(tree)))
            if children and (slot < len(COMMUNITY_SLOTS) or children[0] < split):
                sums.append(Sum((slot, parent), tuple((slot, c) for c in children)))
    for area in range(len(tree)):
        for age in AGE_BANDS:
            parts = [(SLOT_INDEX[c, age], area) for c in CATEGORY_CODES]
            if area < split or age == "all":
                sums.append(Sum((SLOT_INDEX["all", age], area), tuple(parts)))
        for category in ("all", *CATEGORY_CODES):
            if area < split or category == "all":
                parts = tuple((SLOT_INDEX[category, age], area) for age in AGE_BANDS[1:])
                sums.append(Sum((SLOT_INDEX[category, "all"], area), parts))
    return sums


def test_the_small_cell_is_hidden_and_no_subtraction_gives_it_back(month):
    tree, cells, _ = month
    masks = SwipesGate(family_levels(tree)).find_hidden(cells.upper, cells.community)
    hidden = whole(*masks)
    cards = np.maximum(whole(cells.upper["cards_count"], cells.community["cards_count"]), 0)
    small = (SLOT_INDEX["meals", "all"], tree.position[SMALL_COMMUNITY])
    assert cards[small] == 4
    assert hidden[small]
    assert hidden[(cards > 0) & (cards < 10)].all()
    assert not hidden[cards == 0].any()
    assert not subtract_once(cards, hidden, published_sums(tree))


def test_free_categories_do_not_protect_amounts(month):
    tree, cells, _ = month
    upper = {name: values.copy() for name, values in cells.upper.items()}
    bus = [SLOT_INDEX["bus", age] for age in AGE_BANDS]
    for name in ("amount_fen", "subsidy_fen"):
        upper[name][bus] = 0
    groups = categories_in_use(upper)
    assert sorted(map(len, groups)) == [12, 13]
    hidden = whole(*SwipesGate(family_levels(tree)).find_hidden(upper, cells.community))
    paid = [SLOT_INDEX[c, "all"] for c in CATEGORY_CODES if c != "bus"]
    count = hidden[paid].sum(axis=0)
    assert not (count[~hidden[0]] == 1).any()


def test_what_the_flows_need_hidden_is_hidden_everywhere(month):
    tree, cells, _ = month
    also = np.zeros_like(cells.upper["cards_count"], dtype=bool)
    cell = (SLOT_INDEX["park", "all"], tree.position["110101"])
    also[cell] = True
    none = np.zeros_like(cells.community["cards_count"], dtype=bool)
    gate = SwipesGate(family_levels(tree))
    hidden, _ = gate.find_hidden(cells.upper, cells.community, (also, none))
    assert hidden[cell]
    siblings = tree.children(tree.position["1101"])
    assert hidden[cell[0], siblings].sum() == 2


@pytest.mark.parametrize(("issued", "silent"), [(100, 4), (100, 96), (30, 25)])
def test_silent_cards_and_the_others_protect_each_other(month, issued, silent):
    tree, _, _ = month
    split, n = tree.level_slices["community"].start, len(AGE_BANDS)
    n_communities = len(tree) - split
    bands = np.full((n - 1, n_communities), 400)
    quiet = np.full((n - 1, n_communities), 100)
    bands[0, 0], quiet[0, 0] = issued, silent

    def blocks(cells):
        from geodata.rollup import sum_upward

        table = sum_upward(np.concatenate([cells.sum(axis=0, keepdims=True), cells]), tree)
        return table[:, :split], table[:, split:]

    hidden_issued, hidden_silent = CardsGate(family_levels(tree)).find_hidden(
        blocks(bands), blocks(quiet)
    )
    assert not hidden_issued[1].any()  # the issued cards themselves are many
    assert hidden_silent[1][1, 0]
    siblings = np.flatnonzero(hidden_silent[1][1])
    assert len(siblings) >= 2


def test_hidden_flows_cannot_be_had_from_rows_or_columns(month):
    tree, cells, flows = month
    cards = flows.fields["cards_count"].copy()
    rng = np.random.default_rng(3)
    districts = tree.level_slices["district"]
    thin = rng.random(cards.shape) < 0.3
    cards = np.where(thin, rng.integers(0, 12, thin.shape), cards)
    gate = FlowGate(tree)
    total = cells.upper["cards_count"][:14, : gate.n_homes].copy()
    total[:, districts] = np.maximum(cards.max(axis=1), total[:, districts])
    total = gate.sum_homes(total)
    group = [list(range(1, 14))]
    hidden = gate.find_hidden(cards, total, np.zeros_like(total, dtype=bool), group)
    mask = hidden.cells
    assert not mask[..., : districts.start].any()
    assert mask[..., districts][(cards > 0) & (cards < 10)].all()
    for category in range(14):
        for home in range(gate.n_homes):
            count = mask[category, :, home].sum()
            assert count != 1 or hidden.total[category, home]
        for parent in range(districts.start):
            for slots in (hidden.outside, hidden.far):
                count = slots[category, tree.children(parent)].sum()
                assert count != 1 or slots[category, parent]
                assert count or not slots[category, parent]
    for service in range(gate.n_services):
        for home in range(gate.n_homes):
            count = mask[1:, service, home].sum()
            assert count != 1 or mask[0, service, home]
    # What is used outside the home district: total less the flow inside.
    for number, home in enumerate(range(districts.start, districts.stop)):
        inside = mask[:, number, home]
        outside = hidden.outside[:, home]
        open_total = ~hidden.total[:, home]
        assert (inside == outside)[open_total].all()


def test_fields_are_those_of_the_schema(month):
    _, cells, _ = month
    assert set(cells.upper) == set(SWIPE_FIELDS)
