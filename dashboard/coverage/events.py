"""Providers that opened or closed, and reach and use around them before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geodata.coverage import (
    BeforeAfter,
    Region,
    Standard,
    compare_before_after,
    find_comparable,
    find_surroundings,
)
from geodata.errors import AreaError
from geodata.schema import AGE_ALL

if TYPE_CHECKING:
    from dashboard.cells import Cells
    from dashboard.coverage.facts import CoverageFacts

OPENED, CLOSED = "opened", "closed"
MONTHS = 6  # of each window at most


@dataclass(frozen=True)
class SupplyEvent:
    """A provider that opened or closed.

    Parameters
    ----------
    provider_id : str
    community : int
        Position of the community it stands in.
    action, period : str
        OPENED or CLOSED, and the first month of it.
    reach, use : BeforeAfter or None
        Share of the people within reach in the communities around it; share of the cards used
        for the category in its subdistrict. None where no area has numbers in all months.
    """

    provider_id: str
    community: int
    action: str
    period: str
    reach: BeforeAfter | None
    use: BeforeAfter | None


def list_events(
    facts: CoverageFacts,
    cells: Cells,
    standard: Standard,
    category: str,
    position: int,
    limit: int,
) -> tuple[SupplyEvent, ...]:
    """The latest openings and closings in an area with a month before and after.

    Parameters
    ----------
    cells : Cells
        Of all subdistricts over all months.
    standard : Standard
        With a radius.
    """
    region, periods = facts.region, facts.periods
    found = _find_events(region, standard, facts, position)[:limit]
    if not found:
        return ()
    reached = facts.reached_by_month(standard, None)[:, facts.tree.level_slices["community"]]
    around = _Around(facts, cells, standard, category, reached)
    return tuple(
        SupplyEvent(
            provider_id=str(region.provider_ids[number]),
            community=int(region.supply.community[number]) + around.first,
            action=action,
            period=periods[event],
            reach=around.compare_reach(number, event),
            use=around.compare_use(number, event),
        )
        for event, action, number in found
    )


def _find_events(
    region: Region, standard: Standard, facts: CoverageFacts, position: int
) -> list[tuple[int, str, int]]:
    """(month, action, provider), the latest first."""
    month = {period: i for i, period in enumerate(facts.periods)}
    first = facts.tree.level_slices["community"].start
    inside = facts.tree.descendants(position, "community")
    place = region.supply.community + first
    ours = region.of_categories(standard.categories)
    ours &= (region.supply.community >= 0) & (place >= inside.start) & (place < inside.stop)
    events = []
    for number in np.flatnonzero(ours).tolist():
        for action, dates in ((OPENED, region.supply.opened), (CLOSED, region.supply.closed)):
            event = month.get(str(dates[number]))
            if event is not None and 0 < event < len(facts.periods) - 1:
                events.append((event, action, number))
    return sorted(events, key=lambda item: (-item[0], item[1], item[2]))


class _Around:
    """What every event of a question shares."""

    def __init__(
        self,
        facts: CoverageFacts,
        cells: Cells,
        standard: Standard,
        category: str,
        reached: np.ndarray,
    ) -> None:
        self.facts, self.standard, self.reached = facts, standard, reached
        self.region, tree = facts.region, facts.tree
        self.first = tree.level_slices["community"].start
        self.people = self.region.people[standard.counts]
        self.users = cells.swipe("cards_count", category, AGE_ALL)
        self.cards = cells.issued(AGE_ALL)
        subdistricts = tree.level_slices["subdistrict"]
        self.subdistrict = tree.parents[tree.level_slices["community"]] - subdistricts.start
        ever = self.region.of_categories(standard.categories)
        self.near = self.region.distances(ever, standard.radius_m, standard.detour_factor)

    def compare_reach(self, number: int, event: int) -> BeforeAfter | None:
        """Reach of the communities around against communities alike that nothing changed."""
        around = find_surroundings(self.near, number, self.region.points)
        low, high = self._window(event)
        before = np.where(self.reached[event - 1] >= 0, self.reached[event - 1], np.nan)
        features = np.column_stack(
            [np.log1p(np.maximum(self.people, 0)), before / np.maximum(self.people, 1)]
        )
        steady = (self.reached[low:high] == self.reached[event]).all(axis=0) & (self.people > 0)
        alike = find_comparable(around, features, steady)
        people = np.broadcast_to(self.people, self.reached.shape)
        return _compare(self.reached, people, event, around, alike)

    def compare_use(self, number: int, event: int) -> BeforeAfter | None:
        """Use in the provider's subdistrict against subdistricts alike without an event."""
        n_areas = self.users.shape[1]
        own = np.zeros(n_areas, dtype=bool)
        own[self.subdistrict[self.region.supply.community[number]]] = True
        known = (self.users[event - 1] >= 0) & (self.cards[event - 1] > 0)
        share = self.users[event - 1] / np.maximum(self.cards[event - 1], 1)
        features = np.column_stack(
            [np.log1p(np.maximum(self.cards[event - 1], 0)), np.where(known, share, np.nan)]
        )
        alike = find_comparable(own, features, ~self._changed(event, n_areas))
        return _compare(self.users, self.cards, event, own, alike)

    def _window(self, event: int) -> tuple[int, int]:
        return max(event - MONTHS, 0), min(event + MONTHS + 1, len(self.reached))

    def _changed(self, event: int, n_areas: int) -> np.ndarray:
        """Subdistricts where a provider of the categories opened or closed in the window."""
        low, high = self._window(event)
        months = self.facts.periods[low:high]
        supply = self.region.supply
        some = np.isin(supply.opened, months) | np.isin(supply.closed, months)
        some &= self.region.of_categories(self.standard.categories) & (supply.community >= 0)
        changed = np.zeros(n_areas, dtype=bool)
        changed[self.subdistrict[supply.community[some]]] = True
        return changed


def _compare(
    part: np.ndarray, whole: np.ndarray, event: int, around: np.ndarray, alike: np.ndarray
) -> BeforeAfter | None:
    try:
        return compare_before_after(part, whole, event, around, alike, MONTHS)
    except AreaError:
        return None
