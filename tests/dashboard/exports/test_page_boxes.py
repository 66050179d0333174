"""No text of a page lies over another, none leaves the page: measured in the finished files."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from dashboard.dataset import Dataset
from dashboard.exports.line_breaks import BREAK, NARROWEST_EM, breakable
from dashboard.exports.page_format import PAGE_FORMATS
from dashboard.exports.typeface import typeface
from dashboard.exports.writers import Choices, write_export
from dashboard.view import View, build_view
from dashboard.view_state import parse_view
from tests.dashboard.exports.page_boxes import TextBox, overlaps, page_boxes

SMALLEST = 4.4  # pt: no smaller letters, on the smallest of maps either
LEFT, RIGHT = 28.0, 184.0  # mm, of a brief
# The longest unbroken romanised names, the longest name of a district, the largest numbers, a
# district with more subdistricts than a table holds, and one of a subdistrict.
AREAS = ("jjj", "13", "130828", "120110", "130229", "110105", "110101001")


@pytest.fixture(scope="module")
def whole_view(full_release) -> Callable[[str], View]:
    """A view of the whole demonstration by its query."""
    dataset = Dataset.open(full_release)
    return lambda query: build_view(dataset, parse_view(query, dataset))


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("area", AREAS)
def test_nothing_overlaps_in_a_brief(whole_view, area, lang):
    content = write_export(whole_view(f"area={area}&lang={lang}"), "brief", "pdf")
    pages = page_boxes(content)
    assert len(pages) == 2
    for boxes in pages:
        assert overlaps(boxes) == []
        assert min(box.left for box in boxes) >= LEFT - 0.1
        assert max(box.right for box in boxes) <= RIGHT + 0.5
        assert max(box.bottom for box in boxes) <= 297 - 7
        assert min(box.size for box in boxes) >= SMALLEST


WHOLE = "level=subdistrict&measure=reach_share&category=meals&points=1&lang=en"
QUERIES = (
    "area=120110&measure=gap_people&category=day_care&lang=en",
    "area=130828&measure=amount_per_card&lang=en",
    "area=13&level=district&measure=users_share&category=meals&age=80plus",
)


@pytest.mark.parametrize(
    ("query", "page"),
    [(WHOLE, PAGE_FORMATS["a4-landscape"]), *itertools.product(QUERIES, PAGE_FORMATS.values())],
)
def test_nothing_overlaps_on_a_map_page(whole_view, query, page):
    content = write_export(whole_view(query), "map", "pdf", Choices(page=page))
    (boxes,) = page_boxes(content)
    width, height = page.size
    assert overlaps(boxes) == []
    assert min(box.left for box in boxes) >= 11.5
    assert max(box.right for box in boxes) <= width - 11.5
    assert min(box.top for box in boxes) >= 8
    assert max(box.bottom for box in boxes) <= height - 7
    assert min(box.size for box in boxes) >= SMALLEST


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_nothing_overlaps_on_the_page_of_a_plan(whole_view, lang):
    plan = "a:meals,116.44,39.95,50;a:meals,116.5,39.93,80"
    query = f"area=110105&measure=gap_people&category=meals&plan={plan}&lang={lang}"
    for boxes in page_boxes(write_export(whole_view(query), "plan", "pdf")):
        assert overlaps(boxes) == []
        assert max(box.right for box in boxes) <= 297 - 11.5


def test_nothing_overlaps_in_the_contents(whole_view, monkeypatch):
    """All 199 districts with their English names; the briefs behind them are tested above."""
    monkeypatch.setattr("dashboard.exports.atlas.set_part", lambda *_: _empty_pages())
    pages = page_boxes(write_export(whole_view("lang=en"), "atlas", "pdf"))
    texts = "".join(box.text for boxes in pages for box in boxes)
    assert "Weichang Manchu and Mongol Autonomous County" in texts
    for boxes in pages[:2]:
        assert overlaps(boxes) == []
        assert min(box.left for box in boxes) >= LEFT - 0.1
        assert max(box.right for box in boxes) <= RIGHT + 0.5


def _empty_pages() -> bytes:
    from dashboard.exports.typesetting import ARCHIVAL, EPOCH, _compiler

    source = (
        '#set document(title: "x", date: datetime(year: 2000, month: 1, day: 1))\n'
        '#set text(font: "Noto Sans SC", fallback: false, lang: "en")\n'
        + "x #pagebreak() " * 9
        + "x"
    )
    return _compiler().compile(
        input=source.encode(), format="pdf", timestamp=EPOCH, pdf_standards=ARCHIVAL
    )


def test_the_measuring_finds_what_lies_over_another():
    """A check that could not fail would be none."""
    one = TextBox("Tianjinhangkongwuliuqu", 28, 40, 56, 43, 6.8)
    beside, over = TextBox("297", 57, 40, 60, 43, 6.8), TextBox("297", 52, 40, 57, 43, 6.8)
    assert overlaps([one, beside]) == []
    assert overlaps([one, over]) == [(one, over)]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Tianjinhangkongwuliuqu", ["Tian", "jin", "hang", "kong", "wu", "liu", "qu"]),
        ("Gu'anwenquanxiuxianshangwu Park", None),
        ("Saihanbajixie Forest Farm", ["Saihanbajixie Forest Farm"]),  # 13 letters have room
        ("Lüshunkoujingjijishukaifaqu", None),
        ("Dongli District", ["Dongli District"]),
        ("围场满族蒙古族自治县", ["围场满族蒙古族自治县"]),
        ("Xxxxxxxxxxxxxxxxxxxxxxxxxxxx", ["Xxxxxxxxxxxxxxxxxxxxxxxxxxxx"]),
    ],
)
def test_long_words_may_be_broken_between_syllables(name, parts):
    broken = breakable(name)
    assert broken.replace(BREAK, "") == name
    if parts:
        assert broken.split(BREAK) == parts


def test_every_name_of_the_demonstration_fits_a_narrow_column(whole_view):
    names = whole_view("").dataset.names("en")
    pieces = {
        piece
        for name in names
        for word in breakable(name).split(" ")
        for piece in word.split(BREAK)
    }
    assert max(typeface().width_em(piece) for piece in pieces) <= NARROWEST_EM + 2.5
