"""One raw file to checked records: each row is sound or in quarantine with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from geodata.swipes.raw.contract import (
    MEAL,
    PARK,
    SALES,
    SWIPE_FIELDS,
    TAPS,
)
from geodata.swipes.raw.places import PlaceIndex
from geodata.swipes.raw.reading import RawColumns
from geodata.swipes.raw.records import (
    AGE,
    BUCKETS,
    CATEGORY,
    CHECKED,
    DUCKDB_TYPES,
    KIND,
    NO_PROVIDER,
    PURSE,
    UNLISTED,
    pack_last,
)
from geodata.swipes.raw.typed import faults_sql, given_name, values_sql

USES = (*TAPS, *SALES)
OLDEST_YEAR = 1900
LATEST_DAYS = 366  # a tap posted later than that is a wrong date


@dataclass(frozen=True)
class Reference:
    """What rows are checked against; the same for all files of a load.

    Attributes
    ----------
    communities : pa.Table
        `code` and `district`, int64, and `text`, the code as text: all communities.
    merchants : DataFrame
        As `read_merchants` returns it.
    mcc : DataFrame
    load_places : callable
        Returns the index over the polygons of communities and their codes, int64; called once,
        when a file has a point. None where the source has no polygons of communities.
    """

    communities: pa.Table
    merchants: pd.DataFrame
    mcc: pd.DataFrame
    load_places: Callable[[], tuple[PlaceIndex, np.ndarray]] | None

    def register(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make tables communities, merchants and mcc."""
        connection.register("communities_given", self.communities)
        connection.register("merchants_given", self.merchants)
        connection.register("mcc_given", self.mcc)
        connection.execute("CREATE OR REPLACE TABLE communities AS FROM communities_given")
        connection.execute(
            "CREATE OR REPLACE TABLE merchants AS SELECT merchant_no, at_home = 'Y' AS at_home, "
            f"{_numbers('category', CATEGORY)} AS category, valid_from::DATE AS valid_from, "
            "valid_to::DATE AS valid_to, "
            f"(hash(provider_id, reverse(provider_id)) >> 2) + {UNLISTED + 1} AS provider "
            "FROM merchants_given"
        )
        connection.execute(
            "CREATE OR REPLACE TABLE mcc AS SELECT mcc, "
            f"{_numbers('category', CATEGORY)} AS category FROM mcc_given"
        )


def check_rows(
    connection: duckdb.DuckDBPyConnection,
    columns: RawColumns,
    reference: Reference,
    file_key: int,
) -> None:
    """From table `delivered` make `checked` (sound records) and `quarantine`.

    Parameters
    ----------
    connection : DuckDB connection
        With the tables of `read_raw`, and those of `Reference.register` in its database.
    columns : RawColumns
    reference : Reference
    file_key : int
        Number of the file, from its hash.

    Notes
    -----
    `checked` has the columns `records.CHECKED`; `quarantine` has row_no, reason, field, gross (0
    where it is no number) and the row as JSON text. Both are the connection's own, so that several
    connections to one database can work on a file each.
    """
    _find_places(connection, columns, reference)
    judged = _judged_sql(columns)
    # One pass over the file: rows are wide, and to keep them in between took half of the time.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE judged AS SELECT {_record_sql(file_key)}, fault, "
        f"CASE WHEN fault IS NOT NULL THEN {_row_as_json(columns)} END AS delivered "
        f"FROM ({judged})"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW checked AS SELECT {', '.join(CHECKED)} FROM judged "
        "WHERE fault IS NULL"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE quarantine AS SELECT row_no, "
        "split_part(fault, ':', 1) AS reason, split_part(fault, ':', 2) AS field, "
        "coalesce(gross, 0) AS gross, delivered FROM judged WHERE fault IS NOT NULL "
        "UNION ALL SELECT row_no, 'ragged_row', '', 0, line FROM ragged"
    )


def _find_places(
    connection: duckdb.DuckDBPyConnection, columns: RawColumns, reference: Reference
) -> None:
    """Table `located`: districts by point in polygon, where there is no code to go by."""
    run = connection.execute
    run("CREATE OR REPLACE TEMP TABLE located (row_no BIGINT, district INTEGER)")
    if reference.load_places is None:
        return
    points = run(
        f"SELECT row_no, lon, lat FROM ({values_sql(SWIPE_FIELDS, columns)}) "
        "ANTI JOIN communities ON service_unit_code = text "
        "WHERE lon IS NOT NULL AND lat IS NOT NULL"
    ).fetchnumpy()
    if not len(points["row_no"]):
        return
    lon, lat = (np.ma.filled(points[name], np.nan) for name in ("lon", "lat"))
    places, codes = reference.load_places()
    found = places.locate(lon, lat)
    hit = found >= 0
    rows = pa.table({"row_no": points["row_no"][hit], "code": codes[found[hit]]})
    connection.register("points_found", rows)
    run(
        "INSERT INTO located "
        "SELECT row_no, district FROM points_found JOIN communities USING (code)"
    )
    connection.unregister("points_found")


