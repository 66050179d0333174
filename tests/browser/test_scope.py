"""A portal's user with a signed scope: the own area works, the rest says why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard import ids
from dashboard.access import HEADER, Scope, sign_scope
from dashboard.text import t
from tests.browser.atlas_page import by_id, expect_crumbs, open_view, table_row
from tests.browser.conftest import TIMEOUT_MS, Watch
from tests.serving import Server, serve

SECRET = "a secret of the portal and the atlas"


@pytest.fixture(scope="module")
def guarded(demo_releases) -> Iterator[Server]:
    """The atlas with a secret."""
    with serve(demo_releases, ATLAS_SCOPE_SECRET=SECRET) as running:
        yield running


@pytest.fixture(scope="module")
def token() -> str:
    """Dongcheng, down to the communities, for an hour."""
    scope = Scope(("110101",), "community", "wang")
    return sign_scope(scope, SECRET, datetime.now(UTC) + timedelta(hours=1))


@pytest.fixture
def visitor(browser: Browser, guarded: Server) -> Iterator[tuple[Page, Watch]]:
    """A page of a browser without cookies."""
    context = browser.new_context(base_url=guarded.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    yield page, Watch(page)
    context.close()


def test_a_scope_in_the_address_opens_the_own_area_and_nothing_above(visitor, token):
    page, watch = visitor
    open_view(page, f"scope={token}")
    expect_crumbs(page, "京津冀", "北京市", "东城区")
    expect(table_row(page, "110101001")).to_be_visible()
    by_id(page, ids.CRUMBS).get_by_text("北京市").click()
    expect(by_id(page, ids.NOTICE)).to_contain_text(t("zh-CN", "refused_area"))
    expect_crumbs(page, "京津冀", "北京市", "东城区")
    watch.require_clean()


def test_a_header_of_the_proxy_does_the_same(visitor, token):
    page, watch = visitor
    page.set_extra_http_headers({HEADER: token})
    open_view(page, "area=110101&lang=en", "embed")
    assert page.evaluate("document.cookie") == ""
    watch.require_clean()


@pytest.mark.parametrize("path", ["", "embed", "quality"])
def test_without_a_scope_there_is_a_sentence_and_no_map(visitor, path):
    page, watch = visitor
    page.goto(path)
    expect(page.get_by_text(t("zh-CN", "refused_no_scope"))).to_be_visible()
    expect(page.get_by_text(t("en", "refused_no_scope"))).to_be_visible()
    assert page.evaluate("!(window.SilverAtlas && window.SilverAtlas.map())")
    assert not watch.errors
    assert not watch.outside
