"""Attack on a finished release: add up and subtract whatever is published, all months."""

import numpy as np
import pandas as pd
import pytest

from geodata.areas import AreaTree
from geodata.release import open_release
from geodata.schema import AGE_BANDS, CATEGORY_CODES, SUPPRESSED


@pytest.fixture(scope="module", params=["grid_releases", "demo_releases"])
def release(request):
    folder, manifest = open_release(request.getfixturevalue(request.param))
    tree = AreaTree(pd.read_parquet(folder / "areas.parquet"))
    return folder, manifest, tree


def load(folder, name):
    return np.load(folder / "cube" / f"{name}.npy")


def alone(total_hidden, part_hidden, axis):
    """Sums in which exactly one cell is hidden, total included."""
    return (part_hidden.sum(axis=axis) + total_hidden) == 1


@pytest.mark.parametrize("name", ["cards_count", "issued_cards_count", "silent_cards_count"])
def test_no_area_can_be_had_from_its_parent_and_siblings(release, name):
    folder, _, tree = release
    upper = load(folder, f"upper.{name}") == SUPPRESSED
    community = load(folder, f"community.{name}") == SUPPRESSED
    split = upper.shape[2]
    for parent in range(split):
        children = tree.children(parent)
        if children.start >= split:
            below = community[:, :, children.start - split : children.stop - split]
        else:
            below = upper[:, :, children]
        if below.shape[2]:
            above = upper[:, : below.shape[1], parent]
            assert not alone(above, below, 2).any(), tree.codes[parent]


@pytest.mark.parametrize("block", ["upper", "community"])
def test_no_age_can_be_had_from_the_others(release, block):
    folder, manifest, _ = release
    hidden = load(folder, f"{block}.cards_count") == SUPPRESSED
    slots = [tuple(slot) for slot in manifest["slots"][block]]
    tried = 0
    for category in ("all", *CATEGORY_CODES):
        parts = [(category, age) for age in AGE_BANDS[1:]]
        if set(parts) <= set(slots):
            tried += 1
            rows = [slots.index(part) for part in parts]
            total = hidden[:, slots.index((category, "all"))]
            assert not alone(total, hidden[:, rows], 1).any(), category
    assert tried == (1 if block == "community" else 14)


@pytest.mark.parametrize("block", ["upper", "community"])
@pytest.mark.parametrize("field", ["swipes_count", "amount_fen", "subsidy_fen"])
def test_no_category_can_be_had_from_the_others(release, block, field):
    """Only categories with anything in the field count: a free one adds a known zero."""
    folder, manifest, _ = release
    counts = load(folder, f"{block}.cards_count")
    hidden = load(folder, f"{block}.{field}") == SUPPRESSED
    region = load(folder, f"upper.{field}")[:, :, 0]
    slots = [tuple(slot) for slot in manifest["slots"][block]]
    for age in AGE_BANDS if block == "upper" else ("all",):
        total = slots.index(("all", age))
        for period in range(len(hidden)):
            rows = [slots.index((c, age)) for c in CATEGORY_CODES]
            every = [slots.index((c, "all")) for c in CATEGORY_CODES]
            rows = [row for row, known in zip(rows, every) if region[period, known] != 0]
            assert rows
            found = alone(hidden[period, total], hidden[period, rows], 0)
            # Where every part is a published zero the total is known to be zero: no use, no card.
            found &= (counts[period, rows] != 0).any(axis=0)
            assert not found.any(), (age, period)


def test_cards_and_swipes_are_hidden_together_and_amounts_with_them(release):
    folder, _, _ = release
    for block in ("upper", "community"):
        cards, swipes, amount, subsidy = (
            load(folder, f"{block}.{field}") == SUPPRESSED
            for field in ("cards_count", "swipes_count", "amount_fen", "subsidy_fen")
        )
        np.testing.assert_array_equal(swipes, cards)
        np.testing.assert_array_equal(subsidy, amount)
        assert amount[cards].all()


def test_issued_cards_of_one_band_cannot_be_had_from_the_others(release):
    folder, _, _ = release
    for block in ("upper", "community"):
        for name in ("issued_cards_count", "silent_cards_count"):
            hidden = load(folder, f"{block}.{name}") == SUPPRESSED
            assert not alone(hidden[:, 0], hidden[:, 1:], 1).any()


def test_what_is_hidden_together_is_never_few(release):
    """Parent less published children: the hidden rest is at least k."""
    folder, _, tree = release
    cards = load(folder, "upper.cards_count").astype(np.int64)
    split = cards.shape[2]
    for parent in range(split):
        children = tree.children(parent)
        if children.start >= split or children.stop == children.start:
            continue
        below = cards[:, :, children]
        hidden = (below == SUPPRESSED).any(axis=2) & (cards[:, :, parent] >= 0)
        rest = cards[:, :, parent] - np.maximum(below, 0).sum(axis=2)
        assert (rest[hidden] >= 10).all()


def test_silent_and_other_cards_are_both_many_or_hidden(release):
    folder, _, _ = release
    for block in ("upper", "community"):
        issued = load(folder, f"{block}.issued_cards_count").astype(np.int64)
        silent = load(folder, f"{block}.silent_cards_count")
        both = (issued >= 0) & (silent >= 0)
        others = np.where(both, issued - silent, 0)
        assert not ((others > 0) & (others < 10)).any()


def test_rows_and_columns_of_flows_do_not_give_a_flow_back(release):
    folder, manifest, tree = release
    flows = pd.read_parquet(folder / "flows.parquet")
    period = manifest["periods"][-1]
    month = flows[flows["period"] == period]
    totals = pd.read_parquet(folder / "flow_totals.parquet")
    totals = totals[(totals["period"] == period) & (totals["swipes_total"] > 0)]
    month = month.astype({"home_code": str, "service_code": str, "category": str})
    shown = month[month["service_code"] != "other"]
    key = ["home_code", "category"]
    totals = totals.astype(dict.fromkeys(key, str)).set_index(key)
    known = shown.groupby(key)["swipes_count"].sum().reindex(totals.index, fill_value=0)
    rest = totals["swipes_total"] - known
    lumps = month[month["service_code"] == "other"].set_index(key)
    for home_and_category, row in lumps.iterrows():
        if row["state"] == 0:
            assert row["swipes_count"] == rest[home_and_category]
            assert row["swipes_count"] >= 10
    inside = set(
        shown.loc[shown["home_code"] == shown["service_code"], key].itertuples(index=False)
    )
    for (home, category), row in totals.iterrows():
        if row["swipes_outside_district"] < 0 or tree.level(tree.position[home]) != "district":
            continue
        # Total less outside is inside: it is shown as a flow too, or there is none.
        assert (home, category) in inside or row["swipes_outside_district"] == row["swipes_total"]
