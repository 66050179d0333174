"""Reach with limited places: each provider serves the nearest first, up to its capacity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.coverage.accessibility import require_amounts
from geodata.coverage.distances import Distances

LEAST = 1e-9  # people or places: below this a float is used up


@dataclass(frozen=True)
class Served:
    """Who is served where.

    Attributes
    ----------
    by_pair : ndarray of float, (n_pairs,)
        People of the pair's point served by the pair's provider.
    at_points : ndarray of float, (n_points,)
        People served; never more than live there.
    by_providers : ndarray of float, (n_providers,)
        Never more than the capacity.
    """

    by_pair: np.ndarray
    at_points: np.ndarray
    by_providers: np.ndarray


def serve_nearest_first(
    distances: Distances,
    people: np.ndarray,
    capacity: np.ndarray,
    *,
    point_order: np.ndarray | None = None,
    provider_order: np.ndarray | None = None,
) -> Served:
    """Fill the places of all providers from the shortest walk to the longest.

    Equal walks (to the millimetre) are taken by provider, then by point, in the orders given, so
    that the answer does not hang on the order of rows when they are stable keys.

    Parameters
    ----------
    distances : Distances
        All pairs within reach.
    people : ndarray of float, (n_points,)
    capacity : ndarray of float, (n_providers,)
        Places; unknown ones are refused.
    point_order, provider_order : ndarray of int, optional
        Rank of each row; row numbers if not given.

    Returns
    -------
    Served

    Raises
    ------
    SchemaError
        If people or capacity are unknown or negative.

    Source
    ------
    As a market in which walks are the wish of both sides: taking pairs in ascending order of
    distance is its one stable allotment (Baiou and Balinski 2002, Mathematics of Operations
    Research 27: 485-503). Here all pairs that come first for both sides are taken in one step.
    """
    people = require_amounts(people, distances.n_points, "people").copy()
    places = require_amounts(capacity, distances.n_providers, "capacity").copy()
    rank = _rank_pairs(distances, point_order, provider_order)
    order = np.lexsort((rank, distances.provider))
    served = np.zeros(len(distances))
    live = order[(people[distances.point[order]] > 0) & (places[distances.provider[order]] > 0)]
    while len(live):
        point, provider = distances.point[live], distances.provider[live]
        ready = _ready_prefix(rank[live], point, provider, distances.n_points)
        taken = _take(people[point[ready]], provider[ready], places)
        served[live[ready]] = taken
        # A pair was first for its point, so each point comes up once in a step.
        people[point[ready]] -= taken
        np.subtract.at(places, provider[ready], taken)
        people[people < LEAST] = 0.0
        places[places < LEAST] = 0.0
        keep = (people[point] > 0) & (places[provider] > 0)
        keep[ready] = False
        live = live[keep]
    return Served(
        served,
        np.bincount(distances.point, served, minlength=distances.n_points),
        np.bincount(distances.provider, served, minlength=distances.n_providers),
    )


def _rank_pairs(
    distances: Distances, point_order: np.ndarray | None, provider_order: np.ndarray | None
) -> np.ndarray:
    points = distances.point if point_order is None else point_order[distances.point]
    providers = distances.provider if provider_order is None else provider_order[distances.provider]
    order = np.lexsort((points, providers, np.round(distances.walk_m, 3)))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _ready_prefix(
    rank: np.ndarray, point: np.ndarray, provider: np.ndarray, n_points: int
) -> np.ndarray:
    """Live pairs, ordered by provider and rank, before each provider's first one whose point
    has a nearer live provider.
    """
    nearest = np.full(n_points, np.iinfo(np.int64).max)
    np.minimum.at(nearest, point, rank)
    blocked = np.cumsum(nearest[point] != rank)
    first = np.flatnonzero(np.r_[True, provider[1:] != provider[:-1]])
    before = np.repeat(blocked[first] - (nearest[point[first]] != rank[first]), _sizes(first, rank))
    return np.flatnonzero(blocked == before)


def _take(wanted: np.ndarray, provider: np.ndarray, places: np.ndarray) -> np.ndarray:
    """What each pair gets when its provider's places go down the list."""
    total = np.cumsum(wanted)
    first = np.flatnonzero(np.r_[True, provider[1:] != provider[:-1]])
    before = total - wanted
    before = before - np.repeat(before[first], _sizes(first, provider))
    return np.clip(places[provider] - before, 0.0, wanted)


def _sizes(first: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.diff(np.append(first, len(whole)))