def _judged_sql(columns: RawColumns) -> str:
    """Query: rows with home, category, place, provider and `fault`, the first thing wrong."""
    at_home = f"coalesce(m.at_home, false) AND t.txn_type NOT IN {_words(TAPS)}"
    place = f"CASE WHEN t.txn_type IN {_words(USES)} THEN l.district END"
    joined = (
        "SELECT t.*, h.code AS home, "
        f"(CASE WHEN t.txn_type IN {_words(TAPS)} THEN {CATEGORY['bus']} "
        f"WHEN t.txn_type = '{PARK}' THEN {CATEGORY['park']} "
        f"WHEN t.txn_type = '{MEAL}' THEN {CATEGORY['meals']} "
        "ELSE coalesce(m.category, c.category, 0) END)::TINYINT AS category, "
        f"CASE WHEN {at_home} THEN h.district ELSE coalesce(s.district, {place}, 0) END "
        f"AS district, coalesce(m.provider, CASE WHEN t.txn_type IN {_words(SALES)} "
        f"THEN {UNLISTED} ELSE {NO_PROVIDER} END) AS provider "
        f"FROM ({values_sql(SWIPE_FIELDS, columns)}) t "
        "LEFT JOIN communities h ON t.home_community_code = h.text "
        "LEFT JOIN communities s ON t.service_unit_code = s.text "
        "LEFT JOIN merchants m ON t.merchant_no = m.merchant_no "
        "AND t.txn_time::DATE BETWEEN m.valid_from AND m.valid_to "
        "LEFT JOIN mcc c ON substr(t.merchant_no, 8, 4) = c.mcc "
        "LEFT JOIN located l ON t.row_no = l.row_no"
    )
    return f"SELECT *, CASE {' '.join(_faults(columns))} END AS fault FROM ({joined})"


def _faults(columns: RawColumns) -> list[str]:
    """Cases of everything that may be wrong with a row, in the order in which it is looked for."""
    amounts = ("discount", "subsidy", "own")
    gross, parts = "amount_gross_fen", [f"amount_{name}_fen" for name in amounts]
    return [
        *faults_sql(SWIPE_FIELDS, columns.types),
        "WHEN birth_year IS NULL AND age_band IS NULL THEN 'no_age:birth_year'",
        f"WHEN birth_year < {OLDEST_YEAR} OR birth_year > year(txn_time) "
        "THEN 'wrong_type:birth_year'",
        f"WHEN least({gross}, {', '.join(parts)}) < 0 OR {gross} <> {' + '.join(parts)} "
        f"THEN 'wrong_sum:{gross}'",
        "WHEN received_at < txn_time THEN 'received_before:received_at'",
        f"WHEN posting_date > txn_time::DATE + {LATEST_DAYS} THEN 'too_late:posting_date'",
        "WHEN posting_date < txn_time::DATE THEN 'posted_before:posting_date'",
        "WHEN home IS NULL THEN 'unknown_home:home_community_code'",
        f"WHEN category = 0 AND txn_type IN {_words(SALES)} THEN 'unknown_merchant:merchant_no'",
        f"WHEN district = 0 AND txn_type IN {_words(USES)} THEN 'no_place:service_unit_code'",
    ]


def _record_sql(file_key: int) -> str:
    """The columns `records.CHECKED` from those of `_judged_sql`."""
    age = (
        "CASE WHEN birth_year IS NOT NULL THEN (CASE "
        f"WHEN year(txn_time) - birth_year < 60 THEN {AGE['all']} "
        f"WHEN year(txn_time) - birth_year < 70 THEN {AGE['60-69']} "
        f"WHEN year(txn_time) - birth_year < 80 THEN {AGE['70-79']} ELSE {AGE['80plus']} END) "
        f"WHEN age_band[1] = '6' THEN {AGE['60-69']} WHEN age_band[1] = '7' THEN {AGE['70-79']} "
        f"ELSE {AGE['80plus']} END"
    )
    event = "coalesce(pairing_id, '=' || record_id)"
    second = "(epoch(txn_time) - epoch(date_trunc('month', txn_time)))::BIGINT"
    columns = {
        "month": "year(txn_time) * 12 + month(txn_time) - 1",
        "bucket": f"(unicode(card_token[-1]) + 7 * unicode(card_token[-2])) % {BUCKETS}",
        "file_key": str(file_key),
        "event_id": event,
        # Backwards too: DuckDB's hash of text alone takes many running numbers for one another.
        "record_key": "hash(record_id, reverse(record_id)) >> 1",
        "event_key": f"hash({event}, reverse({event}), card_token) >> 1",
        "kind": _numbers("txn_type", KIND),
        "txn_us": "epoch_us(txn_time)",
        "received_us": "epoch_us(received_at)",
        "void": "void_flag = 'Y'",
        "age": age,
        "purse": _numbers("purse", PURSE),
        "gross": "amount_gross_fen",
        "own_subsidy": "amount_subsidy_fen",
        "slot": "(isodow(txn_time) - 1) * 24 + hour(txn_time)",
        "last": pack_last(second, "home", f"({age})::BIGINT"),
    }
    return ", ".join(
        f"CAST({columns.get(name, name)} AS {DUCKDB_TYPES[kind]}) AS {name}"
        for name, kind in CHECKED.items()
    )


def _row_as_json(columns: RawColumns) -> str:
    cells = ", ".join(f'"{name}": {given_name(name)}' for name in ("row_no", *columns.names))
    cells = cells.replace(given_name("row_no"), "row_no", 1)
    return f"to_json({{{cells}}})::VARCHAR"


def _numbers(column: str, numbers: dict[str, int]) -> str:
    cases = " ".join(f"WHEN '{word}' THEN {number}" for word, number in numbers.items())
    return f"(CASE {column} {cases} END)::TINYINT"


def _words(words) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"
