"""Own values and a plan as digits of a short code; without them all are zero and cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard.view_state.own_values import DETOUR_LIMITS, NORM_LIMITS, WALK_LIMITS
from dashboard.view_state.state import plain
from geodata.coverage import COUNTS, AddedSite, MovedProvider, Scenario
from geodata.coverage.scenario import MOST_CHANGES, MOST_PLACES
from geodata.schema import CATEGORY_CODES

if TYPE_CHECKING:
    from dashboard.dataset import Dataset
    from dashboard.view_state import ViewState

Digits = list[tuple[int, int]]
Take = Callable[[int], int]
PER_UNIT, PER_DEGREE = 1000, 100_000
LON, LAT = 360 * PER_DEGREE + 1, 180 * PER_DEGREE + 1
OWN = (("walk", WALK_LIMITS), ("norm", NORM_LIMITS), ("detour", DETOUR_LIMITS))


def own_digits(state: ViewState) -> Digits:
    """Each own value in thousandths plus one; 0 for none."""
    who = (0 if not state.who else COUNTS.index(state.who) + 1, len(COUNTS) + 1)
    digits = [who]
    for key, (_, most) in OWN:
        value = getattr(state, key)
        digits.append((0 if value is None else round(value * PER_UNIT) + 1, most * PER_UNIT + 2))
    return digits


def read_own(take: Take) -> dict[str, str]:
    """The texts of the own values."""
    who = take(len(COUNTS) + 1)
    found = {"who": COUNTS[who - 1] if who else ""}
    for key, (_, most) in OWN:
        number = take(most * PER_UNIT + 2)
        found[key] = plain((number - 1) / PER_UNIT) if number else ""
    return found


def plan_digits(plan: Scenario, dataset: Dataset) -> Digits:
    """How many changes of each kind, then each change; providers by their row in the release."""
    rows = dataset.sites.rows
    digits = [(len(part), MOST_CHANGES + 1) for part in (plan.added, plan.moved, plan.closed)]
    for site in plan.added:
        digits.append((CATEGORY_CODES.index(site.category), len(CATEGORY_CODES)))
        digits += _place_digits(site)
        places = 0 if site.capacity is None else site.capacity + 1
        digits.append((places, MOST_PLACES + 2))
    for move in plan.moved:
        digits += [(rows[move.provider_id], len(rows)), *_place_digits(move)]
    digits += [(rows[code], len(rows)) for code in plan.closed]
    return digits


def read_plan(take: Take, dataset: Dataset) -> str | None:
    """The text of the plan; None when the digits are no plan of this release."""
    counts = [take(MOST_CHANGES + 1) for _ in range(3)]
    if sum(counts) > MOST_CHANGES:
        return None
    ids = list(dataset.sites.rows)
    added = []
    for _ in range(counts[0]):
        category = CATEGORY_CODES[take(len(CATEGORY_CODES))]
        lon, lat = _read_place(take)
        places = take(MOST_PLACES + 2)
        added.append(AddedSite(category, lon, lat, places - 1 if places else None))
    if not ids and counts[1] + counts[2]:
        return None
    moved = [MovedProvider(ids[take(len(ids))], *_read_place(take)) for _ in range(counts[1])]
    closed = [ids[take(len(ids))] for _ in range(counts[2])]
    return Scenario(tuple(added), tuple(moved), tuple(closed)).to_text()


def _place_digits(place: AddedSite | MovedProvider) -> Digits:
    lon, lat = round((place.lon + 180) * PER_DEGREE), round((place.lat + 90) * PER_DEGREE)
    return [(lon, LON), (lat, LAT)]


def _read_place(take: Take) -> tuple[float, float]:
    return take(LON) / PER_DEGREE - 180, take(LAT) / PER_DEGREE - 90
