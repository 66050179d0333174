"""What a scenario changes: people newly reached, gap by area, load of the neighbours.

Only the points around the changed providers are counted anew. Nothing touches the release.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.coverage.baseline import Baseline
from geodata.coverage.reach import count_reached
from geodata.coverage.scenario import Scenario
from geodata.crs import project_points


@dataclass(frozen=True)
class Effect:
    """Baseline and scenario side by side.

    Attributes
    ----------
    gained_count, lost_count : int
        People of communities where more, or fewer, live within reach than before.
    areas : DataFrame
        One row for each area that changes, in tree order: `position`, `area_code`, `level`,
        `people_count`, `reached_before`, `reached_after`, `gap_before`, `gap_after`.
    sites : DataFrame
        Added and moved providers in the order of the scenario: `site` (number of the addition
        from 1, or the provider's id), `lon`, `lat`, `capacity`, `people_in_reach`,
        `newly_reached` (if it were the only change), `asked`, `load`.
    neighbours : DataFrame
        Providers whose share of the people changes: `provider_id`, `capacity`, `asked_before`,
        `asked_after`, `load_before`, `load_after`; the most changed first. A closed or moved
        provider is no neighbour.
    ignored : tuple of str
        Provider ids that are not open or do not count for this standard, and categories that
        do not.
    """

    gained_count: int
    lost_count: int
    areas: pd.DataFrame
    sites: pd.DataFrame
    neighbours: pd.DataFrame
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class _Change:
    """The scenario in numbers: providers that go, and pairs (point, site) that come."""

    gone: np.ndarray
    point: np.ndarray
    site: np.ndarray
    sites: pd.DataFrame
    ignored: tuple[str, ...]


def apply_scenario(baseline: Baseline, scenario: Scenario) -> Effect:
    """Effect of a scenario on a baseline.

    Parameters
    ----------
    baseline : Baseline
    scenario : Scenario
        Places in EPSG:4490 degrees; a site far from everybody reaches nobody.

    Returns
    -------
    Effect
        Without rows where nothing changes.
    """
    change = _resolve(baseline, scenario)
    distances = baseline.distances
    order, starts = distances.by_provider
    lost = distances.point[order[_ranges(starts, change.gone)]]
    touched = np.unique(np.concatenate([lost, change.point]))
    before = baseline.in_reach[touched]
    after = before.copy()
    np.subtract.at(after, np.searchsorted(touched, lost), 1)
    np.add.at(after, np.searchsorted(touched, change.point), 1)
    gained, lost_count, areas = _count_areas(baseline, touched, before, after)
    each = baseline.point_people[touched] / np.maximum(after, 1)
    return Effect(
        gained_count=gained,
        lost_count=lost_count,
        areas=areas,
        sites=_describe_sites(baseline, change, each[np.searchsorted(touched, change.point)]),
        neighbours=_describe_neighbours(baseline, change.gone, touched, before, each),
        ignored=change.ignored,
    )


def _resolve(baseline: Baseline, scenario: Scenario) -> _Change:
    number = {code: i for i, code in enumerate(baseline.provider_ids.tolist())}
    added = [site for site in scenario.added if site.category in baseline.categories]
    moved = [move for move in scenario.moved if move.provider_id in number]
    closed = [code for code in scenario.closed if code in number]
    ignored = [s.category for s in scenario.added if s.category not in baseline.categories]
    named = [*(move.provider_id for move in scenario.moved), *scenario.closed]
    ignored += [code for code in named if code not in number]
    gone = sorted({number[code] for code in [*(m.provider_id for m in moved), *closed]})
    places = [*added, *moved]
    capacity = [np.nan if site.capacity is None else site.capacity for site in added]
    capacity += [baseline.capacity[number[move.provider_id]] for move in moved]
    names = [str(i + 1) for i in range(len(added))] + [move.provider_id for move in moved]
    sites = pd.DataFrame(
        {
            "site": pd.Series(names, dtype=object),
            "lon": np.array([place.lon for place in places], dtype=float),
            "lat": np.array([place.lat for place in places], dtype=float),
            "capacity": np.array(capacity, dtype=float),
        }
    )
    found = _find_points(baseline, sites)
    sizes = [len(points) for points in found]
    return _Change(
        gone=np.array(gone, dtype=np.int64),
        point=np.concatenate([np.zeros(0, np.int64), *found]),
        site=np.repeat(np.arange(len(sites)), sizes),
        sites=sites,
        ignored=tuple(dict.fromkeys(ignored)),
    )


def _find_points(baseline: Baseline, sites: pd.DataFrame) -> list[np.ndarray]:
    if not len(sites) or not baseline.place_index.n:
        return [np.zeros(0, np.int64)] * len(sites)
    xy = project_points(sites["lon"].to_numpy(), sites["lat"].to_numpy())
    # The other side of the earth has no place in the projection; it is far from everybody.
    xy = np.nan_to_num(xy, nan=1e12, posinf=1e12, neginf=-1e12)
    found = baseline.place_index.query_ball_point(xy, baseline.straight_m, return_sorted=True)
    return [np.array(points, dtype=np.int64) for points in found]


def _count_areas(
    baseline: Baseline, touched: np.ndarray, before: np.ndarray, after: np.ndarray
) -> tuple[int, int, pd.DataFrame]:
    step = (after > 0).astype(np.int64) - (before > 0)
    community, place = np.unique(baseline.points.community[touched], return_inverse=True)
    hits = baseline.hits[community]
    new_hits = hits + np.bincount(place, step, minlength=len(community)).astype(np.int64)
    people, counts = baseline.people[community], baseline.points.counts[community]
    delta = count_reached(people, new_hits, counts) - count_reached(people, hits, counts)
    tree = baseline.tree
    change = np.zeros(len(tree), dtype=np.int64)
    position = community[delta != 0] + tree.level_slices["community"].start
    moved = delta[delta != 0]
    changed = np.zeros(len(tree), dtype=bool)
    while len(position) and position[0] >= 0:  # all communities are equally deep
        np.add.at(change, position, moved)
        changed[position] = True
        position = tree.parents[position]
    rows = np.flatnonzero(changed)
    reached, total = baseline.reached_by_area[rows], baseline.people_by_area[rows]
    areas = pd.DataFrame(
        {
            "position": rows,
            "area_code": [tree.codes[i] for i in rows],
            "level": [tree.level(i) for i in rows],
            "people_count": total,
            "reached_before": reached,
            "reached_after": reached + change[rows],
            "gap_before": total - reached,
            "gap_after": total - reached - change[rows],
        }
    )
    return int(moved[moved > 0].sum()), int(-moved[moved < 0].sum()), areas


def _describe_sites(baseline: Baseline, change: _Change, asking: np.ndarray) -> pd.DataFrame:
    n = len(change.sites)
    people = baseline.point_people[change.point]
    fresh = people * (baseline.in_reach[change.point] == 0)
    sites = change.sites.assign(
        people_in_reach=np.bincount(change.site, people, minlength=n),
        newly_reached=np.bincount(change.site, fresh, minlength=n),
        asked=np.bincount(change.site, asking, minlength=n),
    )
    return sites.assign(load=_load(sites["asked"].to_numpy(), sites["capacity"].to_numpy()))


def _describe_neighbours(
    baseline: Baseline, gone: np.ndarray, touched: np.ndarray, before: np.ndarray, each: np.ndarray
) -> pd.DataFrame:
    """Providers that share touched points, with everyone spread evenly before and after."""
    distances = baseline.distances
    pairs = _ranges(distances.starts, touched)
    row = np.repeat(np.arange(len(touched)), before)
    shift = each[row] - baseline.point_people[touched[row]] / before[row]
    delta = np.bincount(distances.provider[pairs], shift, minlength=distances.n_providers)
    delta[gone] = 0.0
    rows = np.flatnonzero(np.abs(delta) > 1e-9)
    rows = rows[np.argsort(-np.abs(delta[rows]), kind="stable")]
    asked, capacity = baseline.asked[rows], baseline.capacity[rows]
    return pd.DataFrame(
        {
            "provider_id": baseline.provider_ids[rows],
            "capacity": capacity,
            "asked_before": asked,
            "asked_after": asked + delta[rows],
            "load_before": _load(asked, capacity),
            "load_after": _load(asked + delta[rows], capacity),
        }
    )


def _load(asked: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return asked / capacity


def _ranges(starts: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Positions of the pairs of some rows, one after the other."""
    sizes = starts[rows + 1] - starts[rows]
    offset = np.repeat(starts[rows] - (np.cumsum(sizes) - sizes), sizes)
    return offset + np.arange(int(sizes.sum()))
