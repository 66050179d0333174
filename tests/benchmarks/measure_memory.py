"""Start of the server and memory of its workers with the whole demonstration open."""

from __future__ import annotations

import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.benchmarks.result import Result
from tests.building import Built
from tests.serving import serve

WORKERS = 2
GUNICORN = [sys.executable, "-m", "gunicorn", "dashboard.wsgi:app", "--preload"]
ADDRESSES = [
    "",
    "readyz",
    "_dash-layout",
    "_dash-dependencies",
    "export/table.csv?level=subdistrict",
    "export/table.csv?area=110101&level=community&measure=users_share&category=meals",
    "export/map.pdf?area=11&level=district",
    "export/map.pdf?level=subdistrict",
]


def measure(built: Built, note: Callable[[str], None]) -> list[Result]:
    """Serve, ask for pages and exports from every worker, read what they hold."""
    note("starting the server and filling its workers")
    with serve(built.releases) as server:
        start = server.started_s
    command = [*GUNICORN, "--workers", str(WORKERS), "--bind", "127.0.0.1:{port}"]
    with serve(built.releases, command) as server:
        for address in ADDRESSES * 4:
            with urllib.request.urlopen(server.url + address, timeout=60) as answer:
                answer.read()
        workers = psutil.Process(server.process.pid).children()
        used = [memory_mb(worker.pid) for worker in workers]
    rss, pss, private = (max(column) for column in zip(*used, strict=True))
    return [
        Result("start to ready, release there", start, "s", 3),
        Result("memory per worker (RSS less the release's mapped files)", rss, "MB", 400),
        Result("the same, shared pages divided (PSS)", pss, "MB", 400),
        Result("the same, private pages only", private, "MB"),
    ]


def memory_mb(pid: int) -> tuple[float, float, float]:
    """Resident without mapped cube files, proportional and private memory of a process, in MB."""
    rollup = _fields(Path(f"/proc/{pid}/smaps_rollup").read_text())
    private = rollup["Private_Clean"] + rollup["Private_Dirty"]
    return (
        (rollup["Rss"] - _mapped_cubes(pid)) / 1024,
        rollup["Pss"] / 1024,
        private / 1024,
    )


def _mapped_cubes(pid: int) -> int:
    """KiB of the release's memory-mapped arrays: the system's file cache, not the worker's."""
    total, in_cube = 0, False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if not line.split(" ", 1)[0].endswith(":"):
            in_cube = line.endswith(".npy")
        elif in_cube and line.startswith("Rss:"):
            total += int(line.split()[1])
    return total


def _fields(text: str) -> dict[str, int]:
    rows = (line.split() for line in text.splitlines() if line.endswith(" kB"))
    return {row[0].rstrip(":"): int(row[1]) for row in rows}
