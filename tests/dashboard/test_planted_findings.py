"""What is planted in the whole demonstration is found with the atlas's own measures.

The searches know nothing of what was planted: they go over all districts, categories and months
and must come out at the places that planted.toml names.
"""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest

from dashboard.dataset import Dataset
from dashboard.view import build_view
from dashboard.view_state import parse_view
from geodata.measures import MEASURES
from geodata.schema import CATEGORY_CODES


@pytest.fixture(scope="module")
def dataset(full_release) -> Dataset:
    """The whole demonstration."""
    return Dataset.open(full_release)


@pytest.fixture(scope="module")
def planted(full_source) -> dict:
    """What the demonstration hides."""
    return tomllib.loads((full_source / "planted.toml").read_text("utf-8"))


def by_month(dataset: Dataset, measure: str, category: str) -> np.ndarray:
    """A measure of all districts in all months, (n_periods, n_districts)."""
    districts = dataset.tree.level_slices["district"]
    return np.array(
        [
            dataset.values(
                MEASURES[measure], districts, dataset.query(MEASURES[measure], category), period
            ).number
            for period in dataset.periods
        ]
    )


def district_at(dataset: Dataset, column: int) -> str:
    """Code of a column of `by_month`."""
    return dataset.tree.codes[dataset.tree.level_slices["district"].start + column]


def test_subdistricts_without_a_meal_point_are_the_worst_of_their_district(dataset, planted):
    by_district: dict[str, set[str]] = {}
    for item in planted["no_meal_point"]:
        by_district.setdefault(item["district_code"], set()).add(item["area_code"])
    assert "110106" in by_district
    for district, codes in by_district.items():
        query = f"area={district}&level=subdistrict&measure=reach_share&category=meals"
        view = build_view(dataset, parse_view(query, dataset))
        reach = dict(zip(view.codes, view.values.number, strict=True))
        assert {code for code in codes if reach[code] == 0} == codes
        assert all(reach[code] == np.nanmin(view.values.number) for code in codes)


def test_gap_in_people_is_everybody_there(dataset, planted):
    last = dataset.periods[-1]
    for item in planted["no_meal_point"]:
        at = dataset.tree.find(item["area_code"])
        gap, elderly = (
            dataset.values(
                MEASURES[key], slice(at, at + 1), dataset.query(MEASURES[key], category), last
            ).number[0]
            for key, category in (("gap_people", "meals"), ("elderly_count", "all"))
        )
        assert gap == elderly > 0


def test_category_that_collapses_is_the_deepest_fall_of_all(dataset, planted):
    (wanted,) = planted["category_collapse"]
    deepest = (1.0, "", "", "")
    for category in CATEGORY_CODES:
        shares = by_month(dataset, "users_share", category)
        before = np.where(shares[:-1] > 0.005, shares[:-1], np.nan)
        change = shares[1:] / before
        month, column = np.unravel_index(np.nanargmin(change), change.shape)
        found = (change[month, column], district_at(dataset, column), category)
        deepest = min(deepest, (*found, dataset.periods[month + 1]))
    assert deepest[1:] == (wanted["area_code"], wanted["category"], wanted["period"])


def test_jump_of_silent_cards_is_the_highest_of_all(dataset, planted):
    (wanted,) = planted["silent_jump"]
    rise = np.diff(by_month(dataset, "silent_card_share", "all"), axis=0)
    month, column = np.unravel_index(np.nanargmax(rise), rise.shape)
    found = (district_at(dataset, column), dataset.periods[month + 1])
    assert found == (wanted["area_code"], wanted["period"])


def test_cross_province_pair_stands_out(dataset, planted):
    (pair,) = planted["cross_province_pair"]
    home = dataset.tree.find(pair["home_area_code"])
    flows = dataset.flows(home, dataset.periods[-1], "all")
    abroad = [row for row in flows.out if row.outside_province]
    assert abroad[0].code == pair["service_area_code"]
    share = by_month(dataset, "cross_province_share", "all")[-1]
    own = share[home - dataset.tree.level_slices["district"].start]
    assert own > 5 * np.nanmedian(share)


def test_flows_of_areas_above_are_sums_of_those_published(dataset, full_release, full_source):
    """Of a province: what is listed for its districts, and the rest of all its swipes."""
    period = dataset.periods[-1]
    listed = pd.read_parquet(full_release / "flows.parquet", filters=[("period", "==", period)])
    words = ["home_code", "service_code", "category"]
    listed = listed.astype(dict.fromkeys(words, str)).query("service_code != 'other'")
    true = pd.read_parquet(full_source / "swipes" / f"flows-{period}.parquet")
    true = true.astype({"home_area_code": str, "category": str})
    homes = true["home_area_code"].str[:2]
    for category in ("all", "meals", "medical"):
        for home in ("11", "13"):
            own = listed[(listed["category"] == category) & (listed["home_code"].str[:2] == home)]
            sums = own.groupby(own["service_code"].str[:2])["swipes_count"].sum()
            found = dataset.flows(dataset.tree.position[home], period, category)
            *lines, other = found.out
            assert {line.code: line.swipes for line in lines} == sums.to_dict()
            whole = true.loc[(true["category"] == category) & (homes == home), "swipes_count"].sum()
            assert other.code == "other"
            assert other.swipes == whole - sums.sum() > 0
            assert sum(line.share for line in found.out) == pytest.approx(1)
