"""Columns of a checked record as the store keeps it, and its words as numbers."""

from __future__ import annotations

from geodata.schema import AGE_BANDS
from geodata.slots import CATEGORY_KEYS
from geodata.swipes.raw.contract import FATES, PURSES, SWIPE_TYPES

BUCKETS = 64  # parts of a month by card; as many of them as fit into memory go through at a time
HOME_BITS, AGE_BITS = 38, 2  # a 12-digit code of the region is below 2**38
NO_PROVIDER = 0  # taps name none
UNLISTED = 1  # a sale by a merchant that table merchants does not list

CHECKED = {
    "month": "int32",  # year * 12 + month - 1, Beijing time
    "bucket": "int8",
    "file_key": "int64",
    "row_no": "int64",
    "record_id": "string",
    "event_id": "string",  # the pairing id; where it is blank, "=" and the record id
    "record_key": "int64",  # hashes, to find candidates; the text decides
    "event_key": "int64",
    "card_token": "string",
    "kind": "int8",  # number in SWIPE_TYPES
    "void": "boolean",
    "age": "int8",  # number in AGE_BANDS; 0: under 60
    "purse": "int8",  # number in PURSES
    "category": "int8",  # number in CATEGORY_KEYS; 0: none
    "district": "int32",  # of the place of service; 0: none
    "provider": "int64",  # hash of its id; NO_PROVIDER or UNLISTED
    "txn_us": "int64",  # microseconds of Beijing time: the same number in every engine
    "received_us": "int64",
    "gross": "int64",
    "own_subsidy": "int64",
    "slot": "int16",  # weekday * 24 + hour, Monday first
    "last": "int64",  # second of the month, home, age: see `pack_last`
}
RESOLVED = {
    "fate": "int8",  # number in FATES
    "uses": "int8",
    "amount": "int64",
    "subsidy": "int64",
}
COLUMNS = {**CHECKED, **RESOLVED}
DUCKDB_TYPES = {
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
}

KIND = {name: i for i, name in enumerate(SWIPE_TYPES)}
PURSE = {name: i for i, name in enumerate(PURSES)}
CATEGORY = {name: i for i, name in enumerate(CATEGORY_KEYS)}
AGE = {name: i for i, name in enumerate(AGE_BANDS)}
FATE = {name: i for i, name in enumerate(FATES)}


def pack_last(second: str, home: str, age: str) -> str:
    """SQL that packs the second of the month, the home and the age of a record into one number.

    A card has one home and one age in a month, those of its last use: the largest of these
    numbers. Equal seconds fall to the larger code, so that the order of the files never decides.
    """
    return f"((({second}) << {HOME_BITS} | ({home})) << {AGE_BITS} | ({age}))"
