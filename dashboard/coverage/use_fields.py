"""Which of the four fields an area is in: use beside reach and places."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING

import numpy as np

from geodata.coverage import classify_use, compute_load, uses_per_day
from geodata.measures import Query
from geodata.measures.compute import combine_codes
from geodata.schema import AGE_ALL, AGE_BANDS, MISSING

if TYPE_CHECKING:
    from dashboard.cells import Cells

BANDS = tuple(band for band in AGE_BANDS if band != AGE_ALL)


def compute_use_field(cells: Cells, whole: Cells, query: Query, period: str) -> np.ndarray:
    """Number of the field of each area, int64; a code where what decides is not known.

    Parameters
    ----------
    cells : Cells
        Of the areas, one month.
    whole : Cells
        Of the whole region in the same month: what use its ages let expect.
    query : Query
        With category and standard.
    period : str
        The month, YYYY-MM: a load is uses a day.
    """
    reach = _share(cells.covered("reached", query), cells.aged(query.counts))
    users = cells.swipe("cards_count", query.category, AGE_ALL)
    days = monthrange(*map(int, period.split("-")))[1]
    per_day = uses_per_day(cells.swipe("swipes_count", query.category, AGE_ALL), days)
    capacity = cells.provider("capacity", query)
    # Without a place of its own an area uses those around it: that says nothing about their load.
    load = compute_load(per_day, np.where(capacity > 0, capacity, MISSING))
    use = _share(users, cells.issued(AGE_ALL))
    field = classify_use(reach, use, _expected(cells, whole, query.category), load)
    codes = np.minimum(users, 0)
    for band in BANDS:
        codes = combine_codes(codes, np.minimum(cells.issued(band), 0))
    return np.where(field < 0, np.where(codes < 0, codes, MISSING), field.astype(np.int64))


def _expected(cells: Cells, whole: Cells, category: str) -> np.ndarray:
    """Use to be expected of the ages of the holders, at the region's rates.

    Indirect standardisation; NaN where the cards of a band are not known.
    """
    rates = [
        _share(whole.swipe("cards_count", category, band), whole.issued(band)) for band in BANDS
    ]
    cards = np.array([cells.issued(band) for band in BANDS], dtype=float)
    known = (cards >= 0).all(axis=0) & (cards.sum(axis=0) > 0)
    expected = sum(held * rate for held, rate in zip(cards, rates))
    return np.divide(expected, cards.sum(axis=0), out=np.full(known.shape, np.nan), where=known)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    part, whole = np.asarray(part, float), np.asarray(whole, float)
    known = (part >= 0) & (whole > 0)
    return np.divide(part, whole, out=np.full(known.shape, np.nan), where=known)
