"""The official's question: who of 丰台区 has no meal point in reach, and where to open next?"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from dashboard import ids
from tests.browser.atlas_page import (
    area_point,
    by_id,
    expect_state,
    open_view,
    read_number,
    state_of,
    wait_until_drawn,
)
from tests.browser.test_downloads import download

FENGTAI = "area=110106&measure=gap_people&category=meals&tab=plan"


def gap_shown(page: Page) -> int:
    """People beyond reach of the whole area, as the legend says."""
    text = by_id(page, ids.LEGEND).locator(".parent").inner_text()
    return int(read_number(text.split("：")[-1]))


def expect_gap(page: Page, holds: Callable[[int], bool]) -> None:
    """The gap comes to be as wanted; the legend may be drawn after the title."""
    for _ in range(100):
        if holds(gap_shown(page)):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the legend still says {gap_shown(page):,}")


def wait_for_sites(page: Page, count: int) -> None:
    """The map marks so many changes of the plan."""
    page.wait_for_function("n => SilverAtlas.map().canvas.sites.length === n", arg=count)


def test_from_the_first_page_to_the_next_three_sites(page: Page, demo_dataset_names):
    """In the words of the screen, as somebody without training does it."""
    open_view(page)
    by_id(page, ids.SEARCH).fill("丰台区")
    by_id(page, ids.SEARCH_HITS).locator(".hit").first.click()
    expect_state(page, area="110106")
    page.get_by_text("服务覆盖", exact=True).click()
    panel = by_id(page, ids.PANEL)
    panel.get_by_role("button", name="老年助餐").click()
    expect_state(page, measure="gap_people")
    headline = by_id(page, ids.HEADLINE)
    expect(headline).to_contain_text("全部在服务半径以外的")
    named = headline.inner_text().split("全部在服务半径以外的：")[1].split("，共")[0].split("、")
    assert set(named) == demo_dataset_names, "the planted subdistricts, by name"
    expect(headline).to_contain_text(re.compile(r"共[\d.,]+万?人。$"))

    page.get_by_text("方案与选址", exact=True).click()
    wait_until_drawn(page)
    before = gap_shown(page)
    by_id(page, ids.SITING_START).click()
    answer = by_id(page, ids.SITING_ANSWER)
    expect(answer).to_contain_text("再开3处")
    expect(answer).to_contain_text("已证明")
    wait_for_sites(page, 3)
    assert state_of(page)["plan"].count("a:meals,") == 3
    gained = int(read_number(re.search(r"新增覆盖([\d,]+)人", answer.inner_text())[1]))
    expect_gap(page, lambda gap: abs(before - gained - gap) <= 60)

    path = download(page, "text=打印方案 PDF")
    text = "".join(PdfReader(path).pages[0].extract_text().split())
    for wanted in ("丰台区", "方案新增3处服务点", "方案中的服务点", "内部使用", "演示"):
        assert wanted in text, wanted


@pytest.fixture(scope="module")
def demo_dataset_names(demo_source) -> set[str]:
    """Names of the planted subdistricts of 丰台区 without a meal point in reach."""
    planted = tomllib.loads((demo_source / "planted.toml").read_text("utf-8"))
    return {p["name"] for p in planted["no_meal_point"] if p["district_code"] == "110106"}


def test_another_standard_changes_every_number(page: Page):
    open_view(page, "area=110106&measure=gap_people&category=meals&tab=coverage")
    before = gap_shown(page)
    by_id(page, ids.STANDARD).select_option("gb50180-10-minutes-meals")
    expect_state(page, standard="gb50180-10-minutes-meals")
    expect(by_id(page, ids.MAP_TITLE)).to_contain_text("步行500米以内")
    expect(by_id(page, ids.FOOT)).to_contain_text("GB 50180-2018")
    expect_gap(page, lambda gap: gap > before)
    page.get_by_text("自定数值").click()
    box = by_id(page, ids.WALK)
    box.fill("2500")
    box.press("Enter")
    expect_state(page, walk="2500")
    expect(by_id(page, ids.MAP_TITLE)).to_contain_text("自定：步行2,500米以内")
    expect_gap(page, lambda gap: gap < before)
    page.get_by_role("button", name="恢复标准值").click()
    expect_state(page, walk="")
    expect(box).to_have_value("")


def test_adding_moving_and_closing_by_hand(page: Page):
    open_view(page, FENGTAI)
    before = gap_shown(page)
    page.get_by_role("button", name="＋ 加点").click()
    page.mouse.click(*area_point(page, "110106008"))
    wait_for_sites(page, 1)
    expect(by_id(page, ids.MAP_TITLE)).to_contain_text("按方案：新增1处")
    expect_gap(page, lambda gap: gap < before)
    page.keyboard.press("Escape")
    page.mouse.click(*area_point(page, "110106101"))
    expect_state(page, select="110106101")
    assert state_of(page)["plan"].count("a:") == 1, "the tool is put away"

    page.get_by_role("button", name="⇄ 迁移").click()
    mark = page.evaluate(
        """() => { const map = SilverAtlas.map(); const m = map.canvas.siteMarks[0];
        const at = map.canvas._bounds.min.add([m.x, m.y]);
        const p = map.map.layerPointToContainerPoint(at);
        const box = map.container.getBoundingClientRect();
        return [box.left + p.x, box.top + p.y]; }"""
    )
    page.mouse.click(*mark)
    page.mouse.click(*area_point(page, "110106101"))
    page.wait_for_function(
        "old => !decodeURIComponent(location.search).includes(old)",
        arg=state_of(page)["plan"],
    )
    page.keyboard.press("Escape")
    page.locator(".sites .drop").click()
    wait_for_sites(page, 0)
    page.wait_for_function("() => !location.search.includes('plan=')")
    expect(by_id(page, ids.LEGEND)).to_contain_text(f"{before:,}")


def test_a_site_in_the_selected_area_by_keyboard(page: Page):
    open_view(page, f"{FENGTAI}&select=110106008")
    here = page.get_by_role("button", name="＋ 加在选中地区")
    here.focus()
    page.keyboard.press("Enter")
    wait_for_sites(page, 1)
    expect(by_id(page, ids.PANEL)).to_contain_text("新增覆盖")


def test_a_provider_can_be_closed_on_the_map(page: Page):
    open_view(page, FENGTAI)
    page.get_by_role("button", name="✕ 关闭").click()
    page.wait_for_function("() => (SilverAtlas.map().canvas.points || {ids: []}).ids.length > 0")
    page.wait_for_function(
        "() => (SilverAtlas.map().canvas.points.marks || []).some(m => m.point >= 0)"
    )
    at = page.evaluate(
        """() => { const map = SilverAtlas.map();
        const m = map.canvas.points.marks.find(m => m.point >= 0);
        const p = map.map.layerPointToContainerPoint(map.canvas._bounds.min.add([m.x, m.y]));
        const box = map.container.getBoundingClientRect();
        return [box.left + p.x, box.top + p.y]; }"""
    )
    page.mouse.click(*at)
    wait_for_sites(page, 1)
    assert state_of(page)["plan"].startswith("c:")
    expect(by_id(page, ids.MAP_TITLE)).to_contain_text("关闭1处")


def test_a_bad_list_of_candidates_is_said(page: Page):
    open_view(page, FENGTAI)
    page.get_by_text("候选点").click()
    by_id(page, ids.SITING_LIST).fill("116.36, 39.84\nhere")
    by_id(page, ids.SITING_START).click()
    expect(by_id(page, ids.SITING_ANSWER)).to_contain_text("第2行")


def test_the_plan_as_a_file(page: Page):
    open_view(page, f"{FENGTAI}&plan=a:meals,116.364,39.84348,80")
    rows = list(csv.reader(io.StringIO(download(page, "text=下载方案 CSV").read_text("utf-8-sig"))))
    assert [row[0] for row in rows[1:3]] == ["方案", "地区"]
    assert rows[1][4:7] == ["116.36400", "39.84348", "80"]
    assert all("演示" in row[-1] for row in rows[1:])
