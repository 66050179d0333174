"""SQL that turns delivered cells into typed ones and says what is wrong with a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geodata.swipes.raw.contract import BEIJING_OFFSET_HOURS, TOKEN, Field
from geodata.swipes.raw.reading import RawColumns

_SHIFT = f"INTERVAL {BEIJING_OFFSET_HOURS} HOUR"
_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)"
_WHOLE = r"-?\d{1,15}"
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
EMPTY = {
    "fen": "BIGINT",
    "year": "INTEGER",
    "time": "TIMESTAMP",
    "date": "DATE",
    "degrees": "DOUBLE",
}


def value_sql(field: Field, kind: str | None) -> str:
    """The typed value; NULL where the cell is blank or wrong.

    Parameters
    ----------
    field : Field
    kind : str or None
        DuckDB type of the delivered column; None where there is none.
    """
    if kind is None:
        return f"NULL::{EMPTY.get(field.kind, 'VARCHAR')}"
    cell, is_text = _cell(field), kind == "VARCHAR"
    text = f"trim({cell})" if is_text else f"CAST({cell} AS VARCHAR)"
    if field.kind in ("fen", "year"):
        if kind in _INTEGERS:
            return f"CAST({cell} AS {EMPTY[field.kind]})"
        whole = (
            text
            if is_text
            else f"CASE WHEN {cell} = floor({cell}) THEN {cell}::BIGINT::VARCHAR END"
        )
        number = f"TRY_CAST({whole} AS {EMPTY[field.kind]})"
        return f"CASE WHEN regexp_full_match({whole}, '{_WHOLE}') THEN {number} END"
    if field.kind == "time":
        return _time_sql(cell, kind, text)
    if field.kind == "date":
        return cell if kind == "DATE" else f"TRY_CAST({text} AS DATE)"
    if field.kind == "degrees":
        return f"TRY_CAST({cell} AS DOUBLE)"
    if _is_any_text(field):
        return f"nullif({text}, '')"
    return f"CASE WHEN regexp_full_match({text}, '{TOKEN}') THEN {text} END"


def _is_any_text(field: Field) -> bool:
    """Whether every text but a blank one is a value."""
    return field.kind not in EMPTY and field.name != "card_token"


def _time_sql(cell: str, kind: str, text: str) -> str:
    """Beijing time; a Parquet time without a zone is taken to be that already."""
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return f"make_timestamp(epoch_us({cell})) + {_SHIFT}"
    if kind.startswith("TIMESTAMP"):
        return f"CAST({cell} AS TIMESTAMP)"
    instant = f"make_timestamp(epoch_us(TRY_CAST({text} AS TIMESTAMPTZ))) + {_SHIFT}"
    return f"CASE WHEN regexp_full_match({text}, '{_TIME}') THEN {instant} END"


def faults_sql(fields: Sequence[Field], types: Mapping[str, str]) -> list[str]:
    """`WHEN ... THEN 'reason:field'` for each field, in the order of the contract.

    They read the rows of `values_sql`.
    """
    cases = []
    for field in fields:
        if field.name not in types:
            continue
        cell, value = _cell(field), f'"{field.name}"'
        is_text = types[field.name] == "VARCHAR"
        may_be_any = is_text and _is_any_text(field)  # then no value is a blank cell
        blank = f"({cell} IS NULL OR trim({cell}) = '')" if is_text else f"{cell} IS NULL"
        if field.required and is_text:
            and_blank = "" if may_be_any else f" AND {blank}"
            cases.append(f"WHEN {value} IS NULL{and_blank} THEN 'blank_field:{field.name}'")
        elif field.required:
            cases.append(f"WHEN {blank} THEN 'blank_field:{field.name}'")
        if not may_be_any:
            cases.append(f"WHEN {value} IS NULL AND NOT {blank} THEN 'wrong_type:{field.name}'")
        if field.choices:
            words = ", ".join(f"'{word}'" for word in field.choices)
            cases.append(f"WHEN {value} NOT IN ({words}) THEN 'unknown_word:{field.name}'")
    return cases


def values_sql(fields: Sequence[Field], columns: RawColumns) -> str:
    """Query of `delivered`: row_no, typed values as `<field>`, all cells as `given_<column>`."""
    given = [f'"{name}" AS {given_name(name)}' for name in columns.names]
    values = [f'{value_sql(f, columns.types.get(f.name))} AS "{f.name}"' for f in fields]
    return f"SELECT *, {', '.join(values)} FROM (SELECT row_no, {', '.join(given)} FROM delivered)"


def given_name(column: str) -> str:
    """Name of a cell as delivered beside the typed ones."""
    return f'"given_{column}"'


def _cell(field: Field) -> str:
    return given_name(field.name)
