"""The map in a browser without GPU: drawn after, bytes before, pan, recolour, click, memory.

Each figure is the median of several fresh pages. Times run in the page from the reader's action to
the first frame that shows its effect: what is on the canvas is read back, nothing is taken on
trust. `ATLAS_BENCH_LOAD=2` keeps that many cores busy meanwhile.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from tests.benchmarks.recording import recorded_page
from tests.benchmarks.result import Result
from tests.building import Built
from tests.serving import Server, chromium, serve

PAGES = 5
SUBDISTRICTS = "level=subdistrict&measure=elderly_share"
OTHER_MEASURES = ["aged_80_share", "silent_card_share", "cards_count", "elderly_count"]
SCRIPT = Path(__file__).with_name("map_probes.js")
DRAWN = "html[data-map-drawn]"
FLAGS = ("--enable-precise-memory-info", "--js-flags=--expose-gc")


def measure(built: Built, note: Callable[[str], None]) -> list[Result]:
    """Open the 3,013 subdistricts on fresh pages and take the medians."""
    busy = int(os.environ.get("ATLAS_BENCH_LOAD", "0"))
    note(f"map in the browser, {PAGES} pages, {busy} busy processes beside it")
    with loaded(busy), serve(built.releases) as server, chromium(*FLAGS) as browser:
        first = [measure_first(browser, server) for _ in range(PAGES)]
        pages = [measure_page(browser, server) for _ in range(PAGES)]

    def middle(key: str, rows: list[dict[str, float]]) -> float:
        return median(row[key] for row in rows)

    load = f"{busy} busy processes beside it" if busy else ""
    return [
        Result("first page: drawn after", middle("drawn_s", first), "s", None, load),
        Result("first page: compressed before the map is drawn",
               middle("bytes", first) / 1e6, "MB", 1.2),
        Result("3,013 polygons: drawn after, empty cache", middle("drawn_s", pages), "s"),
        Result("3,013 polygons: compressed before the map is drawn",
               middle("bytes", pages) / 1e6, "MB", 1.2),
        Result("3,013 polygons: pan, median frame", middle("pan_ms", pages), "ms", 33),
        Result("3,013 polygons: pan, longest frame", middle("longest_ms", pages), "ms"),
        Result("3,013 polygons: recolour, values there", middle("recolour_ms", pages), "ms", 400),
        Result("3,013 polygons: change of measure, choice to new colours",
               middle("change_ms", pages), "ms", None, "server and transfer included"),
        Result("3,013 polygons: click to callback", middle("click_ms", pages), "ms"),
        Result("3,013 polygons: script memory", middle("heap_mb", pages), "MB"),
    ]  # fmt: skip


def measure_first(browser: Browser, server: Server) -> dict[str, float]:
    """The first visit as a new reader has it: time and bytes until the map is drawn."""
    with recorded_page(browser, server) as (page, _):
        return open_drawn(page, "")


def open_drawn(page: Page, query: str) -> dict[str, float]:
    """Open a view with an empty cache: seconds and compressed bytes until its map is drawn."""
    page.goto(query, wait_until="commit")
    page.wait_for_selector(DRAWN, state="attached")
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    return page.evaluate("probes.untilDrawn()")


def measure_page(browser: Browser, server: Server) -> dict[str, float]:
    """Everything about one fresh page with the 3,013 subdistricts."""
    with recorded_page(browser, server) as (page, _):
        row = open_drawn(page, f"?{SUBDISTRICTS}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)
        row["recolour_ms"] = median(page.evaluate("probes.recolour()") for _ in range(4))
        changes = [page.evaluate("key => probes.changeMeasure(key)", k) for k in OTHER_MEASURES]
        row["change_ms"] = median(changes)
        frames = [*pan(page, 1), *pan(page, -1)]
        row["pan_ms"], row["longest_ms"] = median(frames), max(frames)
        row["click_ms"] = median(page.evaluate("k => probes.click(k)", k) for k in range(5))
        row["heap_mb"] = page.evaluate("probes.heap()")
        return row


def pan(page: Page, direction: int) -> list[float]:
    """Drag the map for a second; milliseconds between frames, the redraw at the end included."""
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("probes.startFrames()")
    for step in range(45):
        page.mouse.move(x + direction * 4 * step, y + 2 * step)
        page.wait_for_timeout(16)
    page.mouse.up()
    page.wait_for_timeout(400)
    return page.evaluate("probes.stopFrames()")


@contextmanager
def loaded(processes: int) -> Iterator[None]:
    """Keep cores busy with other work, as an office PC or a shared desktop has it."""
    running = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(processes)]
    for process in running:
        process.start()
    try:
        yield
    finally:
        for process in running:
            process.terminate()


def _spin() -> None:
    while True:
        sum(range(10_000))
