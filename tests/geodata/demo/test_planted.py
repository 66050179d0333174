"""Planted findings, computed again from the files with other means than those that plant them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geodata.crs import MEASURING_CRS
from tests.geodata.demo.conftest import read_text_table


@pytest.fixture(scope="module")
def planted(small: Path) -> dict:
    return tomllib.loads((small / "planted.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def parent(small: Path) -> pd.Series:
    return read_text_table(small / "areas.csv").set_index("area_code")["parent_code"]


def district_of(codes: pd.Series, parent: pd.Series) -> pd.Series:
    return codes.astype(str).map(parent).map(parent)


def test_no_meal_point_reaches_the_planted_subdistricts(
    small: Path, planted: dict, parent: pd.Series
) -> None:
    rows = read_text_table(small / "providers.csv")
    rows = rows[rows["category"] == "meals"]
    points = gpd.points_from_xy(rows["lon"].astype(float), rows["lat"].astype(float))
    reach = gpd.GeoSeries(points, crs="EPSG:4490").to_crs(MEASURING_CRS).buffer(1000 / 1.3)
    cells = gpd.read_parquet(small / "boundaries" / "community.parquet").to_crs(MEASURING_CRS)
    reached = cells.sjoin(gpd.GeoDataFrame(geometry=reach), predicate="intersects")["area_code"]
    districts = read_text_table(small / "areas.csv").query("level == 'subdistrict'")
    fengtai = districts[districts["parent_code"] == "110106"]["area_code"]
    unreached = set(fengtai) - set(reached.map(parent))
    assert unreached == {finding["area_code"] for finding in planted["no_meal_point"]}
    assert len(unreached) == 3


def cards_by_month(small: Path, category: str, district: str, parent: pd.Series) -> pd.Series:
    months = {}
    for path in sorted((small / "swipes").glob("subdistrict-*.parquet")):
        frame = pd.read_parquet(path, filters=[("category", "==", category)])
        home = frame["home_area_code"].astype(str).map(parent)
        months[path.stem[-7:]] = int(frame.loc[home == district, "cards_count"].sum())
    return pd.Series(months)


def test_the_category_collapses_in_one_month_only(
    small: Path, planted: dict, parent: pd.Series
) -> None:
    (finding,) = planted["category_collapse"]
    months = cards_by_month(small, finding["category"], finding["area_code"], parent)
    ratio = months / months.rolling(5, center=True, min_periods=3).median()
    assert ratio.idxmin() == finding["period"]
    assert ratio[finding["period"]] < 0.2
    assert ratio.drop(finding["period"]).min() > 0.5


def test_silent_cards_jump_in_one_district(small: Path, planted: dict, parent: pd.Series) -> None:
    (finding,) = planted["silent_jump"]
    shares = {}
    for path in sorted((small / "cards").glob("*.parquet")):
        frame = pd.read_parquet(path, filters=[("age_band", "==", "all")])
        sums = frame.groupby(district_of(frame["home_area_code"], parent))[
            ["silent_cards_count", "cards_count"]
        ].sum()
        shares[path.stem] = sums["silent_cards_count"] / sums["cards_count"]
    steps = pd.DataFrame(shares).T.diff().iloc[1:]
    assert steps.stack().idxmax() == (finding["period"], finding["area_code"])
    assert steps.at[finding["period"], finding["area_code"]] > 0.2
    steps = steps.drop(index=finding["period"])
    assert steps.to_numpy().max() < 0.02


def test_use_falls_two_months_before_cards_count_as_silent(
    small: Path, planted: dict, parent: pd.Series
) -> None:
    (finding,) = planted["silent_jump"]
    before = pd.Period(finding["period"], "M") - 2
    used = {}
    for period in (before - 1, before):
        frame = pd.read_parquet(
            small / "swipes" / f"community-{period}.parquet",
            filters=[("category", "==", "all"), ("age_band", "==", "all")],
        )
        mine = district_of(frame["home_area_code"], parent) == finding["area_code"]
        used[period] = frame.loc[mine, "cards_count"].sum()
    assert used[before] < 0.8 * used[before - 1]


def test_the_cross_province_pair_stands_out(small: Path, planted: dict) -> None:
    (finding,) = planted["cross_province_pair"]
    flows = pd.read_parquet(
        small / "swipes" / "flows-2026-06.parquet", filters=[("category", "==", "all")]
    )
    home = flows["home_area_code"].astype(str)
    service = flows["service_area_code"].astype(str)
    crossing = flows[home.str[:2] != service.str[:2]]
    largest = crossing.loc[crossing["swipes_count"].idxmax()]
    assert largest["home_area_code"] == finding["home_area_code"]
    assert largest["service_area_code"] == finding["service_area_code"]
