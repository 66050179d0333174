"""Ranks and changes of a column of values; a state on either side stays a state."""

from __future__ import annotations

import numpy as np

from geodata.measures import Values
from geodata.schema import STATE_COARSER, STATE_MISSING, STATE_OK, STATE_SUPPRESSED

# What wins when two values meet: "not published here" says most, "no data" least.
PRECEDENCE = (STATE_MISSING, STATE_SUPPRESSED, STATE_COARSER)


def compute_ranks(values: Values, polarity: int) -> tuple[np.ndarray, int]:
    """Rank of each area among those with a number.

    Parameters
    ----------
    values : Values, (n_areas,)
    polarity : int
        -1: the lowest number is first; else the highest.

    Returns
    -------
    ranks : ndarray of int32, (n_areas,)
        1 is first, equal numbers share a rank (1, 2, 2, 4), 0 without a number.
    count : int
        How many are ranked.
    """
    known = values.state == STATE_OK
    ranks = np.zeros(len(known), dtype=np.int32)
    keys = values.number[known] * (1 if polarity < 0 else -1)
    ranks[known] = np.searchsorted(np.sort(keys), keys) + 1
    return ranks, int(known.sum())


def compute_change(now: Values, before: Values | None, kind: str) -> Values:
    """Change from `before` to `now`.

    Parameters
    ----------
    now, before : Values, same shape
        `before` None: there is no such month, everything is missing.
    kind : str
        "points": the difference; "ratio": the difference over `before`, missing where that is 0
        and `now` is not.

    Returns
    -------
    Values
        Suppressed if either side is, missing if either side is.
    """
    if before is None:
        return Values(
            np.full(now.number.shape, np.nan), np.full(now.state.shape, STATE_MISSING, np.uint8)
        )
    state = np.zeros(now.state.shape, dtype=np.uint8)
    for code in PRECEDENCE:
        state[(now.state == code) | (before.state == code)] = code
    number = now.number - before.number
    if kind == "ratio":
        with np.errstate(divide="ignore", invalid="ignore"):
            number = np.where(number == 0, 0.0, number / before.number)  # 0 to 0 is no change
        state[(state == STATE_OK) & (before.number == 0) & (now.number != 0)] = STATE_MISSING
    return Values(np.where(state == STATE_OK, number, np.nan), state)


def find_extremes(values: Values, scale: float, decimals: int) -> tuple[int, int, int, int] | None:
    """The highest and the lowest area as the reader sees the numbers.

    Returns
    -------
    (highest, how many share it, lowest, how many share it), or None without any number.
    """
    known = np.flatnonzero(values.state == STATE_OK)
    if not len(known):
        return None
    shown = np.round(values.number[known] * scale, decimals)
    high, low = shown.max(), shown.min()
    return (
        int(known[shown.argmax()]),
        int((shown == high).sum()),
        int(known[shown.argmin()]),
        int((shown == low).sum()),
    )
