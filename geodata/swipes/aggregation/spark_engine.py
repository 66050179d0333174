"""Apache Spark: the same statements on a cluster, for months that one machine takes too long for.

The store must lie on a disk that every worker sees under the same path. Needs `pyspark` (the
extra `spark`) and Java 17 or newer.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import ibis
from ibis.expr.types import Table

from geodata.errors import StoreError
from geodata.periods import month_period
from geodata.progress import ProgressCallback, no_progress
from geodata.swipes.aggregation.columns import CONTESTED
from geodata.swipes.aggregation.definitions import make_statements
from geodata.swipes.aggregation.engine import MonthInput, MonthTables
from geodata.swipes.aggregation.statements import Statements
from geodata.swipes.raw.records import COLUMNS

LOOPBACK = ("127.0.0.1", "localhost")
SPARK_TYPES = {
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "string": "string",
    "boolean": "boolean",
}


class SparkEngine:
    """Runs the definitions on Spark.

    Parameters
    ----------
    master : str
        As `spark://host:7077`, or `local[2]`.
    executor_memory : str
        Of each executor, as "4g".
    settings : dict of str to str
        More of Spark's settings.

    Raises
    ------
    StoreError
        If pyspark is not installed or no session can be had.
    """

    def __init__(
        self, master: str, executor_memory: str = "1g", settings: dict[str, str] | None = None
    ) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            raise StoreError(
                "Spark is not installed", 'pip install "silver-atlas[spark]"; it needs Java 17'
            ) from None
        builder = SparkSession.builder.master(master).appName("Silver Atlas")
        options = {
            "spark.executor.memory": executor_memory,
            "spark.sql.session.timeZone": "UTC",
            "spark.driver.maxResultSize": "4g",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            **(settings or {}),
        }
        if master.startswith("local") or urlsplit(master).hostname in LOOPBACK:
            # Everything is on this machine: nobody else can reach the driver.
            os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK[0])
            options |= {"spark.driver.host": LOOPBACK[0], "spark.driver.bindAddress": LOOPBACK[0]}
        for name, value in options.items():
            builder = builder.config(name, value)
        try:
            self.session = builder.getOrCreate()
        except Exception as error:
            text = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise StoreError(
                f"no Spark session on {master}: {text}", "check the address, and java -version"
            ) from None
        self.session.sparkContext.setLogLevel("ERROR")

    def close(self) -> None:
        """End the session."""
        self.session.stop()

    def month_tables(
        self, month: MonthInput, progress: ProgressCallback = no_progress
    ) -> MonthTables:
        """All tables of one month; parameters and result as in `engine.Engine`."""
        made = statements()
        stage = f"aggregate {month_period(month.month)} on Spark"
        steps = len(made.kept) + len(made.tables) + 1
        self._name_inputs(month, made)
        kept = []
        try:
            kept.append(self._keep("disputed", made.disputed))
            again = f"SELECT * FROM ({made.again}) WHERE month = {month.month}"
            kept.append(self._keep("again", again))
            result = MonthTables(fates=self.session.sql(made.fates).toArrow())
            self.session.sql(made.uses).createOrReplaceTempView("uses")
            progress(stage, 1, steps)
            for name, sql in made.kept.items():
                kept.append(self._keep(name, sql))
                progress(stage, 1 + len(kept) - 2, steps)
            for done, (name, sql) in enumerate(made.tables.items(), start=2 + len(made.kept)):
                result.tables[name] = self.session.sql(sql).toArrow()
                progress(stage, done, steps)
        finally:
            for frame in kept:
                frame.unpersist()
        return result

    def _keep(self, name: str, sql: str):
        """A table that is worked out once; what a lost worker held is worked out again."""
        frame = self.session.sql(sql).persist()
        frame.createOrReplaceTempView(name)
        return frame

    def _name_inputs(self, month: MonthInput, made: Statements) -> None:
        self._read(month.own, COLUMNS).createOrReplaceTempView("own")
        self._read(month.around, COLUMNS).createOrReplaceTempView("around")
        contested = self._read(month.contested, CONTESTED).distinct()
        contested.createOrReplaceTempView("contested")
        self.session.createDataFrame(month.areas).createOrReplaceTempView("areas")

    def _read(self, paths: tuple[Path, ...], columns: dict[str, str]):
        schema = ", ".join(f"`{name}` {SPARK_TYPES[kind]}" for name, kind in columns.items())
        if not paths:
            return self.session.createDataFrame([], schema)
        return self.session.read.schema(schema).parquet(*(path.as_uri() for path in _full(paths)))


def _full(paths: tuple[Path, ...]) -> list[Path]:
    return [path.resolve() for path in paths]


@cache
def statements() -> Statements:
    """What Spark runs for a month."""
    return make_statements(spark_sql)


def spark_sql(table: Table) -> str:
    """The SQL of an expression for Spark."""
    return str(ibis.to_sql(table, dialect="pyspark"))
