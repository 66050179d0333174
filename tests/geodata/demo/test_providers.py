from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.demo.providers import draw_providers, meal_access
from geodata.demo.recorded import read_fact
from geodata.demo.supply import all_supplies, opening_months, supply_of_everything
from geodata.demo.write import SEED, with_places
from geodata.schema import CATEGORY_CODES
from tests.geodata.demo.conftest import read_text_table


@pytest.fixture(scope="module")
def everything(areas: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Providers of the whole region on stand-in polygons: unit squares."""
    n = len(people)
    cells = shapely.box(np.arange(n), 0, np.arange(n) + 1, 1)
    places = with_places(people, areas)
    return draw_providers(places, areas, cells, np.zeros(n, dtype=bool), SEED)


@pytest.mark.parametrize(
    ("province", "category", "month", "count"),
    [
        ("11", "meals", "2023-12", 1770),
        ("11", "meals", "2024-06", 2070),
        ("11", "meals", "2026-06", 2256),
        ("11", "day_care", "2019-12", 1003),
        ("11", "day_care", "2025-12", 1498),
        ("11", "care_home", "2020-11", 544),
        ("11", "care_home", "2024-12", 577),
        ("11", "medical", "2020-11", 253),
        ("12", "meals", "2025-09", 1800),
        ("12", "day_care", "2025-12", 1701),
    ],
)
def test_published_totals_hold_at_their_month(
    everything: pd.DataFrame, province: str, category: str, month: str, count: int
) -> None:
    here = everything["community_code"].str.startswith(province)
    rows = everything[here & (everything["category"] == category)]
    is_open = (rows["opened"] <= month) & ((rows["closed"] == "") | (rows["closed"] > month))
    assert is_open.sum() == count


@pytest.mark.parametrize(
    ("place", "words", "value"),
    [
        ("北京市", "meal points (", "1770"),
        ("北京市", "new meal points", "300"),
        ("北京市", "meal points", "2256"),
        ("北京市", "stations", "1003"),
        ("北京市", "stations", "1498"),
        ("北京市", "care institutions", "544"),
        ("北京市", "care institutions", "577"),
        ("北京市", "beds", "108000"),
        ("北京市", "medical", "253"),
        ("天津市", "canteens", "1800"),
        ("天津市", "day-care", "1701"),
    ],
)
def test_the_totals_kept_stand_in_the_facts(place: str, words: str, value: str) -> None:
    facts = read_fact("provider_supply.csv")
    rows = facts[(facts["place"] == place) & (facts["value"] == value)]
    rows = rows[rows["measure"].str.contains(words, regex=False)]
    assert rows["status"].tolist() == ["found"]


def test_beijing_has_the_published_beds(everything: pd.DataFrame) -> None:
    beijing = everything["community_code"].str.startswith("11")
    homes = everything[beijing & (everything["category"] == "care_home")]
    assert homes["capacity"].astype(int).sum() == 108_000


def test_about_ten_thousand_of_all_kinds(everything: pd.DataFrame) -> None:
    assert 9_000 <= len(everything) <= 10_500
    assert set(everything["category"]) == set(CATEGORY_CODES) - {"bus"}
    assert everything["provider_id"].is_unique
    closed = everything[everything["closed"] != ""]
    assert (closed["closed"] > closed["opened"]).all()


def test_density_follows_demand(everything: pd.DataFrame, people: pd.DataFrame) -> None:
    elders = people.groupby(people["area_code"].str[:6])["aged_60_count"].sum()
    meals = everything[everything["category"] == "meals"]
    points = meals.groupby(meals["community_code"].str[:6]).size()
    beijing = elders.index.str.startswith("11")
    pair = pd.concat([elders[beijing], points.reindex(elders.index[beijing])], axis=1).fillna(0)
    assert pair.corr().iloc[0, 1] > 0.95


def test_providers_lie_in_the_community_they_name(small: Path) -> None:
    rows = read_text_table(small / "providers.csv")
    cells = gpd.read_parquet(small / "boundaries" / "community.parquet").set_index("area_code")
    points = shapely.points(rows["lon"].astype(float), rows["lat"].astype(float))
    assert shapely.contains(cells.geometry[rows["community_code"]].to_numpy(), points).all()


def test_the_list_of_supplies_says_what_is_published(everything: pd.DataFrame) -> None:
    table = supply_of_everything()
    assert table["providers_count"].sum() == len(everything)
    found = table[table["basis"] == "found"]
    assert len(found) == 6
    assert found["note"].str.contains(r"20\d\d").all()


def test_a_stage_is_complete_in_its_last_month() -> None:
    for supply in all_supplies():
        months = opening_months(supply, np.random.default_rng(1))
        assert len(months) == supply.count


def test_access_falls_with_distance_and_grows_with_openings() -> None:
    centres = np.array([[0.0, 0], [1200, 0], [50_000, 0]])
    points, opened = np.array([[0.0, 0], [1200, 0]]), np.array([10, 20])
    access = meal_access(centres, points, opened, np.array([5, 10, 20]))
    np.testing.assert_allclose(access[0], 0.12)
    np.testing.assert_allclose(access[1], [1, 0.12 + 0.88 / np.e, 0.12], atol=1e-6)
    assert access[2, 1] == 1
