"""The ledger: which file is in the store, what it held, and which months wait to be worked out.

One SQLite file; each step of a load is one transaction of it. Files of the store are written
first and named in the ledger last, so that after a kill the ledger knows whole files only.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from geodata.durable import hash_file

LEDGER = "ledger.sqlite"
LOADED, REFUSED, REPLACED = "loaded", "refused", "replaced"
SURE_S = 5  # a file that was written this lately may be written again at the same time
OUTDATED = "outdated"  # to be loaded again: the table of merchants has changed since

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL, version TEXT NOT NULL,
    rows INTEGER NOT NULL, quarantined TEXT NOT NULL, gross_quarantined INTEGER NOT NULL,
    gross INTEGER NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS parts (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, month INTEGER NOT NULL, rows INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS contested (
    path TEXT NOT NULL, month INTEGER NOT NULL, PRIMARY KEY (path, month));
CREATE TABLE IF NOT EXISTS months (
    month INTEGER PRIMARY KEY, stale INTEGER NOT NULL, tables TEXT NOT NULL,
    cards TEXT NOT NULL, cards_of TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS states (month INTEGER PRIMARY KEY, folder TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hashes (path TEXT PRIMARY KEY, mark TEXT NOT NULL, sha256 TEXT NOT NULL);
"""


@dataclass(frozen=True)
class FileEntry:
    """One raw file.

    Attributes
    ----------
    sha256 : str
    name : str
        Path below `swipes/` of the raw folder. Of files of one name the newest version counts.
    status : str
        loaded, refused (too many bad rows), replaced (by a newer version) or outdated.
    version : str
        The latest `received_at` of its rows.
    rows : int
        All rows, those in quarantine included.
    quarantined : dict of str to int
        Rows by reason.
    gross, gross_quarantined : int
        Fen of the sound rows and of the others; returns below zero.
    """

    sha256: str
    name: str
    status: str
    version: str
    rows: int
    quarantined: Mapping[str, int] = field(default_factory=dict)
    gross_quarantined: int = 0
    gross: int = 0
    first_day: str = ""
    last_day: str = ""

    @property
    def bad_rows(self) -> int:
        """Rows in quarantine."""
        return sum(self.quarantined.values())


@dataclass(frozen=True)
class Part:
    """Checked records of one file and month; `path` is below the store."""

    path: str
    sha256: str
    month: int
    rows: int


