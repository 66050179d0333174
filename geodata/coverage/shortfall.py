"""Providers and places against the number of people: ratio and shortfall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Shortfall:
    """What is short of a capacity norm, (n_areas,) each; NaN where people or places are unknown.

    Attributes
    ----------
    places : ndarray of float
        Places wanted by the norm and not there, rounded up; 0 where there are enough.
    people : ndarray of float
        People those places are meant for. Not unmet demand: a norm says what is planned for.
    """

    places: np.ndarray
    people: np.ndarray


def compute_per_1000(amount: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Providers or places per 1,000 people.

    Parameters
    ----------
    amount, people : ndarray of int, (n_areas,)
        Negative where suppressed or missing.

    Returns
    -------
    ndarray of float, (n_areas,)
        NaN where either is not known or nobody lives.
    """
    amount, people = np.asarray(amount, float), np.asarray(people, float)
    known = (amount >= 0) & (people > 0)
    return np.divide(1000 * amount, people, out=np.full(known.shape, np.nan), where=known)


def compute_shortfall(
    capacity: np.ndarray, people: np.ndarray, capacity_per_1000: float
) -> Shortfall:
    """Places and people short of a norm.

    Parameters
    ----------
    capacity : ndarray of int, (n_areas,)
        Places; negative where no provider states them.
    people : ndarray of int, (n_areas,)
        People the norm counts; negative where not known.
    capacity_per_1000 : float
        Places the norm wants for 1,000 of them, >= 0.

    Source
    ------
    As the bed gap of the gap definitions: norm x people / 1,000 - places.
    """
    capacity, people = np.asarray(capacity, float), np.asarray(people, float)
    known = (capacity >= 0) & (people >= 0)
    # Rounded first: 0.03 x 1,000 must not become 31 by the last bit.
    wanted = np.ceil(np.round(capacity_per_1000 * people / 1000, 6))
    places = np.where(known, np.maximum(wanted - capacity, 0.0), np.nan)
    if capacity_per_1000 <= 0:
        return Shortfall(places, np.where(known, 0.0, np.nan))
    # Rounding up to whole places must not count more people than live there.
    return Shortfall(places, np.minimum(1000 * places / capacity_per_1000, np.maximum(people, 0)))
