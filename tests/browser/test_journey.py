"""Region > 北京市 > 东城区 > a subdistrict, and back: the numbers are those of the source files."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard import ids
from dashboard.dataset import Dataset
from tests.browser.atlas_page import (
    area_point,
    by_id,
    expect_crumbs,
    expect_state,
    open_view,
    shown_level,
    table_numbers,
    table_row,
    wait_until_drawn,
)
from tests.browser.expected import Source

PERIOD = "2026-06"


@pytest.fixture(scope="module")
def source(demo_source) -> Source:
    """The source files of the small demonstration."""
    return Source(demo_source, PERIOD)


def require_coverage(page: Page, source: Source, codes: list[str]) -> None:
    """Every row of the table that is on screen shows the card coverage of its area, in percent."""
    wait_until_drawn(page, codes[0])
    expect(table_row(page, codes[0]).first).to_be_attached()
    shown = table_numbers(page)
    assert shown, "no row is on the screen"
    assert set(shown) <= set(codes)
    for code, number in shown.items():
        if number is None:
            assert source.issued(code) < 100, f"{code} is hidden without need"
        else:
            assert number == pytest.approx(100 * source.card_coverage(code), abs=0.051)


def test_drill_down_and_back(page: Page, source: Source):
    open_view(page)
    expect_crumbs(page, "京津冀")
    require_coverage(page, source, source.children("jjj", shown_level(page)))

    by_id(page, ids.TABLE).locator(".ag-row[row-id]", has_text="北京市").first.dblclick()
    expect_crumbs(page, "京津冀", "北京市")
    require_coverage(page, source, source.children("11", "district"))
    expect_state(page, area="11")

    page.mouse.dblclick(*area_point(page, "110101"))
    expect_crumbs(page, "京津冀", "北京市", "东城区")
    subdistricts = source.children("110101", "subdistrict")
    require_coverage(page, source, subdistricts)

    table_row(page, subdistricts[0]).first.dblclick()
    name = source.areas.loc[subdistricts[0], "name"]
    expect_crumbs(page, "京津冀", "北京市", "东城区", name)
    require_coverage(page, source, source.children(subdistricts[0], "community"))

    page.go_back()
    expect_crumbs(page, "京津冀", "北京市", "东城区")
    require_coverage(page, source, subdistricts)
    page.go_back()
    page.go_back()
    expect_crumbs(page, "京津冀")
    page.go_forward()
    expect_crumbs(page, "京津冀", "北京市")
    expect_state(page, area="11")


def test_back_passes_over_marks(page: Page):
    """A double click as slow as a hand's: the mark of its first half is no step of its own."""
    open_view(page, "area=11")
    table_row(page, "110101").first.click()
    expect_state(page, area="11", select="110101")
    table_row(page, "110101").first.dblclick()
    expect_state(page, area="110101", select="")
    wait_until_drawn(page, "110101003")
    table_row(page, "110101003").first.click()
    expect_state(page, area="110101", select="110101003")
    page.go_back()
    expect_state(page, area="11", select="110101")
    expect_crumbs(page, "京津冀", "北京市")
    page.go_forward()
    expect_state(page, area="110101", select="110101003")


def test_headline_says_how_many(page: Page, source: Source):
    open_view(page, "area=110101")
    count = len(source.children("110101", "subdistrict"))
    expect(by_id(page, ids.CRUMBS)).to_contain_text(str(count))
    expect(by_id(page, ids.HEADLINE)).to_contain_text("%")


def test_switch_of_measure(page: Page, source: Source, demo_release: Path):
    open_view(page, "area=110101")
    by_id(page, ids.MEASURE).select_option("users_share")
    by_id(page, ids.CATEGORY).select_option("meals")
    expect_state(page, area="110101", measure="users_share", category="meals")
    codes, demo_dataset = source.children("110101", "subdistrict"), Dataset.open(demo_release)
    rows = [demo_dataset.tree.position[code] for code in codes]
    rows = slice(rows[0], rows[-1] + 1)  # children follow one another
    cards = demo_dataset.cells(demo_dataset.periods[-1], rows).swipe("cards_count", "meals", "all")
    assert (cards >= 0).sum() > 10
    for code, count in zip(codes, cards):
        wanted = f"{100 * source.users_share(code, 'meals'):.1f}" if count >= 0 else "已保护"
        expect(table_row(page, code).first).to_contain_text(wanted)


def test_select_marks_row_and_area(page: Page):
    open_view(page, "area=110101")
    page.mouse.click(*area_point(page, "110101002"))
    expect_state(page, select="110101002")
    selected = "() => { const m = SilverAtlas.map(); return m.codeOf(m.canvas.selected); }"
    assert page.evaluate(selected) == "110101002"
    row = table_row(page, "110101003").first
    row.click()
    expect_state(page, select="110101003")
    page.wait_for_function(f"wanted => ({selected})() === wanted", arg="110101003")


def test_hover_says_name_value_and_rank(page: Page, source: Source):
    open_view(page, "area=11")
    x, y = area_point(page, "110101")
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    card = page.locator(".atlas-map-card, .atlas-tooltip, [role=tooltip]").first
    expect(card).to_contain_text("东城区")
    expect(card).to_contain_text(f"{100 * source.card_coverage('110101'):.1f}")
    expect(card).to_contain_text("/2")


def test_month_changes_the_numbers(page: Page, demo_source):
    open_view(page, "area=11")
    by_id(page, ids.PERIOD).select_option("2024-01")
    expect_state(page, period="2024-01")
    then = Source(demo_source, "2024-01")
    wanted = 100 * then.card_coverage("110101")
    expect(table_row(page, "110101").first).to_contain_text(f"{wanted:.1f}")
