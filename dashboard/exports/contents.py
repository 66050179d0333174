"""The contents of the atlas: which line stands where, and on which page its brief begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, WIDTH, GUTTER = 28.0, 73.0, 10.0  # mm
ROW = 5.4
FIRST_TOP, TOP, BOTTOM = 85.0, 32.0, 262.0
COLUMNS = 2
PAGES_OF_A_BRIEF = 2


@dataclass(frozen=True)
class Line:
    """One line of the contents: text, number of the page it leads to, place in mm from top left."""

    text: str
    page: int
    x: float
    y: float
    width: float = WIDTH
    height: float = ROW


def lay_contents(names: Sequence[str]) -> list[list[Line]]:
    """The lines of each page of the contents, down the columns.

    Parameters
    ----------
    names : sequence of str
        One per brief, in order; each brief takes `PAGES_OF_A_BRIEF` pages.
    """
    slots = _slots(len(names))
    n_pages = slots[-1][0] + 1 if slots else 1
    pages: list[list[Line]] = [[] for _ in range(n_pages)]
    for i, (name, (page, x, y)) in enumerate(zip(names, slots)):
        pages[page].append(Line(name, n_pages + 1 + PAGES_OF_A_BRIEF * i, x, y))
    return pages


def _slots(count: int) -> list[tuple[int, float, float]]:
    """Page, x and y of so many lines."""
    slots: list[tuple[int, float, float]] = []
    page = 0
    while len(slots) < count:
        top = TOP if page else FIRST_TOP
        rows = int((BOTTOM - top) / ROW)
        slots += [
            (page, LEFT + column * (WIDTH + GUTTER), top + row * ROW)
            for column in range(COLUMNS)
            for row in range(rows)
        ]
        page += 1
    return slots[:count]
