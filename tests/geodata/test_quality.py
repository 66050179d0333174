"""Every bad input is a finding that names file, place and remedy; never a traceback."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.affinity import translate

from geodata.crs import wgs84_to_gcj02
from geodata.findings import CHECKS, COLUMNS
from geodata.quality import check_source
from tests.grid_source import (
    MISSING_COMMUNITY,
    edit_config,
    edit_layer,
    edit_table,
    subdistricts,
)

COMMUNITY = "swipes/community-2026-06"
SUBDISTRICT = "swipes/subdistrict-2026-06"
FLOWS = "swipes/flows-2026-06"
CARDS = "cards/2026-06"


def set_cell(row, column, value):
    def change(frame):
        frame.loc[row, column] = value
        return frame

    return change


def set_where(conditions, column, value):
    def change(frame):
        mask = np.logical_and.reduce([frame[k] == v for k, v in conditions.items()])
        assert mask.any()
        frame.loc[mask, column] = value
        return frame

    return change


def test_sound_source_has_only_its_planted_warning(pristine):
    found = check_source(pristine, workers=1)
    assert found["check"].tolist() == ["population_missing"]
    assert MISSING_COMMUNITY in found["example"][0]
    assert tuple(found.columns) == COLUMNS


# (what is spoilt, table, column or example part, expected check)
TABLE_CASES = [
    ("areas", set_cell(7, "level", "village"), "areas.csv", "line 9", "unknown_choice"),
    ("areas", set_cell(20, "parent_code", "999999"), "areas.csv", "'999999'", "unknown_code"),
    ("areas", set_cell(20, "name", ""), "areas.csv", "line 22: name", "blank_cell"),
    ("areas", lambda f: pd.concat([f, f.iloc[[30]]]), "areas.csv", "line 238", "duplicate_key"),
    ("areas", lambda f: f.drop(columns="level"), "areas.csv", "columns found", "missing_column"),
    ("areas", set_cell(0, "area_code", "zzz"), "areas.csv", "'jjj'", "unknown_code"),
    ("areas", set_cell(20, "parent_code", "11"), "areas.csv", "line 22", "broken_hierarchy"),
    (
        "areas",
        set_where({"area_code": "130102001"}, "parent_code", "110101"),
        "areas.csv",
        "parent_code = '110101'",
        "code_not_in_parent",
    ),
    (
        "population",
        set_cell(3, "aged_60_count", "-5"),
        "population.csv",
        "line 5: aged_60_count = -5",
        "negative_count",
    ),
    (
        "population",
        set_cell(3, "aged_60_count", "1,240"),
        "population.csv",
        "line 5: aged_60_count = '1,240'",
        "wrong_type",
    ),
    (
        "population",
        set_cell(3, "aged_60_count", "12.5"),
        "population.csv",
        "'12.5'",
        "wrong_type",
    ),
    (
        "population",
        set_where({"area_code": "110105"}, "aged_60_count", "99999"),
        "population.csv",
        "110105 朝阳区: aged_60_count = 99999, sum below = 14904",
        "total_not_sum",
    ),
    (
        "population",
        set_cell(0, "aged_80_count", "91"),
        "population.csv",
        "aged_80_count = 91, aged_70_count = 90",
        "ages_not_nested",
    ),
    (
        "population",
        set_cell(3, "area_code", "110101999999"),
        "population.csv",
        "line 5: area_code = '110101999999'",
        "unknown_code",
    ),
    (
        "population",
        set_cell(3, "area_code", "1.10101E+11"),
        "population.csv",
        "line 5",
        "wrong_type",
    ),
    (
        "population",
        set_cell(3, "area_code", " 110101001004 "),
        "population.csv",
        "line 5",
        "spaces_in_code",
    ),
    (
        "providers",
        set_cell(2, "category", "bakery"),
        "providers.csv",
        "line 4: category = 'bakery'",
        "unknown_choice",
    ),
    (
        "providers",
        lambda f: f.assign(lon=f["lat"], lat=f["lon"]),
        "providers.csv",
        "line 2",
        "lon_lat_swapped",
    ),
    ("providers", set_cell(0, "lon", "117.9"), "providers.csv", "M000", "provider_outside"),
    (
        "providers",
        set_cell(0, "community_code", "130102001001"),
        "providers.csv",
        "M000",
        "provider_elsewhere",
    ),
    ("providers", set_cell(0, "opened", "2024/03"), "providers.csv", "'2024/03'", "wrong_type"),
    (
        "providers",
        set_cell(0, "closed", "2023-01"),
        "providers.csv",
        "line 2",
        "closed_before_opened",
    ),
    ("providers", set_cell(0, "name", "?京"), "providers.csv", "line 2", "lost_characters"),
    (
        CARDS,
        set_cell(9, "silent_cards_count", "9999"),
        f"{CARDS}.csv",
        "line 11",
        "silent_over_issued",
    ),
    (CARDS, set_cell(9, "cards_count", ""), f"{CARDS}.csv", "line 11", "blank_cell"),
    (CARDS, lambda f: pd.concat([f, f.iloc[[5]]]), f"{CARDS}.csv", "line 718", "duplicate_key"),
    (CARDS, set_cell(9, "period", "2026-05"), f"{CARDS}.csv", "2026-05, 2026-06", "two_periods"),
    (CARDS, set_cell(9, "period", "202606"), f"{CARDS}.csv", "'202606'", "wrong_type"),
    (CARDS, set_cell(9, "age_band", "60+"), f"{CARDS}.csv", "'60+'", "unknown_choice"),
    (CARDS, set_cell(200, "cards_count", "101"), "cards", "2026-06", "ages_not_sum"),
    (
        COMMUNITY,
        set_cell(9, "subsidy_fen", "99999999"),
        f"{COMMUNITY}.csv",
        "line 11: subsidy_fen = 99999999",
        "subsidy_over_amount",
    ),
    (
        COMMUNITY,
        set_cell(9, "cards_count", "99999"),
        f"{COMMUNITY}.csv",
        "line 11",
        "cards_over_swipes",
    ),
    (
        COMMUNITY,
        set_cell(9, "home_area_code", "119999"),
        f"{COMMUNITY}.csv",
        "'119999'",
        "unknown_code",
    ),
    (
        COMMUNITY,
        set_cell(9, "home_area_code", "110101"),
        f"{COMMUNITY}.csv",
        "line 11",
        "two_levels",
    ),
    (
        COMMUNITY,
        set_cell(9, "service_area_code", "110101"),
        f"{COMMUNITY}.csv",
        "line 11",
        "mixed_flows",
    ),
    (COMMUNITY, set_cell(9, "category", "fuel"), f"{COMMUNITY}.csv", "'fuel'", "unknown_choice"),
    (
        COMMUNITY,
        set_where({"category": "all", "age_band": "all"}, "swipes_count", "77777"),
        "swipes",
        "2026-06",
        "categories_not_sum",
    ),
    (
        COMMUNITY,
        set_where({"category": "all", "age_band": "60-69"}, "amount_fen", "99999999"),
        "swipes",
        "2026-06",
        "ages_not_sum",
    ),
    (
        SUBDISTRICT,
        set_where({"category": "park", "age_band": "60-69"}, "swipes_count", "9999"),
        "swipes",
        "park/all",
        "levels_disagree",
    ),
    (
        FLOWS,
        set_where({"category": "park", "home_area_code": "110105"}, "swipes_count", "9999"),
        "swipes (flows)",
        "110105: park: swipes_count",
        "flows_not_sum",
    ),
    (
        FLOWS,  # a district left out altogether is missed in what lies above it
        lambda frame: frame[frame["home_area_code"] != "110105"],
        "swipes (flows)",
        ": all: swipes_count",
        "flows_not_sum",
    ),
]


@pytest.mark.parametrize(
    ("table", "change", "named", "example", "expected"),
    TABLE_CASES,
    ids=[f"{c[0].split('/')[-1]}-{c[4]}-{i}" for i, c in enumerate(TABLE_CASES)],
)
def test_table_finding(spoilt, check, table, change, named, example, expected):
    edit_table(spoilt, table, change)
    found = check(spoilt)
    hits = found[(found["check"] == expected) & (found["table"] == named)]
    assert len(hits), found[["check", "table", "example"]].to_string()
    assert hits["example"].str.contains(example, regex=False).any(), hits["example"].tolist()
    assert hits["severity"].iloc[0] == CHECKS[expected][0]
    assert hits["fix_zh"].iloc[0]
    assert hits["fix_en"].iloc[0]


def test_rows_are_counted(spoilt, check):
    edit_table(spoilt, CARDS, lambda f: f.assign(silent_cards_count="99999"))
    found = check(spoilt)
    assert found.set_index("check").loc["silent_over_issued", "rows"] == 179 * 4


def test_two_files_of_one_level_report_the_same_slots(spoilt, check):
    (spoilt / "swipes/again.csv").write_bytes((spoilt / f"{COMMUNITY}.csv").read_bytes())
    assert "double_month" in set(check(spoilt)["check"])


def test_upper_file_that_disagrees_with_the_sum_below(spoilt, check):
    frame = pd.read_csv(spoilt / f"{COMMUNITY}.csv", dtype=str, keep_default_na=False)
    numbers = ["swipes_count", "cards_count", "amount_fen", "subsidy_fen"]
    frame[numbers] = frame[numbers].astype(int)
    frame["home_area_code"] = frame["home_area_code"].str[:6].replace("131071", "131003")
    keys = ["period", "home_area_code", "service_area_code", "category", "age_band"]
    frame = frame.groupby(keys, as_index=False)[numbers].sum()
    frame.to_csv(spoilt / "swipes/district-2026-06.csv", index=False)
    assert check(spoilt).empty
    frame.loc[0, "cards_count"] += 1
    frame.to_csv(spoilt / "swipes/district-2026-06.csv", index=False)
    found = check(spoilt)
    assert set(found["check"]) == {"levels_disagree"}
    example = found.set_index("table").loc["swipes/district-2026-06.csv", "example"]
    assert example.startswith("110101: cards_count = ")


def test_more_cards_used_than_issued_is_a_warning(spoilt, check):
    edit_table(spoilt, CARDS, lambda f: f.assign(cards_count="40", silent_cards_count="0"))
    found = check(spoilt).set_index("check")
    assert found.loc["used_over_issued", "severity"].tolist()[0] == "warning"


# -- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["areas.csv", "population.csv", "providers.csv", "standards.toml"])
def test_missing_file(spoilt, check, name):
    (spoilt / name).unlink()
    found = check(spoilt)
    assert ("missing_file", name) in set(zip(found["check"], found["table"], strict=True))


def test_missing_config_and_missing_layer(spoilt, check):
    (spoilt / "boundaries/community.parquet").unlink()
    assert "boundaries/community.parquet" in set(check(spoilt)["table"])
    (spoilt / "source.toml").unlink()
    assert check(spoilt)["check"].tolist() == ["missing_file"]


@pytest.mark.parametrize("text", ['title_zh = "x', "[columns]\nareas = 3", "boundaries = 4"])
def test_broken_config(spoilt, check, text):
    (spoilt / "source.toml").write_text(text, encoding="utf-8")
    found = check(spoilt)
    assert found["check"].tolist() == ["broken_config"]


def test_broken_standards(spoilt, check):
    (spoilt / "standards.toml").write_text("[[standard", encoding="utf-8")
    assert check(spoilt)["check"].tolist() == ["broken_standards"]


@pytest.mark.parametrize("name", ["areas.parquet", "boundaries/district.parquet"])
def test_unreadable_file(spoilt, check, name):
    (spoilt / name).write_bytes(b"PAR1 not a table")
    found = check(spoilt)
    assert ("unreadable_file", name) in set(zip(found["check"], found["table"], strict=True))


def test_month_files_missing_or_empty(spoilt, check):
    (spoilt / "cards/2026-05.csv").unlink()
    assert "missing_month" in set(check(spoilt)["check"])
    (spoilt / "cards/2026-06.csv").write_bytes(b"")
    found = set(check(spoilt)["check"])
    assert {"empty_table", "no_months"} <= found


def test_blank_and_ragged_rows(spoilt, check):
    path = spoilt / "population.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2:2] = ["", ",,,,,,,"]
    lines.append("1,2,3")
    path.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    found = check(spoilt).set_index("check")
    assert found.loc["blank_rows", "rows"] == 3
    assert found.loc["blank_rows", "example"] == "line 3"
    assert found.loc["ragged_row", "example"].startswith(f"line {len(lines)}: 1,2,3")


def test_number_as_code_in_parquet(spoilt, check):
    frame = pd.read_csv(spoilt / "population.csv")
    (spoilt / "population.csv").unlink()
    frame.to_parquet(spoilt / "population.parquet")
    found = check(spoilt)
    assert "number_as_code" in set(found["check"])


# -- boundaries ----------------------------------------------------------------------------------


def replace_shape(code, make):
    def change(layer):
        row = layer.index[layer["code"] == code][0]
        shapes = np.array(layer.geometry.array)
        shapes[row] = make(layer.geometry[row])
        return layer.set_geometry(shapes, crs=layer.crs)

    return change


BOWTIE = shapely.Polygon([(116.0, 40.0), (116.01, 39.99), (116.01, 40.0), (116.0, 39.99)])


def move_all(change):
    """Every vertex of a layer through `change`, an (n, 2) array to an (n, 2) array."""

    def apply(layer):
        return layer.set_geometry(shapely.transform(layer.geometry.values, change), crs=4490)

    return apply


def recode(layer):
    return layer.assign(code=layer["code"].str.replace("110101001001", "990000000001"))


def call_metres(layer):
    return layer.set_crs(None, allow_override=True).set_crs(4527)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (replace_shape("110101001001", lambda s: BOWTIE), "invalid_polygon"),
        (replace_shape("110101001001", lambda s: shapely.Polygon()), "empty_polygon"),
        (replace_shape("110101001001", lambda s: None), "empty_polygon"),
        (replace_shape("110101001001", lambda s: shapely.Point(116, 40)), "not_polygon"),
        (replace_shape("110101001001", lambda s: translate(s, 0.09, 0.09)), "outside_parent"),
        (replace_shape("110101001001", lambda s: s.buffer(0.002)), "coverage_mended"),
        (lambda f: f.iloc[1:], "area_without_polygon"),
        (lambda f: pd.concat([f, f.iloc[[0]]]), "double_polygon"),
        (recode, "polygon_without_area"),
        (lambda f: f.rename(columns={"code": "dm"}), "missing_code_column"),
        (call_metres, "wrong_crs"),
        (move_all(lambda xy: xy[:, ::-1]), "axes_swapped"),
        (move_all(lambda xy: np.column_stack(wgs84_to_gcj02(*xy.T))), "layer_gcj02"),
        (move_all(lambda xy: xy + 0.02), "layer_shifted"),
    ],
)
def test_boundary_finding(spoilt, check, change, expected):
    edit_layer(spoilt, "community", change)
    found = check(spoilt)
    hits = found[found["check"] == expected]
    assert hits["table"].tolist() == ["boundaries/community.parquet"], found.to_string()


def test_shifted_reference_layer_is_named(spoilt, check):
    edit_layer(spoilt, "district", move_all(lambda xy: np.column_stack(wgs84_to_gcj02(*xy.T))))
    found = check(spoilt)
    hits = found[found["check"] == "layer_gcj02"]
    assert set(hits["table"]) == {"boundaries/district.parquet"}


def test_layer_without_crs(spoilt, check):
    edit_layer(spoilt, "district", lambda f: f.set_crs(None, allow_override=True))
    assert check(spoilt).empty  # source.toml names it
    edit_config(spoilt, 'crs = "EPSG:4490"', "")
    assert "no_crs" in set(check(spoilt)["check"])


def test_crs_conflict_and_unknown_crs(spoilt, check):
    edit_config(spoilt, "[boundaries.district]\n", '[boundaries.district]\ncrs = "EPSG:4527"\n')
    assert "crs_conflict" in set(check(spoilt)["check"])
    edit_config(spoilt, 'crs = "EPSG:4527"', 'crs = "Beijing"')
    assert "unknown_crs" in set(check(spoilt)["check"])


def test_providers_in_gcj02_are_detected_and_converted(spoilt, check):
    homes = pd.read_csv(spoilt / "providers.csv", dtype=str)

    def shift(frame):
        frame["lon"], frame["lat"] = wgs84_to_gcj02(
            homes["lon"].astype(float).to_numpy(), homes["lat"].astype(float).to_numpy()
        )
        # the centres of the first communities of the subdistricts
        order = [int(k[1:]) for k in frame["provider_id"]]
        frame["community_code"] = [f"{subdistricts()[s][0]}001" for s in order]
        return frame

    edit_table(spoilt, "providers", shift)
    assert "providers_gcj02" in set(check(spoilt)["check"])
    edit_config(spoilt, "[swipes]", '[providers]\ncrs = "GCJ-02"\n\n[swipes]')
    assert check(spoilt).empty


def test_no_layer_at_all(spoilt, check):
    text = (spoilt / "source.toml").read_text(encoding="utf-8")
    (spoilt / "source.toml").write_text(text.split("[boundaries")[0], encoding="utf-8")
    assert check(spoilt)["check"].tolist() == ["no_boundaries"]
