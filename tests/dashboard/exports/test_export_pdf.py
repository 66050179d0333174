"""The page of a view of the grid release: words, faces, one page, same bytes, no leak."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader
from pypdf.generic import StreamObject

from dashboard.exports import export_pdf
from dashboard.exports.annotation import annotate
from dashboard.exports.legend import legend_entries
from dashboard.exports.map_geometry import BoundaryFolder
from tests.grid_source import MISSING_COMMUNITY, RARE_NAME, SMALL_COMMUNITY

ROOT = Path(__file__).parents[3]
MEALS = "area=110101&level=community&measure=users_share&category=meals"
REACH = "area=jjj&level=subdistrict&measure=reach_share&category=meals"


def read_pdf(content: bytes) -> PdfReader:
    """The pages of a file in memory."""
    return PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    """The page's text without white space, as a search finds it."""
    return "".join(read_pdf(content).pages[0].extract_text().split())


def squeeze(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("query", [MEALS, REACH, ""])
def test_the_page_says_what_the_view_says(grid_view, query, lang):
    view = grid_view(f"{query}&lang={lang}")
    text = words(export_pdf(view)).translate(str.maketrans("“”", '""'))
    wanted = [view.title, view.subtitle, view.headline, view.parent.text, view.notes.papers]
    wanted += [view.notes.method, view.notes.base, view.notes.source, view.notes.data_date]
    wanted += [view.notes.standard, view.notes.demonstration, view.dataset.release_id]
    wanted += [row.name for row in view.worst] + [row.text for row in view.worst]
    wanted += [f"{row.gap_people:,}" for row in view.worst if row.gap_people is not None]
    wanted += view.classes.labels
    for part in wanted:
        assert squeeze(part).translate(str.maketrans("“”", '""')) in text, part


def test_labels_of_the_map_can_be_searched(grid_view):
    view = grid_view(MEALS)
    folder = BoundaryFolder(
        view.dataset.path / "boundaries", view.dataset.tree, {"zh-CN": view.dataset.names("zh-CN")}
    )
    labels = annotate(folder, view.position, "community", "zh-CN").labels
    assert len(labels) > 25
    text = words(export_pdf(view))
    for label in labels:
        assert label.text in text
        assert text.count(label.text) <= 4, "halo and letters are one run"


def test_a_rare_name_is_printed(grid_view):
    view = grid_view("area=jjj&level=community&measure=elderly_count")
    code = view.dataset.tree.codes[view.dataset.names("zh-CN").index(RARE_NAME)]
    text = words(export_pdf(grid_view(f"area={code[:6]}&level=community")))
    assert RARE_NAME in text


def test_legend_counts_are_those_of_the_data(grid_view):
    view = grid_view(MEALS)
    entries = legend_entries(view)
    shown = np.round(view.values.number[view.values.state == 0] * 100, 1)
    classes = entries[: len(view.classes.labels)]
    for entry in classes:  # "14.6–16.3%": what a reader of the page would count
        low, high = (float(part) for part in entry.label.rstrip("%").split("–"))
        assert entry.count == ((shown >= low - 1e-9) & (shown <= high + 1e-9)).sum()
    lacking = {entry.label: entry.count for entry in entries[len(classes) :]}
    assert lacking["无数据"] == 1
    assert lacking["已保护（涉及不足10张卡）"] == (view.values.state == 1).sum() >= 1
    assert sum(entry.count for entry in entries) == 36


@pytest.mark.parametrize("query", [MEALS, REACH + "&lang=en", "area=11&level=district"])
def test_one_vector_page_with_the_shipped_faces(grid_view, query):
    reader = read_pdf(export_pdf(grid_view(query)))
    assert len(reader.pages) == 1
    assert [round(float(n)) for n in reader.pages[0].mediabox] == [0, 0, 842, 595]
    streams = [o for i in range(1, reader.trailer["/Size"]) if (o := reader.get_object(i))]
    assert not any(o.get("/Subtype") == "/Image" for o in streams if isinstance(o, StreamObject))
    fonts = [o for o in streams if isinstance(o, dict) and o.get("/Type") == "/Font"]
    names = {str(font["/BaseFont"]).split("-")[0] for font in fonts}
    assert all(re.fullmatch(r"/[A-Z]{6}\+NotoSansSC", name) for name in names), names
    descriptors = [o for o in streams if isinstance(o, dict) and "/FontName" in o]
    assert descriptors
    assert all("/FontFile2" in descriptor for descriptor in descriptors)


def test_for_the_archive_and_for_screen_readers(grid_view):
    reader = read_pdf(export_pdf(grid_view(MEALS)))
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode("utf-8")
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert reader.trailer["/Root"]["/Lang"] == "zh"
    assert reader.metadata.title == grid_view(MEALS).title


def test_a_map_without_any_number(grid_view):
    """Flows are published for districts and above: below, every area is "coarser"."""
    view = grid_view("area=110101&level=community&measure=cross_province_share")
    assert (view.values.state == 3).all()
    text = words(export_pdf(view))
    assert "本级不发布" in text
    assert "没有可排名的地区" in text


def test_same_view_same_bytes_in_another_process(grid_view, grid_release):
    script = (
        "import sys, hashlib\n"
        "from dashboard.dataset import Dataset\n"
        "from dashboard.exports import export_pdf\n"
        "from dashboard.view import build_view\n"
        "from dashboard.view_state import parse_view\n"
        "dataset = Dataset.open(sys.argv[1])\n"
        "page = export_pdf(build_view(dataset, parse_view(sys.argv[2], dataset)))\n"
        "print(hashlib.sha256(page).hexdigest())\n"
    )
    here = hashlib.sha256(export_pdf(grid_view(MEALS))).hexdigest()
    run = subprocess.run(
        [sys.executable, "-c", script, str(grid_release), MEALS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == here


def test_threads_print_side_by_side(grid_view):
    views = [grid_view(query) for query in (MEALS, REACH, "", "area=11")] * 2
    alone = [export_pdf(view) for view in views]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(export_pdf, views)) == alone


def test_a_suppressed_value_is_nowhere_on_the_page(grid_view):
    view = grid_view(f"{MEALS}&select={SMALL_COMMUNITY}")
    at = view.codes.index(SMALL_COMMUNITY)
    assert view.values.state[at] == 1
    assert SMALL_COMMUNITY not in {row.code for row in view.worst}
    issued = 175 + 3 * at  # the grid's closed form; this district comes first
    text = words(export_pdf(view))
    for decimals in (1, 2, 3):
        assert f"{400 / issued:.{decimals}f}%" not in text


def test_missing_is_not_suppressed(grid_view):
    view = grid_view(MEALS)
    assert view.values.state[view.codes.index(MISSING_COMMUNITY)] == 2
