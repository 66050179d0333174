"""Across a province border: who would be in reach if the neighbours' providers counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.coverage.demand import DemandPoints
from geodata.coverage.distances import split_people
from geodata.coverage.reach import ReachPairs, reached_people

OUTSIDE = -1  # a place in no province of the region


@dataclass(frozen=True)
class BorderReach:
    """People in reach, (n_communities,) each; negative where people or place are unknown.

    Attributes
    ----------
    own : ndarray of int64
        Of an open provider in the same province.
    all : ndarray of int64
        Of any open provider.
    """

    own: np.ndarray
    all: np.ndarray

    @property
    def gained(self) -> np.ndarray:
        """People reached only from another province; as `all` where that is negative."""
        return np.where(self.all < 0, self.all, self.all - self.own)


def compare_borders(
    pairs: ReachPairs,
    is_open: np.ndarray,
    points: DemandPoints,
    people: np.ndarray,
    community_province: np.ndarray,
    provider_province: np.ndarray,
) -> BorderReach:
    """Reach with and without the providers of other provinces.

    Parameters
    ----------
    pairs : ReachPairs
        Demand points and providers within reach.
    is_open : ndarray of bool, (n_providers,)
    points : DemandPoints
    people : ndarray of int, (n_communities,)
    community_province : ndarray of int, (n_communities,)
        Any number for each province.
    provider_province : ndarray of int, (n_providers,)
        `OUTSIDE` for a provider outside the region: it counts for nobody's own province.

    Returns
    -------
    BorderReach
        `all` is never less than `own`.
    """
    home = community_province[points.community[pairs.point]]
    same = home == provider_province[pairs.provider]
    inside = ReachPairs(pairs.point[same], pairs.provider[same])
    return BorderReach(
        own=reached_people(inside, is_open, points, people),
        all=reached_people(pairs, is_open, points, people),
    )


def rank_border_providers(
    pairs: ReachPairs,
    is_open: np.ndarray,
    points: DemandPoints,
    people: np.ndarray,
    community_province: np.ndarray,
    provider_province: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Providers by the people newly reached if each alone were opened to the neighbours.

    Parameters as `compare_borders`.

    Returns
    -------
    provider : ndarray of int
        Numbers of the open providers that would reach somebody new, best first; equals by number.
    newly_reached : ndarray of float
        People without any provider of their own province in reach. Two providers may count the
        same people: the sum is no total.
    """
    home = community_province[points.community[pairs.point]]
    usable = is_open[pairs.provider]
    same = home == provider_province[pairs.provider]
    covered = np.zeros(len(points.community), dtype=bool)
    covered[pairs.point[usable & same]] = True
    fresh = usable & ~same & ~covered[pairs.point]
    weights = split_people(points, people)[pairs.point[fresh]]
    gain = np.bincount(pairs.provider[fresh], weights, minlength=len(is_open))
    order = np.argsort(-gain, kind="stable")
    order = order[gain[order] > 0]
    return order, gain[order]
