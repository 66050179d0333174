"""A scenario put into the supply: the region as it would be, for every method to count anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geodata.coverage.region import Region
from geodata.coverage.scenario import AddedSite, Scenario
from geodata.crs import project_points
from geodata.schema import CATEGORY_CODES, MISSING

ADDED = "+"  # what the id of an added provider begins with: +1, +2, ...
NEVER = "0"  # a closing month before every month


def apply_to_supply(region: Region, scenario: Scenario) -> Region:
    """The region with providers added, moved and closed; the release stays as it is.

    The slow way to an `Effect`: everything is counted anew, so every measure can be asked for.

    Parameters
    ----------
    region : Region
    scenario : Scenario
        Providers it names that are not there are passed over.

    Returns
    -------
    Region
        Added providers are open in every month and stand last, in the order of the scenario. One
        without stated places is given the middle of those of its category, so that it does not
        make the places of the others unknown.
    """
    if not scenario:
        return region
    number = {code: i for i, code in enumerate(region.provider_ids.tolist())}
    moved = [move for move in scenario.moved if move.provider_id in number]
    rows = np.array([number[move.provider_id] for move in moved], dtype=np.int64)
    gone = np.array([number[c] for c in scenario.closed if c in number], dtype=np.int64)
    added = scenario.added
    lon = np.array([place.lon for place in (*moved, *added)])
    lat = np.array([place.lat for place in (*moved, *added)])
    places = project_points(lon, lat).reshape(-1, 2)
    homes = np.array([region.find_community(*place) for place in zip(lon, lat)], dtype=np.int64)
    supply, first = region.supply, len(moved)
    xy, community, closed = region.provider_xy.copy(), supply.community.copy(), supply.closed.copy()
    xy[rows], community[rows] = places[:first], homes[:first]
    closed[gone] = NEVER
    new = {
        "category": [CATEGORY_CODES.index(site.category) for site in added],
        "community": homes[first:],
        "capacity": [_places(region, site) for site in added],
        "opened": [""] * len(added),
        "closed": [""] * len(added),
    }
    old = vars(supply) | {"community": community, "closed": closed}
    ids = [f"{ADDED}{i + 1}" for i in range(len(added))]
    return replace(
        region,
        supply=replace(
            supply,
            **{
                key: np.concatenate([old[key], np.array(part, dtype=old[key].dtype)])
                for key, part in new.items()
            },
        ),
        provider_ids=np.concatenate([region.provider_ids, np.array(ids, dtype=str)]),
        provider_xy=np.concatenate([xy, places[first:]]),
    )


def _places(region: Region, site: AddedSite) -> int:
    if site.capacity is not None:
        return site.capacity
    known = region.supply.capacity[region.of_categories((site.category,))]
    known = known[known >= 0]
    return int(np.median(known)) if len(known) else MISSING
