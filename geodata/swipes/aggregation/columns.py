"""Columns of the tables between checked records and published ones, of each with its type."""

from __future__ import annotations

from geodata.swipes.raw.records import CHECKED

RETURN_MONTHS = 2  # after its sale a return may come
ROW = ("file_key", "row_no")
VERDICT = {
    **{name: CHECKED[name] for name in ROW},
    "fate": "int8",
    "back": "int64",
    "back_subsidy": "int64",
}
CONTESTED = {"event_key": "int64"}
# Of an event that is contested because another one has a version of a record: that record.
LINKS = {"record_key": "int64", "month": "int32"}

USES = {
    "bucket": "int8",
    "card_token": "string",
    "purse": "int8",
    "category": "int8",
    "district": "int32",
    "provider": "int64",
    "slot": "int16",
    "last": "int64",
    "uses": "int8",
    "amount": "int64",
    "subsidy": "int64",
}
AREAS = {"home": "int64", "home_district": "int32"}  # communities and their districts
ALL = 0  # number of category "all"

TABLE_COLUMNS: dict[str, tuple[str, ...]] = {
    "homes": ("home", "age", "category"),
    "flows": ("home_district", "district", "category"),
    "purses": ("home_district", "category", "purse"),
    "hours": ("home_district", "slot"),
    "paid": ("home", "age", "category", "provider"),  # what cost something, by who was paid
}
SUMS = ("uses", "cards", "amount", "subsidy")
TABLE_SUMS = {name: ("uses",) if name == "paid" else SUMS for name in TABLE_COLUMNS}
