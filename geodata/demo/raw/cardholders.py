"""Who holds a card: home, year of birth, how often it is used, when it was issued."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

DORMANT = 0.12  # of the cards are never used
UNDER_60 = 0.01  # disabled holders: the card is theirs too, the atlas is not about them
MOVERS = 0.005  # change their home on a day of the demonstration
SPREAD = 1.1  # of the logarithm of activity: a tenth of the cards makes half of the swipes
YOUNGEST, OLDEST = 60, 104
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Cardholders:
    """Arrays over cards.

    Attributes
    ----------
    tokens : pa.StringArray
    home, second_home : int32
        Numbers of communities; where they differ, the second from `moved` on.
    moved : int32
        Number of the day, after the last one for those who stay.
    pool : int32
        Cards, each as often as it is active: a random element is a random swipe's card.
    """

    tokens: pa.Array
    home: np.ndarray
    second_home: np.ndarray
    moved: np.ndarray
    birth_year: np.ndarray
    female: np.ndarray
    permit: np.ndarray
    scheme: np.ndarray
    issued: np.ndarray
    closed: np.ndarray
    pool: np.ndarray


def draw_cardholders(
    n_cards: int,
    elders: np.ndarray,
    province: np.ndarray,
    first_day: np.datetime64,
    n_days: int,
    rng: np.random.Generator,
) -> Cardholders:
    """Draw cards.

    Parameters
    ----------
    n_cards : int
    elders : ndarray of float, (n_communities,)
        People aged 60 and over: as many cards are expected.
    province : ndarray of int, (n_communities,)
        11, 12 or 13.
    first_day : datetime64[D]
    n_days : int
    rng : Generator
    """
    home = rng.choice(len(elders), n_cards, p=elders / elders.sum()).astype(np.int32)
    age = YOUNGEST + np.minimum(rng.exponential(10, n_cards), OLDEST - YOUNGEST).astype(np.int64)
    young = rng.random(n_cards) < UNDER_60
    age[young] = rng.integers(25, 58, young.sum())
    activity = np.exp(rng.normal(0, SPREAD, n_cards))
    activity[rng.random(n_cards) < DORMANT] = 0
    moved = np.full(n_cards, n_days, dtype=np.int32)
    movers = rng.random(n_cards) < MOVERS
    moved[movers] = rng.integers(0, n_days, movers.sum())
    second = np.where(movers, rng.integers(0, len(elders), n_cards), home).astype(np.int32)
    issued = first_day - rng.integers(30, 2000, n_cards) * _DAY
    closed = np.where(
        (activity == 0) & (rng.random(n_cards) < 0.05),
        first_day + rng.integers(1, n_days + 1, n_cards) * _DAY,
        np.datetime64("NaT"),
    )
    scheme = {11: 0, 12: 2, 13: 3}
    year = int(str(first_day)[:4])
    return Cardholders(
        tokens=_tokens(n_cards, rng),
        home=home,
        second_home=second,
        moved=moved,
        birth_year=(year - age).astype(np.int32),
        female=rng.random(n_cards) < 0.55,
        permit=rng.random(n_cards) < 0.06,
        scheme=np.vectorize(scheme.get, otypes=[np.int8])(province)[home],
        issued=issued,
        closed=closed,
        pool=_pool(activity, rng),
    )


def _tokens(n_cards: int, rng: np.random.Generator) -> pa.Array:
    """Sixteen hexadecimal digits each, all different."""
    numbers = rng.integers(0, 2**63, n_cards, dtype=np.int64)
    while len(np.unique(numbers)) < n_cards:  # never seen; two cards must not share a token
        numbers = rng.integers(0, 2**63, n_cards, dtype=np.int64)
    return pa.array([f"{number:016x}" for number in numbers.tolist()])


def _pool(activity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    expected = activity / activity.sum() * len(activity) * 8
    times = np.floor(expected + rng.random(len(activity))).astype(np.int64)
    return np.repeat(np.arange(len(activity), dtype=np.int32), times)


def register_table(cards: Cardholders, codes: np.ndarray) -> pa.Table:
    """The register as a raw folder holds it; the home is the one the card began with."""
    closed = pd.Series(cards.closed)
    return pa.table(
        {
            "card_token": cards.tokens,
            "home_community_code": codes[cards.home],
            "birth_year": cards.birth_year,
            "issued_on": pa.array(cards.issued.astype("datetime64[D]")),
            "closed_on": pa.array(closed.to_numpy().astype("datetime64[D]"), pa.date32()),
        }
    )
