"""One server and one Chromium for a process's browser tests; a page that watches itself."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.serving import Server, chromium, serve

# Generous, for machines that do other things meanwhile; a page that is fast is not held up by it.
TIMEOUT_MS = float(os.environ.get("ATLAS_TEST_TIMEOUT_MS", "20000"))
expect.set_options(timeout=TIMEOUT_MS)
OWN_HOSTS = {"127.0.0.1", "localhost"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """All tests of this folder need a browser."""
    item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def host_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Another origin (other port, other host name): its address and its folder."""
    folder = tmp_path_factory.mktemp("portal")
    handler = partial(_SilentHandler, directory=str(folder))
    site = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://localhost:{site.server_port}", folder
    site.shutdown()


class _SilentHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def server(demo_releases: Path, host_site: tuple[str, Path]) -> Iterator[Server]:
    """The atlas on the small demonstration; the host site may embed it."""
    ancestors = f"'self' {host_site[0]}"
    with serve(demo_releases, ATLAS_FRAME_ANCESTORS=ancestors) as running:
        yield running


class Watch:
    """What a page must not do: write errors to the console, ask another machine."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.failed: list[str] = []
        page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._note_request)
        page.on("response", self._note_response)

    def _note_request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in OWN_HOSTS:
            self.outside.append(request.url)

    def _note_response(self, response) -> None:
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")

    def require_clean(self) -> None:
        """Fail with what was seen."""
        assert not self.outside, "a request left the machine"
        assert not self.failed
        assert not self.errors


@pytest.fixture
def new_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Makes watched pages: `new_page(width=1024, height=768, locale="en")`."""
    made: list[tuple[BrowserContext, Watch]] = []

    def make(width: int = 1440, height: int = 900, locale: str = "zh-CN", **options) -> Page:
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            locale=locale,
            accept_downloads=True,
            **options,
        )
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        made.append((context, Watch(page)))
        return page

    yield make
    for context, _ in made:
        context.close()
    for _, watch in made:
        watch.require_clean()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A watched page, 1440 x 900, zh-CN."""
    return new_page()
