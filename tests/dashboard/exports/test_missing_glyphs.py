"""A character that the faces lack is marked where it stands and named in a note."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from dashboard.exports.map_svg import draw_map
from dashboard.exports.pdf import compile_page
from dashboard.exports.sheet import build_sheet, name_missing, sheet_texts
from tests.dashboard.exports.quilt import quilt_content


@pytest.fixture
def sheet(grid_view):
    """The page of the region."""
    return build_sheet(grid_view(""))


def test_nothing_is_said_when_nothing_is_missing(sheet):
    assert name_missing(sheet) == sheet
    assert not any("〓" in text for text in sheet_texts(sheet))


def test_on_the_page(sheet, quilt):
    spoilt = name_missing(replace(sheet, title="한강 " + sheet.title))
    assert spoilt.title.startswith("〓〓 ")
    note = spoilt.notes[-1]
    assert "U+D55C HANGUL SYLLABLE HAN" in note
    assert "U+AC15 HANGUL SYLLABLE GANG" in note
    page = compile_page(spoilt, draw_map(quilt, quilt_content(quilt, "11", "district")))
    text = PdfReader(io.BytesIO(page)).pages[0].extract_text()
    assert "〓〓" in text
    assert "HANGUL SYLLABLE HAN" in " ".join(text.split())


def test_on_the_map(sheet, quilt):
    names = ["한\x00구" if name == "朝阳区" else name for name in quilt.tree.names]
    odd = replace(quilt, folder=quilt.folder / ".." / quilt.folder.name, names={"zh-CN": names})
    drawing = draw_map(odd, quilt_content(odd, "11", "district"))
    assert drawing.missing == ("\x00", "구", "한")
    assert "〓〓〓" in {label.text for label in drawing.labels}
    assert "HANGUL SYLLABLE GU" in name_missing(sheet, drawing.missing).notes[-1]
    assert compile_page(sheet, drawing)
