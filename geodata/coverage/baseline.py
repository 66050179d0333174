"""The providers of a release as they are, ready to be changed by a what-if."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geodata.areas import AreaTree
from geodata.coverage.demand import DemandPoints
from geodata.coverage.distances import Distances, split_people
from geodata.coverage.reach import count_reached
from geodata.rollup import sum_upward

if TYPE_CHECKING:  # scipy.spatial costs 0.4 s of the server's start; see `distances`
    from scipy.spatial import cKDTree


@dataclass(frozen=True)
class Baseline:
    """One group of people and the open providers that count for them, in one month.

    Attributes
    ----------
    tree : AreaTree
    points : DemandPoints
    place_index : cKDTree
        Of `points.xy`.
    people : ndarray of int, (n_communities,)
    categories : tuple of str
        Categories that count.
    straight_m : float
        Reach as the crow flies.
    distances : Distances
        Of providers that are open and of these categories, up to the reach.
    provider_ids : ndarray of str, (n_providers,)
    capacity : ndarray of float, (n_providers,)
        Places; NaN where not known.
    in_reach : ndarray of int, (n_points,)
        Providers in reach of each point.
    asked : ndarray of float, (n_providers,)
        People who would ask this provider if everyone spread evenly over those in reach. Sums
        to the people in reach.
    hits : ndarray of int, (n_communities,)
        Points with a provider in reach.
    people_by_area, reached_by_area : ndarray of int64, (n_areas,)
        Negative where not known.
    """

    tree: AreaTree
    points: DemandPoints
    place_index: cKDTree
    people: np.ndarray
    categories: tuple[str, ...]
    straight_m: float
    distances: Distances
    provider_ids: np.ndarray
    capacity: np.ndarray
    point_people: np.ndarray
    in_reach: np.ndarray
    asked: np.ndarray
    hits: np.ndarray
    people_by_area: np.ndarray
    reached_by_area: np.ndarray


def prepare_baseline(
    tree: AreaTree,
    points: DemandPoints,
    place_index: cKDTree,
    people: np.ndarray,
    categories: tuple[str, ...],
    straight_m: float,
    distances: Distances,
    provider_ids: np.ndarray,
    capacity: np.ndarray,
) -> Baseline:
    """Count everything once, so that a scenario costs only what it changes.

    Parameters as the attributes of `Baseline`; a negative capacity counts as not known.
    """
    point_people = split_people(points, people)
    in_reach = np.bincount(distances.point, minlength=distances.n_points)
    asked = np.bincount(
        distances.provider,
        point_people[distances.point] / in_reach[distances.point],
        minlength=distances.n_providers,
    )
    hits = np.bincount(points.community, in_reach > 0, minlength=len(people)).astype(np.int64)
    capacity = np.asarray(capacity, dtype=float)
    reached = count_reached(people, hits, points.counts)
    both = sum_upward(np.stack([np.asarray(people, dtype=np.int64), reached]), tree)
    distances.starts, distances.by_provider  # noqa: B018  computed now, not at the first question
    return Baseline(
        tree=tree,
        points=points,
        place_index=place_index,
        people=np.asarray(people),
        categories=tuple(categories),
        straight_m=float(straight_m),
        distances=distances,
        provider_ids=np.asarray(provider_ids),
        capacity=np.where(capacity >= 0, capacity, np.nan),
        point_people=point_people,
        in_reach=in_reach,
        asked=asked,
        hits=hits,
        people_by_area=both[0],
        reached_by_area=both[1],
    )
