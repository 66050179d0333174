"""A day's rows as a file holds them: words, codes and times instead of numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.demo.raw.day import BY_CODE, RawWorld, number_text
from geodata.demo.raw.traps import BAD
from geodata.swipes.raw.contract import BEIJING_OFFSET_HOURS, PURSES, SCHEMES, SWIPE_TYPES

_DAY_US = 86_400_000_000
_OFFSET_US = BEIJING_OFFSET_HOURS * 3_600_000_000
_FAULT = {name: i for i, name in enumerate(BAD)}
UNKNOWN_MERCHANT = "999110199990001"


def delivered_table(world: RawWorld, day: int, columns: dict[str, np.ndarray]) -> pa.Table:
    """Rows of one day as a raw file holds them.

    Parameters
    ----------
    world : RawWorld
    day : int
        The day on which the swipes were made.
    columns : dict of ndarray
        As `plant_traps` returns them.

    Returns
    -------
    pa.Table
        Columns of `SWIPE_FIELDS`, and `delay`, which no file holds.
    """
    rng = np.random.default_rng([world.seed, 13, day])
    cards, n = world.cards, len(columns["card"])
    date = str(world.first_day + day)
    fault = columns["fault"]
    midnight = world.first_day.astype("datetime64[us]").astype(np.int64)
    posted = midnight + (day + columns["delay"] + 1) * _DAY_US
    late = columns["time"] > posted  # taps after midnight are posted with the next day
    posted = posted + late * _DAY_US
    received = posted + (2 + columns["sent"]) * 3_600_000_000
    code, lon, lat = _places(world, columns, rng)
    gross = columns["gross"] + (fault == _FAULT["sum"]) * 7
    own = columns["gross"] - columns["discount"] - columns["subsidy"]
    table = {
        "record_id": number_text(date.replace("-", "") + "-", columns["record"], 9),
        "card_token": _take(cards.tokens, columns["card"], fault == _FAULT["token"], ""),
        "birth_year": pa.array(cards.birth_year[columns["card"]]),
        "sex": _words(("M", "F"), cards.female[columns["card"]].astype(np.int8)),
        "holder_basis": _words(("hukou", "permit"), cards.permit[columns["card"]].astype(np.int8)),
        "home_community_code": _take(
            pa.array(world.codes), columns["home"], fault == _FAULT["home"], "110101999999"
        ),
        "txn_time": _times(columns["time"]),
        "posting_date": pa.array((posted // _DAY_US).astype("datetime64[D]")),
        "txn_type": _take(
            pa.array(SWIPE_TYPES), columns["kind"], fault == _FAULT["word"], "mystery"
        ),
        "pairing_id": _pairing(date, columns["event"]),
        "purse": _words(PURSES, columns["purse"]),
        "amount_gross_fen": pa.array(gross),
        "amount_discount_fen": pa.array(columns["discount"]),
        "amount_subsidy_fen": pa.array(columns["subsidy"]),
        "amount_own_fen": pa.array(own),
        "merchant_no": _merchants(world, columns),
        "terminal_id": number_text("T", columns["place"], 7),
        "service_unit_code": code,
        "lon": lon,
        "lat": lat,
        "card_scheme": _words(SCHEMES, cards.scheme[columns["card"]]),
        "acceptance_province": pc.utf8_slice_codeunits(
            pa.array(world.codes).take(pa.array(columns["place"])), 0, 2
        ),
        "void_flag": _words(("N", "Y"), columns["void"].astype(np.int8)),
        "batch_id": pa.array(np.full(n, 0)).cast(pa.string()),
        "received_at": _times(received),
    }
    table["batch_id"] = _words((f"{date}-A",), np.zeros(n, dtype=np.int8))
    return pa.table({**table, "delay": columns["delay"] + late})


def _places(world: RawWorld, columns: dict, rng: np.random.Generator):
    """Code, or longitude and latitude instead of it, or (a trap) neither."""
    n = len(columns["place"])
    lost = columns["fault"] == _FAULT["place"]
    by_code = (rng.random(n) < BY_CODE) & ~lost
    code = pa.array(world.codes).take(pa.array(columns["place"]))
    code = pc.if_else(pa.array(by_code), code, pa.scalar(None, pa.string()))
    point = world.points[columns["place"]]
    lon = np.where(lost, 0.0, point[:, 0])
    return (
        code,
        pa.array(lon, mask=by_code),
        pa.array(point[:, 1], mask=by_code),
    )


def _merchants(world: RawWorld, columns: dict) -> pa.Array:
    sold = columns["shop"] >= 0
    number = pa.array(world.shops.number).take(pa.array(np.maximum(columns["shop"], 0)))
    number = pc.if_else(pa.array(sold), number, pa.scalar(None, pa.string()))
    unknown = sold & (columns["fault"] == _FAULT["merchant"])
    return pc.if_else(pa.array(unknown), UNKNOWN_MERCHANT, number)


def _pairing(date: str, event: np.ndarray) -> pa.Array:
    text = number_text(f"E{date[2:].replace('-', '')}", event, 8)
    return pc.if_else(pa.array(event >= 0), text, pa.scalar(None, pa.string()))


def _take(values: pa.Array, indices: np.ndarray, spoilt: np.ndarray, by: str) -> pa.Array:
    taken = values.take(pa.array(indices))
    return pc.if_else(pa.array(spoilt), by, taken) if spoilt.any() else taken


def _words(words, indices: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int8()), pa.array(list(words)))


def _times(us: np.ndarray) -> pa.Array:
    """Microseconds of Beijing time as instants."""
    return pa.array(us - _OFFSET_US, pa.timestamp("us", tz="UTC"))
