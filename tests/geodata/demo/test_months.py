"""What must hold between the counts of a month, read back from the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from geodata.schema import AGE_BANDS, CATEGORY_CODES, SWIPE_FIELDS
from tests.geodata.demo.conftest import read_text_table

BANDS = list(AGE_BANDS[1:])
FIELDS = list(SWIPE_FIELDS)


def read_month(small: Path, name: str) -> pd.DataFrame:
    frame = pq.read_table(small / f"{name}.parquet").to_pandas()
    text = [c for c in frame.columns if not c.endswith(("_count", "_fen"))]
    return frame.astype(dict.fromkeys(text, str))


@pytest.fixture(scope="module", params=["2023-07", "2024-02", "2026-06"])
def month(request: pytest.FixtureRequest, small: Path) -> dict[str, pd.DataFrame]:
    period = request.param
    names = {
        "cards": f"cards/{period}",
        "home": f"swipes/community-{period}",
        "cross": f"swipes/subdistrict-{period}",
        "flows": f"swipes/flows-{period}",
    }
    return {key: read_month(small, name) for key, name in names.items()}


@pytest.fixture(scope="module")
def parent(small: Path) -> pd.Series:
    return read_text_table(small / "areas.csv").set_index("area_code")["parent_code"]


def table(frame: pd.DataFrame, column: str, value: str = "cards_count") -> pd.DataFrame:
    return frame.pivot_table(
        index="home_area_code", columns=column, values=value, fill_value=0, aggfunc="sum"
    )


def test_thirty_six_months(small: Path) -> None:
    for folder, prefix in [
        ("cards", ""),
        *[("swipes", f"{k}-") for k in ("community", "subdistrict", "flows")],
    ]:
        files = sorted(p.name for p in (small / folder).glob(f"{prefix}2*.parquet"))
        assert len(files) == 36
        assert files[0] == f"{prefix}2023-07.parquet"
        assert files[-1] == f"{prefix}2026-06.parquet"


def test_cards_add_up_over_ages_and_stay_within_the_people(month: dict, small: Path) -> None:
    cards = table(month["cards"], "age_band")
    assert (cards["all"] == cards[BANDS].sum(axis=1)).all()
    silent = table(month["cards"], "age_band", "silent_cards_count")
    assert (silent["all"] == silent[BANDS].sum(axis=1)).all()
    people = read_text_table(small / "population.csv").set_index("area_code")
    people = people.loc[cards.index, "aged_60_count"].astype(int)
    assert (cards["all"] <= people).all()


def test_silent_and_used_cards_share_the_issued_ones(month: dict) -> None:
    issued = month["cards"].set_index(["home_area_code", "age_band"])
    used = month["home"][month["home"]["category"] == "all"]
    used = used.set_index(["home_area_code", "age_band"])["cards_count"]
    used = used.reindex(issued.index).fillna(0)
    assert (used + issued["silent_cards_count"] <= issued["cards_count"]).all()


def test_distinct_cards_lie_between_the_largest_category_and_the_sum(month: dict) -> None:
    cards = table(month["home"][month["home"]["age_band"] == "all"], "category")
    parts = cards[list(CATEGORY_CODES)]
    assert (cards["all"] >= parts.max(axis=1)).all()
    assert (cards["all"] <= parts.sum(axis=1)).all()


def test_ages_and_categories_add_up(month: dict) -> None:
    home = month["home"]
    by_age = table(home[home["category"] == "all"], "age_band")
    assert (by_age["all"] == by_age[BANDS].sum(axis=1)).all()
    for field in ("swipes_count", "amount_fen", "subsidy_fen"):
        by_category = table(home[home["age_band"] == "all"], "category", field)
        assert (by_category["all"] == by_category[list(CATEGORY_CODES)].sum(axis=1)).all()


def test_amounts_are_sane(month: dict) -> None:
    for name in ("home", "cross", "flows"):
        frame = month[name]
        assert (frame["cards_count"] > 0).all()  # zero rows are left out
        assert (frame["swipes_count"] >= frame["cards_count"]).all()
        assert (frame["subsidy_fen"] <= frame["amount_fen"]).all()
        assert (frame["subsidy_fen"] >= 0).all()


def test_cross_table_agrees_with_its_margins(month: dict, parent: pd.Series) -> None:
    home, cross = month["home"], month["cross"]
    assert len(cross.groupby(["category", "age_band"], observed=True)) == 39
    sub = home["home_area_code"].map(parent)
    by_category = home[(home["age_band"] == "all") & (home["category"] != "all")]
    expected = by_category.groupby([sub, "category"])[FIELDS].sum()
    got = cross.groupby(["home_area_code", "category"])[FIELDS].sum()
    pd.testing.assert_frame_equal(
        got.sort_index(), expected.sort_index(), check_names=False, check_dtype=False
    )
    by_age = home[(home["category"] == "all") & (home["age_band"] != "all")]
    everyone = by_age.groupby([sub, "age_band"])["cards_count"].sum()
    largest = cross.groupby(["home_area_code", "age_band"])["cards_count"].max()
    assert (largest <= everyone.reindex(largest.index)).all()


def test_flows_add_up_to_the_home_district(month: dict, parent: pd.Series) -> None:
    home, flows = month["home"], month["flows"]
    district = home["home_area_code"].map(parent).map(parent)
    rows = home[home["age_band"] == "all"]
    expected = rows.groupby([district, "category"])[FIELDS].sum()
    got = flows.groupby(["home_area_code", "category"])[FIELDS].sum().reindex(expected.index)
    for field in ("swipes_count", "amount_fen", "subsidy_fen"):
        assert (got[field] == expected[field]).all()
    assert (got["cards_count"] >= expected["cards_count"]).all()  # each card is seen somewhere
    key = pd.MultiIndex.from_frame(flows[["home_area_code", "category"]])
    ceiling = expected["cards_count"].reindex(key).to_numpy()
    assert (flows["cards_count"].to_numpy() <= ceiling).all()


def test_distinct_cards_of_a_flow_lie_between_the_bounds(month: dict) -> None:
    flows = month["flows"]
    cells = flows.pivot_table(
        index=["home_area_code", "service_area_code"],
        columns="category",
        values="cards_count",
        fill_value=0,
    )
    parts = cells[list(CATEGORY_CODES)]
    assert (cells["all"] >= parts.max(axis=1)).all()
    assert (cells["all"] <= parts.sum(axis=1)).all()


def test_small_cells_are_there_to_be_suppressed(month: dict) -> None:
    home = month["home"]
    everything = home[(home["category"] == "all") & (home["age_band"] == "all")]
    assert (everything["cards_count"] >= 10).mean() > 0.85  # Sanhe is at its start in 2023
    assert (home["cards_count"] < 10).mean() > 0.1


def test_bus_is_over_98_percent_of_chip_records(month: dict) -> None:
    home = month["home"][month["home"]["age_band"] == "all"]
    swipes = home.groupby("category")["swipes_count"].sum()
    taps = 2 * swipes["bus"]  # a ride is two taps
    assert taps / (taps + swipes["park"]) > 0.98


def test_parks_are_empty_in_winter_and_buses_at_the_spring_festival(small: Path) -> None:
    def cards(period: str, category: str) -> int:
        frame = read_month(small, f"swipes/subdistrict-{period}")
        return int(frame.loc[frame["category"] == category, "cards_count"].sum())

    assert cards("2026-01", "park") < 0.5 * cards("2025-10", "park")
    assert cards("2026-02", "bus") < 0.9 * cards("2026-01", "bus")
    assert cards("2026-02", "supermarket") > 1.03 * cards("2025-11", "supermarket")


def test_use_is_skewed(month: dict) -> None:
    home = month["home"]
    cards = home[(home["category"] == "all") & (home["age_band"] == "all")]["cards_count"]
    assert np.percentile(cards, 95) > 3 * np.median(cards) / 2
    assert cards.mean() > cards.median()
