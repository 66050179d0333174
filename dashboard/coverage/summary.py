"""The coverage panel: reach, capacity and use of one category side by side, never one alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.places import Places
from geodata.coverage import Standard, compute_shortfall
from geodata.measures import Query
from geodata.schema import AGE_ALL

if TYPE_CHECKING:
    from dashboard.cells import Cells

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
    short_places, short_people : int or None
        Places short of the standard's norm, and the people they are meant for; None without one.
    below_demand : bool
        Whether fewer people live here than the standard wants for one provider.
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
    short_places: int | None
    short_people: int | None
    below_demand: bool
    worst: tuple[CoverageRow, ...]


@dataclass(frozen=True)
class Nearness:
    """What is counted only when it is asked for: places, accessibility, borders.

    Parameters
    ----------
    served : int or None
        People who get a place when each provider takes the nearest first.
    across : int or None
        People with only a neighbouring province's provider in reach.
    access : float or None
        Enhanced floating catchment over the region's mean.
    """

    served: int | None
    across: int | None
    access: float | None


def compute_nearness(facts: Cells, query: Query) -> Nearness:
    """Places, accessibility and borders of one area in one month."""
    access = _count(facts.covered("access_e2sfca", query))
    return Nearness(
        served=_count(facts.covered("served", query)),
        across=_count(facts.covered("border", query)),
        access=None if access is None else access / 1000,
    )


def compute_coverage(
    cells: Callable[[str, int | slice], Cells],
    places: Places,
    query: Query,
    position: int,
    period: str,
    level: str,
) -> Coverage:
    """Coverage of an area under the question's standard and plan; see `Coverage` for units."""
    facts, standard = cells(period, position), query.standard
    elderly = _count(facts.aged(standard.counts))
    reached = _count(facts.covered("reached", query))
    providers = _count(facts.provider("providers_count", query))
    capacity = _count(facts.provider("capacity", query))
    users = int(facts.swipe("cards_count", query.category, AGE_ALL))
    known = elderly is not None and reached is not None
    short = _shortfall(capacity, elderly, standard)
    return Coverage(
        standard=standard,
        category=query.category,
        elderly=elderly,
        reached=reached,
        beyond=elderly - reached if known else None,
        share=reached / elderly if known and elderly else None,
        providers=providers,
        capacity=capacity,
        capacity_per_1000=_ratio(capacity, elderly, 1000),
        users=users if users >= 0 else None,
        users_state=-min(users, 0),
        load=_ratio(users if users >= 0 else None, capacity, 1),
        short_places=short[0],
        short_people=short[1],
        below_demand=bool(
            elderly is not None and standard.min_demand and elderly < standard.min_demand
        ),
        worst=_worst(cells(period, places.children(position, level)), places, query, WORST),
    )


def _shortfall(
    capacity: int | None, elderly: int | None, standard: Standard
) -> tuple[int | None, int | None]:
    if standard.capacity_per_1000 is None or capacity is None or elderly is None:
        return None, None
    found = compute_shortfall([capacity], [elderly], standard.capacity_per_1000)
    return int(found.places[0]), int(found.people[0])


def _worst(facts: Cells, places: Places, query: Query, limit: int) -> tuple[CoverageRow, ...]:
    elderly, reached = facts.aged(query.counts), facts.covered("reached", query)
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
