"""A view inside the page of another origin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard import ids
from tests.browser.atlas_page import area_point, wait_until_drawn
from tests.serving import Server

PORTAL = """<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>portal</title>
<link rel="icon" href="data:,">
<body style="margin:0">
<iframe title="atlas" {sandbox} src="{url}" style="width:{width}px;height:{height}px;border:0">
</iframe>
<script>
window.heights = [];
addEventListener("message", (event) => {{
  if (event.data && event.data.type === "silver-atlas:height")
    window.heights.push([event.origin, event.data.height]);
}});
</script>"""

SANDBOXES = ["", 'sandbox="allow-scripts allow-same-origin"']


@pytest.fixture
def portal(host_site: tuple[str, Path], server: Server) -> Callable[..., str]:
    """Writes the portal's page and gives its address."""
    address, folder = host_site

    def write(query: str, sandbox: str = "", width: int = 900, height: int = 640) -> str:
        page = PORTAL.format(
            sandbox=sandbox, url=f"{server.url}embed?{query}", width=width, height=height
        )
        (folder / "portal.html").write_text(page, "utf-8")
        return f"{address}/portal.html"

    return write


def atlas_frame(page: Page):
    """The frame of the atlas, drawn."""
    frame = next(frame for frame in page.frames if "/embed" in frame.url)
    wait_until_drawn(frame)
    return frame


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_view_works_inside_another_origin(page: Page, portal, sandbox: str):
    page.goto(portal("area=11", sandbox))
    frame = atlas_frame(page)
    expect(frame.locator("body")).to_contain_text("东城区")
    expect(frame.locator("header.topbar")).to_have_count(0)
    page.mouse.dblclick(*area_point(frame, "110101"))  # the frame begins at the page's corner
    wait_until_drawn(frame, "110101001")


@pytest.mark.parametrize(("width", "height"), [(360, 480), (700, 500), (1200, 800)])
def test_tells_its_height_and_fits(page: Page, portal, width: int, height: int):
    page.goto(portal("area=110101", "", width, height))
    frame = atlas_frame(page)
    page.wait_for_function("() => window.heights.length > 0")
    origin, told = page.evaluate("() => window.heights.at(-1)")
    assert origin.startswith("http://127.0.0.1:")
    assert told >= 200
    wide = frame.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_marks_of_origin_stay_on_the_embedded_view(page: Page, portal):
    page.goto(portal("area=11"))
    frame = atlas_frame(page)
    expect(frame.locator("body")).to_contain_text("演示")
    expect(frame.locator("body")).to_contain_text("内部使用")
    expect(frame.locator(f"#{ids.LEGEND}")).to_be_visible()


def test_a_site_that_is_not_named_may_not_embed(browser: Browser, portal):
    """The same portal under its other name is another origin, and is refused."""
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(portal("area=11").replace("localhost", "127.0.0.1"))
    page.wait_for_timeout(1500)
    assert any("frame-ancestors" in text for text in errors)
    context.close()
