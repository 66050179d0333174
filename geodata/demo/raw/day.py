"""The swipes of one day: what happens to whom, where and at what price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from geodata.demo.habits import HABITS
from geodata.demo.raw.cardholders import Cardholders
from geodata.demo.raw.shops import SOLD, Shops, category_shares
from geodata.swipes.raw.contract import ALIGHT, BOARD, PARK, PURCHASE, PURSES, SWIPE_TYPES

BUS, PARKS = len(SOLD), len(SOLD) + 1
HOURS = np.array([0, 0, 0, 0, 1, 4, 9, 12, 13, 12, 10, 8, 6, 6, 7, 8, 8, 7, 5, 3, 2, 1, 1, 0])
DISCOUNT = 0.05
BY_CODE = 0.9  # of the places; the others come as a point
KIND = {name: i for i, name in enumerate(SWIPE_TYPES)}
_MINUTE = 60_000_000


@dataclass(frozen=True)
class RawWorld:
    """What is the same on every day.

    Attributes
    ----------
    codes : ndarray of str, (n_communities,)
    points : ndarray of float, (n_communities, 2)
        A point inside each community, degrees.
    """

    seed: int
    codes: np.ndarray
    points: np.ndarray
    cards: Cardholders
    shops: Shops
    first_day: np.datetime64


def draw_day(world: RawWorld, day: int, n_rows: int) -> dict[str, np.ndarray]:
    """Columns of one day's swipes, as numbers; a ride is two rows.

    Parameters
    ----------
    world : RawWorld
    day : int
        Number of the day.
    n_rows : int
        Rows expected.
    """
    rng = np.random.default_rng([world.seed, 11, day])
    shares = category_shares()
    weights = np.array([shares[c] for c in SOLD] + [shares["bus"], shares["park"]])
    n = int(n_rows * weights.sum() / (weights.sum() + weights[BUS]))
    card = world.cards.pool[rng.integers(0, len(world.cards.pool), n)]
    kind = rng.choice(len(weights), n, p=weights / weights.sum())
    home = np.where(
        day >= world.cards.moved[card], world.cards.second_home[card], world.cards.home[card]
    )
    start = world.first_day.astype("datetime64[us]").astype(np.int64) + day * 24 * 60 * _MINUTE
    hour = rng.choice(24, n, p=HOURS / HOURS.sum())
    time = start + (hour * 60 + rng.integers(0, 60, n)) * _MINUTE
    time += rng.integers(0, 60_000_000, n) // 1_000_000 * 1_000_000
    columns = {"card": card, "home": home, "time": time, "what": kind}
    columns |= _sales(world, columns, rng)
    rides = kind == BUS
    columns["event"] = np.arange(n, dtype=np.int64)
    alights = {name: values[rides] for name, values in columns.items()}
    alights["time"] = alights["time"] + rng.integers(4, 55, rides.sum()) * _MINUTE
    alights["kind"] = np.full(rides.sum(), KIND[ALIGHT], dtype=np.int8)
    alights["place"] = _near(alights["place"], len(world.codes), 8.0, rng)
    return {name: np.concatenate([columns[name], alights[name]]) for name in columns}


def _sales(world: RawWorld, columns: dict, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Kind, place, merchant and amounts."""
    what, n = columns["what"], len(columns["what"])
    sold = what < len(SOLD)
    shop = np.full(n, -1, dtype=np.int64)
    shop[sold] = world.shops.choose(what[sold], columns["home"][sold], rng)
    place = _near(columns["home"], len(world.codes), 6.0, rng)
    place[sold] = world.shops.community[shop[sold]]
    kind = np.full(n, KIND[PURCHASE], dtype=np.int8)
    kind[what == BUS], kind[what == PARKS] = KIND[BOARD], KIND[PARK]
    price = np.array([HABITS[c].price_fen for c in SOLD] + [0, 0])[what]
    gross = np.round(price * np.exp(rng.normal(-0.18, 0.6, n))).astype(np.int64)
    discount = np.where(rng.random(n) < 0.2, gross * DISCOUNT, 0).astype(np.int64)
    share = np.array([np.mean(HABITS[c].subsidy) for c in SOLD] + [0, 0])[what]
    by_subsidy = rng.random(n) < share
    subsidy = np.where(by_subsidy, gross - discount, 0)
    purse = np.where(by_subsidy, PURSES.index("subsidy"), PURSES.index("debit"))
    purse = np.where(rng.random(n) < 0.1, PURSES.index("ecash"), purse)
    purse[~sold] = PURSES.index("transit_counter")
    purse[sold & by_subsidy] = PURSES.index("subsidy")
    return {
        "kind": kind,
        "shop": shop,
        "place": place,
        "gross": gross,
        "discount": discount,
        "subsidy": subsidy,
        "purse": purse.astype(np.int8),
    }


def _near(community: np.ndarray, n: int, scale: float, rng: np.random.Generator) -> np.ndarray:
    step = np.round(rng.laplace(0, scale, len(community))).astype(np.int64)
    return np.clip(community + step, 0, n - 1)


def number_text(prefix: str, numbers: np.ndarray, digits: int) -> pa.Array:
    """`prefix` and the number with leading zeros, for each."""
    import pyarrow.compute as pc

    text = pc.utf8_lpad(pa.array(numbers, pa.int64()).cast(pa.string()), digits, "0")
    return pc.binary_join_element_wise(prefix, text, "")
