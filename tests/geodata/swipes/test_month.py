"""A month of the square cells against their closed forms."""

import numpy as np
import pandas as pd
import pytest

from geodata.schema import AGE_BANDS, CATEGORY_CODES, COARSER, MISSING, SWIPE_FIELDS
from geodata.slots import CATEGORY_KEYS, COMMUNITY_SLOTS, UPPER_SLOTS
from geodata.source import read_source
from geodata.swipes import read_flows, read_month
from tests.grid_source import (
    LAST_PERIOD,
    MISSING_COMMUNITY,
    communities,
    edit_table,
    make_cube,
    make_periods,
    write_grid_source,
)

M = len(make_periods()) - 1  # number of the last month
GRID_CATEGORIES, GRID_AGES = (*CATEGORY_CODES, "all"), (*AGE_BANDS[1:], "all")


def read_last(folder, **options):
    source = read_source(folder)
    files = source.month_files(LAST_PERIOD)
    return source.tree, read_month(files["cards"], files["swipes"], source.tree, **options)


def expected(field, slot):
    category, age = slot
    return make_cube(M)[field][GRID_CATEGORIES.index(category), GRID_AGES.index(age)]


@pytest.fixture(scope="module")
def month(grid_source):
    return read_last(grid_source)


@pytest.mark.parametrize("field", SWIPE_FIELDS)
def test_communities_have_their_closed_form(month, field):
    _, cells = month
    for i, slot in enumerate(COMMUNITY_SLOTS):
        np.testing.assert_array_equal(cells.community[field][i], expected(field, slot))


@pytest.mark.parametrize("field", SWIPE_FIELDS)
def test_levels_above_are_sums_found_by_pandas(month, field):
    tree, cells = month
    codes = pd.Series([code for code, _ in communities()])
    district = codes.map(lambda code: tree.codes[tree.parents[tree.position[code[:9]]]])
    groups = {"subdistrict": codes.str[:9], "district": district, "province": district.str[:2]}
    for level, keys in groups.items():
        for i, slot in enumerate(UPPER_SLOTS):
            counts = pd.Series(expected(field, slot)).clip(lower=0).groupby(keys).sum()
            got = cells.upper[field][i, tree.level_slices[level]]
            want = counts.reindex(tree.codes[tree.level_slices[level]])
            np.testing.assert_array_equal(got, want, err_msg=f"{level} {slot}")


def test_missing_is_not_zero(month):
    tree, cells = month
    first = tree.level_slices["community"].start
    absent = tree.position[MISSING_COMMUNITY] - first
    for values in (*cells.community.values(), *cells.community_cards.values()):
        assert (values[:, absent] == MISSING).all()
    care_home = CATEGORY_KEYS.index("care_home")
    zero = cells.community["cards_count"][care_home] == 0
    assert zero.sum() == 90 - 1 + (
        int(np.flatnonzero(cells.community["cards_count"][0] < 0)[0]) % 2
    )


def test_issued_cards(month):
    _, cells = month
    g = np.arange(180)
    present = cells.community_cards["cards_count"][0] >= 0
    assert present.sum() == 179
    np.testing.assert_array_equal(
        cells.community_cards["cards_count"][1][present], (100 + g)[present]
    )
    np.testing.assert_array_equal(cells.community_cards["silent_cards_count"][0][present], 33)
    assert cells.upper_cards["cards_count"][0, 0] == (175 + 3 * g)[present].sum()


def test_a_level_below_all_files_is_coarser_not_missing(tmp_path):
    folder = write_grid_source(tmp_path / "source", months=1)

    def of_subdistricts(frame):
        frame["home_area_code"] = frame["home_area_code"].str[:9]
        keys = list(frame.columns[:5])
        return frame.astype({f: int for f in SWIPE_FIELDS}).groupby(keys, as_index=False).sum()

    edit_table(folder, f"swipes/community-{LAST_PERIOD}", of_subdistricts)
    _, whole = read_last(write_grid_source(tmp_path / "whole", months=1))
    _, cells = read_last(folder)
    assert (cells.community["cards_count"] == COARSER).all()
    np.testing.assert_array_equal(cells.upper["cards_count"], whole.upper["cards_count"])


def test_taps_are_halved_into_rides(tmp_path):
    folder = write_grid_source(tmp_path / "source", months=1)
    _, rides = read_last(folder)
    _, halved = read_last(folder, bus_taps=True)
    bus, every = CATEGORY_KEYS.index("bus"), 0
    taps = rides.community["swipes_count"][bus]
    want = np.where(taps < 0, taps, taps - taps // 2)
    np.testing.assert_array_equal(halved.community["swipes_count"][bus], want)
    less = rides.community["swipes_count"][every] - halved.community["swipes_count"][every]
    np.testing.assert_array_equal(less, np.where(taps < 0, 0, taps // 2))
    np.testing.assert_array_equal(halved.community["cards_count"], rides.community["cards_count"])
    band = UPPER_SLOTS.index(("all", "70-79"))
    parts = [UPPER_SLOTS.index((c, "70-79")) for c in CATEGORY_CODES]
    swipes = halved.upper["swipes_count"]
    np.testing.assert_array_equal(swipes[band], swipes[parts].sum(axis=0))
    assert [item.check for item in halved.findings] == ["bus_taps"]


def test_a_broken_file_gives_findings_and_no_cells(tmp_path):
    folder = write_grid_source(tmp_path / "source", months=1)
    edit_table(folder, f"swipes/community-{LAST_PERIOD}", lambda f: f.drop(columns="cards_count"))
    _, cells = read_last(folder)
    assert "missing_column" in {item.check for item in cells.findings}
    assert not cells.upper


def test_flows_sum_to_the_swipes_of_the_home(grid_source, month):
    tree, cells = month
    source = read_source(grid_source)
    flows = read_flows(source.month_files(LAST_PERIOD)["flows"], tree, [])
    districts = tree.level_slices["district"]
    for field in ("swipes_count", "amount_fen"):
        np.testing.assert_array_equal(
            flows.fields[field].sum(axis=1), cells.upper[field][:14, districts]
        )
