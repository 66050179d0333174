"""Behind a proxy's prefix, under gunicorn, and when a release is published meanwhile."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from dashboard import ids
from tests.browser.atlas_page import DRAWN
from tests.browser.conftest import Watch
from tests.serving import Server, serve

GUNICORN = [
    *(sys.executable, "-m", "gunicorn", "dashboard.wsgi:app", "--preload"),
    *("--workers", "2", "--bind", "127.0.0.1:{port}"),
]


@pytest.fixture(scope="module")
def behind_prefix(grid_releases) -> Iterator[Server]:
    """gunicorn with two workers, as the Procfile starts it, under a path prefix."""
    with serve(grid_releases, GUNICORN, ATLAS_PREFIX="/atlas/", ATLAS_LANG="en") as running:
        yield running


def fetch(address: str) -> tuple[int, bytes]:
    """Status and body."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_everything_lies_under_the_prefix(browser: Browser, behind_prefix: Server):
    context = browser.new_context(base_url=behind_prefix.url)
    page = context.new_page()
    watch = Watch(page)
    page.goto("?lang=zh-CN")
    page.wait_for_function(DRAWN, arg="")
    expect(page.locator(f"#{ids.TABLE} .ag-row[row-id]").first).to_be_visible()
    context.close()
    watch.require_clean()


def test_health(behind_prefix: Server, grid_release):
    assert fetch(behind_prefix.url + "healthz")[0] == 200
    status, body = fetch(behind_prefix.url + "readyz")
    assert status == 200
    assert grid_release.name in body.decode()


def test_unknown_address_is_a_plain_page(behind_prefix: Server):
    status, body = fetch(behind_prefix.url + "geometry/no-such-layer.geojson")
    assert status == 404
    assert b"Traceback" not in body


def test_wrong_setting_stops_the_start_with_a_sentence(grid_releases):
    with (
        pytest.raises(RuntimeError, match="ATLAS_LANG") as caught,
        serve(grid_releases, ATLAS_LANG="klingon"),
    ):
        pass
    assert "Traceback" not in str(caught.value)