class Ledger:
    """Reads and writes the ledger of a store.

    Parameters
    ----------
    store : Path
        Its folder; must exist.
    """

    def __init__(self, store: Path) -> None:
        self.connection = sqlite3.connect(store / LEDGER, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def meta(self, name: str) -> str | None:
        """A remembered text."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", [name]).fetchone()
        return row[0] if row else None

    def set_meta(self, name: str, value: str) -> None:
        """Remember a text."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [name, value])

    def file(self, sha256: str) -> FileEntry | None:
        """The entry of a file by its hash."""
        found = [entry for entry in self.files("WHERE sha256 = ?", [sha256])]
        return found[0] if found else None

    def files(self, where: str = "", values: Iterable = ()) -> list[FileEntry]:
        """All entries, by name and version."""
        rows = self.connection.execute(
            "SELECT sha256, name, status, version, rows, quarantined, gross_quarantined, gross, "
            f"first_day, last_day FROM files {where} ORDER BY name, version, sha256",
            list(values),
        )
        return [FileEntry(*row[:5], json.loads(row[5]), *row[6:]) for row in rows]

    def add_file(self, entry: FileEntry, parts: Iterable[Part]) -> None:
        """Enter a file and the parts made from it."""
        self.connection.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                entry.sha256,
                entry.name,
                entry.status,
                entry.version,
                entry.rows,
                json.dumps(entry.quarantined, sort_keys=True),
                entry.gross_quarantined,
                entry.gross,
                entry.first_day,
                entry.last_day,
            ],
        )
        self.connection.execute("DELETE FROM parts WHERE sha256 = ?", [entry.sha256])
        self.connection.executemany(
            "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?)",
            [(p.path, p.sha256, p.month, p.rows) for p in parts],
        )

    def set_status(self, sha256: str, status: str) -> None:
        """Note that a file no longer counts, or counts again."""
        self.connection.execute("UPDATE files SET status = ? WHERE sha256 = ?", [status, sha256])

    def hash_of(self, path: Path) -> str:
        """Hash of a file, remembered for as long as it has the same size and time.

        A raw folder keeps years of files, and a source all months: to read them all for each new
        day would take longer than the day.
        """
        stat = path.stat()
        mark = f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"
        name = str(path.absolute())
        known = self.connection.execute(
            "SELECT sha256 FROM hashes WHERE path = ? AND mark = ?", [name, mark]
        ).fetchone()
        if known:
            return known[0]
        found = hash_file(path)
        if time.time() - max(stat.st_mtime, stat.st_ctime) > SURE_S:
            self.connection.execute(
                "INSERT OR REPLACE INTO hashes VALUES (?, ?, ?)", [name, mark, found]
            )
        return found

    def parts(self, months: Iterable[int] | None = None) -> list[Part]:
        """Parts of the files that count, by path."""
        rows = self.connection.execute(
            "SELECT p.path, p.sha256, p.month, p.rows FROM parts p JOIN files f "
            "ON p.sha256 = f.sha256 WHERE f.status = ? ORDER BY p.path",
            [LOADED],
        )
        wanted = None if months is None else set(months)
        return [Part(*row) for row in rows if wanted is None or row[2] in wanted]

    def add_contested(self, path: str, months: Iterable[int]) -> None:
        """Enter a file of contested event keys and the months it is about."""
        self.connection.executemany(
            "INSERT OR IGNORE INTO contested VALUES (?, ?)", [(path, m) for m in months]
        )

    def contested(self, month: int) -> list[str]:
        """Files of contested event keys that concern a month."""
        rows = self.connection.execute(
            "SELECT path FROM contested WHERE month = ? ORDER BY path", [month]
        )
        return [path for (path,) in rows]

    def make_stale(self, months: Iterable[int]) -> None:
        """Note that months must be worked out anew."""
        self.connection.executemany(
            "INSERT INTO months VALUES (?, 1, '', '', '') "
            "ON CONFLICT (month) DO UPDATE SET stale = 1",
            [(month,) for month in months],
        )

    def stale_months(self) -> list[int]:
        """Months that must be worked out anew, in order."""
        rows = self.connection.execute("SELECT month FROM months WHERE stale ORDER BY month")
        return [month for (month,) in rows]

    def set_tables(self, month: int, folder: str, state: str = "") -> None:
        """Name the folders of a month's tables and of its state; the month is up to date."""
        self.connection.execute(
            "UPDATE months SET stale = 0, tables = ? WHERE month = ?", [folder, month]
        )
        self.connection.execute("INSERT OR REPLACE INTO states VALUES (?, ?)", [month, state])

    def state(self, month: int) -> str:
        """Folder of a month's state; empty where there is none."""
        return self.states().get(month, "")

    def states(self) -> dict[int, str]:
        """Folders of the states that there are, by month."""
        return dict(self.connection.execute("SELECT month, folder FROM states WHERE folder <> ''"))

    def forget_states(self) -> None:
        """Have every month worked out from all its records the next time."""
        self.connection.execute("DELETE FROM states")

    def set_cards(self, month: int, path: str, made_of: str) -> None:
        """Name the table of issued and silent cards of a month and what it was made of."""
        self.connection.execute(
            "UPDATE months SET cards = ?, cards_of = ? WHERE month = ?", [path, made_of, month]
        )

    def months(self) -> dict[int, tuple[str, str, str]]:
        """Folder of tables, table of cards and what that was made of, by month."""
        rows = self.connection.execute(
            "SELECT month, tables, cards, cards_of FROM months ORDER BY month"
        )
        return {month: (tables, cards, made_of) for month, tables, cards, made_of in rows}
