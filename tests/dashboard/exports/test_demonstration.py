"""Exports of the whole demonstration: rare names, protected rows, legends, one truth in all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
from pypdf import PdfReader

from dashboard.components.area_table import table_page
from dashboard.dataset import Dataset
from dashboard.exports.legend import falling_classes, legend_entries
from dashboard.exports.locator import locator_svg
from dashboard.exports.map_svg import draw_map
from dashboard.exports.pdf import compile_page
from dashboard.exports.sheet import build_sheet
from dashboard.exports.writers import WRITERS, write_export
from dashboard.view import View, build_view
from dashboard.view_state import parse_view
from tests.dashboard.exports.page_boxes import page_boxes
from tests.dashboard.exports.quilt import quilt_content
from tests.dashboard.exports.test_formats import read_sheet

ROOT = Path(__file__).parents[3]
PROTECTED = (
    "area=13&level=subdistrict&measure=users_share&category=home_cleaning",
    "area=110105&level=community&measure=users_share&category=meals&lang=en",
)


@pytest.fixture(scope="module")
def view_of(full_release) -> Callable[[str], View]:
    """A view of the whole demonstration by its query."""
    dataset = Dataset.open(full_release)
    return lambda query: build_view(dataset, parse_view(query, dataset))


def words(content: bytes) -> str:
    """All text of a PDF without white space."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


# -- rare names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("滏西街社区", "130402003"),
        ("鄚州镇", "130638"),
        ("蠡县", "1306"),
        ("蔡家峪村", "130633217"),
    ],
)
def test_a_rare_name_is_in_brief_map_and_every_table(view_of, name, area):
    view = view_of(f"area={area}&measure=elderly_count")
    assert name in view.names
    short = name.removesuffix("社区").removesuffix("镇")
    assert short in words(write_export(view, "map", "pdf"))
    assert name in words(write_export(view, "brief", "pdf"))
    assert name in write_export(view, "table", "csv").decode("utf-8-sig")
    assert name in write_export(view, "layer", "geojson").decode()
    assert name in {row.get("B") for row in read_sheet(write_export(view, "table", "xlsx"), 1)}


def test_names_that_no_public_list_has_are_printed_too(quilt, grid_view):
    """滏 滹沱 鄚 蠡 垞 峪 㳇 on one map."""
    drawing = draw_map(quilt, quilt_content(quilt, "jjj", "district"))
    content = compile_page(build_sheet(grid_view("")), drawing, locator_svg(quilt, 0))
    text = words(content)
    for name in ("滏东区", "鄚州㳇区", "垞峪区", "滹沱区", "蠡县"):
        assert name in text


# -- protected rows -----------------------------------------------------------------------------


CSV_COLUMNS = [
    *("code", "name", "parent", "measure", "value", "unit", "state", "base", "base_count"),
    *("rank", "change_month", "change_year"),
]
XLSX_COLUMNS = [
    *("code", "name", "parent", "value", "state", "base_count", "rank"),
    *("change_month", "change_year"),
]


def rows_of(view: View, kind: str, ending: str, folder: Path) -> pd.DataFrame:
    """A table export by area code, as another program reads it."""
    content = write_export(view, kind, ending)
    if ending == "csv":
        found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        table = pd.DataFrame(found[1:], columns=found[0]).replace("", None)
        table.columns = [*CSV_COLUMNS, *table.columns[len(CSV_COLUMNS) :]]
        return table.assign(code=table["code"].str.strip()).set_index("code")
    if ending == "xlsx":
        _, *rows = read_sheet(content, 1)
        table = pd.DataFrame(rows)[list("ABCDEFGHI")]
        table.columns = XLSX_COLUMNS
        return table.set_index("code")
    path = folder / f"x.{ending}"
    path.write_bytes(content)
    source = f"/vsizip/{path}" if ending == "zip" else path
    options = {"layer": "areas"} if ending == "gpkg" else {}
    table = pyogrio.read_dataframe(source, read_geometry=False, **options)
    long = {"chg_month": "change_month", "chg_year": "change_year", "base_n": "base_count"}
    return table.rename(columns={"area_code": "code", **long}).set_index("code")


TABLES = [("table", "csv"), ("table", "xlsx"), *(("layer", e) for e in ("gpkg", "zip", "geojson"))]


@pytest.mark.parametrize("key", TABLES, ids=lambda key: key[1])
@pytest.mark.parametrize("query", PROTECTED)
def test_rows_of_protected_areas_are_empty_in_every_table(view_of, query, key, tmp_path):
    view = view_of(query)
    hidden = [code for code, state in zip(view.codes, view.values.state) if state == 1]
    assert len(hidden) > 20
    table = rows_of(view, *key, tmp_path)
    rows = table.loc[hidden, ["value", "rank", "change_month", "change_year"]]
    assert rows.isna().all(axis=None)
    assert table["value"].notna().sum() == (view.values.state == 0).sum() > 0
    state = {"zh-CN": "已保护", "en": "protected"}[view.state.lang]
    assert table.loc[hidden, "state"].str.lower().str.startswith(state).all()


# -- legends ------------------------------------------------------------------------------------

NUMBER = r"[+\-−]?[\d,]+(?:\.\d+)?"


def span_of(label: str) -> tuple[float, float]:
    """First and last number of a class as a reader takes them from its label."""
    found = re.match(rf"({NUMBER})(?:(?:–|至| to )({NUMBER}))?", label)
    low, high = found.group(1), found.group(2) or found.group(1)
    return tuple(float(n.replace(",", "").replace("−", "-")) for n in (low, high))


