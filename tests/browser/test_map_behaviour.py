"""The map as it behaves: what comes last is shown, hover, touch, points, failures."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from dashboard import ids
from tests.browser.atlas_page import (
    area_point,
    by_id,
    expect_crumbs,
    expect_state,
    open_view,
    table_row,
    wait_until_drawn,
)

SHOWN = "() => SilverAtlas.map().payload.area"
SELECTED = "() => SilverAtlas.map().codeOf(SilverAtlas.map().canvas.selected)"
HOVERED = "() => SilverAtlas.map().codeOf(SilverAtlas.map().canvas.hovered)"
PIXEL = """(code) => {
  const map = SilverAtlas.map(), canvas = map.canvas;
  const [lon, lat] = map.properties(map.positionOf(code)).p;
  const at = map.map.latLngToLayerPoint([lat, lon]).subtract(canvas._bounds.min);
  // Beside the label: the name stands on the label point.
  const ratio = canvas.frame.ratio;
  const data = canvas._pens[0].getImageData(at.x * ratio, (at.y + 14) * ratio, 1, 1).data;
  return '#' + [...data.slice(0, 3)].map(v => v.toString(16).padStart(2, '0')).join('');
}"""


def test_areas_have_the_colour_of_their_class(page: Page):
    open_view(page, "area=110101")
    wait_until_drawn(page, "110101001")
    payload = page.evaluate("() => SilverAtlas.map().payload")
    codes = page.evaluate(
        """() => {
          const { layer, first, stop } = SilverAtlas.map().canvas;
          return layer.properties.slice(first, stop).map(p => p.c);
        }"""
    )
    shown = {code: page.evaluate(PIXEL, code) for code in codes}
    wanted = {
        code: payload["colours"][payload["classes"][k]]
        for k, code in enumerate(codes)
        if payload["classes"][k] >= 0
    }
    right = [code for code in wanted if shown[code].lower() == wanted[code].lower()]
    assert len(wanted) > 10
    assert len(right) >= 0.8 * len(wanted)  # the probe may fall on a line or a name


def test_the_last_view_asked_for_wins(page: Page):
    open_view(page, "area=11")

    def delay(route: Route) -> None:
        page.wait_for_timeout(700)
        route.fulfill(json={"type": "FeatureCollection", "features": []})

    slow = page.evaluate("() => SilverAtlas.map().payload")
    page.route(re.compile(r"/geometry/late-"), delay)
    page.evaluate(
        """(slow) => {
          const map = SilverAtlas.map(), now = map.payload;
          map.draw({ ...slow, layer: "/geometry/late-one.geojson", area: "late" });
          map.draw({ ...now, area: "now" });
        }""",
        slow,
    )
    page.wait_for_function("() => SilverAtlas.map().payload.area === 'now'")
    page.wait_for_timeout(1200)
    assert page.evaluate(SHOWN) == "now"
    assert page.evaluate("() => 'loading' in SilverAtlas.map().frame.dataset") is False


def test_hover_marks_legend_and_row(page: Page):
    open_view(page, "area=11")
    wait_until_drawn(page, "110101")
    expect(table_row(page, "110101").first).to_be_visible()
    page.mouse.move(*area_point(page, "110101"))
    expect(page.locator(".atlas-tooltip")).to_contain_text("东城区")
    expect(page.locator("[data-legend-class].is-hovered")).to_have_count(1)
    marked = "element => getComputedStyle(element).backgroundColor"
    page.wait_for_timeout(300)
    assert table_row(page, "110101").first.evaluate(marked) != table_row(
        page, "110106"
    ).first.evaluate(marked)
    page.mouse.move(2, 2)
    expect(page.locator(".atlas-tooltip")).to_be_hidden()
    expect(page.locator("[data-legend-class].is-hovered")).to_have_count(0)


def test_a_row_under_the_pointer_is_outlined_on_the_map(page: Page):
    open_view(page, "area=11")
    table_row(page, "110106").first.hover()
    page.wait_for_function(f"({HOVERED})() === '110106'")


def test_click_selects_without_sending_the_values_again(page: Page):
    open_view(page, "area=11")
    payloads: list[str] = []
    page.wait_for_load_state("networkidle")
    page.on(
        "response",
        lambda r: (
            "update-component" in r.url
            and f'"{ids.MAP_DATA}"' in r.text()
            and payloads.append(r.url)
        ),
    )
    page.mouse.click(*area_point(page, "110106"))
    expect_state(page, select="110106")
    assert page.evaluate(SELECTED) == "110106"
    page.wait_for_timeout(400)
    assert payloads == []


def test_touch_first_selects_then_opens(new_page: Callable[..., Page]):
    page = new_page(width=390, height=844, has_touch=True, is_mobile=True)
    open_view(page, "area=11")
    page.touchscreen.tap(*area_point(page, "110106"))
    expect_state(page, area="11", select="110106")
    page.wait_for_timeout(500)  # not a double tap
    page.touchscreen.tap(*area_point(page, "110106"))
    expect_crumbs(page, "京津冀", "北京市", "丰台区")


def test_shift_and_arrows_select_neighbours(page: Page):
    open_view(page, "area=110101")
    page.locator(f"#{ids.MAP}").focus()
    page.keyboard.press("Shift+ArrowRight")
    first = page.evaluate(SELECTED)
    page.keyboard.press("Shift+ArrowDown")
    page.wait_for_timeout(200)
    second = page.evaluate(SELECTED)
    assert first
    assert second not in ("", first)
    expect_state(page, select=second)
    page.keyboard.press("Escape")
    expect_state(page, select="")


def test_points_are_drawn_when_asked_for(page: Page):
    open_view(page, "area=110101&measure=users_share&category=meals&points=1")
    page.wait_for_function("() => SilverAtlas.map().canvas.points?.marks?.length > 0")
    shown = page.evaluate(
        "() => SilverAtlas.map().canvas.points.marks.reduce((sum, mark) => sum + mark.count, 0)"
    )
    told = page.evaluate(
        "() => fetch(SilverAtlas.map().payload.points).then(r => r.json()).then(p => p.lon.length)"
    )
    assert shown == told > 0


def test_a_lost_layer_is_asked_for_anew_and_then_said(page: Page):
    open_view(page, "area=11")
    seen = page.evaluate(
        """async () => {
          const map = SilverAtlas.map(), sent = [];
          const real = dash_clientside.set_props;
          dash_clientside.set_props = (id, props) => sent.push([id, props.data && props.data.kind]);
          const lost = Object.assign(new Error(), { status: 404 });
          map._fail(lost, { layer: "x" });
          map._fail(lost, { layer: "x" });
          dash_clientside.set_props = real;
          return sent;
        }"""
    )
    assert seen == [[ids.MAP_EVENT, "refresh"]]
    expect(page.locator(".atlas-map-message")).to_be_visible()


def test_pointing_at_the_legend_pales_the_other_classes(page: Page):
    open_view(page, "area=110101")
    entry = page.locator("[data-legend-class]").first
    key = entry.get_attribute("data-legend-class")
    entry.hover()
    page.wait_for_function("(key) => SilverAtlas.map().canvas.emphasis === key", arg=key)
    by_id(page, ids.HEADLINE).hover()
    page.wait_for_function("() => SilverAtlas.map().canvas.emphasis === null")


def test_reload_and_back_draw_the_map_again(page: Page):
    open_view(page, "area=11")
    page.mouse.dblclick(*area_point(page, "110101"))
    wait_until_drawn(page, "110101001")
    page.reload()
    wait_until_drawn(page, "110101001")
    page.go_back()
    wait_until_drawn(page, "110101")
    assert page.evaluate(SHOWN) == "11"
