"""XLSX, GIS files and pictures: the same table, the same papers, nothing protected in any."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import time
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from dashboard.exports.area_table import area_table, column_titles, papers
from dashboard.exports.layers import area_layer, export_shapefile
from dashboard.exports.writers import MIME_TYPES, WRITERS, kind_of, write_export
from geodata.errors import BoundaryError
from tests.grid_source import MISSING_COMMUNITY, RARE_NAME, SMALL_COMMUNITY

MEALS = "area=110101&level=community&measure=users_share&category=meals"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PLAN = "a:meals,116.02,39.98,50"
QUICK = [key for key in WRITERS if key[0] not in ("brief", "atlas")]


@pytest.fixture
def view(grid_view):
    """36 communities, one protected, one without data."""
    return grid_view(MEALS)


def test_a_drawn_change_is_called_a_change_in_every_table(grid_view):
    view = grid_view(f"{MEALS}&show=year")
    name = view.measure.text("zh-CN")["name"] + "较上年同月变化"
    assert column_titles(view)["value"] == f"{name}（个百分点）"
    assert name in [text for _, text in papers(view)]
    assert name in write_export(view, "table", "csv").decode("utf-8-sig")


def read_sheet(content: bytes, number: int) -> list[dict[str, str | float | None]]:
    """Cells of a worksheet by column letter; an independent reader of the few parts needed."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = [
            "".join(node.itertext())
            for node in ET.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{SHEET}si")
        ]
        sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    rows = []
    for row in sheet.iter(f"{SHEET}row"):
        cells: dict[str, str | float | None] = {}
        for cell in row.iter(f"{SHEET}c"):
            letter = re.match("[A-Z]+", cell.get("r")).group()
            value = cell.find(f"{SHEET}v")
            assert cell.find(f"{SHEET}f") is None, "no formulas"
            if value is None:
                cells[letter] = None
            else:
                cells[letter] = (
                    shared[int(value.text)] if cell.get("t") == "s" else float(value.text)
                )
        rows.append(cells)
    return rows


def test_the_workbook_is_the_table_on_the_screen(view):
    head, *rows = read_sheet(write_export(view, "table", "xlsx"), 1)
    assert head["D"] == "使用率（%）"
    assert [row["A"] for row in rows] == view.codes
    shown = view.table_frame()
    for row, (_, wanted) in zip(rows, shown.iterrows()):
        if wanted["state"] == 0:
            assert row["D"] == pytest.approx(wanted["value"], abs=1e-9)
            assert row["G"] == wanted["rank"]
        else:
            assert row["D"] is None
            assert row["G"] is None


def test_protected_and_missing_are_marked(view):
    content = write_export(view, "table", "xlsx")
    rows = {row["A"]: row for row in read_sheet(content, 1)}
    assert rows[SMALL_COMMUNITY]["E"] == "已保护（涉及不足10张卡）"
    assert rows[MISSING_COMMUNITY]["E"] == "无数据"
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b'patternType="lightUp"' in book.read("xl/styles.xml") or b"light" in book.read(
            "xl/styles.xml"
        )


def test_the_workbook_explains_itself(view):
    about = {row["A"]: row["B"] for row in read_sheet(write_export(view, "table", "xlsx"), 2)}
    assert about["数据版本"] == view.dataset.release_id
    assert about["审图号或使用范围"] == view.notes.papers
    assert about["方法"] in view.notes.method
    assert about["数据性质"] == view.notes.demonstration


def layers_of(view, tmp_path: Path) -> dict[str, gpd.GeoDataFrame]:
    """The GIS formats as their readers see them, columns named alike."""
    for ending in ("gpkg", "geojson", "zip"):
        (tmp_path / f"x.{ending}").write_bytes(write_export(view, "layer", ending))
    long = {"base_n": "base_count", "chg_month": "change_month", "chg_year": "change_year"}
    return {
        "gpkg": gpd.read_file(tmp_path / "x.gpkg", layer="areas"),
        "geojson": gpd.read_file(tmp_path / "x.geojson").set_crs(4490, allow_override=True),
        "zip": gpd.read_file(f"zip://{tmp_path / 'x.zip'}").rename(columns=long),
    }


def test_gis_files_hold_polygons_and_values(view, tmp_path):
    wanted = area_layer(view)
    for kind, found in layers_of(view, tmp_path).items():
        assert found["area_code"].tolist() == view.codes, kind
        assert found["name"].tolist() == view.names
        np.testing.assert_allclose(found["value"].astype(float), wanted["value"], atol=1e-9)
        assert found.crs.to_epsg() == 4490
        assert_geodataframe_equal(
            found[["geometry"]],
            wanted[["geometry"]],
            check_less_precise=True,
            check_crs=False,
            normalize=True,
        )


