"""The page as a reader uses it: by what is written on it, not by how it is made."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Frame, Locator, Page, expect

from dashboard import ids

DRAWN = """(wanted) => {
  const map = window.SilverAtlas && window.SilverAtlas.map();
  return map && map.payload && !("loading" in map.frame.dataset) && map.canvas.layer
      && (!wanted || map.positionOf(wanted) >= 0);
}"""
POINT = """(code) => {
  const map = window.SilverAtlas.map();
  const [lon, lat] = map.properties(map.positionOf(code)).p;
  const at = map.map.latLngToContainerPoint([lat, lon]);
  const frame = map.container.getBoundingClientRect();
  return [frame.left + at.x, frame.top + at.y];
}"""


def by_id(page: Page, element: str) -> Locator:
    """The element with an id of dashboard/ids.py."""
    return page.locator(f"#{element}")


def open_view(page: Page, query: str = "", path: str = "") -> None:
    """Open an address and wait until the map is drawn."""
    page.goto(path + (f"?{query}" if query else ""))
    wait_until_drawn(page)


def wait_until_drawn(page: Page | Frame, code: str = "") -> None:
    """Wait until the map is drawn, with the area of that code among those shown."""
    page.wait_for_function(DRAWN, arg=code)


def expect_crumbs(page: Page, *names: str) -> None:
    """The breadcrumb shows these names, in this order, and no further one."""
    pattern = r"[\s›]*".join(map(re.escape, names)) + r"(?!\s*›)"
    expect(by_id(page, ids.CRUMBS)).to_have_text(re.compile(pattern))


def table_row(page: Page, code: str) -> Locator:
    """The table's row of an area; AG Grid may split it over two containers."""
    return by_id(page, ids.TABLE).locator(f'.ag-row[row-id="{code}"]')


def table_cell(page: Page, code: str, column: str) -> Locator:
    """One cell of the table."""
    return table_row(page, code).locator(f'[col-id="{column}"]')


def table_numbers(page: Page, column: str = "value") -> dict[str, float | None]:
    """Numbers of a column by area code, as read off the screen; None where there is none."""
    expect(by_id(page, ids.TABLE).locator(".ag-row[row-id]").first).to_be_visible()
    rows = by_id(page, ids.TABLE).locator(f'.ag-row[row-id] [col-id="{column}"]')
    texts = rows.evaluate_all(
        "cells => cells.map(c => [c.closest('.ag-row').getAttribute('row-id'), c.innerText])"
    )
    return {code: read_number(text) for code, text in texts}


def read_number(text: str) -> float | None:
    """A number as it is written on screen (grouping, percent sign, 万); None if there is none."""
    plain = re.sub(r"[\s,\u2009\u202f\u00a0]", "", text).replace("\u2212", "-")
    found = re.search(r"-?\d+(?:\.\d+)?", plain)
    if not found:
        return None
    return float(found.group()) * (10_000 if "万" in plain else 1)


def area_point(page: Page | Frame, code: str) -> tuple[float, float]:
    """Where on the screen, or in its frame, the label point of a drawn area is.

    What is filled in beside the map may still change its size: the point is taken when it stays.
    """
    wait_until_drawn(page, code)
    before, at = None, page.evaluate(POINT, code)
    while at != before:
        page.wait_for_timeout(150)
        before, at = at, page.evaluate(POINT, code)
    x, y = at
    return x, y


def shown_level(page: Page) -> str:
    """The level that is drawn."""
    return page.evaluate("() => SilverAtlas.map().payload.level")


def state_of(page: Page) -> dict[str, str]:
    """The keys of the address."""
    return {k: v[-1] for k, v in parse_qs(urlsplit(page.url).query).items()}


def expect_state(page: Page, **wanted: str) -> None:
    """The address holds these keys; a value "" means that the key is left out."""
    for key, value in wanted.items():
        pattern = rf"[?&]{key}={re.escape(value)}(&|$)" if value else rf"^(?!.*[?&]{key}=)"
        expect(page).to_have_url(re.compile(pattern))
