"""Before and after a provider opened or closed, against comparable areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.coverage.demand import DemandPoints
from geodata.coverage.distances import Distances
from geodata.errors import AreaError


@dataclass(frozen=True)
class BeforeAfter:
    """A share before and after an event, in its surroundings and in comparable areas.

    Attributes
    ----------
    surroundings, comparable : tuple of float
        Share before and after, each the sum of all numerators over that of all denominators.
    difference : float
        Change of the surroundings less that of the comparable areas. Not proof of a cause.
    usual : tuple of float
        10th and 90th percentile of the changes of single comparable areas: a difference of
        changes inside this span is nothing unusual.
    n_surroundings, n_comparable : int
        Areas with numbers in every month of both windows.
    n_left_out : int
        Areas of either group with a suppressed or missing month.
    months : int
        Length of each window.
    """

    surroundings: tuple[float, float]
    comparable: tuple[float, float]
    difference: float
    usual: tuple[float, float]
    n_surroundings: int
    n_comparable: int
    n_left_out: int
    months: int


def find_surroundings(
    distances: Distances, provider: int, points: DemandPoints, share: float = 0.5
) -> np.ndarray:
    """Communities of which at least `share` lies within reach of a provider.

    Returns
    -------
    ndarray of bool, (n_communities,)
    """
    order, starts = distances.by_provider
    near = distances.point[order[starts[provider] : starts[provider + 1]]]
    hits = np.bincount(points.community[near], minlength=len(points.counts))
    return (hits > 0) & (hits >= share * points.counts)


def find_comparable(
    surroundings: np.ndarray, features: np.ndarray, allowed: np.ndarray, n_each: int = 5
) -> np.ndarray:
    """The areas most like the surroundings.

    Parameters
    ----------
    surroundings : ndarray of bool, (n_areas,)
    features : ndarray of float, (n_areas, n_features)
        What makes areas alike before the event, such as people, density, use; NaN where not known.
    allowed : ndarray of bool, (n_areas,)
        Areas the event and others like it did not touch.
    n_each : int
        Areas sought for each of the surroundings; one may be the match of several.

    Returns
    -------
    ndarray of bool, (n_areas,)
        Without any of the surroundings; empty if there is nothing to choose from.
    """
    known = np.isfinite(features).all(axis=1)
    pool = np.flatnonzero(allowed & ~surroundings & known)
    wanted = np.flatnonzero(surroundings & known)
    chosen = np.zeros(len(surroundings), dtype=bool)
    if not len(pool) or not len(wanted):
        return chosen
    spread = features[pool].std(axis=0)
    scaled = features / np.where(spread > 0, spread, 1.0)
    for area in wanted:
        far = np.square(scaled[pool] - scaled[area]).sum(axis=1)
        chosen[pool[np.argsort(far, kind="stable")[:n_each]]] = True
    return chosen


def compare_before_after(
    numerator: np.ndarray,
    denominator: np.ndarray,
    event: int,
    surroundings: np.ndarray,
    comparable: np.ndarray,
    months: int = 6,
) -> BeforeAfter:
    """Change of a share around an event, less the change of comparable areas.

    The month of the event itself belongs to neither window. Months are averaged, never summed as
    cards: the share of a window is that of its average month.

    Parameters
    ----------
    numerator, denominator : ndarray of int, (n_periods, n_areas)
        Such as people in reach and people, users and cards; negative where suppressed or missing.
    event : int
        Period in which the provider opened or closed.
    surroundings, comparable : ndarray of bool, (n_areas,)
    months : int
        Longest window; shortened, on both sides alike, to what there is.

    Raises
    ------
    AreaError
        If there is no month before or after, or no area with numbers in either group.

    Source
    ------
    Difference in differences (Card and Krueger 1994, American Economic Review 84: 772-793).
    """
    months = min(months, event, len(numerator) - event - 1)
    if months < 1:
        raise AreaError("no month before or after the event", "choose an event inside the months")
    windows = (slice(event - months, event), slice(event + 1, event + 1 + months))
    pairs = [(numerator[w], denominator[w]) for w in windows]
    known = np.all([(top >= 0).all(0) & (base >= 0).all(0) for top, base in pairs], axis=0)
    known &= np.all([base.sum(axis=0) > 0 for _, base in pairs], axis=0)
    groups = [surroundings & known, comparable & known & ~surroundings]
    if not groups[0].any() or not groups[1].any():
        raise AreaError("no area has numbers in all months of both windows", "shorten the windows")
    near, alike = (
        tuple(float(top[:, g].sum() / base[:, g].sum()) for top, base in pairs) for g in groups
    )
    single = [top[:, groups[1]].sum(0) / base[:, groups[1]].sum(0) for top, base in pairs]
    low, high = np.percentile(single[1] - single[0], (10, 90))
    n_near, n_alike = (int(g.sum()) for g in groups)
    return BeforeAfter(
        surroundings=near,
        comparable=alike,
        difference=(near[1] - near[0]) - (alike[1] - alike[0]),
        usual=(float(low), float(high)),
        n_surroundings=n_near,
        n_comparable=n_alike,
        n_left_out=int((surroundings | comparable).sum()) - n_near - n_alike,
        months=months,
    )
