"""What a plan changes: people, areas, its own sites, the load of the neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from geodata.coverage import Effect, Region, Scenario, Standard, apply_scenario

if TYPE_CHECKING:
    from dashboard.coverage.facts import CoverageFacts
    from dashboard.provider_sites import ProviderSites

ADDED, MOVED, CLOSED = "added", "moved", "closed"
NEIGHBOURS = 8


@dataclass(frozen=True)
class PlanSite:
    """One change of the plan.

    Parameters
    ----------
    id : str
        "+2" for the second addition, else the provider's id.
    action : str
        ADDED, MOVED or CLOSED.
    name : str
        Of the provider; "" for an addition.
    lon, lat : float
        Where it is with the plan; for a closed one where it was. EPSG:4490.
    before : tuple of float or None
        Where a moved one was.
    community : int
        Position of the community it stands in; -1 if in none.
    capacity : int or None
    people, newly : int or None
        People in reach of it, and those of them newly reached if it were the only change; None
        for a closed one.
    load : float or None
        People who would ask it for each of its places.
    justified : bool or None
        Whether as many people live in reach as the standard wants for a site; None without one.
    counts : bool
        Whether the standard counts its category: else it changes nothing here.
    """

    id: str
    action: str
    name: str
    lon: float
    lat: float
    before: tuple[float, float] | None
    community: int
    capacity: int | None
    people: int | None
    newly: int | None
    load: float | None
    justified: bool | None
    counts: bool


@dataclass(frozen=True)
class Neighbour:
    """A provider whose share of the people changes; loads are people asking for each place."""

    id: str
    name: str
    capacity: int | None
    before: float
    after: float
    load_before: float | None
    load_after: float | None


@dataclass(frozen=True)
class AreaChange:
    """People beyond reach of one area without and with the plan."""

    position: int
    elderly: int
    gap_before: int
    gap_after: int


@dataclass(frozen=True)
class PlanEffect:
    """A plan under one standard in one month.

    Parameters
    ----------
    standard : Standard
    gained, lost : int
        People newly in reach, and no longer in reach, in the whole region.
    own : AreaChange
        Of the area asked about.
    areas : tuple of AreaChange
        Of the areas of the level asked about that change, the most changed first; those outside
        the area asked about too.
    sites : tuple of PlanSite
        In the order of the plan.
    neighbours : tuple of Neighbour
        The most changed first, NEIGHBOURS at most.
    """

    standard: Standard
    gained: int
    lost: int
    own: AreaChange
    areas: tuple[AreaChange, ...]
    sites: tuple[PlanSite, ...]
    neighbours: tuple[Neighbour, ...]


def compute_plan_effect(
    facts: CoverageFacts,
    sites: ProviderSites,
    standard: Standard,
    plan: Scenario,
    period: str,
    position: int,
    level: str,
) -> PlanEffect:
    """Effect of a plan for an area and the areas of a level.

    Parameters
    ----------
    standard : Standard
        With a radius.
    """
    baseline = facts.baseline(standard, period)
    effect = apply_scenario(baseline, plan)
    changed = {
        int(row.position): AreaChange(
            int(row.position), int(row.people_count), int(row.gap_before), int(row.gap_after)
        )
        for row in effect.areas.itertuples()
    }
    people, reached = baseline.people_by_area[position], baseline.reached_by_area[position]
    gap = int(max(people - reached, 0)) if people >= 0 and reached >= 0 else 0
    level_of, first = facts.tree.level, facts.tree.level_slices["community"].start
    areas = [change for p, change in changed.items() if level_of(p) == level]
    areas.sort(key=lambda area: -abs(area.gap_before - area.gap_after))
    return PlanEffect(
        standard=standard,
        gained=effect.gained_count,
        lost=effect.lost_count,
        own=changed.get(position, AreaChange(position, int(max(people, 0)), gap, gap)),
        areas=tuple(areas),
        sites=_describe_sites(effect, facts.planned(plan), first, sites, standard, plan),
        neighbours=_describe_neighbours(effect, sites),
    )


def _describe_sites(
    effect: Effect, region: Region, first: int, sites: ProviderSites, standard: Standard, plan
) -> tuple[PlanSite, ...]:
    """Every change of the plan; `region` as it would be, `first` the first community."""
    home = dict(zip(region.provider_ids.tolist(), region.supply.community.tolist()))

    def community(code: str) -> int:
        return home[code] + first if home.get(code, -1) >= 0 else -1

    counted = effect.sites.itertuples()  # additions that count, then moves that count
    found = []
    for i, site in enumerate(plan.added):
        row = next(counted) if site.category in standard.categories else None
        known = ("", (site.lon, site.lat), site.capacity)
        found.append(_site(f"+{i + 1}", ADDED, known, None, row, standard, community(f"+{i + 1}")))
    for move in plan.moved:
        row = None if move.provider_id in effect.ignored else next(counted)
        name, where, capacity = sites.describe(move.provider_id)
        known = (name, (move.lon, move.lat), capacity)
        at = community(move.provider_id)
        found.append(_site(move.provider_id, MOVED, known, where, row, standard, at))
    for code in plan.closed:
        site = _site(code, CLOSED, sites.describe(code), None, None, standard, community(code))
        found.append(replace(site, counts=code not in effect.ignored))
    return tuple(found)


def _site(
    number: str,
    action: str,
    known: tuple[str, tuple[float, float], int | None],
    before: tuple[float, float] | None,
    row: Any,
    standard: Standard,
    community: int,
) -> PlanSite:
    people = None if row is None else round(row.people_in_reach)
    wanted = standard.min_demand
    name, (lon, lat), capacity = known
    return PlanSite(
        id=number,
        action=action,
        name=name,
        lon=lon,
        lat=lat,
        before=before,
        community=community,
        capacity=capacity,
        people=people,
        newly=None if row is None else round(row.newly_reached),
        load=None if row is None else _known(row.load),
        justified=None if people is None or not wanted else people >= wanted,
        counts=row is not None,
    )


def _describe_neighbours(effect: Effect, sites: ProviderSites) -> tuple[Neighbour, ...]:
    rows = effect.neighbours.head(NEIGHBOURS).itertuples()
    return tuple(
        Neighbour(
            id=row.provider_id,
            name=sites.describe(row.provider_id)[0],
            capacity=None if isnan(row.capacity) else int(row.capacity),
            before=row.asked_before,
            after=row.asked_after,
            load_before=_known(row.load_before),
            load_after=_known(row.load_after),
        )
        for row in rows
    )


def _known(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
