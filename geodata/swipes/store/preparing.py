"""One raw file to records in the store; nobody knows of them until they are entered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from geodata.periods import month_period
from geodata.swipes.aggregation.duckdb_session import quoted
from geodata.swipes.aggregation.statements import duckdb_statements
from geodata.swipes.raw.checking import Reference, check_rows
from geodata.swipes.raw.contract import SWIPE_FIELDS
from geodata.swipes.raw.reading import read_raw, unreadable
from geodata.swipes.raw.records import FATE
from geodata.swipes.store.layout import LOOSE, QUARANTINE, RECORDS, SCRATCH, put_in_place
from geodata.swipes.store.ledger import LOADED, REFUSED, FileEntry, Part

if TYPE_CHECKING:
    from geodata.swipes.store.ingest import IngestOptions

ROW_GROUP = 122_880
# Records that another file may yet complete or undo.
LOOSE_FATES = ("lone_tap", "netted", "undone", "unmatched_return")


def prepare_file(
    connection: duckdb.DuckDBPyConnection,
    store: Path,
    path: Path,
    name: str,
    sha256: str,
    reference: Reference,
    options: IngestOptions,
) -> tuple[FileEntry, list[Part]]:
    """Check a file, resolve it within itself and write its records by month.

    Parameters
    ----------
    connection : DuckDB connection
        Of this thread alone; its database holds the tables of the reference.

    Raises
    ------
    GeodataError
        If the file cannot be read or lacks a column.
    """
    columns = read_raw(connection, path, SWIPE_FIELDS)
    with unreadable(path):
        check_rows(connection, columns, reference, int(sha256[:15], 16))
    entry = _describe(connection, sha256, name, options)
    if entry.bad_rows:
        target = store / QUARANTINE / f"{sha256[:16]}.parquet"
        copy_to(connection, "SELECT * FROM quarantine ORDER BY row_no", target, store)
    if entry.status == REFUSED:
        return entry, []
    made = duckdb_statements()
    connection.execute(f"CREATE OR REPLACE TEMP TABLE verdicts AS {made.verdicts}")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW resolved AS {made.judged}")
    return entry, _write_parts(connection, store, sha256)


def _describe(connection, sha256: str, name: str, options: IngestOptions) -> FileEntry:
    run = connection.execute
    reasons = run("SELECT reason, count(*), sum(gross) FROM quarantine GROUP BY ALL ORDER BY 1")
    bad = {reason: (rows, int(gross)) for reason, rows, gross in reasons.fetchall()}
    bad_rows = sum(rows for rows, _ in bad.values())
    sound, gross, first, last, version = run(
        "SELECT count(*), coalesce(sum(gross), 0), min(txn_us), max(txn_us), max(received_us) "
        "FROM checked"
    ).fetchall()[0]
    return FileEntry(
        sha256=sha256,
        name=name,
        status=REFUSED if options.too_bad(bad_rows, sound + bad_rows) else LOADED,
        version=f"{version or 0:020d}",
        rows=sound + bad_rows,
        quarantined={reason: rows for reason, (rows, _) in bad.items()},
        gross_quarantined=sum(gross for _, gross in bad.values()),
        gross=int(gross),
        first_day=_day(connection, first),
        last_day=_day(connection, last),
    )


def _write_parts(connection, store: Path, sha256: str) -> list[Part]:
    """The records by month; inside a part by bucket, so that a bucket is read alone.

    The keys of loose ones stand apart too: each new file asks for all of them.
    """
    counts = connection.execute(
        "SELECT month, count(*) FROM checked GROUP BY month ORDER BY month"
    ).fetchall()
    loose = ", ".join(str(FATE[fate]) for fate in LOOSE_FATES)
    parts = []
    for month, rows in counts:
        name = f"{RECORDS}/{month_period(month)}/{sha256[:16]}.parquet"
        part = Part(name, sha256, month, rows)
        of_month = f"FROM resolved WHERE month = {month}"
        query = f"SELECT * {of_month} ORDER BY bucket, row_no"
        copy_to(connection, query, store / part.path, store)
        keys = f"SELECT DISTINCT event_key {of_month} AND fate IN ({loose}) ORDER BY event_key"
        copy_to(connection, keys, store / loose_path(part), store)
        parts.append(part)
    return parts


def loose_path(part: Part) -> str:
    """File of the keys of the loose events of a part, below the store."""
    return part.path.replace(RECORDS, LOOSE, 1)


def copy_to(connection, query: str, target: Path, store: Path) -> None:
    """The rows of a query as a file of the store."""
    folders = target.relative_to(store).parent.as_posix().replace("/", "-")
    written = store / SCRATCH / f"{folders}-{target.name}"
    connection.execute(
        f"COPY ({query}) TO '{quoted(written)}' "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    put_in_place(written, target)


def _day(connection, us: int | None) -> str:
    if us is None:
        return ""
    return connection.execute("SELECT make_timestamp(?)::DATE::VARCHAR", [us]).fetchall()[0][0]
