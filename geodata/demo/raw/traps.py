"""What goes wrong in real deliveries, planted: lone taps, returns, credits, doubles, bad cells."""

from __future__ import annotations

import numpy as np

from geodata.demo.raw.day import KIND, RawWorld
from geodata.swipes.raw.contract import ALIGHT, BOARD, CREDIT, PURCHASE, REFUND, REVERSAL, ROLLOVER

LONE = 0.02  # of the rides lack one tap
LATE = 0.01  # of the taps come days later
REFUNDED, REVERSED = 0.012, 0.004  # of the sales
FARED, FARE_FEN = 0.005, 200  # of the rides cost something: beyond the lines that are free
DOUBLED, SENT_AGAIN = 0.002, 0.001  # rows twice in a file; again in a later one
VOIDED = 0.001
CREDITED = 0.1  # of the cards get a credit on the first of a month
LATEST = 12  # days
# Each of these spoils a row so that it must go to quarantine.
BAD = {
    "home": 0.0005,
    "sum": 0.0004,
    "merchant": 0.0005,
    "token": 0.0002,
    "word": 0.0002,
    "place": 0.0003,
}
_DAY_US = 86_400_000_000


def plant_traps(world: RawWorld, day: int, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The day's rows with its traps; `delay` says in how many days' file a row comes.

    Returns
    -------
    dict of ndarray
        The columns of `draw_day` and `record` (number, repeated where a record is sent again),
        `delay`, `sent` (which sending of the record), `void`, `fault` (number in `BAD`, -1).
    """
    rng = np.random.default_rng([world.seed, 12, day])
    fares = np.random.default_rng([world.seed, 14, day])
    columns = _ask_fares(_drop_halves(columns, rng), fares)
    columns = _add(columns, _returns(columns, rng))
    columns = _add(columns, _bookings(world, day, rng))
    n = len(columns["card"])
    columns["record"] = np.arange(n, dtype=np.int64)
    taps = np.isin(columns["kind"], (KIND[BOARD], KIND[ALIGHT]))
    late = taps & (rng.random(n) < LATE)
    columns["delay"] = np.where(late, rng.integers(1, LATEST, n), columns["delay"])
    columns["void"] = rng.random(n) < VOIDED
    columns["fault"] = rng.choice(
        [-1, *range(len(BAD))], n, p=[1 - sum(BAD.values()), *BAD.values()]
    )
    columns["sent"] = np.zeros(n, dtype=np.int64)
    return _send_again(columns, rng)


def _drop_halves(columns: dict[str, np.ndarray], rng: np.random.Generator) -> dict:
    n = len(columns["card"])
    taps = np.isin(columns["kind"], (KIND[BOARD], KIND[ALIGHT]))
    keep = ~(taps & (rng.random(n) < LONE / 2))
    kept = {name: values[keep] for name, values in columns.items()}
    kept["delay"] = np.zeros(keep.sum(), dtype=np.int64)
    return kept


def _ask_fares(columns: dict[str, np.ndarray], rng: np.random.Generator) -> dict:
    boards = columns["kind"] == KIND[BOARD]
    fared = boards & (rng.random(len(boards)) < FARED)
    return {**columns, "gross": np.where(fared, FARE_FEN, columns["gross"])}


def _returns(columns: dict[str, np.ndarray], rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Refunds of a part or of everything, days later, and reversals within minutes."""
    sales = np.flatnonzero((columns["kind"] == KIND[PURCHASE]) & (columns["gross"] > 0))
    draw = rng.random(len(sales))
    back = sales[draw < REFUNDED + REVERSED]
    rows = {name: values[back].copy() for name, values in columns.items()}
    is_refund = draw[draw < REFUNDED + REVERSED] < REFUNDED
    part = is_refund & (rng.random(len(back)) < 0.4)
    for name in ("gross", "discount", "subsidy"):
        rows[name] = np.where(part, rows[name] // 2, rows[name])
    rows["discount"] = np.minimum(rows["discount"], rows["gross"] - rows["subsidy"])
    days = np.where(is_refund, rng.integers(0, LATEST, len(back)), 0)
    rows["time"] = rows["time"] + days * _DAY_US + rng.integers(1, 20, len(back)) * 60_000_000
    rows["delay"] = days
    rows["kind"] = np.where(is_refund, KIND[REFUND], KIND[REVERSAL]).astype(np.int8)
    return rows


def _bookings(world: RawWorld, day: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Credits on the first of a month, the roll-over on 1 February: money, but no use."""
    date = str(world.first_day + day)
    n_cards = len(world.cards.home)
    if not date.endswith("-01"):
        chosen = np.zeros(0, dtype=np.int64)
    else:
        chosen = np.sort(rng.choice(n_cards, int(n_cards * CREDITED), replace=False))
    n = len(chosen)
    kind = KIND[ROLLOVER] if date[5:] == "02-01" else KIND[CREDIT]
    start = world.first_day.astype("datetime64[us]").astype(np.int64) + day * _DAY_US
    zeros = np.zeros(n, dtype=np.int64)
    return {
        "card": chosen.astype(np.int32),
        "home": world.cards.home[chosen],
        "time": start + rng.integers(0, 3_600, n) * 1_000_000,
        "what": zeros,
        "kind": np.full(n, kind, dtype=np.int8),
        "shop": zeros - 1,
        "place": world.cards.home[chosen].astype(np.int64),
        "gross": zeros + 10_000,
        "discount": zeros,
        "subsidy": zeros + 10_000,
        "purse": np.zeros(n, dtype=np.int8),
        "event": zeros - 1,
        "delay": zeros,
    }


def _send_again(columns: dict[str, np.ndarray], rng: np.random.Generator) -> dict:
    """The same record once more in its file, or in a later one, there sometimes as void."""
    n = len(columns["card"])
    draw = rng.random(n)
    again = np.flatnonzero(draw < DOUBLED + SENT_AGAIN)
    rows = {name: values[again].copy() for name, values in columns.items()}
    later = draw[again] < SENT_AGAIN
    rows["delay"] = rows["delay"] + np.where(later, rng.integers(1, LATEST, len(again)), 0)
    rows["sent"] = np.where(later, 1, 0)
    rows["void"] = rows["void"] | (later & (rng.random(len(again)) < 0.5))
    return _add(columns, rows)


def _add(columns: dict[str, np.ndarray], rows: dict[str, np.ndarray]) -> dict:
    return {name: np.concatenate([values, rows[name]]) for name, values in columns.items()}
