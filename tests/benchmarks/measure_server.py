"""Server time and bytes for changes of view, recorded in a browser and asked again in-process.

The browser runs through the changes once and notes every request it makes; the same requests then
go, in the same order, to a fresh application through Flask's test client, where nothing but the
server's own work is timed. No view has been built there before, so no cache helps.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from flask.testing import FlaskClient

from tests.benchmarks.recording import Exchange, change_view, recorded_page, wait_until_quiet
from tests.benchmarks.result import Result
from tests.building import Built
from tests.serving import chromium, serve

SUBDISTRICTS = "level=subdistrict"
MEASURE_CHANGE = f"{SUBDISTRICTS}&measure=users_share&category=meals"
AREAS = ["", "area=11", "area=12", "area=13", "area=1306", "area=110105", "area=131003"]
LEVELS = ["", "level=subdistrict"]
MEASURES = [
    "measure=elderly_share",
    "measure=silent_card_share",
    "measure=users_share&category=meals",
    "measure=reach_share&category=meals",
    "measure=amount_per_card&period=2025-03",
    "measure=swipes_per_card&age=80plus",
]
COMMUNITIES = ["area=1306&level=community", "area=1306&level=community&measure=silent_card_share"]


def views() -> list[str]:
    """Queries in the order they are opened; none twice."""
    crossed = [
        "&".join(filter(None, [area, level, measure]))
        for area in AREAS
        for level in LEVELS
        for measure in MEASURES
        if not (level and area.startswith("area=1") and len(area) == len("area=110105"))
    ]
    return [SUBDISTRICTS, MEASURE_CHANGE, *crossed, *COMMUNITIES]


def measure(built: Built, note: Callable[[str], None]) -> list[Result]:
    """Record the changes and the first visit, then time the changes."""
    note("recording a first visit and changes of view")
    with (
        serve(built.releases) as server,
        chromium() as browser,
        recorded_page(browser, server) as (page, recorder),
    ):
        page.goto("")
        for last in (".ag-row[row-id]", ".js-plotly-plot .main-svg"):  # these come after the map
            page.wait_for_selector(last)
        wait_until_quiet(page, recorder)
        first = recorder.take()
        changes = {query: change_view(page, recorder, query) for query in views()}
    note("timing the same requests inside one process")
    times, busy = np.array(time_changes(built, first, changes)).T * 1000
    measure_bytes = sum(e.wire_bytes for e in changes[MEASURE_CHANGE])
    total = sum(e.wire_bytes for e in first)
    return [
        Result(
            f"server time for a change of view, p95 of {len(times)}",
            float(np.percentile(times, 95)),
            "ms",
            30,
            "all requests of the change together",
        ),
        Result("the same, median", float(np.median(times)), "ms"),
        Result("the same, processor time, p95", float(np.percentile(busy, 95)), "ms"),
        Result(
            "change of measure at 3,013 subdistricts, compressed",
            measure_bytes / 1000,
            "kB",
            40,
            f"{len(changes[MEASURE_CHANGE])} requests, headers included",
        ),
        Result("first visit, everything, compressed", total / 1e6, "MB", 3),
    ]


def time_changes(
    built: Built, first: list[Exchange], changes: dict[str, list[Exchange]]
) -> list[tuple[float, float]]:
    """Seconds on the clock and of the processor for each change of view."""
    from dashboard.app import create_app
    from dashboard.releases import Releases
    from dashboard.settings import Settings

    settings = Settings(releases=built.releases)
    client = create_app(settings, Releases(built.releases)).server.test_client()
    for exchange in first:
        ask(client, exchange)
    times = []
    for asked in changes.values():
        clock, processor = time.perf_counter(), time.process_time()
        for exchange in asked:
            ask(client, exchange)
        times.append((time.perf_counter() - clock, time.process_time() - processor))
    return times


def ask(client: FlaskClient, exchange: Exchange) -> None:
    """Send a recorded request and take the whole answer."""
    answer = client.open(
        exchange.path,
        method=exchange.method,
        data=exchange.body,
        headers={"Accept-Encoding": "gzip, deflate, br", "Content-Type": "application/json"},
    )
    answer.get_data()
    if answer.status_code >= 400:
        raise RuntimeError(f"{exchange.path} answered {answer.status_code}")
