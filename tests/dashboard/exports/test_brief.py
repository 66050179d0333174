"""The brief and the atlas: two pages, true numbers, links, the same bytes, nothing protected."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
from pypdf import PdfReader

from dashboard.exports.atlas import export_atlas
from dashboard.exports.brief import export_brief
from dashboard.exports.brief_sheet import build_brief, count_sites
from dashboard.exports.brief_tables import children_table
from dashboard.exports.contents import lay_contents
from dashboard.exports.pdf import boundary_folder
from dashboard.exports.trend_svg import TrendLine, nice_ticks, trend_svg
from dashboard.text.numbers import format_number

DISTRICT = "area=110101"


def read(content: bytes) -> PdfReader:
    """A file in memory."""
    return PdfReader(io.BytesIO(content))


def words(page) -> str:
    """A page's text without white space."""
    return "".join(page.extract_text().split())


@pytest.mark.parametrize("query", ["", "area=11", DISTRICT, "area=110101001", "area=1301"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_two_pages_with_papers_on_each(grid_view, query, lang):
    view = grid_view(f"{query}&lang={lang}")
    reader = read(export_brief(view))
    assert len(reader.pages) == 2
    for number, page in enumerate(reader.pages, start=1):
        text = words(page)
        assert "".join(view.notes.papers.split()) in text
        assert view.dataset.release_id in text
        assert f"—{number}—" in text
    assert "".join(view.parent.name.split()) in words(reader.pages[0])


def test_every_child_is_in_the_table_with_its_own_numbers(grid_view):
    view = grid_view(f"{DISTRICT}&level=subdistrict&measure=card_coverage")
    text = words(read(export_brief(view)).pages[1])
    for i, name in enumerate(view.names):
        assert name in text
        assert view.value_text(i) in text


def test_key_figures_are_those_of_the_view(grid_view):
    view = grid_view(f"{DISTRICT}&measure=card_coverage")
    folder = boundary_folder(view.dataset)
    brief = build_brief(view.dataset, folder, view.position, view.state.period, "zh-CN")
    by_name = {row[0]: row for row in brief.figures.rows}
    assert by_name["持卡率"][1] == view.parent.text
    assert by_name["持卡率"][4] == grid_view("area=11&measure=card_coverage").parent.text
    assert [entry.title for entry in brief.maps] == [
        "持卡率（%）",
        "活跃卡占比（%）",
        "服务可达率（%）",
        "沉默卡占比（%）",
    ]


def test_a_unit_that_the_name_says_is_not_repeated(grid_view):
    view = grid_view(f"{DISTRICT}&measure=cards_count&lang=en")
    folder = boundary_folder(view.dataset)
    brief = build_brief(view.dataset, folder, view.position, view.state.period, "en")
    by_name = {row[0]: row for row in brief.figures.rows}
    assert by_name["Cards"][1] + " cards" == view.parent.text
    assert by_name["Card coverage"][1].endswith("%")
    assert not any("per card" in cell for cell in by_name["Yuan per card"][1:])


def test_a_protected_value_is_nowhere_in_the_brief(grid_view):
    """No brief may print what the table of the same release withholds."""
    view = grid_view("area=110101002&level=community&measure=silent_card_share")
    dataset, period = view.dataset, view.state.period
    table = children_table(
        dataset, view.positions, ["silent_card_share", "active_card_share"], period, "zh-CN", 40
    )
    for i, row in enumerate(table.rows):
        if view.values.state[i] == 1:
            assert row[1] == "已保护"
        elif view.values.state[i] == 0:
            assert row[1] == view.value_text(i)


def test_too_many_children_are_said_to_be_left_out(grid_view):
    view = grid_view("area=110101&level=community")
    table = children_table(
        view.dataset, view.positions, ["elderly_count"], view.state.period, "zh-CN", 5
    )
    assert len(table.rows) == 5
    assert "31" in table.note
    people = view.dataset.cells(view.state.period, view.positions).aged("60plus")
    largest = sorted((int(n) for n in people), reverse=True)[:5]
    shown = sorted((int(row[1].replace(",", "")) for row in table.rows), reverse=True)
    assert shown == largest


def test_sites_are_counted(grid_view):
    view = grid_view(DISTRICT)
    period = view.state.period
    open_now = view.dataset.providers(view.position, "all", period)
    assert count_sites(view.dataset, view.position, period).count == len(open_now)


def test_the_brief_stands_for_area_and_month_alone(grid_view):
    one = grid_view(f"{DISTRICT}&measure=silent_card_share&classes=equal")
    other = grid_view(f"{DISTRICT}&level=community")
    assert export_brief(one) == export_brief(other)


def test_the_atlas_has_contents_links_and_bookmarks(grid_view):
    view = grid_view("")
    reader = read(export_atlas(view))
    tree, names = view.dataset.tree, view.dataset.names("zh-CN")
    districts = range(*tree.level_slices["district"].indices(len(names)))
    assert len(reader.pages) == 1 + 2 * len(districts)
    title, *groups = reader.outline
    assert title.title == reader.metadata.title
    bookmarks = {}
    for head, below in zip(groups[::2], groups[1::2]):
        for item in below:
            bookmarks[head.title, item.title] = reader.get_destination_page_number(item)
    links = [note.get_object() for note in reader.pages[0]["/Annots"]]
    targets = [reader._get_page_number_by_indirect(link["/Dest"][0]) for link in links]
    for i, position in enumerate(districts):
        name, above = names[position], names[view.dataset.trail(position)[-2]]
        assert bookmarks[above, name] == targets[i] == 1 + 2 * i
        for part in (name, above):
            assert part in words(reader.pages[0])
        assert name in words(reader.pages[targets[i]])
        assert f"—{targets[i] + 1}—" in words(reader.pages[targets[i]])


def test_the_atlas_tells_its_progress_and_is_the_same_twice(grid_view):
    told = []
    view = grid_view("area=11")
    first = export_atlas(view, progress=lambda *step: told.append(step))
    assert told[-1] == ("binding", 1, 1)
    assert [done for stage, done, _ in told if stage == "briefs"][-1] == 2
    assert export_atlas(view) == first


@pytest.mark.parametrize("group_size", [1, 2, 7, 20, 31, 32, 199])
def test_contents_lie_on_their_pages_without_overlap(group_size):
    entries = [(f"第{i // group_size}市", str(i)) for i in range(199)]
    pages = lay_contents(entries)
    lines = [line for on_page in pages for line in on_page]
    assert [line.text for line in lines if not line.head] == [name for _, name in entries]
    assert [line.page for line in lines if not line.head][:2] == [len(pages) + 1, len(pages) + 3]
    heads = [line.text for line in lines if line.head]
    assert heads == (list(dict.fromkeys(g for g, _ in entries)) if group_size < 199 else [])
    for on_page in pages:
        places = [(line.x, line.y) for line in on_page]
        assert len(set(places)) == len(places)
        assert max(y for _, y in places) < 262
    for line, after in pairwise(lines):
        if line.head:
            assert (line.x, after.head) == (after.x, False), "a head has a line below it"


def test_ticks_enclose_and_are_round():
    assert nice_ticks(71.2, 78.9) == [70.0, 72.0, 74.0, 76.0, 78.0, 80.0]
    for low, high in ((0.0, 0.0), (5.0, 5.0), (-3.0, 4.0), (0.001, 0.002), (1e6, 2e6)):
        ticks = nice_ticks(low, high)
        assert ticks[0] <= low <= high <= ticks[-1]
        assert 2 <= len(ticks) <= 8


def test_the_trend_breaks_where_a_month_has_no_number():
    numbers = np.array([1.0, 2.0, np.nan, 3.0, 4.0])
    periods = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    svg = trend_svg(
        periods, TrendLine("a", numbers), None, width=60, height=40, tick_text=format_number
    )
    line = svg.split('fill="none"')[0].rsplit('d="', 1)[1]
    assert line.count("M") == 2
    assert line.count("L") == 2
    gone = TrendLine("a", np.full(5, np.nan))
    assert trend_svg(periods, gone, None, width=60, height=40, tick_text=format_number) == ""
