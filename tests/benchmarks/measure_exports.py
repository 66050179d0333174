"""Printed pages: CPU of a map page, first page, pages at once, brief, atlas, size, memory.

A warm page has its geometry from an earlier page; its values, classes and words are new, so that
neither this program nor the typesetter has seen the page before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import psutil

from dashboard.dataset import Dataset
from dashboard.exports.brief import export_brief
from dashboard.exports.locator import locator_svg
from dashboard.exports.map_svg import draw_map
from dashboard.exports.pdf import compile_page, export_pdf
from dashboard.exports.sheet import build_sheet
from dashboard.view import View, build_view
from dashboard.view_state import parse_view
from tests.benchmarks.kaleido_map import measure_kaleido
from tests.benchmarks.result import Result
from tests.building import ROOT, Built
from tests.dashboard.exports.quilt import quilt_content, write_quilt

SUBDISTRICTS = "level=subdistrict"
MEASURES = ("card_coverage", "silent_card_share", "elderly_share", "amount_per_card", "cards_count")
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
DISTRICTS = ("110105", "110106", "130102", "131082", "120105")
CELLS = 38  # a quilt of 7 districts of 38 x 38 squares: 10,108 polygons
COMMUNITIES = "area=11&level=community"
MEGABYTE = 2**20


def measure(built: Built, note: Callable[[str], None]) -> list[Result]:
    """Everything in turn; the atlas last."""
    dataset = Dataset.open(built.release)
    note("map pages")
    pages, sizes = zip(*(warm_page(dataset, f"{SUBDISTRICTS}&measure={m}") for m in MEASURES))
    note("10,000 polygons")
    crowded = crowded_page(dataset)
    queries = [f"{COMMUNITIES}&measure={m}" for m in MEASURES[:3]]
    real = min([warm_page(dataset, query)[0] for query in queries][1:])
    many = len(_view(dataset, COMMUNITIES).codes)
    note("first page of a fresh process")
    first = median(fresh_page(built, scratch_page) for _ in range(3))
    note("four pages at once")
    together = four_at_once(dataset)
    note("briefs")
    briefs = [brief(dataset, code) for code in DISTRICTS]
    results = [
        Result("map page, 3,013 polygons, warm, CPU", median(pages[1:]), "s", 0.6),
        Result(f"map page, {many:,} real communities of Beijing, warm, CPU", real, "s", 1.2),
        Result("map page, 10,108 polygons, warm, CPU", crowded, "s", 1.2, "squares"),
        Result("first page in a fresh process", first, "s", 2, "3,013 polygons, imports included"),
        Result("four map pages of 3,013 polygons at once, wall", together, "s", 3),
        Result("brief of one district, CPU", median(briefs), "s", 1.5),
        Result("PDF of 3,013 polygons", max(sizes) / MEGABYTE, "MB", 2),
    ]
    note("atlas of all districts")
    seconds, megabytes = whole_atlas(built)
    count = dataset.tree.level_slices["district"]
    results += [
        Result(f"atlas of {count.stop - count.start} districts", seconds, "s", 120),
        Result("its memory at most", megabytes, "MB", 1024),
    ]
    return results + yardstick(dataset, median(pages[1:]), note)


def _view(dataset: Dataset, query: str) -> View:
    return build_view(dataset, parse_view(query, dataset))


def warm_page(dataset: Dataset, query: str) -> tuple[float, int]:
    """CPU seconds and bytes of one page."""
    view = _view(dataset, query)
    start = time.process_time()
    content = export_pdf(view)
    return time.process_time() - start, len(content)


def crowded_page(dataset: Dataset) -> float:
    """CPU seconds of the third page of ten thousand squares: each with other colours."""
    with tempfile.TemporaryDirectory() as folder:
        quilt = write_quilt(Path(folder), cells=CELLS)
        sheet = build_sheet(_view(dataset, SUBDISTRICTS))
        times = []
        for suppressed in (10, 20, 30):
            content = quilt_content(quilt, "jjj", "subdistrict", suppressed=suppressed)
            start = time.process_time()
            drawing = draw_map(quilt, content)
            compile_page(sheet, drawing, locator_svg(quilt, content.area))
            times.append(time.process_time() - start)
    return min(times[1:])


def scratch_page(out: Path) -> list[str]:
    """The command that prints one page."""
    return [sys.executable, "-m", "dashboard", "export", "--view", SUBDISTRICTS, "--out", str(out)]


def fresh_page(built: Built, command: Callable[[Path], list[str]]) -> float:
    """Seconds from the start of a process to its end with one page written."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run(
            command(Path(folder) / "map.pdf"),
            env=_environment(built),
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - start


def four_at_once(dataset: Dataset) -> float:
    """Seconds until four warm pages are done that were asked for at the same time."""
    views = [_view(dataset, f"{SUBDISTRICTS}&period={month}") for month in MONTHS]
    start = time.perf_counter()
    with ThreadPoolExecutor(len(views)) as pool:
        list(pool.map(export_pdf, views))
    return time.perf_counter() - start


def brief(dataset: Dataset, code: str) -> float:
    """CPU seconds of a district's brief, its geometry included."""
    view = _view(dataset, f"area={code}")
    start = time.process_time()
    export_brief(view)
    return time.process_time() - start


def whole_atlas(built: Built) -> tuple[float, float]:
    """Seconds and peak memory in MB of the process that makes the region's atlas."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*scratch_page(Path(folder) / "atlas.pdf"), "--kind", "atlas"]
        start, peak = time.perf_counter(), 0.0
        process = psutil.Popen(
            command, env=_environment(built), cwd=ROOT, stdout=subprocess.DEVNULL
        )
        while process.poll() is None:
            try:
                peak = max(peak, process.memory_info().rss / MEGABYTE)
            except psutil.Error:
                break
            time.sleep(0.2)
        if process.wait():
            raise RuntimeError("the atlas was not made")
        return time.perf_counter() - start, peak


def yardstick(dataset: Dataset, ours: float, note: Callable[[str], None]) -> list[Result]:
    """The same map by Plotly and Kaleido, where both and a Chromium are there.

    Parameters
    ----------
    ours : float
        Seconds of our page.
    """
    note("Plotly and Kaleido on the same map")
    found = measure_kaleido(_view(dataset, f"{SUBDISTRICTS}&measure=card_coverage"))
    if found is None:
        return []
    whole, simple = found
    name = "yardstick: Plotly and Kaleido, the same 3,013 polygons, warm, wall"
    return [
        Result(name, whole, "s", None, "map and scale of colours alone"),
        Result("the same with polygons simplified for the screen", simple, "s"),
        Result("our page over the yardstick", ours / whole, "", 0.5, f"{whole / ours:.0f} times"),
    ]


def _environment(built: Built) -> dict[str, str]:
    return {**os.environ, "ATLAS_RELEASES": str(built.releases)}
