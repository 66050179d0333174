"""Papers and ways up: the page's size, everything on it, the way back."""

from __future__ import annotations

import io
import re

import pytest
import segno
from pypdf import PdfReader

from dashboard.exports import export_pdf
from dashboard.exports.page_format import PAGE_FORMATS, page_format_of, read_page_format
from dashboard.exports.qr_code import QUIET, qr_svg
from dashboard.exports.reopen import reopening

MEALS = "area=110101&level=community&measure=users_share&category=meals"
SERVER = "http://127.0.0.1:8050/"
SIZES = {
    "a4-landscape": (842, 595),
    "a4-portrait": (595, 842),
    "a3-landscape": (1191, 842),
    "a3-portrait": (842, 1191),
}


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_one_page_of_that_size_with_everything_on_it(grid_view, name, lang):
    view = grid_view(f"{MEALS}&lang={lang}")
    reader = PdfReader(io.BytesIO(export_pdf(view, page=PAGE_FORMATS[name], server=SERVER)))
    assert len(reader.pages) == 1
    assert tuple(round(float(n)) for n in reader.pages[0].mediabox[2:]) == SIZES[name]
    text = "".join(reader.pages[0].extract_text().split()).translate(str.maketrans("“”", '""'))
    wanted = [view.title, view.headline, view.notes.papers, view.notes.source, view.notes.method]
    wanted += [row.name for row in view.worst] + list(view.classes.labels)
    wanted += [reopening(view).code, view.dataset.release_id]
    for part in wanted:
        assert "".join(part.split()).translate(str.maketrans("“”", '""')) in text, part


def test_a_larger_page_names_more_areas(grid_view):
    view = grid_view("area=jjj&level=community&measure=elderly_count")
    texts = [
        PdfReader(io.BytesIO(export_pdf(view, page=PAGE_FORMATS[name]))).pages[0].extract_text()
        for name in ("a4-portrait", "a3-portrait")
    ]
    named = [sum(name in text for name in view.names) for text in texts]
    assert named[1] >= named[0] > 0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "a4-landscape"),
        ("a3", "a3-landscape"),
        ("A3_Portrait", "a3-portrait"),
        ("portrait", "a4-portrait"),
        ("legal; drop table", "a4-landscape"),
    ],
)
def test_any_text_is_some_format(text, name):
    assert read_page_format(text).name == name


def test_the_address_names_the_format():
    assert page_format_of("?area=11&page=a3-portrait").name == "a3-portrait"
    assert page_format_of("area=11").name == "a4-landscape"


def test_the_qr_code_says_its_text_as_paths():
    """The path is read back, module by module, against the encoder's matrix."""
    matrix = segno.make_qr(SERVER, error="m", boost_error=False).matrix
    drawn = [[0] * len(matrix) for _ in matrix]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", qr_svg(SERVER)):
        for step in range(int(length)):
            drawn[int(y) - QUIET][int(x) - QUIET + step] = 1
    assert drawn == [list(row) for row in matrix]


def test_without_a_server_the_qr_code_holds_the_short_code(grid_view):
    view = grid_view(MEALS)
    alone, served = reopening(view), reopening(view, SERVER)
    assert alone.address == ""
    assert served.address == SERVER + "open/" + alone.code.replace("-", "")
    assert alone.qr == qr_svg(alone.code) != served.qr == qr_svg(served.address)
