"""Time and memory to build the whole demonstration release from nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.benchmarks.result import Result
from tests.building import ROOT, Built

CODE = """
import sys
from pathlib import Path
from geodata.demo import write_demo
from geodata.release import build_release
folder = Path(sys.argv[1])
write_demo(folder / "source")
build_release(folder / "source", folder / "releases")
"""

# The last month's flows packed otherwise: another file, so the month is built again.
AGAIN = """
import sys, time
from pathlib import Path
import pyarrow.parquet as pq
from geodata.release import build_release
folder = Path(sys.argv[1])
path = sorted((folder / "source" / "swipes").glob("*flows*"))[-1]
pq.write_table(pq.read_table(path), path, compression="gzip")
begin = time.perf_counter()
build_release(folder / "source", folder / "releases")
print(time.perf_counter() - begin)
"""


def measure(built: Built, note: Callable[[str], None]) -> list[Result]:
    """Write the source and build the release in a fresh process and a fresh folder."""
    note("building the whole demonstration from nothing")
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-c", CODE, folder], cwd=ROOT)
        peak = PeakMemory(process.pid)
        peak.start()
        if process.wait() != 0:
            raise RuntimeError("the demonstration could not be built")
        seconds = time.perf_counter() - begin
        peak.join()
        note("one month of it changed")
        again = [sys.executable, "-c", AGAIN, folder]
        one_month = float(subprocess.check_output(again, cwd=ROOT, text=True))
        size = sum(p.stat().st_size for p in _first(folder).rglob("*") if p.is_file())
    return [
        Result("demonstration release built from nothing", seconds, "s", 90),
        Result("the same: memory of all its processes at the peak", peak.gib, "GB", 3),
        Result("the same: size on disk", size / 1e6, "MB"),
        Result("one month changed, built over the release before", one_month, "s"),
    ]


def _first(folder: str) -> Path:
    """The release that was built from nothing."""
    first, *_ = (Path(folder, "releases") / "published.jsonl").read_text().splitlines()
    return Path(folder, "releases", json.loads(first)["id"])


class PeakMemory(threading.Thread):
    """Samples the proportional set size of a process and its children until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.root = psutil.Process(pid)
        self.gib = 0.0

    def run(self) -> None:
        """Sample every 0.2 s or less often; pages shared by processes count once.

        The kernel walks every page to tell: no more than a thirtieth of a core is spent on that,
        or the sampling would slow what it watches.
        """
        while self.root.is_running() and self.root.status() != psutil.STATUS_ZOMBIE:
            begin, total = time.perf_counter(), 0
            for process in self._family():
                try:
                    total += process.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue
            self.gib = max(self.gib, total / 2**30)
            time.sleep(max(0.2, 30 * (time.perf_counter() - begin)))

    def _family(self) -> list[psutil.Process]:
        try:
            return [self.root, *self.root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []
