"""What a real browser asks of the server, change by change, so that it can be asked again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from dashboard import ids
from tests.serving import Server

DRAWN = """() => {
  const map = window.SilverAtlas && window.SilverAtlas.map();
  return map && map.payload && map.canvas.layer && !("loading" in map.frame.dataset);
}"""
QUIET_MS = 250
PATIENCE_S = 30


@dataclass
class Exchange:
    """One request with what it took on the wire (headers and compressed body)."""

    method: str
    path: str
    body: str | None
    wire_bytes: int = 0
    finished_s: float = 0.0


@dataclass
class Recorder:
    """Collects exchanges; `take()` hands over those since the last time."""

    exchanges: list[Exchange] = field(default_factory=list)
    open: dict[str, Exchange] = field(default_factory=dict)

    def on_request(self, event: dict) -> None:
        """A request begins."""
        request = event["request"]
        parts = urlsplit(request["url"])
        if parts.scheme.startswith("http"):
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            exchange = Exchange(request["method"], path, request.get("postData"))
            self.open[event["requestId"]] = exchange
            self.exchanges.append(exchange)

    def on_finished(self, event: dict) -> None:
        """A request ends."""
        exchange = self.open.pop(event["requestId"], None)
        if exchange:
            exchange.wire_bytes = int(event["encodedDataLength"])
            exchange.finished_s = event["timestamp"]

    def on_failed(self, event: dict) -> None:
        """A request is given up, as the browser does when it needs the answer no more."""
        self.open.pop(event["requestId"], None)

    def take(self) -> list[Exchange]:
        """What was recorded since the last call."""
        taken, self.exchanges = self.exchanges, []
        return taken


@contextmanager
def recorded_page(browser: Browser, server: Server) -> Iterator[tuple[Page, Recorder]]:
    """A page with an empty cache whose traffic is recorded."""
    context = browser.new_context(
        base_url=server.url, viewport={"width": 1440, "height": 900}, locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    recorder = Recorder()
    session = context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", recorder.on_request)
    session.on("Network.loadingFinished", recorder.on_finished)
    session.on("Network.loadingFailed", recorder.on_failed)
    session.send("Network.enable", {"maxPostDataSize": 1 << 20})
    try:
        yield page, recorder
    finally:
        context.close()


def change_view(page: Page, recorder: Recorder, query: str) -> list[Exchange]:
    """Move the open page to another view as its own links do; everything that was asked."""
    recorder.take()
    page.evaluate(
        "([id, data]) => dash_clientside.set_props(id, { data })",
        [ids.ADDRESS, f"?{query}" if query else ""],
    )
    wait_until_quiet(page, recorder)
    return recorder.take()


def wait_until_quiet(page: Page, recorder: Recorder) -> None:
    """Wait until the map is drawn and nothing has been asked for a while."""
    page.wait_for_function(DRAWN)
    before, deadline = -1, time.monotonic() + PATIENCE_S
    while recorder.open or before != len(recorder.exchanges):
        if time.monotonic() > deadline:
            waiting = [exchange.path for exchange in recorder.open.values()]
            raise TimeoutError(f"the page does not come to rest; open: {waiting}")
        before = len(recorder.exchanges)
        page.wait_for_timeout(QUIET_MS)
