"""One raw file into the store: checked, resolved within itself, and what it contests elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import ibis

from geodata.durable import hash_file
from geodata.periods import month_period
from geodata.swipes.aggregation.duckdb_engine import duckdb_sql, open_duckdb
from geodata.swipes.aggregation.events import RETURN_MONTHS, resolve_records
from geodata.swipes.raw.checking import Reference, check_rows
from geodata.swipes.raw.contract import SWIPE_FIELDS
from geodata.swipes.raw.reading import read_raw
from geodata.swipes.raw.records import CHECKED, FATE
from geodata.swipes.store.layout import CONTESTED, QUARANTINE, RECORDS, SCRATCH, put_in_place
from geodata.swipes.store.ledger import (
    LOADED,
    OUTDATED,
    REFUSED,
    REPLACED,
    FileEntry,
    Ledger,
    Part,
)

ROW_GROUP = 122_880
# Records that another file may yet complete or undo.
LOOSE = ("lone_tap", "netted", "undone", "unmatched_return")


@dataclass(frozen=True)
class IngestOptions:
    """How files are loaded.

    Attributes
    ----------
    max_bad_share : float
        A file with a larger share of rows in quarantine is refused whole.
    min_bad_rows : int
        Fewer bad rows say nothing about a file.
    memory : str
        What DuckDB may hold.
    """

    max_bad_share: float = 0.05
    min_bad_rows: int = 10
    memory: str = "3GB"


class Ingest:
    """Loads raw files into a store, one transaction each.

    Parameters
    ----------
    store : Path
    ledger : Ledger
    reference : Reference
    options : IngestOptions
    """

    def __init__(
        self, store: Path, ledger: Ledger, reference: Reference, options: IngestOptions
    ) -> None:
        self.store, self.ledger, self.options = store, ledger, options
        self.reference = reference
        self.connection = open_duckdb(store / SCRATCH, options.memory)
        reference.register(self.connection)

    def close(self) -> None:
        """Give the memory back."""
        self.connection.close()

    def load(self, path: Path, name: str) -> FileEntry | None:
        """Load one file.

        Returns
        -------
        FileEntry or None
            None when a file of the same content is there already.

        Raises
        ------
        GeodataError
            If the file cannot be read or lacks a column.
        """
        sha256 = hash_file(path)
        known = self.ledger.file(sha256)
        if known is not None and not self._worth_another_try(known):
            return None
        columns = read_raw(self.connection, path, SWIPE_FIELDS)
        check_rows(self.connection, columns, self.reference, int(sha256[:15], 16))
        entry = self._describe(sha256, name)
        self._write_quarantine(entry)
        if entry.status == REFUSED:
            with self.ledger.transaction():
                self.ledger.add_file(entry, [])
            return entry
        self._resolve()
        parts = self._write_parts(sha256)
        self._enter(entry, parts)
        return entry

    def _describe(self, sha256: str, name: str) -> FileEntry:
        value = self._value
        quarantined = dict(
            self.connection.execute(
                "SELECT reason, count(*) FROM quarantine GROUP BY reason ORDER BY reason"
            ).fetchall()
        )
        sound = value("SELECT count(*) FROM checked")
        rows = sound + sum(quarantined.values())
        first, last, version = self.connection.execute(
            "SELECT min(txn_us), max(txn_us), max(received_us) FROM checked"
        ).fetchall()[0]
        return FileEntry(
            sha256=sha256,
            name=name,
            status=REFUSED if self._too_bad(sum(quarantined.values()), rows) else LOADED,
            version=f"{version or 0:020d}",
            rows=rows,
            quarantined=quarantined,
            gross_quarantined=int(value("SELECT coalesce(sum(gross), 0) FROM quarantine")),
            gross=int(value("SELECT coalesce(sum(gross), 0) FROM checked")),
            first_day=_day(first),
            last_day=_day(last),
        )

    def _worth_another_try(self, known: FileEntry) -> bool:
        """Merchants have changed since, or a file refused before would be taken now."""
        refused = known.status == REFUSED
        return known.status == OUTDATED or (
            refused and not self._too_bad(known.bad_rows, known.rows)
        )

    def _too_bad(self, bad_rows: int, rows: int) -> bool:
        limit = max(self.options.max_bad_share * rows, self.options.min_bad_rows - 1)
        return bad_rows > limit

    def _resolve(self) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE resolved AS {resolve_sql()}")

    def _write_quarantine(self, entry: FileEntry) -> None:
        if entry.bad_rows:
            target = self.store / QUARANTINE / f"{entry.sha256[:16]}.parquet"
            self._copy("SELECT * FROM quarantine ORDER BY row_no", target)

    def _write_parts(self, sha256: str) -> list[Part]:
        """The records by month; inside a part by bucket, so that a bucket is read alone."""
        counts = self.connection.execute(
            "SELECT month, count(*) FROM resolved GROUP BY month ORDER BY month"
        ).fetchall()
        parts = []
        for month, rows in counts:
            name = f"{RECORDS}/{month_period(month)}/{sha256[:16]}.parquet"
            query = f"SELECT * FROM resolved WHERE month = {month} ORDER BY bucket, row_no"
            self._copy(query, self.store / name)
            parts.append(Part(name, sha256, month, rows))
        return parts

    def _copy(self, query: str, target: Path) -> None:
        written = self.store / SCRATCH / f"{target.parent.name}-{target.name}"
        self.connection.execute(
            f"COPY ({query}) TO '{_escape(written)}' "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        put_in_place(written, target)

    def _enter(self, entry: FileEntry, parts: list[Part]) -> None:
        """Versions, contested events and stale months, in one transaction."""
        versions = [
            other
            for other in self.ledger.files("WHERE name = ?", [entry.name])
            if other.status in (LOADED, REPLACED) and other.sha256 != entry.sha256
        ]
        newest = max([*versions, entry], key=lambda other: (other.version, other.sha256))
        old = [other for other in versions if other.status == LOADED and other is not newest]
        months = {part.month for part in parts}
        if newest is not entry:
            entry = FileEntry(**{**entry.__dict__, "status": REPLACED})
            with self.ledger.transaction():
                self.ledger.add_file(entry, parts)
            return
        gone = {other.sha256 for other in old}
        others = [p for p in self.ledger.parts() if p.sha256 not in {*gone, entry.sha256}]
        contested, affected = self._find_contested(entry.sha256, months, others)
        stale = months | affected
        for part in self.ledger.parts():
            if part.sha256 in gone:  # what its records had done to others is undone
                stale |= set(range(part.month - RETURN_MONTHS, part.month + RETURN_MONTHS + 1))
        with self.ledger.transaction():
            self.ledger.add_file(entry, parts)
            for sha256 in gone:
                self.ledger.set_status(sha256, REPLACED)
            if contested:
                self.ledger.add_contested(contested, _around(affected))
            known = {part.month for part in self.ledger.parts()} | months
            self.ledger.make_stale(sorted(stale & (known | set(self.ledger.months()))))

    def _find_contested(
        self, sha256: str, months: set[int], others: list[Part]
    ) -> tuple[str, set[int]]:
        """Events of which this file and another know; their keys as a file, and their months."""
        near = _around(months)
        paths = [str(self.store / part.path) for part in others if part.month in near]
        if not paths:
            return "", set()
        loose = ", ".join(str(FATE[fate]) for fate in LOOSE)
        files = ", ".join(f"'{_escape(path)}'" for path in paths)
        run = self.connection.execute
        run(
            "CREATE OR REPLACE VIEW others AS SELECT month, record_key, event_key, fate "
            f"FROM read_parquet([{files}])"
        )
        run(
            "CREATE OR REPLACE TABLE doubles AS SELECT o.event_key, r.event_key AS own_key "
            "FROM others o JOIN resolved r ON o.record_key = r.record_key AND o.month = r.month"
        )
        run(
            "CREATE OR REPLACE TABLE keys AS "
            "SELECT event_key FROM doubles UNION SELECT own_key FROM doubles "
            "UNION SELECT event_key FROM others WHERE event_key IN "
            f"(SELECT event_key FROM resolved WHERE fate IN ({loose})) "
            f"UNION SELECT event_key FROM others WHERE fate IN ({loose}) "
            "AND event_key IN (SELECT event_key FROM resolved)"
        )
        if not self._value("SELECT count(*) FROM keys"):
            return "", set()
        found = run(
            "SELECT DISTINCT month FROM (SELECT month, event_key FROM others UNION ALL "
            "SELECT month, event_key FROM resolved) WHERE event_key IN (SELECT event_key FROM keys)"
        ).fetchall()
        name = f"{CONTESTED}/{sha256[:16]}.parquet"
        self._copy("SELECT event_key FROM keys ORDER BY event_key", self.store / name)
        return name, {month for (month,) in found}

    def _value(self, query: str):
        return self.connection.execute(query).fetchall()[0][0]


@cache
def resolve_sql() -> str:
    """What resolves the records of one file."""
    return duckdb_sql(resolve_records(ibis.table(CHECKED, name="checked")))


def _around(months: set[int]) -> set[int]:
    reach = range(-RETURN_MONTHS, RETURN_MONTHS + 1)
    return {month + step for month in months for step in reach}


def _day(us: int | None) -> str:
    if us is None:
        return ""
    return duckdb.execute("SELECT make_timestamp(?)::DATE::VARCHAR", [us]).fetchall()[0][0]


def _escape(path: Path | str) -> str:
    return str(path).replace("'", "''")
