"""Walking distances between demand points and providers, only those within a limit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geodata.coverage.demand import DemandPoints
from geodata.coverage.places import index_places
from geodata.coverage.reach import ReachPairs
from geodata.errors import SchemaError

if TYPE_CHECKING:  # scipy.spatial costs 0.4 s of the server's start; see `distances`
    from scipy.spatial import cKDTree


@dataclass(frozen=True)
class Distances:
    """Pairs of demand points and providers, ordered by point, then provider.

    Attributes
    ----------
    point, provider : ndarray of int, (n_pairs,)
        Numbers of the rows the coordinates were given in.
    walk_m : ndarray of float, (n_pairs,)
        Walking distance, metres: straight line times the detour factor.
    n_points, n_providers : int
    """

    point: np.ndarray
    provider: np.ndarray
    walk_m: np.ndarray
    n_points: int
    n_providers: int

    def __len__(self) -> int:
        return len(self.point)

    @cached_property
    def starts(self) -> np.ndarray:
        """Where the pairs of each point begin, (n_points + 1,)."""
        return np.searchsorted(self.point, np.arange(self.n_points + 1))

    @cached_property
    def by_provider(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs ordered by provider, and where those of each begin, (n_providers + 1,)."""
        order = np.argsort(self.provider, kind="stable")
        starts = np.searchsorted(self.provider[order], np.arange(self.n_providers + 1))
        return order, starts

    @property
    def pairs(self) -> ReachPairs:
        """The pairs without their distances."""
        return ReachPairs(self.point, self.provider)

    def select(self, mask: np.ndarray) -> Distances:
        """The pairs of a mask, (n_pairs,); points and providers keep their numbers."""
        point, provider, walk_m = self.point[mask], self.provider[mask], self.walk_m[mask]
        return Distances(point, provider, walk_m, self.n_points, self.n_providers)

    def within(self, walk_m: float) -> Distances:
        """The pairs at most `walk_m` apart on foot."""
        return self.select(self.walk_m <= walk_m)

    def of_providers(self, mask: np.ndarray) -> Distances:
        """The pairs of some providers, mask (n_providers,)."""
        return self.select(mask[self.provider])


def compute_distances(
    points: np.ndarray | cKDTree,
    providers: np.ndarray | cKDTree,
    walk_m: float,
    detour_factor: float = 1.0,
) -> Distances:
    """Walking distances up to a limit.

    Parameters
    ----------
    points, providers : ndarray of float, (n, 2), or cKDTree
        Metres in the measuring CRS; either may be empty.
    walk_m : float
        Longest walk, > 0.
    detour_factor : float
        Walking distance over straight line, >= 1.

    Returns
    -------
    Distances

    Raises
    ------
    SchemaError
        If a coordinate is not finite, the limit not positive, the factor below 1.
    """
    if not (np.isfinite(walk_m) and walk_m > 0 and np.isfinite(detour_factor)):
        raise SchemaError(f"walking distance of {walk_m} m", "give a positive number of metres")
    if detour_factor < 1:
        raise SchemaError(f"detour factor {detour_factor}", "give at least 1")
    ends = [index_places(x) if isinstance(x, np.ndarray) else x for x in (points, providers)]
    found = ends[0].sparse_distance_matrix(ends[1], walk_m / detour_factor, output_type="ndarray")
    order = np.argsort(found["i"] * max(ends[1].n, 1) + found["j"])
    point, provider, walked = found["i"][order], found["j"][order], found["v"][order]
    return Distances(point, provider, walked * detour_factor, ends[0].n, ends[1].n)


def split_people(points: DemandPoints, people: np.ndarray) -> np.ndarray:
    """People of each demand point: those of its community, split evenly.

    Parameters
    ----------
    points : DemandPoints
    people : ndarray of int, (n_communities,)
        Negative where not known; nobody is placed there.

    Returns
    -------
    ndarray of float, (n_points,)
    """
    share = np.maximum(people, 0) / np.maximum(points.counts, 1)
    return share[points.community]


def average_over_communities(
    values: np.ndarray, points: DemandPoints, people: np.ndarray
) -> np.ndarray:
    """Mean over the points of each community, which hold equal numbers of people.

    Returns
    -------
    ndarray of float, (n_communities,)
        NaN where nobody lives, people are not known or the community has no place on the map.
    """
    total = np.bincount(points.community, values, minlength=len(points.counts))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.asarray(people) > 0, total / points.counts, np.nan)
