"""What an engine is given to aggregate a month, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from geodata.swipes.aggregation.events import resolve_records
from geodata.swipes.aggregation.tables import AREAS, TABLE_COLUMNS, USES, add_parts, month_tables
from geodata.swipes.raw.contract import RETURNS, SWIPE_TYPES
from geodata.swipes.raw.records import CHECKED, COLUMNS

CONTESTED = {"event_key": "int64"}
# Of an event that is contested because another one has a version of a record: that record.
LINKS = {"record_key": "int64", "month": "int32"}


@dataclass(frozen=True)
class Before:
    """A month as it was worked out before; files are only added since.

    Attributes
    ----------
    state : Path
        Folder that the engine wrote then.
    own, around, contested : tuple of Path
        As `MonthInput` had them.
    """

    state: Path
    own: tuple[Path, ...]
    around: tuple[Path, ...]
    contested: tuple[Path, ...]


@dataclass(frozen=True)
class MonthInput:
    """Files of checked records that one month is made from.

    Attributes
    ----------
    month : int
        Number of the month, see `periods.month_number`.
    own : tuple of Path
        Records of the month.
    around : tuple of Path
        Records of the months before and after with which its events may be linked.
    contested : tuple of Path
        Keys of events of which several files know; they are resolved anew.
    areas : pa.Table
        Communities and their districts, columns `tables.AREAS`.
    before : Before, optional
        What an engine that can do so may add the new files to.
    keep : Path, optional
        Folder for the state that it needs for that the next time; must exist.
    """

    month: int
    own: tuple[Path, ...]
    around: tuple[Path, ...]
    contested: tuple[Path, ...]
    areas: pa.Table
    before: Before | None = None
    keep: Path | None = None


@dataclass
class MonthTables:
    """Tables of a month by name, and what became of its records.

    Attributes
    ----------
    tables : dict of str to pa.Table
        Columns `tables.TABLE_COLUMNS` and `tables.TABLE_SUMS`; `cards` with home and age.
    fates : pa.Table
        fate, kind, rows, gross: every record of the month is in one row of it.
    """

    tables: dict[str, pa.Table] = field(default_factory=dict)
    fates: pa.Table | None = None


class Engine(Protocol):
    """Something that runs the definitions of `events` and `tables`."""

    def month_tables(self, month: MonthInput, progress) -> MonthTables:
        """All tables of one month."""
        ...


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


@dataclass(frozen=True)
class Statements:
    """Everything an engine runs for a month, as SQL of its dialect.

    Attributes
    ----------
    disputed, again, uses, fates : str
        Of `contested_records`, `records_again`, `month_uses` and `month_fates`.
    kept : dict of str to str
        Tables that others read, in their order: to be worked out under their names first.
    tables : dict of str to str
        The tables of a month; they read `uses`, `areas` and those of `kept`.
    added : dict of str to str
        Sums over `all_<name>`, tables of parts of the cards put together.
    """

    disputed: str
    again: str
    uses: str
    fates: str
    kept: dict[str, str]
    tables: dict[str, str]
    added: dict[str, str]


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
    return Statements(
        to_sql(contested_records()),
        to_sql(records_again()),
        to_sql(month_uses()),
        to_sql(month_fates()),
        kept,
        {name: to_sql(table) for name, table in tables.items()},
        added,
    )
