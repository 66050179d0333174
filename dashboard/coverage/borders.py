"""Providers across a province border, by the people they would newly reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geodata.coverage import Scenario, Standard, rank_border_providers

if TYPE_CHECKING:
    from dashboard.coverage.facts import CoverageFacts
    from dashboard.provider_sites import ProviderSites


@dataclass(frozen=True)
class BorderProvider:
    """A provider that would reach people of another province.

    Parameters
    ----------
    id, name : str
    community : int
        Position of the community it stands in; -1 outside the region.
    newly : int
        People of the area asked about without any provider of their own province in reach, newly
        reached if this one alone were open to them. Two providers may count the same people.
    """

    id: str
    name: str
    community: int
    newly: int


def list_border_providers(
    facts: CoverageFacts,
    sites: ProviderSites,
    standard: Standard,
    plan: Scenario | None,
    period: str,
    position: int,
    limit: int,
) -> tuple[BorderProvider, ...]:
    """The providers that would reach most people of an area across a province border.

    Parameters
    ----------
    standard : Standard
        With a radius.
    position : int
        The area the people live in.
    """
    overview = facts.overview(standard, plan, period)
    region, tree = overview.region, facts.tree
    first = tree.level_slices["community"].start
    inside = tree.descendants(position, "community")
    people = np.zeros_like(overview.people)
    own = slice(inside.start - first, inside.stop - first)
    people[own] = overview.people[own]
    numbers, newly = rank_border_providers(
        overview.distances.pairs,
        overview.is_open,
        region.points,
        people,
        region.community_province,
        region.provider_province,
    )
    found = []
    for number, count in zip(numbers[:limit].tolist(), newly[:limit].tolist()):
        code = str(region.provider_ids[number])
        home = int(region.supply.community[number])
        name = sites.describe(code)[0]
        found.append(BorderProvider(code, name, home + first if home >= 0 else -1, round(count)))
    return tuple(item for item in found if item.newly)
