"""Events of which several files know: their records are resolved anew over all files."""

from __future__ import annotations

from pathlib import Path

import duckdb

from geodata.swipes.aggregation.columns import RETURN_MONTHS
from geodata.swipes.aggregation.duckdb_session import quoted
from geodata.swipes.raw.records import FATE
from geodata.swipes.store.ledger import Part
from geodata.swipes.store.preparing import LOOSE_FATES, copy_to, loose_path


def find_contested(
    connection: duckdb.DuckDBPyConnection,
    store: Path,
    new: list[Part],
    others: list[Part],
    target: Path | None,
) -> set[int]:
    """Write the keys of events of which a new file and another one, new or not, know.

    Contested is an event of which another file or another event has a version of a record, or with
    which another file's records may be linked: one of the two must then have found its part loose.

    Parameters
    ----------
    connection : DuckDB connection
    store : Path
    new : list of Part
        Of files that are being entered.
    others : list of Part
        Of all files that count already.
    target : Path or None
        File for the keys, columns `columns.CONTESTED` and `columns.LINKS`; not written where there
        are none.

    Returns
    -------
    set of int
        Months that hold a record of one of these events.
    """
    months = {part.month for part in new}
    near = {m + step for m in months for step in range(-RETURN_MONTHS, RETURN_MONTHS + 1)}
    around = [part for part in others if part.month in near]
    if target is None:
        return set()
    _name_inputs(connection, store, new, around, months)
    for name, query in _QUERIES.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    if not connection.execute("SELECT count(*) FROM contested_keys").fetchall()[0][0]:
        return set()
    copy_to(connection, "FROM contested_keys ORDER BY ALL", target, store)
    found = connection.execute(
        "SELECT DISTINCT month FROM (FROM hits UNION ALL SELECT month, event_key FROM own_keys) "
        "SEMI JOIN contested_keys USING (event_key)"
    ).fetchall()
    return {month for (month,) in found}


def _name_inputs(connection, store: Path, new, around: list[Part], months: set[int]) -> None:
    loose = ", ".join(str(FATE[fate]) for fate in LOOSE_FATES)
    keys = "month, record_key, event_key"
    views = {
        "own": (_paths(new), f"{keys}, file_key, fate IN ({loose}) AS loose"),
        "beside": (_paths([part for part in around if part.month in months]), keys),
        "around": (_paths(around), "month, event_key"),
        "loose_around": ([loose_path(part) for part in around], "event_key"),
    }
    for name, (paths, columns) in views.items():
        files = ", ".join(f"'{quoted(store / path)}'" for path in paths)
        nothing = f"SELECT {columns} FROM own WHERE false"
        rows = f"SELECT {columns} FROM read_parquet([{files}])" if paths else nothing
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {rows}")


def _paths(parts: list[Part]) -> list[str]:
    return [part.path for part in parts]


# Each reads the larger inputs once, and few of their columns: they are of five months.
_QUERIES = {
    "own_keys": "FROM own",
    # Versions of a record: those in other files, then those of the new files among themselves, and
    # of events in one file; what else comes of one of these events is then asked of the other too.
    "versions": "FROM beside SEMI JOIN own_keys USING (record_key, month)",
    "doubles": "SELECT month, record_key FROM versions UNION SELECT month, record_key "
    "FROM own_keys GROUP BY ALL "
    "HAVING min(file_key) < max(file_key) OR min(event_key) < max(event_key)",
    "linked": "SELECT event_key, record_key, month FROM versions UNION "
    "SELECT event_key, record_key, month FROM own_keys SEMI JOIN doubles "
    "USING (record_key, month)",
    "sure_keys": "SELECT event_key FROM linked UNION "
    "SELECT event_key FROM loose_around SEMI JOIN own_keys USING (event_key) UNION "
    "SELECT event_key FROM own_keys GROUP BY ALL HAVING min(file_key) < max(file_key) "
    "AND bool_or(loose)",
    "own_loose": "SELECT DISTINCT event_key FROM own_keys WHERE loose",
    "hits": "SELECT DISTINCT month, event_key FROM around SEMI JOIN "
    "(FROM sure_keys UNION FROM own_loose) USING (event_key)",
    "contested_keys": "SELECT event_key, NULL AS record_key, NULL AS month FROM "
    "(FROM sure_keys UNION SELECT event_key FROM own_loose SEMI JOIN hits USING (event_key)) "
    "UNION ALL FROM linked",
}
