"""Telling the caller how far long work is: one function, called now and then.

`progress(stage, done, total)`: the stage as text for the operator, and how many of its steps are
done. Stages may overlap; a stage is over when done == total.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the server imports this module and draws no bars: rich costs 0.1 s of its start
    from rich.console import Console

ProgressCallback = Callable[[str, int, int], None]


def no_progress(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


@contextmanager
def progress_bars() -> Iterator[ProgressCallback]:
    """One bar for each stage on standard error; plain lines where that is no terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield _line_writer(console)
        return
    columns = (
        TextColumn("{task.description:<44}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, int] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show


def _line_writer(console: Console) -> ProgressCallback:
    begun: set[str] = set()

    def show(stage: str, done: int, total: int) -> None:
        if stage not in begun:
            begun.add(stage)
            console.print(f"{stage} ...", highlight=False)

    return show
