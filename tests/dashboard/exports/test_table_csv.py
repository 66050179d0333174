"""The table file: Excel's habits, units, papers, nothing suppressed, no formulas."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.exports import export_csv
from dashboard.exports.table_csv import FORMULA_STARTS, safe_text
from tests.grid_source import MISSING_COMMUNITY, SMALL_COMMUNITY

MEALS = "area=110101&level=community&measure=users_share&category=meals&lang=en"


def read_table(content: bytes) -> pd.DataFrame:
    """As an analyst reads it, codes without their tab."""
    frame = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={"area_code": str})
    return frame.assign(area_code=frame["area_code"].str.strip()).set_index("area_code")


def test_bytes_that_excel_opens_right(grid_view):
    content = export_csv(grid_view(MEALS.replace("&lang=en", "")))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 37
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0]["区划代码"] == "110101001001\t"  # the tab keeps Excel from 1.10101E+11
    assert {row["单位"] for row in rows} == {"%"}
    assert {row["数据性质"] for row in rows} != {""}


def test_numbers_are_those_of_the_view(grid_view):
    view = grid_view(MEALS)
    table = read_table(export_csv(view))
    assert table.index.tolist() == view.codes
    ok = view.values.state == 0
    np.testing.assert_allclose(table["value"][ok], view.values.number[ok] * 100, atol=0.0501)
    assert (table["rank"][ok].astype(int) == view.ranks[ok]).all()
    assert table["release"].unique().tolist() == [view.dataset.release_id]
    assert table["period"].unique().tolist() == ["2026-06"]
    assert table["data_to"].unique().tolist() == ["2026-06-30"]


def test_values_of_the_source(grid_view):
    """Cards in meals (j = 4) over issued cards, by the grid's closed forms; g counts from 0."""
    table = read_table(export_csv(grid_view(MEALS)))
    for g in (0, 13, 35):
        cards = (10 + g // 2 + 4) + (6 + g // 4) + (6 + g // 8)
        wanted = 100 * cards / (175 + 3 * g)
        row = table.iloc[g]
        if row["state"] == "ok":
            assert row["value"] == pytest.approx(wanted, abs=0.0501)


def test_suppressed_and_missing_have_no_number_but_a_reason(grid_view):
    table = read_table(export_csv(grid_view(MEALS)))
    small, missing = table.loc[SMALL_COMMUNITY], table.loc[MISSING_COMMUNITY]
    assert small["state"] == "protected (hides under 10 cards)"
    assert missing["state"] == "no data"
    for row in (small, missing):
        columns = ["value", "rank", "change_on_last_month", "change_on_last_year"]
        assert row[columns].isna().all()


def test_a_count_that_is_suppressed_is_not_its_own_base(grid_view):
    """Where the base is the counted thing itself it is as protected as the value."""
    for measure in ("cards_count", "users_share", "amount_per_card", "swipes_per_card"):
        view = grid_view(f"area=110101&level=community&measure={measure}&category=meals&lang=en")
        table = read_table(export_csv(view))
        shown = table["base_count"].notna().to_numpy()
        assert (view.base[~shown] < 0).all()
        assert (view.base[shown] >= 0).all()


def test_coverage_names_its_standard_and_census_its_day(grid_view):
    reach = grid_view("area=11&level=subdistrict&measure=reach_share&category=meals&lang=en")
    assert read_table(export_csv(reach))["standard"].iloc[0]
    elderly = grid_view("area=11&level=subdistrict&measure=elderly_count&lang=en")
    table = read_table(export_csv(elderly))
    assert table["standard"].isna().all()
    assert table["period"].iloc[0] == elderly.dataset.manifest["population"]["as_of"]


@given(st.text(max_size=12))
def test_no_text_is_a_formula(text):
    assert not safe_text(text).lstrip(" ").startswith(FORMULA_STARTS)
    assert safe_text(text).endswith(text)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_formulas_are_defused(text):
    assert safe_text(text) == "'" + text


def test_names_stay_as_they_are():
    assert safe_text("东城区") == "东城区"
