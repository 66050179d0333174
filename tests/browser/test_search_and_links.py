"""Search, deep links, broken links, language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dashboard import ids
from tests.browser.atlas_page import (
    by_id,
    expect_crumbs,
    expect_state,
    open_view,
    table_row,
    wait_until_drawn,
)


@pytest.mark.parametrize("text", ["dongcheng", "dcq", "东城", "110101"])
def test_search(page: Page, text: str):
    open_view(page)
    by_id(page, ids.SEARCH).fill(text)
    hits = by_id(page, ids.SEARCH_HITS)
    expect(hits).to_contain_text("东城区")
    hits.get_by_text("东城区").first.click()
    expect_crumbs(page, "京津冀", "北京市", "东城区")
    expect_state(page, area="110101")


def test_search_finds_nothing_and_says_so(page: Page):
    open_view(page)
    by_id(page, ids.SEARCH).fill("qqqqqq")
    expect(by_id(page, ids.SEARCH_HITS)).to_contain_text("qqqqqq")


def test_deep_link_opens_the_whole_state(page: Page):
    query = (
        "area=110101&level=community&measure=users_share&category=meals&age=all"
        "&period=2025-03&classes=natural&select=110101002004&tab=flows&lang=en"
    )
    open_view(page, query)
    expect_crumbs(page, "Beijing-Tianjin-Hebei", "Beijing", "Dongcheng District")
    expect(by_id(page, ids.MEASURE)).to_have_value("users_share")
    expect(by_id(page, ids.CATEGORY)).to_have_value("meals")
    expect(by_id(page, ids.PERIOD)).to_have_value("2025-03")
    expect(by_id(page, ids.LEVEL)).to_have_value("community")
    expect(by_id(page, ids.CLASSES)).to_have_value("natural")
    expect_state(page, area="110101", level="community", lang="en")


SLOW_ANSWERS = """(() => {
  const quick = window.fetch;
  window.fetch = (...asked) => quick(...asked).then(
    (answer) => new Promise((go) => setTimeout(() => go(answer), 150)));
})()"""


def test_back_pressed_again_before_the_answer_is_there(page: Page):
    page.add_init_script(SLOW_ANSWERS)
    open_view(page)
    for name, code in (("北京市", "11"), ("东城区", "110101")):
        by_id(page, ids.SEARCH).fill(code)
        by_id(page, ids.SEARCH_HITS).get_by_text(name).first.click()
        expect_state(page, area=code)
        wait_until_drawn(page)
    page.evaluate("() => { history.back(); setTimeout(() => history.back(), 155); }")
    expect_crumbs(page, "京津冀")
    expect_state(page, area="")
    page.wait_for_timeout(1000)  # nothing late may come and push the reader elsewhere
    expect_crumbs(page, "京津冀")
    page.go_forward()
    expect_crumbs(page, "京津冀", "北京市")
    expect_state(page, area="11")


def test_reload_keeps_the_view(page: Page):
    open_view(page, "area=11")
    by_id(page, ids.MEASURE).select_option("silent_card_share")
    expect_state(page, measure="silent_card_share")
    page.reload()
    wait_until_drawn(page, "110101")
    expect(by_id(page, ids.MEASURE)).to_have_value("silent_card_share")
    expect_crumbs(page, "京津冀", "北京市")


BROKEN = [
    "area=999999",
    "area=110101&area=11&level=galaxy",
    "measure=__import__('os')&period=2026-13&classes=42",
    "classes=own&breaks=1,x,%00,1e999,NaN",
    "area=%F0%9F%92%A9&lang=xx&select=<script>alert(1)</script>",
    "measure=reach_share&category=bus&age=80plus&level=region",
    "&&==&%&" + "a" * 6000,
]


@pytest.mark.parametrize("query", BROKEN)
def test_broken_link_opens_something(page: Page, query: str):
    open_view(page, query)
    expect(by_id(page, ids.CRUMBS)).to_contain_text("京津冀")
    expect(by_id(page, ids.TABLE).locator(".ag-row[row-id]").first).to_be_visible()


def test_language_switch_and_back(page: Page):
    open_view(page, "area=11")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("link", name="English").click()
    expect_crumbs(page, "Beijing-Tianjin-Hebei", "Beijing")
    expect(table_row(page, "110101").first).to_contain_text("Dongcheng")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="中文").click()
    expect_crumbs(page, "京津冀", "北京市")


def test_english_page_is_english(new_page: Callable[..., Page]):
    """Nothing but names of the other language and the brand is in Chinese."""
    page = new_page(locale="en-GB")
    open_view(page, "area=110101&lang=en")
    text = page.locator("body").inner_text()
    chinese = {c for c in text if "\u4e00" <= c <= "\u9fff"}
    assert chinese <= set("银龄地图中文北京通养老助残卡"), "".join(sorted(chinese))


def test_quality_page_shows_release_and_findings(page: Page, demo_release):
    page.goto("quality")
    expect(page.locator("body")).to_contain_text(demo_release.name)
    expect(page.locator("body")).to_contain_text("合成")
    assert page.locator("table, .ag-root").count() >= 1
