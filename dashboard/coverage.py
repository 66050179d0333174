"""The coverage panel: reach, capacity and use of one category side by side, never one alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dashboard.cells import Cells
from dashboard.places import Places
from geodata.coverage import Standard
from geodata.schema import AGE_ALL

WORST = 10


@dataclass(frozen=True)
class CoverageRow:
    """One area: people of the standard's base, how many of them within and beyond reach."""

    position: int
    code: str
    name: str
    name_en: str
    elderly: int
    reached: int
    beyond: int
    share: float | None


@dataclass(frozen=True)
class Coverage:
    """Reach, capacity and use of a category in an area and month.

    Parameters
    ----------
    standard : Standard
    category : str
    elderly, reached, beyond : int or None
        People of the standard's base; None where the census has none.
    share : float or None
        reached / elderly.
    providers, capacity : int or None
        Open sites and their places.
    capacity_per_1000 : float or None
        Places per 1,000 people of the standard's base.
    users : int or None
        Distinct cards used for the category in the month; `users_state` says why None.
    load : float or None
        Users per place.
    worst : tuple of CoverageRow
        The areas of the level drawn with the most people beyond reach, only those with any.
    """

    standard: Standard
    category: str
    elderly: int | None
    reached: int | None
    beyond: int | None
    share: float | None
    providers: int | None
    capacity: int | None
    capacity_per_1000: float | None
    users: int | None
    users_state: int
    load: float | None
    worst: tuple[CoverageRow, ...]


def compute_coverage(
    cells: Callable[[str, int | slice], Cells],
    places: Places,
    standard: Standard,
    position: int,
    period: str,
    level: str,
    category: str,
) -> Coverage:
    """Coverage of an area; see `Coverage` for units."""
    facts = cells(period, position)
    elderly = _count(facts.aged(standard.counts))
    reached = _count(facts.reached(standard.id))
    providers = _count(facts.provider("providers_count", category))
    capacity = _count(facts.provider("capacity", category))
    users = int(facts.swipe("cards_count", category, AGE_ALL))
    users_count = users if users >= 0 else None
    known = elderly is not None and reached is not None
    return Coverage(
        standard=standard,
        category=category,
        elderly=elderly,
        reached=reached,
        beyond=elderly - reached if known else None,
        share=reached / elderly if known and elderly else None,
        providers=providers,
        capacity=capacity,
        capacity_per_1000=_ratio(capacity, elderly, 1000),
        users=users_count,
        users_state=-min(users, 0),
        load=_ratio(users_count, capacity, 1),
        worst=_worst(cells(period, places.children(position, level)), places, standard, WORST),
    )


def _worst(facts: Cells, places: Places, standard: Standard, limit: int) -> tuple[CoverageRow, ...]:
    elderly, reached = facts.aged(standard.counts), facts.reached(standard.id)
    beyond = np.where((elderly >= 0) & (reached >= 0), elderly - reached, 0)
    order = np.argsort(-beyond, kind="stable")[:limit]
    first = facts.positions.start
    return tuple(
        _row(places, first + i, int(elderly[i]), int(reached[i]))
        for i in order.tolist()
        if beyond[i] > 0
    )


def _row(places: Places, position: int, elderly: int, reached: int) -> CoverageRow:
    return CoverageRow(
        position=position,
        code=places.tree.codes[position],
        name=places.tree.names[position],
        name_en=places.names("en")[position],
        elderly=elderly,
        reached=reached,
        beyond=elderly - reached,
        share=reached / elderly if elderly else None,
    )


def _count(value: np.ndarray) -> int | None:
    return int(value) if value >= 0 else None


def _ratio(part: int | None, whole: int | None, scale: float) -> float | None:
    return part / whole * scale if part is not None and whole else None
