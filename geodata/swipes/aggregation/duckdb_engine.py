"""DuckDB, embedded: a month in parts of its cards, one after the other, spilling to disk."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
from ibis.expr.types import Table

from geodata.periods import month_period
from geodata.progress import ProgressCallback, no_progress
from geodata.swipes.aggregation.engine import (
    CONTESTED,
    MonthInput,
    MonthTables,
    Statements,
    make_statements,
)
from geodata.swipes.raw.records import BUCKETS, COLUMNS, DUCKDB_TYPES

MEMORY = "3GB"
ROWS_PER_PASS = 8_000_000  # of a month; what is summed by card in one pass fits into memory


class DuckdbEngine:
    """Runs the definitions in this process.

    Parameters
    ----------
    scratch : Path
        Folder for what does not fit into memory; removed by DuckDB when it closes.
    memory : str
        What DuckDB may hold, as "3GB".
    threads : int, optional
        Default: the processor's.
    """

    def __init__(self, scratch: Path, memory: str = MEMORY, threads: int | None = None) -> None:
        self.scratch, self.memory, self.threads = scratch, memory, threads

    def month_tables(
        self, month: MonthInput, progress: ProgressCallback = no_progress
    ) -> MonthTables:
        """All tables of one month; parameters and result as in `engine.Engine`."""
        with open_duckdb(self.scratch, self.memory, self.threads) as connection:
            return _Run(connection, month, progress).run()


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
    if threads:
        connection.execute("SET threads = ?", [threads])
    return connection


class _Run:
    """One month on one connection."""

    def __init__(self, connection, month: MonthInput, progress: ProgressCallback) -> None:
        self.connection, self.month, self.progress = connection, month, progress
        self.stage = f"aggregate {month_period(month.month)}"
        self.statements = statements()

    def run(self) -> MonthTables:
        self._name_inputs()
        rows = self.connection.execute("SELECT count(*) FROM own").fetchall()[0][0]
        passes = min(BUCKETS, rows // ROWS_PER_PASS + 1)
        self.progress(self.stage, 0, passes)
        result = MonthTables(fates=self._fetch(self.statements.fates))
        for number in range(passes):
            first, last = (BUCKETS * i // passes for i in (number, number + 1))
            self._add_buckets(first, last)
            self.progress(self.stage, number + 1, passes)
        for name, sql in self.statements.added.items():
            result.tables[name] = self._fetch(sql)
        result.tables["cards"] = self._fetch("FROM all_cards")
        return result

    def _name_inputs(self) -> None:
        self._view("own", self.month.own, COLUMNS)
        self._view("around", self.month.around, COLUMNS)
        self._view("contested_files", self.month.contested, CONTESTED)
        self._make("contested", "SELECT DISTINCT * FROM contested_files")
        self.connection.register("areas_given", self.month.areas)
        self._make("areas", "FROM areas_given")
        self._make("disputed", self.statements.disputed)
        self._make("again", f"FROM ({self.statements.again}) WHERE month = {self.month.month}")

    def _view(self, name: str, paths: tuple[Path, ...], columns: dict[str, str]) -> None:
        if paths:
            files = ", ".join(_quote(path) for path in paths)
            text = f"SELECT {', '.join(_name(c) for c in columns)} FROM read_parquet([{files}])"
        else:
            schema = ibis.schema(columns).to_pyarrow()
            self.connection.register(f"no_{name}", schema.empty_table())
            text = f"FROM no_{name}"
        self.connection.execute(f"CREATE VIEW {name} AS {text}")

    def _add_buckets(self, first: int, last: int) -> None:
        """The tables of the cards of some buckets, appended to those of the buckets before."""
        part = f"WHERE bucket >= {first} AND bucket < {last}"
        self._make("uses", f"FROM ({self.statements.uses}) {part}")  # read twice: a tenth faster
        for name, sql in self.statements.kept.items():
            self._make(name, sql)
        for name, sql in self.statements.tables.items():
            if first:
                self.connection.execute(f"INSERT INTO all_{name} {sql}")
            else:
                self._make(f"all_{name}", sql)

    def _make(self, name: str, sql: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {sql}")

    def _fetch(self, sql: str) -> pa.Table:
        return self.connection.sql(sql).to_arrow_table()


@cache
def statements() -> Statements:
    """What DuckDB runs for a month."""
    return make_statements(duckdb_sql)


def duckdb_sql(table: Table) -> str:
    """The SQL of an expression, each column of the type it has in the expression.

    DuckDB's sums are wider than their summands (128 bits), which costs memory and time.
    """
    columns = ", ".join(
        f"CAST({_name(name)} AS {DUCKDB_TYPES[str(kind).removeprefix('!')]}) AS {_name(name)}"
        for name, kind in table.schema().items()
    )
    return f"SELECT {columns} FROM ({ibis.to_sql(table, dialect='duckdb')})"


def _quote(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _name(column: str) -> str:
    return f'"{column}"'
