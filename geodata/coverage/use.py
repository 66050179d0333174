"""Use beside reach and capacity: load, and four fields. None of it is unmet demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FIELDS = ("good", "far", "full", "unused")
GOOD, FAR, FULL, UNUSED = range(4)
NO_FIELD = -1


@dataclass(frozen=True)
class FieldCuts:
    """Where the four fields part; all proposals of the atlas, to be set by the analyst.

    Attributes
    ----------
    reach_share : float
        Below it an area is far.
    load : float
        Above it its places are full.
    use_ratio : float
        Below this part of the expected use what is near is unused.
    """

    reach_share: float = 0.5
    load: float = 0.85
    use_ratio: float = 0.5


def compute_load(users: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Users for each place.

    Parameters
    ----------
    users : ndarray of int or float, (n,)
        Cards with use in the month, or uses a day (`uses_per_day`); negative where suppressed
        or missing.
    capacity : ndarray of int or float, (n,)
        Places; negative where not known.

    Returns
    -------
    ndarray of float, (n,)
        NaN where either is not known and where there is neither place nor user; infinite where
        there are users and no place.
    """
    users, capacity = np.asarray(users, float), np.asarray(capacity, float)
    known = (users >= 0) & (capacity >= 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known, users / capacity, np.nan)


def uses_per_day(swipes: np.ndarray, days: int) -> np.ndarray:
    """Uses of a month spread over its days; negative counts stay negative."""
    swipes = np.asarray(swipes, float)
    return np.where(swipes >= 0, swipes / days, swipes)


def expected_use(users_by_age: np.ndarray, cards_by_age: np.ndarray) -> np.ndarray:
    """Share of users to be expected of each area from the ages of its card holders.

    Parameters
    ----------
    users_by_age, cards_by_age : ndarray of int, (n_ages, n_areas)
        Cards in use in the category and cards issued, bands without overlap; negative where
        suppressed or missing.

    Returns
    -------
    ndarray of float, (n_areas,)
        Mean use of each band over all areas that report it, weighted by the area's own cards;
        NaN where its cards of a band are not known or it has none.

    Source
    ------
    Indirect standardisation, as in epidemiology.
    """
    users, cards = np.asarray(users_by_age, float), np.asarray(cards_by_age, float)
    both = (users >= 0) & (cards >= 0)
    sums = np.where(both, cards, 0).sum(axis=1)
    rates = np.divide(
        np.where(both, users, 0).sum(axis=1), sums, out=np.full(len(sums), np.nan), where=sums > 0
    )
    # A band nobody holds says nothing and weighs nothing.
    expected = np.where(cards > 0, cards * rates[:, None], 0.0).sum(axis=0)
    total = cards.sum(axis=0)
    known = (cards >= 0).all(axis=0) & (total > 0)
    return np.divide(expected, total, out=np.full(cards.shape[1], np.nan), where=known)


def classify_use(
    reach_share: np.ndarray,
    use_share: np.ndarray,
    expected_share: np.ndarray,
    load: np.ndarray,
    cuts: FieldCuts | None = None,
) -> np.ndarray:
    """Field of each area: far, full, unused or good, asked in this order.

    far: fewer than the cut live within reach, whatever they use. full: near, and more use than
    places hold. unused: near, room, and less use than its ages let expect (quality or price?).
    good: the rest.

    Parameters
    ----------
    reach_share, use_share, expected_share, load : ndarray of float, (n_areas,)
        NaN where not known.

    Returns
    -------
    ndarray of int8, (n_areas,)
        Number in `FIELDS`; `NO_FIELD` where what decides is not known. An area whose load is not
        known is never full: reach and use alone decide, and the caller says so.
    """
    cuts = cuts or FieldCuts()
    far = reach_share < cuts.reach_share
    full = load > cuts.load
    decided = np.isfinite(use_share) & np.isfinite(expected_share)
    unused = decided & (use_share < cuts.use_ratio * expected_share)
    field = np.select([far, full, unused, decided], [FAR, FULL, UNUSED, GOOD], NO_FIELD)
    return np.where(np.isnan(reach_share), NO_FIELD, field).astype(np.int8)
