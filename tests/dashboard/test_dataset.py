"""A release as queries, against pandas on the source files of the grid."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.cells import Cells
from dashboard.dataset import Dataset
from geodata.errors import ReleaseError
from geodata.measures import MEASURES, Query
from geodata.schema import (
    AGE_ALL,
    AGE_BANDS,
    CATEGORIES,
    CATEGORY_ALL,
    CATEGORY_CODES,
    STATE_COARSER,
    STATE_MISSING,
    STATE_OK,
    STATE_SUPPRESSED,
    SWIPE_FIELDS,
)
from tests.grid_source import (
    MISSING_COMMUNITY,
    SMALL_COMMUNITY,
    communities,
    corner,
    make_cube,
)

LAST = "2026-06"


@pytest.fixture(scope="module")
def dataset(grid_release: Path) -> Dataset:
    return Dataset.open(grid_release)


@pytest.fixture(scope="module")
def source(grid) -> dict[str, pd.DataFrame]:
    """The source tables of the last month, read by pandas alone."""
    folder = grid.source
    codes = {
        "home_area_code": str,
        "service_area_code": str,
        "area_code": str,
        "community_code": str,
    }
    read = lambda name: pd.read_csv(folder / f"{name}.csv", dtype=codes)  # noqa: E731
    return {
        "cards": read(f"cards/{LAST}"),
        "swipes": read(f"swipes/community-{LAST}"),
        "flows": read(f"swipes/flows-{LAST}"),
        "population": read("population"),
        "providers": read("providers"),
    }


def parent_code(code: str, level: str) -> str:
    """The ancestor of a grid community, from its code and the one exception of the zone."""
    district = "131003" if code.startswith("131071") else code[:6]
    return {
        "region": "jjj",
        "province": code[:2],
        "city": code[:4],
        "district": district,
        "subdistrict": code[:9],
        "community": code,
    }[level]


def rolled_up(frame: pd.DataFrame, key: str, level: str, value: str) -> pd.Series:
    """Sum of a column by area of a level."""
    return frame.groupby(frame[key].map(lambda c: parent_code(c, level)))[value].sum()


def read_values(dataset, key, level, category=CATEGORY_ALL, age=AGE_ALL, period=LAST):
    drawn = dataset.tree.level_slices[level]
    measure = MEASURES[key]
    values = dataset.values(measure, drawn, dataset.query(measure, category, age), period)
    return dict(zip(dataset.tree.codes[drawn], zip(values.number, values.state)))


UPPER = ("region", "province", "city", "district")


@pytest.mark.parametrize("level", UPPER)
@pytest.mark.parametrize("age", AGE_BANDS)
def test_card_rates_against_pandas(dataset, source, level, age):
    cards = source["cards"][source["cards"]["age_band"] == age]
    issued = rolled_up(cards, "home_area_code", level, "cards_count")
    silent = rolled_up(cards, "home_area_code", level, "silent_cards_count")
    people = source["population"]
    people = people[people["area_code"].str.len() == 12].assign(
        band=lambda f: {
            "all": f["aged_60_count"],
            "60-69": f["aged_60_count"] - f["aged_70_count"],
            "70-79": f["aged_70_count"] - f["aged_80_count"],
            "80plus": f["aged_80_count"],
        }[age]
    )
    elderly = rolled_up(people, "area_code", level, "band")
    for key, expected in {
        "cards_count": issued,
        "silent_card_share": silent / issued,
        "card_coverage": issued / elderly,
        "elderly_count": elderly,
    }.items():
        found = read_values(dataset, key, level, age=age)
        assert found.keys() == set(expected.index)
        for code, number in expected.items():
            assert found[code] == (pytest.approx(number, rel=1e-12), STATE_OK), (key, code)


@pytest.mark.parametrize("level", [*UPPER, "community"])
@pytest.mark.parametrize("category", ["bus", "meals", "care_home"])
def test_use_against_pandas(dataset, source, level, category):
    swipes, cards = source["swipes"], source["cards"]
    swipes = swipes[(swipes["category"] == category) & (swipes["age_band"] == "all")]
    issued = rolled_up(cards[cards["age_band"] == "all"], "home_area_code", level, "cards_count")
    sums = {f: rolled_up(swipes, "home_area_code", level, f) for f in SWIPE_FIELDS}
    users = sums["cards_count"].reindex(issued.index, fill_value=0)
    expected = {
        "users_share": users / issued,
        "swipes_per_card": sums["swipes_count"] / sums["cards_count"],
        "amount_per_card": sums["amount_fen"] / 100 / sums["cards_count"],
        "subsidy_share": sums["subsidy_fen"] / sums["amount_fen"],
    }
    for key, numbers in expected.items():
        found = read_values(dataset, key, level, category)
        shown = {code: number for code, (number, state) in found.items() if state == STATE_OK}
        assert len(shown) >= min(len(numbers), 3)
        for code, number in shown.items():
            assert number == pytest.approx(numbers[code], rel=1e-12), (key, code)


def test_every_cell_of_the_cube_that_is_shown_is_the_true_one(dataset):
    truth = make_cube(13)  # the fourteenth month
    drawn = dataset.tree.level_slices["community"]
    cells = dataset.cells(LAST, drawn)
    shown = hidden = 0
    for c, category in enumerate((*CATEGORY_CODES, "all")):
        for a, age in enumerate(("60-69", "70-79", "80plus", "all")):
            for field in SWIPE_FIELDS:
                found = cells.swipe(field, category, age)
                if category != "all" and age != "all":
                    assert (found == -3).all()  # the cross is not published for communities
                    continue
                true = truth[field][c, a]
                assert ((found == true) | (found == -1)).all()
                shown += int((found >= 0).sum())
                hidden += int((found == -1).sum())
    assert shown > 10 * hidden > 0


def test_suppressed_missing_zero_and_coarser_are_four_things(dataset):
    meals = read_values(dataset, "users_share", "community", "meals")
    assert meals[SMALL_COMMUNITY][1] == STATE_SUPPRESSED
    assert np.isnan(meals[SMALL_COMMUNITY][0])
    assert meals[MISSING_COMMUNITY][1] == STATE_MISSING
    homes = read_values(dataset, "users_share", "community", "care_home")
    assert homes["110101001001"] == (0.0, STATE_OK)  # reported, and nobody used it
    cross = read_values(dataset, "users_share", "community", "meals", "80plus")
    assert {state for _, state in cross.values()} == {STATE_COARSER}
    flows = read_values(dataset, "outside_home_share", "subdistrict")
    assert {state for _, state in flows.values()} == {STATE_COARSER}


def test_a_series_is_the_values_month_by_month(dataset):
    for code in ("jjj", "110101", "110101002", SMALL_COMMUNITY):
        position = dataset.tree.position[code]
        for key, category in (
            ("users_share", "meals"),
            ("reach_share", "meals"),
            ("elderly_count", "all"),
        ):
            measure = MEASURES[key]
            query = dataset.query(measure, category)
            series = dataset.series(measure, position, query)
            one = slice(position, position + 1)
            months = [dataset.values(measure, one, query, p) for p in dataset.periods]
            assert series.state.tolist() == [v.state[0] for v in months]
            np.testing.assert_array_equal(series.number, [v.number[0] for v in months])
            whole = dataset.series_of(measure, one, query)
            np.testing.assert_array_equal(whole.number[:, 0], series.number)


def test_flow_shares_against_pandas(dataset, source):
    flows = source["flows"][source["flows"]["category"] == "all"]
    total = flows.groupby("home_area_code")["swipes_count"].sum()
    away = flows[flows["home_area_code"] != flows["service_area_code"]]
    outside = away.groupby("home_area_code")["swipes_count"].sum()
    far = flows[flows["home_area_code"].str[:2] != flows["service_area_code"].str[:2]]
    cross = far.groupby("home_area_code")["swipes_count"].sum().reindex(total.index, fill_value=0)
    for key, expected in (("outside_home_share", outside), ("cross_province_share", cross)):
        found = read_values(dataset, key, "district")
        for code, number in (expected / total).items():
            assert found[code] == (pytest.approx(number), STATE_OK)


def test_flows_out_and_in_of_a_district(dataset, source):
    rows = source["flows"][source["flows"]["category"] == "bus"]
    found = dataset.flows(dataset.tree.position["110101"], LAST, "bus")
    assert (found.code, found.exact, found.partners) == ("110101", True, "district")
    for lines, own, other in (
        (found.out, "home_area_code", "service_area_code"),
        (found.into, "service_area_code", "home_area_code"),
    ):
        true = rows[rows[own] == "110101"].sort_values("swipes_count", ascending=False)
        assert [line.code for line in lines] == true[other].tolist()
        assert [line.swipes for line in lines] == true["swipes_count"].tolist()
        assert [line.cards for line in lines] == true["cards_count"].tolist()
        assert sum(line.share for line in lines) == pytest.approx(1)
    assert found.swipes == rows.loc[rows["home_area_code"] == "110101", "swipes_count"].sum()
    outside = {line.code: line.outside_province for line in found.out}
    assert outside == {"110101": False, "110105": False, "130102": True}


def test_flows_of_an_area_above_and_below_the_districts(dataset, source):
    rows = source["flows"][source["flows"]["category"] == "bus"]
    found = dataset.flows(dataset.tree.position["11"], LAST, "bus")
    assert found.partners == "province"
    home, service = (rows[c].str[:2] for c in ("home_area_code", "service_area_code"))
    true = rows[home == "11"].groupby(service)["swipes_count"].sum()
    assert {line.code: line.swipes for line in found.out} == true.to_dict()
    true = rows[service == "11"].groupby(home)["swipes_count"].sum()
    assert {line.code: line.swipes for line in found.into} == true.to_dict()
    assert all(line.cards is None for line in found.out)  # cards do not add over places
    below = dataset.flows(dataset.tree.position["110101003"], LAST, "bus")
    assert (below.code, below.exact) == ("110101", False)
    assert below.out == dataset.flows(dataset.tree.position["110101"], LAST, "bus").out
    assert dataset.flows(0, LAST, "bus").into == ()


def test_the_limit_of_flow_lines_keeps_the_shares(dataset):
    whole = dataset.flows(dataset.tree.position["110101"], LAST, "bus").out
    cut = dataset.flows(dataset.tree.position["110101"], LAST, "bus", limit=2).out
    assert cut == whole[:2]


def meals_query(dataset) -> Query:
    return dataset.query(MEASURES["reach_share"], "meals")


def test_coverage_against_pandas(dataset, source):
    """Reach by hand: cell centres against all open sites, distance on a sphere of 6,371 km."""
    found = dataset.coverages.summary(dataset.tree.position["110101"], meals_query(dataset), LAST)
    people = source["population"].set_index("area_code")["aged_60_count"]
    own = [c for c, _ in communities() if c.startswith("110101") and c != MISSING_COMMUNITY]
    assert found.elderly == people[own].sum()
    assert found.reached + found.beyond == found.elderly
    assert found.share == found.reached / found.elderly
    sites = source["providers"]
    meals = sites[sites["category"] == "meals"]
    west, south = corner(0)[0], corner(0)[1] + 0.01 - 0.06
    inside = meals[
        meals["lon"].between(west, west + 0.06) & meals["lat"].between(south, south + 0.06)
    ]
    assert found.providers == len(inside) == 9
    assert found.capacity == inside["capacity"].astype(int).sum()
    assert found.capacity_per_1000 == pytest.approx(found.capacity / found.elderly * 1000)
    swipes = source["swipes"]
    used = swipes[(swipes["category"] == "meals") & (swipes["age_band"] == "all")]
    assert found.users == used[used["home_area_code"].isin(own)]["cards_count"].sum()
    assert found.load == pytest.approx(found.users / found.capacity)
    beyond = [row.beyond for row in found.worst]
    assert beyond == sorted(beyond, reverse=True)
    assert sum(beyond) == found.beyond
    assert len(found.worst) == 9


def test_a_district_without_sites_is_wholly_beyond_reach(dataset):
    found = dataset.coverages.summary(dataset.tree.position["131003"], meals_query(dataset), LAST)
    assert (found.reached, found.providers, found.capacity) == (0, 0, 0)
    assert (found.beyond, found.share, found.load) == (found.elderly, 0, None)
    assert found.capacity_per_1000 == 0


def test_coverage_uses_the_category_asked_for(dataset):
    query = dataset.query(MEASURES["reach_share"], "day_care")
    found = dataset.coverages.summary(0, query, LAST)
    assert (found.category, found.standard.radius_m) == ("day_care", 2000)


@pytest.mark.parametrize("code", ["jjj", "13", "110101", "110101004", SMALL_COMMUNITY])
@pytest.mark.parametrize(
    ("category", "period"), [("all", LAST), ("meals", LAST), ("all", "2025-12")]
)
def test_provider_sites_agree_with_the_counts_of_the_cube(dataset, code, category, period):
    position = dataset.tree.position[code]
    sites = dataset.providers(position, category, period)
    cells: Cells = dataset.cells(period, position)
    assert len(sites) == int(cells.provider("providers_count", Query(category)))
    assert sites["provider_id"].is_unique


def test_sites_open_and_close(dataset, source):
    sites = source["providers"]
    opens = sites.loc[sites["opened"] == "2026-01", "provider_id"].item()
    closes = sites.loc[sites["closed"] == "2026-03", "provider_id"].item()
    present = {p: set(dataset.providers(0, "all", p)["provider_id"]) for p in dataset.periods}
    assert {p for p, ids in present.items() if opens in ids} == {
        p for p in present if p >= "2026-01"
    }
    assert {p for p, ids in present.items() if closes in ids} == {
        p for p in present if p < "2026-03"
    }


def test_geometry_of_an_area_and_of_a_part_of_a_file(dataset, grid_release):
    def features(ref):
        layer = json.loads((grid_release / "geometry" / ref.layer).read_bytes())["features"]
        assert len(layer) == ref.size
        return [f["properties"]["c"] for f in layer[ref.first : ref.first + ref.count]]

    position = dataset.tree.position
    for code, level in [
        ("jjj", "city"),
        ("11", "district"),
        ("11", "community"),
        ("110101", "community"),
    ]:
        ref = dataset.geometry(position[code], level)
        drawn = dataset.children(position[code], level)
        assert features(ref) == dataset.tree.codes[drawn]
        assert (grid_release / "geometry" / ref.context).is_file()
    part = dataset.geometry(position["110101002"], "community")
    assert features(part) == [
        c for c in dataset.tree.codes if c.startswith("110101002") and len(c) == 12
    ]
    assert part.bbox == pytest.approx((116.02, 39.98, 116.04, 40.0))
    assert part.first == 4


def test_geometry_without_polygons_is_empty(dataset, tmp_path):
    from dashboard.geometry_files import GeometryFiles

    ref = GeometryFiles(tmp_path / "none", dataset.places).find(0, "city")
    assert (ref.layer, ref.context, ref.bbox, ref.count) == ("", "", None, 3)


def test_what_can_be_asked(dataset):
    assert set(dataset.measure_keys()) == set(MEASURES)
    assert dataset.categories("reach_share") == ("meals", "day_care")
    assert dataset.categories("card_coverage") == ("all",)
    assert dataset.categories("users_share") == ("all", *CATEGORY_CODES)
    sites = {c.code for c in CATEGORIES if c.has_sites}
    assert set(dataset.categories("providers_per_1000")) == {"all", *sites}
    assert dataset.ages("reach_share") == ("all",)
    assert dataset.standard_of("meals").id == "grid-meals"
    assert dataset.standard_of("park") is None
    timeless = {key for key in MEASURES if dataset.is_timeless(key)}
    assert timeless == {"elderly_count", "elderly_share", "aged_80_share"}


@pytest.mark.parametrize(
    ("period", "months", "earlier"),
    [
        ("2026-06", 1, "2026-05"),
        ("2026-01", 1, "2025-12"),
        ("2026-06", 12, "2025-06"),
        ("2025-05", 1, None),
        ("2026-05", 13, None),
    ],
)
def test_earlier_months(dataset, period, months, earlier):
    assert dataset.earlier(period, months) == earlier


def test_reports_of_the_release(dataset):
    assert {"table", "side", "key", "rows", "note"} <= set(dataset.join_report().columns)
    assert {"severity", "check", "fix_zh", "fix_en"} <= set(dataset.findings().columns)
    assert dataset.k == 10
    assert dataset.status_of_population(dataset.tree.level_slices["community"]) == "estimated"


@pytest.mark.parametrize("spoil", ["version", "manifest", "missing", "short"])
def test_a_damaged_release_is_refused_with_a_remedy(grid_release, tmp_path, spoil):
    folder = tmp_path / "broken"
    shutil.copytree(grid_release, folder)
    manifest = folder / "manifest.json"
    if spoil == "version":
        content = json.loads(manifest.read_text("utf-8")) | {"schema_version": 999}
        manifest.write_text(json.dumps(content), "utf-8")
    elif spoil == "manifest":
        manifest.write_text("{", "utf-8")
    elif spoil == "missing":
        (folder / "providers.parquet").unlink()
    else:
        path = folder / "cube" / "capacity.npy"
        path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ReleaseError) as caught:
        Dataset.open(folder)
    assert caught.value.fix


def test_no_release_at_all(tmp_path):
    with pytest.raises(ReleaseError):
        Dataset.open(tmp_path / "nothing")
