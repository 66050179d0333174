"""The register of issued cards: how many a month has, and how many of them were silent."""

from __future__ import annotations

import calendar
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa

from geodata.errors import SchemaError
from geodata.periods import month_period
from geodata.schema import AGE_BANDS
from geodata.swipes.aggregation.duckdb_session import open_duckdb
from geodata.swipes.raw.contract import CARD_FIELDS
from geodata.swipes.raw.reading import read_raw, unreadable
from geodata.swipes.raw.typed import faults_sql, values_sql
from geodata.swipes.store.ingest import IngestOptions
from geodata.swipes.store.layout import SCRATCH

SILENT_MONTHS = 3  # a card is silent without use in this month and the two before


class Register:
    """Reads the register when it is asked for, or before, beside other work; a context manager.

    Parameters
    ----------
    path : Path
    store : Path
    options : IngestOptions
    """

    def __init__(self, path: Path, store: Path, options: IngestOptions) -> None:
        self.path = path
        self.connection = open_duckdb(store / SCRATCH / "register", options.memory)
        self.pool, self.begun = ThreadPoolExecutor(1), None

    def begin(self) -> None:
        """Begin to read it in another thread."""
        if self.begun is None:
            self.begun = self.pool.submit(read_register, self.connection, self.path)

    def table(self) -> duckdb.DuckDBPyConnection:
        """Connection with table `register`; raises what `read_register` does."""
        self.begin()
        self.begun.result()
        return self.connection

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown()
        self.connection.close()


def read_register(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make table `register` of the fields of `CARD_FIELDS`, checked.

    Raises
    ------
    SchemaError
        If a cell is wrong or a card is there twice: the register is kept by hand and small
        beside the swipes, so it is put right and not set aside row by row.
    SourceError
        If the file cannot be read.
    """
    columns = read_raw(connection, path, CARD_FIELDS)
    if columns.ragged:
        line = connection.execute("SELECT min(row_no) FROM ragged").fetchall()[0][0]
        raise SchemaError(f"{path.name}, line {line}: another number of fields", "correct the line")
    cases = " ".join(faults_sql(CARD_FIELDS, columns.types))
    names = ", ".join(field.name for field in CARD_FIELDS)
    with unreadable(path):
        connection.execute(
            f"CREATE OR REPLACE TABLE typed AS SELECT row_no, {names}, CASE {cases} END AS fault "
            f"FROM ({values_sql(CARD_FIELDS, columns)})"
        )
    bad = connection.execute(
        "SELECT row_no, fault FROM typed WHERE fault IS NOT NULL ORDER BY row_no LIMIT 1"
    ).fetchall()
    if bad:
        row, (reason, field) = bad[0][0], bad[0][1].split(":")
        words = reason.replace("_", " ")
        raise SchemaError(f"{path.name}, row {row}: {words} in {field}", f"correct {field}")
    double = connection.execute(
        "SELECT min(row_no) FROM typed WHERE (SELECT count(*) > count(DISTINCT hash(card_token)) "
        "FROM typed) GROUP BY card_token HAVING count(*) > 1 LIMIT 1"
    ).fetchall()  # most registers have none, which the hashes tell in half of the time
    if double:
        raise SchemaError(
            f"{path.name}, row {double[0][0]}: the card is there twice", "keep one row for a card"
        )
    connection.execute(
        "CREATE OR REPLACE TABLE register AS SELECT * EXCLUDE (row_no, fault) FROM typed"
    )
    connection.execute("DROP TABLE typed")


def count_cards(
    connection: duckdb.DuckDBPyConnection, month: int, active: list[Path], communities: pa.Table
) -> pa.Table:
    """Issued and silent cards at the end of a month; columns of table cards of a source.

    Parameters
    ----------
    connection : DuckDB connection
        With table `register`.
    month : int
    active : list of Path
        Tables of the cards in use of the `SILENT_MONTHS` months up to this one.
    communities : pa.Table
        Cards whose home is none of them are not counted.
    """
    period = month_period(month)
    year, number = int(period[:4]), int(period[5:])
    last = f"DATE '{period}-{calendar.monthrange(year, number)[1]}'"
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in active)
    connection.register("communities", communities)
    age = f"{year} - birth_year"
    band = f"CASE WHEN {age} < 70 THEN '{AGE_BANDS[1]}' WHEN {age} < 80 THEN '{AGE_BANDS[2]}' "
    return connection.sql(
        f"WITH used AS (SELECT DISTINCT card_token FROM read_parquet([{files}])), "
        f"issued AS (SELECT card_token, text AS home, {band} ELSE '{AGE_BANDS[3]}' END AS band "
        "FROM register JOIN communities ON home_community_code = text "
        f"WHERE issued_on <= {last} AND coalesce(closed_on > {last}, true) AND {age} >= 60) "
        f"SELECT '{period}' AS period, home AS home_area_code, coalesce(band, 'all') AS age_band, "
        "count(*) AS cards_count, count(*) FILTER (used.card_token IS NULL) AS silent_cards_count "
        "FROM issued LEFT JOIN used USING (card_token) "
        "GROUP BY GROUPING SETS ((home), (home, band)) ORDER BY ALL"
    ).to_arrow_table()
