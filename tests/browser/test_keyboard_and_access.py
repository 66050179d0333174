"""Without a mouse, with a screen reader, on small screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard import ids
from tests.browser.atlas_page import by_id, expect_crumbs, open_view, table_row, wait_until_drawn

PAGES = ["", "embed", "quality"]
LANGUAGES = ["zh-CN", "en"]
PLAN = "a:meals,116.364,39.84348,80"
WIDTHS = [(1440, 900), (1024, 768), (390, 844)]


def test_enter_opens_and_backspace_goes_up(page: Page):
    open_view(page, "area=11&select=110101")
    page.locator(f"#{ids.MAP}").focus()
    page.keyboard.press("Enter")
    expect_crumbs(page, "京津冀", "北京市", "东城区")
    wait_until_drawn(page, "110101001")
    page.keyboard.press("Backspace")
    expect_crumbs(page, "京津冀", "北京市")


def test_enter_on_a_row_opens_it(page: Page):
    open_view(page, "area=11")
    table_row(page, "110101").locator("[col-id]").first.click()
    page.keyboard.press("Enter")
    expect_crumbs(page, "京津冀", "北京市", "东城区")


def test_backspace_in_the_search_box_only_deletes(page: Page):
    open_view(page, "area=11")
    box = by_id(page, ids.SEARCH)
    box.fill("dong")
    box.press("Backspace")
    expect(box).to_have_value("don")
    expect_crumbs(page, "京津冀", "北京市")


def test_tab_reaches_search_controls_map_and_table(page: Page):
    open_view(page, "area=11&measure=users_share&category=meals")
    expect(by_id(page, ids.TABLE).locator(".ag-row[row-id]").first).to_be_visible()
    reached: set[str] = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached |= set(
            page.evaluate(
                """() => {
                  const found = [];
                  for (let e = document.activeElement; e; e = e.parentElement)
                    if (e.id) found.push(e.id);
                  return found;
                }"""
            )
        )
    wanted = {ids.SEARCH, ids.MEASURE, ids.CATEGORY, ids.PERIOD, ids.MAP, ids.TABLE}
    assert wanted <= reached


TABS = [f"measure=gap_people&category=meals&tab={tab}" for tab in ("coverage", "changes", "help")]
TABS += [f"measure=gap_people&category=meals&tab=plan&plan={PLAN}"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "query"), [*((path, "") for path in PAGES), *(("", q) for q in TABS)]
)
def test_axe_finds_nothing_serious(page: Page, path: str, query: str, lang: str):
    page.goto(f"{path}?area=110106&lang={lang}&{query}" if query else f"{path}?area=11&lang={lang}")
    if path != "quality":
        wait_until_drawn(page)
    if path == "":
        expect(by_id(page, ids.TABLE).locator(".ag-row[row-id]").first).to_be_visible()
    if query:
        expect(by_id(page, ids.PANEL).locator("b").first).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)
    found = Axe().run(page).response["violations"]
    serious = [
        (rule["id"], rule["help"], [node["html"][:160] for node in rule["nodes"]][:3])
        for rule in found
        if rule["impact"] in {"serious", "critical"}
    ]
    assert serious == []


CLIPPED = """() => [...document.querySelectorAll("h1, h2, h3, p, a, label, button, th, li")]
  .filter(e => e.offsetParent && e.innerText.trim())
  .filter(e => !e.closest(".ag-root-wrapper, .leaflet-container"))
  .filter(e => !e.closest(".visually-hidden, .js-plotly-plot"))
  .filter(e => {
    const style = getComputedStyle(e);
    const hides = style.overflowX !== "visible" || style.overflowY !== "visible";
    return hides && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2);
  })
  .map(e => e.innerText.slice(0, 40))"""
# What a reader must see whole besides: the choice a control holds, a figure with its unit, the
# numbers and heads of the table.
NARROW = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  const choices = [...document.querySelectorAll("select")].filter(e => {
    const style = getComputedStyle(e);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const text = e.selectedOptions[0] ? e.selectedOptions[0].text : "";
    return e.offsetParent && !e.closest(".standard-bar") && pen.measureText(text).width > room + 1;
  }).map(e => e.selectedOptions[0].text);
  const figures = [...document.querySelectorAll(".figure")];
  const cells = [...document.querySelectorAll('.ag-cell:not([col-id="name"]) .ag-cell-value')];
  const heads = [...document.querySelectorAll(".ag-header-cell-text")];
  const cut = [...figures, ...cells, ...heads].filter(e => e.offsetParent)
    .filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2);
  return [...choices, ...cut.map(e => e.innerText || e.className)];
}"""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_nothing_is_cut_off(new_page: Callable[..., Page], width: int, height: int, lang: str):
    page = new_page(width=width, height=height, locale=lang)
    plan = f"area=110106&measure=gap_people&category=meals&tab=plan&plan={PLAN}"
    views = [("", "area=110101"), ("quality", ""), ("embed", "area=110101"), ("", plan)]
    views.append(("", "level=district&measure=gap_people&category=meals&tab=coverage"))
    for path, query in views:
        page.goto(f"{path}?{query}&lang={lang}")
        page.locator("h1").first.wait_for()
        if path != "quality":
            wait_until_drawn(page)
        wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{path}: {wide} px too wide"
        if path == "":
            by_id(page, ids.TABLE).scroll_into_view_if_needed()
            expect(by_id(page, ids.TABLE).locator(".ag-row[row-id]").first).to_be_visible()
            assert page.evaluate(NARROW) == []
        assert page.evaluate(CLIPPED) == []
