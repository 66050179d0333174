"""One raw file into DuckDB as delivered: every row with its number, what is no row set aside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from geodata.errors import SchemaError, SourceError
from geodata.swipes.raw.contract import Field

SUFFIXES = (".parquet", ".csv")


@dataclass(frozen=True)
class RawColumns:
    """Columns of a raw table in DuckDB.

    Attributes
    ----------
    types : dict of str to str
        DuckDB type by name, of the columns of the contract that are there.
    names : tuple of str
        All columns that are there.
    ragged : int
        Lines with another number of fields than the header; they are in table `ragged`.
    """

    types: dict[str, str]
    names: tuple[str, ...]
    ragged: int


def read_raw(
    connection: duckdb.DuckDBPyConnection, path: Path, fields: tuple[Field, ...]
) -> RawColumns:
    """Make view `delivered`: `row_no` (line in a CSV file, blank ones not counted), columns.

    Raises
    ------
    SourceError
        If the file cannot be read at all.
    SchemaError
        If a required column is missing.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE ragged (row_no BIGINT, line VARCHAR)")
    read = _read_parquet if path.suffix.lower() == ".parquet" else _read_csv
    with unreadable(path):
        ragged = read(connection, path)
    found = connection.execute("DESCRIBE delivered").fetchall()
    types = {name: kind for name, kind, *_ in found}
    for field in fields:
        if field.required and field.name not in types:
            names = ", ".join(name for name in types if name != "row_no")[:200]
            raise SchemaError(
                f"{path.name}: no column {field.name}; there are: {names}", "add the column"
            )
    known = {field.name for field in fields}
    names = tuple(name for name in types if name != "row_no")
    return RawColumns({name: types[name] for name in names if name in known}, names, ragged)


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """Have a file that turns out to be broken named; Parquet shows it when rows are asked for."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        text = str(error).splitlines()[0][:200]
        raise SourceError(
            f"{path.name}: cannot be read: {text}", "export the file again, CSV in UTF-8"
        ) from None


def _read_parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """A view: a word that stands in many rows is then looked at once."""
    name = str(path).replace("'", "''")
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW delivered AS SELECT file_row_number + 1 AS row_no, "
        f"* EXCLUDE file_row_number FROM read_parquet('{name}', file_row_number = true)"
    )
    return 0


def _read_csv(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    # The order of rows is their number. For the whole database: it stays so.
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE lines AS SELECT row_number() OVER () AS row_no, * "
        "FROM read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"', "
        "strict_mode = true, store_rejects = true, rejects_table = 'rejects', "
        "rejects_scan = 'rejects_scan')",
        [str(path)],
    )
    connection.execute(
        "INSERT INTO ragged SELECT line, any_value(csv_line) FROM rejects GROUP BY line"
    )
    # Rows are numbered without the lines set aside and without the header: back to lines.
    connection.execute(
        "UPDATE lines SET row_no = row_no + 1 + (SELECT count(*) FROM "
        "(SELECT row_no - row_number() OVER (ORDER BY row_no) AS before FROM ragged) "
        "WHERE before <= lines.row_no)"
    ) if connection.execute("SELECT count(*) FROM ragged").fetchall()[0][0] else (
        connection.execute("UPDATE lines SET row_no = row_no + 1")
    )
    connection.execute("CREATE OR REPLACE TEMP VIEW delivered AS FROM lines")
    for table in ("rejects", "rejects_scan"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    return connection.execute("SELECT count(*) FROM ragged").fetchall()[0][0]
