"""All of a month as Ibis expressions, and the SQL that Ibis makes of them for an engine."""

from __future__ import annotations

from collections.abc import Callable

import ibis
from ibis.expr.types import Table

from geodata.swipes.aggregation.columns import AREAS, CONTESTED, TABLE_COLUMNS, USES, VERDICT
from geodata.swipes.aggregation.duckdb_session import quoted_name
from geodata.swipes.aggregation.events import apply_verdicts, find_verdicts, resolve_records
from geodata.swipes.aggregation.statements import Statements
from geodata.swipes.aggregation.tables import add_parts, month_tables
from geodata.swipes.raw.contract import RETURNS, SWIPE_TYPES
from geodata.swipes.raw.records import CHECKED, COLUMNS, DUCKDB_TYPES


def settled_records() -> Table:
    """Records of the month as resolved within their file, of events nobody else knows of.

    Reads tables `own` (`records.COLUMNS`) and `contested` (`CONTESTED`).
    """
    own = ibis.table(COLUMNS, name="own")
    return own.anti_join(ibis.table(CONTESTED, name="contested"), "event_key")


def contested_records() -> Table:
    """Records of contested events of all months around, as they are in their files.

    Reads tables `around` and `contested`.
    """
    around = ibis.table(COLUMNS, name="around")
    rows = around.semi_join(ibis.table(CONTESTED, name="contested"), "event_key")
    return rows.select(*CHECKED)


def records_again() -> Table:
    """The same, resolved anew over all files; reads `disputed`, the table of the above."""
    return resolve_records(ibis.table(CHECKED, name="disputed"))


def month_uses() -> Table:
    """Uses of the month, columns `tables.USES`.

    Reads what `settled_records` reads and `again`, the contested records of the month.
    """
    both = settled_records().union(ibis.table(COLUMNS, name="again"), distinct=False)
    return both.filter(both.uses == 1).select(*USES)


def month_fates() -> Table:
    """Rows and fen of the month by fate and kind; what was returned counts below zero.

    Reads what `month_uses` reads.
    """
    returns = [i for i, name in enumerate(SWIPE_TYPES) if name in RETURNS]
    rows = settled_records().union(ibis.table(COLUMNS, name="again"), distinct=False)
    rows = rows.mutate(signed=ibis.ifelse(rows.kind.isin(returns), -rows.gross, rows.gross))
    return rows.group_by("fate", "kind").agg(
        rows=rows.count(), gross=rows.signed.sum().cast("int64")
    )


def duckdb_sql(table: Table) -> str:
    """The SQL of an expression, each column of the type it has in the expression.

    DuckDB's sums are wider than their summands (128 bits), which costs memory and time.
    """
    columns = ", ".join(
        f"CAST({name} AS {DUCKDB_TYPES[str(kind).removeprefix('!')]}) AS {name}"
        for name, kind in zip(map(quoted_name, table.columns), table.schema().types, strict=True)
    )
    return f"SELECT {columns} FROM ({ibis.to_sql(table, dialect='duckdb')})"


def make_statements(to_sql: Callable[[Table], str]) -> Statements:
    """Statements in the dialect of `to_sql`; takes a second or two, so engines keep them."""
    kept: dict[str, str] = {}

    def keep(name: str, table: Table) -> Table:
        kept[name] = to_sql(table)
        return ibis.table(table.schema(), name=name)

    tables = month_tables(ibis.table(USES, name="uses"), ibis.table(AREAS, name="areas"), keep)
    added = {}
    for name in TABLE_COLUMNS:
        parts = ibis.table(tables[name].schema(), name=f"all_{name}")
        added[name] = to_sql(add_parts(parts, name))
    checked = ibis.table(CHECKED, name="checked")
    return Statements(
        to_sql(find_verdicts(checked)),
        to_sql(apply_verdicts(checked, ibis.table(VERDICT, name="verdicts"))),
        to_sql(contested_records()),
        to_sql(records_again()),
        to_sql(month_uses()),
        to_sql(month_fates()),
        kept,
        {name: to_sql(table) for name, table in tables.items()},
        added,
    )
