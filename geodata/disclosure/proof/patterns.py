"""Exchanges between two areas that keep every sum: what the one gives the other takes.

A pattern is about one area; in the other its signs are reversed. Cards add over ages, swipes and
money over ages and categories, so a pattern keeps those sums inside the area, and the exchange
keeps the sums over areas. Communities have no categories by age, so theirs is a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geodata.disclosure.knowledge import CARDS, ISSUED, SILENT, SWIPES
from geodata.schema import AGE_ALL, AGE_BANDS, CATEGORY_ALL, CATEGORY_CODES
from geodata.slots import SLOT_INDEX

Cell = tuple[str, int, int]  # kind, slot, sign
Pattern = tuple[list[Cell], list[Cell]]  # of an area above communities, of a community


def draw_patterns(kinds: tuple[str, ...], rng: np.random.Generator) -> Iterator[Pattern]:
    """Some patterns of each sort, other categories and ages every time.

    Parameters
    ----------
    kinds : tuple of str
        Of the system: cards and swipes, issued and silent cards, or one field of money.
    rng : numpy.random.Generator
    """
    summed = SWIPES if SWIPES in kinds else kinds[0]  # what adds over categories
    categories = list(rng.permutation(CATEGORY_CODES))
    if SWIPES in kinds:
        for category in categories:
            yield from _of_cards(category, *_two_ages(rng))
        yield from _of_all(CARDS, *_two_ages(rng))
        yield _both(_cells(CARDS, CATEGORY_ALL, *_two_ages(rng)[:1], 1))
        for kind in (ISSUED, SILENT):
            a, b = rng.permutation(np.arange(1, len(AGE_BANDS)))[:2]
            yield _both([(kind, int(a), 1), (kind, int(b), -1)])
            yield _both([(kind, 0, 1), (kind, int(a), 1)])
    for one, other in zip(categories, categories[1:] + categories[:1]):
        yield from _of_two(summed, one, other, *_two_ages(rng))
        if SWIPES in kinds:
            yield from _cards_with_swipes(one, other, *_two_ages(rng))
            yield from _cards_with_swipes(other, one, *_two_ages(rng))
    yield from _with_all(summed, categories[0], *_two_ages(rng))


def _two_ages(rng: np.random.Generator) -> tuple[str, str]:
    a, b = rng.permutation(AGE_BANDS[1:])[:2]
    return str(a), str(b)


def _cells(kind: str, category: str, age: str, sign: int) -> list[Cell]:
    """A category and its age band."""
    return [(kind, SLOT_INDEX[category, AGE_ALL], sign), (kind, SLOT_INDEX[category, age], sign)]


def _both(cells: list[Cell]) -> Pattern:
    return cells, cells


def _split(*parts: list[Cell]) -> Pattern:
    """Categories by age are above communities only."""
    return [cell for part in parts for cell in part], [part[0] for part in parts]


def _of_cards(category: str, a: str, b: str) -> Iterator[Pattern]:
    yield _split(_cells(CARDS, category, a, 1))
    yield [(CARDS, SLOT_INDEX[category, a], 1), (CARDS, SLOT_INDEX[category, b], -1)], []


def _of_two(kind: str, one: str, other: str, a: str, b: str) -> Iterator[Pattern]:
    yield _split(_cells(kind, one, a, 1), _cells(kind, other, a, -1))
    yield [(kind, SLOT_INDEX[c, age], s) for c, age, s in _square(one, other, a, b)], []


def _square(one: str, other: str, a: str, b: str):
    return (one, a, 1), (one, b, -1), (other, a, -1), (other, b, 1)


def _cards_with_swipes(one: str, other: str, a: str, b: str) -> Iterator[Pattern]:
    """Cards cannot be more than swipes: more of both, and fewer swipes for something else."""
    yield _split(_cells(CARDS, one, a, 1), _cells(SWIPES, one, a, 1), _cells(SWIPES, other, a, -1))
    cards = [(CARDS, SLOT_INDEX[one, a], 1), (CARDS, SLOT_INDEX[one, b], -1)]
    yield [*cards, *((SWIPES, SLOT_INDEX[c, g], s) for c, g, s in _square(one, other, a, b))], []


def _of_all(kind: str, a: str, b: str) -> Iterator[Pattern]:
    yield _both([(kind, SLOT_INDEX[CATEGORY_ALL, g], s) for g, s in ((a, 1), (b, -1))])


def _with_all(kind: str, category: str, a: str, b: str) -> Iterator[Pattern]:
    """What adds over categories, in "all" and in one category."""
    ages = [(kind, SLOT_INDEX[CATEGORY_ALL, g], s) for g, s in ((a, 1), (b, -1))]
    yield [*ages, *((kind, SLOT_INDEX[category, g], s) for g, s in ((a, 1), (b, -1)))], ages
    every = _cells(kind, CATEGORY_ALL, a, 1)
    of_category = _cells(kind, category, a, 1)
    yield [*every, *of_category], [*every, of_category[0]]
