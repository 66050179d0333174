"""Published figures against sums taken straight from the facts, not through the estimator."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.demo.population import published_rows
from geodata.demo.recorded import read_fact
from geodata.schema import AGED_COLUMNS

XIONGAN = ("130629", "130632", "130638")


def district_sums(areas: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    parent = areas.set_index("area_code")["parent_code"]
    district = people["area_code"].map(parent).map(parent)
    return people.groupby(district.to_numpy())[list(AGED_COLUMNS)].sum()


def test_provinces(areas: pd.DataFrame, people: pd.DataFrame) -> None:
    sums = people.groupby(people["area_code"].str[:2])[list(AGED_COLUMNS)].sum()
    assert sums.loc["11"].tolist()[:4] == [21893095, 4298590, 2912060, 4298590 - 2581201]
    assert sums.loc["12"].tolist()[:2] == [13866009, 3003378]
    assert sums.loc["13"].tolist()[:3] == [74610235, 14812048, 10387937]


def test_cities_as_the_census_published_them(areas: pd.DataFrame, people: pd.DataFrame) -> None:
    sums = district_sums(areas, people)
    total, aged_60, aged_65 = AGED_COLUMNS[:3]
    baoding = sums[sums.index.str.startswith("1306")].drop(["130682", *XIONGAN])
    assert baoding[[total, aged_60, aged_65]].sum().tolist() == [9242610, 1827432, 1301425]
    shijiazhuang = sums[sums.index.str.startswith("1301")]
    assert shijiazhuang[total].sum() == 11235086
    assert shijiazhuang.drop("130181")[total].sum() == 10640458
    assert sums[sums.index.str.startswith("1304")][aged_60].sum() == 1614956
    assert sums[sums.index.str.startswith("1310")][aged_65].sum() == 638300


@pytest.mark.parametrize(
    ("district", "figures"),
    [
        ("110105", (3452460, 709000)),
        ("110106", (2019764, 479000)),
        ("130606", (913541, 134326, 93053)),
        ("130705", (542358, 130056, 91662)),
        ("130109", (797215,)),
        ("130702", (279616 + 257331,)),  # the host and the zone counted apart
        ("120105", (647702, 200658)),
    ],
)
def test_districts(
    areas: pd.DataFrame, people: pd.DataFrame, district: str, figures: tuple[int, ...]
) -> None:
    sums = district_sums(areas, people).loc[district]
    assert tuple(sums.iloc[: len(figures)]) == figures


def test_own_part_of_a_host_district_keeps_its_figures(people: pd.DataFrame) -> None:
    gaocheng = people[people["area_code"].str.startswith("130109")]
    assert gaocheng[list(AGED_COLUMNS[:3])].sum().tolist() == [741068, 144747, 100908]
    zone = people[people["area_code"].str.startswith("130771")]
    assert zone["population_count"].sum() == 257331


def test_ages_are_nested_in_every_community(people: pd.DataFrame) -> None:
    counts = people[list(AGED_COLUMNS)].to_numpy()
    assert (np.diff(counts, axis=1) <= 0).all()
    assert counts.min() >= 0


def test_published_rows_hold_found_figures_only_and_equal_the_sums(
    areas: pd.DataFrame, people: pd.DataFrame
) -> None:
    rows = published_rows(areas, areas).set_index("area_code")
    facts = read_fact("census2020.csv")
    unsure = facts[facts["status"] != "found"]
    for fact in unsure.itertuples():
        column = {"total": "population_count", "60plus": "aged_60_count", "65plus": "aged_65_count"}
        if fact.code in rows.index and fact.measure in column:
            assert rows.at[fact.code, column[fact.measure]] == ""
    parent = areas.set_index("area_code")["parent_code"]
    level = people.set_index("area_code")[list(AGED_COLUMNS)]
    checked = 0
    while True:
        level = level.groupby(parent.reindex(level.index).to_numpy()).sum()
        for code in level.index.intersection(rows.index):
            for column in AGED_COLUMNS:
                if rows.at[code, column] != "":
                    assert int(rows.at[code, column]) == level.at[code, column]
                    checked += 1
        if list(level.index) == ["jjj"]:
            break
    assert checked == (rows[list(AGED_COLUMNS)] != "").sum().sum() > 130
    assert rows["source_line"].str.contains(r"\[S\d+\]").all()
    assert "2020-12-31" in rows.at["110105", "source_line"]


def test_a_city_that_is_cut_gets_no_published_row(areas: pd.DataFrame) -> None:
    some = areas[areas["area_code"].isin(["jjj", "13", "1310", "131082", "131025"])]
    rows = published_rows(some, areas)
    assert rows["area_code"].tolist() == ["131025", "131082"]
