"""Plans in the browser and what they cost the server: what-if and search for sites."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable
from statistics import median
from urllib.parse import quote

import psutil
from playwright.sync_api import Browser, Page

from tests.benchmarks.measure_memory import GUNICORN, memory_mb
from tests.benchmarks.recording import recorded_page
from tests.benchmarks.result import Result
from tests.building import Built
from tests.serving import Server, chromium, serve

DRAWN = "html[data-map-drawn]"
CHANGES = 8
VIEWS = {
    "3,013 polygons": "level=subdistrict&measure=gap_people&category=meals&tab=plan",
    "district": "area=110106&measure=gap_people&category=meals&tab=plan",
}
SITES = "n => SilverAtlas.map().canvas.sites.length === n"
PLAN = "a:meals,116.364,39.84348,80;a:meals,117.2,39.13,80;a:meals,114.5,38.04,80"


def measure(built: Built, note: Callable[[str], None]) -> list[Result]:
    """Click on the map and wait for the new numbers; ask for sites; then the workers' memory."""
    note("plans in the browser")
    results = []
    with serve(built.releases) as server, chromium() as browser:
        for name, query in VIEWS.items():
            first, later = measure_what_if(browser, server, query)
            results += [
                Result(f"what-if, {name}: click to new numbers", later, "s", 1, "median of 8"),
                Result("the same, the first of a fresh server" if "poly" in name
                       else "the same, the first of a page", first, "s"),
            ]  # fmt: skip
        results += [
            Result(
                "three sites of a district: click to sites on the map",
                measure_search(browser, server, "area=110106", 3),
                "s",
                2,
            ),
            Result(
                "100 sites of the region: click to sites on the map",
                measure_search(browser, server, "area=jjj", 100),
                "s",
                60,
                "bound 2 %",
            ),
        ]
    return [*results, measure_workers(built, note)]


def measure_what_if(browser: Browser, server: Server, query: str) -> tuple[float, float]:
    """Seconds from a click with the tool to legend and marks with the new plan: first, median."""
    with recorded_page(browser, server) as (page, _):
        open_plan(page, query)
        page.locator("[data-plan-tool=add]").click()
        box = page.locator("#map").bounding_box()
        times = []
        for number in range(1, CHANGES + 1):
            x = box["x"] + box["width"] * (0.35 + 0.03 * number)
            begin = time.perf_counter()
            page.mouse.click(x, box["y"] + box["height"] * 0.5)
            page.wait_for_function(SITES, arg=number)
            page.wait_for_function(
                "n => document.querySelectorAll('.sites tbody tr').length === n", arg=number
            )
            times.append(time.perf_counter() - begin)
            page.wait_for_load_state("networkidle")
        return times[0], median(times[1:])


def measure_search(browser: Browser, server: Server, area: str, count: int) -> float:
    """Seconds from the button to the sites on the map."""
    with recorded_page(browser, server) as (page, _):
        open_plan(page, f"{area}&measure=gap_people&category=meals&tab=plan")
        page.locator("#siting-count").fill(str(count))
        begin = time.perf_counter()
        page.locator("#siting-start").click()
        page.wait_for_function(SITES, arg=count, timeout=120_000)
        return time.perf_counter() - begin


def open_plan(page: Page, query: str) -> None:
    """Open a view with the tools of a plan and wait until everything is there."""
    page.goto(f"?{query}", wait_until="commit")
    page.wait_for_selector(DRAWN, state="attached")
    page.wait_for_selector("#panel .figures, #panel p >> nth=1")
    page.wait_for_load_state("networkidle")


def measure_workers(built: Built, note: Callable[[str], None]) -> Result:
    """Memory of a worker that has answered coverage questions of all kinds."""
    note("memory of a worker with coverage questions")
    queries = [
        f"measure={measure}&category=meals&plan={quote(PLAN)}"
        for measure in ("gap_people", "access_e2sfca", "served_share", "border_people")
    ]
    queries += ["measure=reach_share&category=meals&walk=700", "measure=reach_share&standard="]
    command = [*GUNICORN, "--workers", "1", "--bind", "127.0.0.1:{port}"]
    with serve(built.releases, command) as server:
        for query in queries * 2:
            address = f"{server.url}export/table.csv?level=subdistrict&{query}"
            with urllib.request.urlopen(address, timeout=60) as answer:
                answer.read()
        worker = psutil.Process(server.process.pid).children()[0]
        rss, _, _ = memory_mb(worker.pid)
    return Result("memory of a worker that has answered coverage questions", rss, "MB", 550)