def test_the_geopackage_carries_its_papers(view, tmp_path):
    path = tmp_path / "x.gpkg"
    path.write_bytes(write_export(view, "layer", "gpkg"))
    with sqlite3.connect(path) as base:
        rows = base.execute("select name, content from papers").fetchall()
    assert rows == papers(view)


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
def test_a_shapefile_names_its_encoding_and_keeps_rare_names(grid_view, tmp_path, encoding):
    places = grid_view("").dataset
    code = places.tree.codes[places.names("zh-CN").index(RARE_NAME)]
    view = grid_view(f"area={code[:6]}&level=community&measure=elderly_count")
    path = tmp_path / "x.zip"
    path.write_bytes(export_shapefile(view, encoding=encoding))
    with zipfile.ZipFile(path) as archive:
        assert archive.read("areas.cpg").decode() == encoding
        assert view.dataset.release_id in archive.read("README.txt").decode("utf-8-sig")
        assert RARE_NAME.encode(encoding) in archive.read("areas.dbf")
    assert RARE_NAME in gpd.read_file(f"zip://{path}")["name"].tolist()


def test_gbk_is_refused(view):
    with pytest.raises(ValueError, match="UTF-8 or GB18030"):
        export_shapefile(view, encoding="GBK")


def test_pictures_are_of_the_whole_page(view):
    png = write_export(view, "map", "png")
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == pytest.approx(297 / 25.4 * 200, abs=2)
    svg = write_export(view, "map", "svg").decode()
    root = ET.fromstring(svg)
    texts = "".join(root.itertext())
    assert view.title in texts
    assert view.notes.papers in texts
    for label in view.classes.labels:
        assert label in texts
    assert "".join(view.notes.source.split()) in "".join(texts.split())


@pytest.mark.parametrize("key", WRITERS)
def test_same_view_same_bytes_whatever_the_clock_says(grid_view, key):
    view = grid_view(f"area=11&level=district&measure=users_share&category=meals&plan={PLAN}")
    first = write_export(view, *key)
    if key[1] in ("gpkg", "xlsx", "zip"):
        time.sleep(1.1)
    assert write_export(view, *key) == first


def searchable(content: bytes, ending: str, tmp_path: Path) -> str:
    """Everything a reader could find in a file."""
    if ending == "pdf":
        from pypdf import PdfReader

        pages = PdfReader(io.BytesIO(content)).pages
        return "\n".join(page.extract_text() for page in pages)
    if ending in ("xlsx", "zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
        return "\n".join(part.decode("utf-8", "replace") for part in parts)
    if ending == "gpkg":
        path = tmp_path / "x.gpkg"
        path.write_bytes(content)
        return gpd.read_file(path, layer="areas").drop(columns="geometry").to_csv()
    return content.decode("utf-8", "replace")


@pytest.mark.parametrize("key", [key for key in WRITERS if key[1] != "png"])
def test_a_protected_value_is_in_no_format(grid_view, view, key, tmp_path):
    """Its true share, from the grid's closed form: 4 cards in meals of those issued."""
    view = grid_view(f"{view.state.to_query()}&plan={PLAN}")
    at = view.codes.index(SMALL_COMMUNITY)
    assert view.values.state[at] == 1
    text = searchable(write_export(view, *key), key[1], tmp_path)
    issued = 175 + 3 * at
    others = {view.value_text(i) for i in range(len(view.codes)) if i != at}
    for decimals in (1, 2, 3):
        share = f"{400 / issued:.{decimals}f}"
        if f"{share}%" not in others:
            assert not re.search(rf"(?<![\d.]){re.escape(share)}(?![\d])", _no_drawing(text))


def _no_drawing(text: str) -> str:
    """Coordinates are numbers too: paths, transforms and geometries are left out."""
    text = re.sub(r'(d|points|viewBox|transform|width|height|x|y)="[^"]*"', "", text)
    return re.sub(r'"geometry":\{[^}]*\}', "", text)


def test_no_table_has_a_number_where_there_is_none(view):
    table = area_table(view).set_index("area_code")
    for code in (SMALL_COMMUNITY, MISSING_COMMUNITY):
        row = table.loc[code, ["value", "rank", "change_month", "change_year"]]
        assert pd.isna(row).all()


def test_a_level_without_polygons_is_refused(view, monkeypatch):
    monkeypatch.setattr(
        "dashboard.exports.map_geometry.BoundaryFolder.read",
        lambda *_: (np.empty(0, dtype=np.int64), np.empty(0, dtype=object)),
    )
    with pytest.raises(BoundaryError, match="no community boundaries"):
        area_layer(view)


def test_names_of_columns_fit_a_dbf_and_say_their_units(view):
    assert all(len(name) <= 10 for name in area_layer(view).columns if name not in LONG)
    assert column_titles(view)["change_year"] == "比上年同月（百分点）"


LONG = ("base_count", "change_month", "change_year")  # shortened on the way into a DBF


def test_every_ending_has_a_kind_and_a_type():
    assert {kind_of(ending) for _, ending in WRITERS} <= {kind for kind, _ in WRITERS}
    assert kind_of("pdf") == "map"
    assert kind_of("exe") == ""
    assert set(MIME_TYPES) == {ending for _, ending in WRITERS}


def test_geojson_names_source_and_release(view):
    data = json.loads(write_export(view, "layer", "geojson"))
    assert data["papers"]["数据版本"] == view.dataset.release_id
    small = next(f for f in data["features"] if f["properties"]["area_code"] == SMALL_COMMUNITY)
    assert small["properties"]["value"] is None
    assert small["properties"]["state"] == "已保护（涉及不足10张卡）"
