"""A DuckDB connection with a limit of memory, and the few things that are asked of it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from geodata.swipes.aggregation.columns import CONTESTED, LINKS

MEMORY = "3GB"


def open_duckdb(
    scratch: Path, memory: str = MEMORY, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory database with a limit of memory and a folder to spill into."""
    scratch.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET memory_limit = ?", [memory])
    connection.execute("SET temp_directory = ?", [str(scratch)])
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    # It takes the rows of many Parquet files from the first of them, and then keeps the records
    # in memory instead of the few keys they are held against. Joins here have the smaller right.
    connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
    if threads:
        connection.execute("SET threads = ?", [threads])
    return connection


class Session:
    """Names tables on a connection.

    Parameters
    ----------
    connection : DuckDB connection
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def view(self, name: str, paths: tuple[Path, ...], columns: dict[str, str]) -> None:
        """Parquet files under a name; no files are a table without rows."""
        if paths:
            files = ", ".join(f"'{quoted(path)}'" for path in paths)
            text = f"SELECT {', '.join(map(quoted_name, columns))} FROM read_parquet([{files}])"
        else:
            schema = pa.schema([(key, pa.type_for_alias(kind)) for key, kind in columns.items()])
            self.connection.register(f"no_{name}", schema.empty_table())
            text = f"FROM no_{name}"
        self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS {text}")

    def contested(self, name: str, paths: tuple[Path, ...]) -> None:
        """Keys of contested events as table `name`; what ties them to others as `name`_links."""
        self.view(f"{name}_files", paths, {**CONTESTED, **LINKS})
        self.make(name, f"SELECT DISTINCT event_key FROM {name}_files")
        self.make(f"{name}_links", f"SELECT DISTINCT * FROM {name}_files WHERE month IS NOT NULL")

    def close_keys(self, keys: str, links: str) -> None:
        """Add the contested events that have a version of a record of one in a table of keys.

        Which version stands is decided over all of them, so none may be missing.
        """
        tied = (
            f"FROM {keys} UNION SELECT event_key FROM {links} SEMI JOIN (SELECT record_key, month "
            f"FROM {links} SEMI JOIN {keys} USING (event_key)) USING (record_key, month)"
        )
        before = -1
        while before != (before := self.value(f"SELECT count(*) FROM {keys}")):
            self.make(keys, tied)

    def files_with(self, paths: tuple[Path, ...], keys: str) -> tuple[Path, ...]:
        """Those of some files of records that hold an event of a table of keys.

        Few do: events are linked over days, the files are of five months. To look takes a tenth of
        the time of reading the rows.
        """
        if not paths:
            return ()
        files = ", ".join(f"'{quoted(path)}'" for path in paths)
        found = self.connection.execute(
            f"SELECT DISTINCT filename FROM read_parquet([{files}], filename = true) "
            f"SEMI JOIN {keys} USING (event_key)"
        ).fetchall()
        names = {name for (name,) in found}
        return tuple(path for path in paths if str(path) in names)

    def make(self, name: str, sql: str) -> None:
        """Work a table out."""
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {sql}")

    def fetch(self, sql: str) -> pa.Table:
        """The rows of a query."""
        return self.connection.sql(sql).to_arrow_table()

    def value(self, sql: str):
        """The only value of a query."""
        return self.connection.execute(sql).fetchall()[0][0]

    def copy(self, sql: str, path: Path) -> None:
        """The rows of a query as a Parquet file; a higher level takes longer and saves nothing."""
        self.connection.execute(
            f"COPY ({sql}) TO '{quoted(path)}' "
            "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        )


def quoted(path: Path | str) -> str:
    """A path as it stands between quotes in SQL."""
    return str(path).replace("'", "''")


def quoted_name(column: str) -> str:
    """A column as SQL names it."""
    return f'"{column}"'
