"""One measured figure beside the wanted one, and the table of all of them."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """What was measured; `wanted` is the most it may be, None where nothing is promised."""

    what: str
    measured: float
    unit: str
    wanted: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.wanted is None or self.measured <= self.wanted

    def row(self) -> str:
        """One line of the Markdown table."""
        wanted = "" if self.wanted is None else f"{_figure(self.wanted)} {self.unit}".strip()
        verdict = "" if self.wanted is None else ("yes" if self.holds else "**no**")
        measured = f"{_figure(self.measured)} {self.unit}".strip()
        return f"| {self.what} | {measured} | {wanted} | {verdict} | {self.note} |"


def _figure(value: float) -> str:
    """Three significant digits, thousands grouped."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def markdown_table(results: list[Result]) -> str:
    """All results as a Markdown table, the machine named above it."""
    head = "| what | measured | at most | holds | note |\n|---|---|---|---|---|"
    return "\n".join([f"Machine: {machine()}.", "", head, *(r.row() for r in results)])


def machine() -> str:
    """Processor, number of cores, memory, system and Python in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GB, "
        f"{platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
