"""The contents of the atlas: which line stands where, and on which page its brief begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, product

LEFT, WIDTH, GUTTER = 28.0, 73.0, 10.0  # mm
ROW = 5.4
FIRST_TOP, TOP, BOTTOM = 85.0, 32.0, 258.0
COLUMNS = 2
PAGES_OF_A_BRIEF = 2


@dataclass(frozen=True)
class Line:
    """One line of the contents: text, number of the page it leads to, place in mm from top left.

    A `head` names the city or province of the lines below it.
    """

    text: str
    page: int
    x: float
    y: float
    width: float = WIDTH
    head: bool = False


def lay_contents(entries: Sequence[tuple[str, str]]) -> list[list[Line]]:
    """The lines of each page of the contents, down the columns.

    Parameters
    ----------
    entries : sequence of (group, name)
        One per brief, in order; each brief takes `PAGES_OF_A_BRIEF` pages. Each group has a head,
        unless all are of one.
    """
    grouped = len({group for group, _ in entries}) > 1
    placed, last, places = [], "", _places()
    for number, (group, name) in enumerate(entries):
        place, at_end = next(places)
        if grouped and group != last:
            if at_end:  # a head without a line below it would be lost
                place, _ = next(places)
            placed.append((number, group, place, True))
            place, _ = next(places)
        placed.append((number, name, place, False))
        last = group
    n_pages = placed[-1][2][0] + 1 if placed else 1
    pages: list[list[Line]] = [[] for _ in range(n_pages)]
    for number, text, (page, x, y), head in placed:
        first = n_pages + 1 + PAGES_OF_A_BRIEF * number
        pages[page].append(Line(text, first, x, y, head=head))
    return pages


def _places() -> Iterator[tuple[tuple[int, float, float], bool]]:
    """Page, x and y of one row after another, and whether it is the last one of its column."""
    for page in count():
        top = TOP if page else FIRST_TOP
        rows = int((BOTTOM - top) / ROW)
        for column, row in product(range(COLUMNS), range(rows)):
            yield (page, LEFT + column * (WIDTH + GUTTER), top + row * ROW), row == rows - 1