@pytest.mark.parametrize(
    "query",
    [
        "level=subdistrict&measure=reach_share&category=meals",
        "area=13&level=subdistrict&measure=cards_count&classes=natural",
        "area=11&level=subdistrict&measure=amount_per_card&classes=equal",
        "area=13&level=district&measure=active_card_share&show=year",
        "area=110105&level=community&measure=elderly_count",
        PROTECTED[0],
    ],
)
def test_legend_counts_are_those_of_the_exported_table(view_of, query, tmp_path):
    view = view_of(query)
    table = rows_of(view, "table", "csv", tmp_path)
    values = table["value"].dropna().astype(float)
    entries = legend_entries(view)
    for entry in entries[: len(view.classes.labels)]:
        low, high = span_of(entry.label)
        assert entry.count == ((values >= low - 1e-9) & (values <= high + 1e-9)).sum(), entry.label
    assert sum(entry.count for entry in entries) == len(view.codes)
    for entry in entries[len(view.classes.labels) :]:
        assert entry.count == (table["state"] == entry.label).sum()


def test_a_fall_carries_lines_that_grey_print_keeps(view_of):
    """Blue and red of the same lightness are one grey: only the classes below zero are lined."""
    view = view_of("area=12&level=subdistrict&measure=active_card_share&show=year")
    falls = falling_classes(view)
    assert 0 < len(falls) < len(view.classes.labels)
    for i, entry in enumerate(legend_entries(view)[: len(view.classes.labels)]):
        inside = view.values.number[view.classes.index == i]
        shown = np.round(inside * 100, 1)
        assert (i in falls) == bool((shown < 0).all())
        assert ("<path" in entry.swatch) == (i in falls)
    assert falling_classes(view_of("area=12&level=subdistrict")) == ()


# -- the same table on screen and in the workbook -------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "area=110105&measure=reach_share&category=meals",
        "area=13&level=district&measure=amount_per_card&lang=en",
        "area=13&level=district&measure=cards_count&show=month",
        PROTECTED[0],
    ],
)
def test_the_workbook_is_the_table_on_the_screen_cell_by_cell(view_of, query, tmp_path):
    view = view_of(query)
    book = rows_of(view, "table", "xlsx", tmp_path)
    shown, first = [], 0
    while True:
        page = table_page(view, {"startRow": first, "endRow": first + 500})
        shown += page["rowData"]
        first += 500
        if first >= page["rowCount"]:
            break
    assert [row["code"] for row in shown] == book.index.tolist()
    for row in shown:
        cells = book.loc[row["code"]]
        assert row["name"] == cells["name"]
        for key in ("rank", "value"):
            assert row[key] == (None if pd.isna(cells[key]) else pytest.approx(cells[key]))
        if row["state"]:
            assert row["reason"] == cells["state"]
        base = None if row["base"] == "—" else float(row["base"].replace(",", ""))
        assert base == (None if pd.isna(cells["base_count"]) else cells["base_count"])
        for key in ("change_month", "change_year"):
            text = re.match(NUMBER, row[key])
            if row["state"]:
                assert pd.isna(cells[key])
            elif text is None:
                assert pd.isna(cells[key]), row[key]
            else:
                assert float(text.group().replace("−", "-").replace(",", "")) == cells[key]


# -- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_papers_stand_lower_left_and_the_page_counts_itself(view_of, lang):
    view = view_of(f"area=130828&lang={lang}")
    content = write_export(view, "map", "pdf")
    (boxes,) = page_boxes(content)
    papers = next(box for box in boxes if box.text.startswith(view.notes.papers[:6]))
    assert papers.left < 13
    assert papers.top > 210 - 20
    numbers = {"zh-CN": "第1页，共1页", "en": "page1of1"}
    assert numbers[lang] in words(content)


def test_no_raster_image_hides_in_a_map_page(view_of):
    """Neither as an object nor inline; the QR code is drawn, too."""
    reader = PdfReader(
        io.BytesIO(write_export(view_of("level=subdistrict&points=1"), "map", "pdf"))
    )
    kinds = [reader.get_object(i) for i in range(1, reader.trailer["/Size"])]
    assert not any(isinstance(o, dict) and o.get("/Subtype") == "/Image" for o in kinds)
    assert not re.search(rb"\sBI\s.*?\sID\s", reader.pages[0].get_contents().get_data(), re.DOTALL)


# -- the same bytes everywhere ---------------------------------------------------------------------

SCRIPT = """
import hashlib, json, sys
from dashboard.dataset import Dataset
from dashboard.exports.writers import WRITERS, write_export
from dashboard.view import build_view
from dashboard.view_state import parse_view
dataset = Dataset.open(sys.argv[1])
view = build_view(dataset, parse_view(sys.argv[2], dataset))
made = {".".join(key): write_export(view, *key) for key in WRITERS}
print(json.dumps({name: hashlib.sha256(content).hexdigest() for name, content in made.items()}))
"""


def test_every_format_has_the_same_bytes_in_another_process(grid_view, grid_release):
    query = "area=11&level=district&measure=reach_share&category=meals&points=1"
    query += "&plan=a:meals,116.02,39.98,50"
    view = grid_view(query)
    here = {".".join(key): hashlib.sha256(write_export(view, *key)).hexdigest() for key in WRITERS}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(grid_release), query],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == here


def test_an_archive_of_a_shapefile_is_complete(view_of):
    with zipfile.ZipFile(io.BytesIO(write_export(view_of("area=11"), "layer", "zip"))) as archive:
        names = {Path(name).suffix for name in archive.namelist()}
    assert names == {".shp", ".shx", ".dbf", ".prj", ".cpg", ".txt"}
