"""Raw files into the store: checked, resolved within themselves, entered a batch at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from geodata.swipes.aggregation.columns import RETURN_MONTHS
from geodata.swipes.aggregation.duckdb_session import open_duckdb
from geodata.swipes.aggregation.statements import duckdb_statements
from geodata.swipes.raw.checking import Reference
from geodata.swipes.store.contested import find_contested
from geodata.swipes.store.layout import CONTESTED, SCRATCH
from geodata.swipes.store.ledger import (
    LOADED,
    OUTDATED,
    REFUSED,
    REPLACED,
    FileEntry,
    Ledger,
    Part,
)
from geodata.swipes.store.preparing import prepare_file

WORKERS = 2  # files at a time; one alone leaves a processor idle for a third of its time
BATCH_ROWS = 4_000_000  # entered together: what others know of their events is asked once


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

    def too_bad(self, bad_rows: int, rows: int) -> bool:
        """Whether a file is refused."""
        return bad_rows > max(self.max_bad_share * rows, self.min_bad_rows - 1)


class Ingest:
    """Loads raw files into a store.

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
        duckdb_statements()  # made once, before threads ask for it
        self.local = threading.local()

    def close(self) -> None:
        """Give the memory back."""
        self.connection.close()

    def load(self, files: Iterable[tuple[Path, str]]) -> Iterator[FileEntry | None]:
        """Load files, given with their names; each batch of them is one transaction.

        Yields
        ------
        FileEntry or None
            For each file, in order; None when one of the same content is there already.

        Raises
        ------
        GeodataError
            If a file cannot be read or lacks a column.
        """
        batch: list[tuple[FileEntry, list[Part]] | None] = []
        for prepared in self._prepare_all(files):
            batch.append(prepared)
            if sum(item[0].rows for item in batch if item) >= BATCH_ROWS:
                yield from self._enter(batch)
                batch = []
        yield from self._enter(batch)

    def _prepare_all(
        self, files: Iterable[tuple[Path, str]]
    ) -> Iterator[tuple[FileEntry, list[Part]] | None]:
        """Files of a few at a time, in order."""
        waiting: list[Future | None] = []
        seen: set[str] = set()
        with ThreadPoolExecutor(WORKERS) as pool:
            for path, name in files:
                sha256 = self.ledger.hash_of(path)
                if sha256 in seen or not self._is_wanted(sha256):
                    waiting.append(None)
                else:
                    seen.add(sha256)
                    waiting.append(pool.submit(self._prepare, path, name, sha256))
                while waiting and (waiting[0] is None or len(waiting) > WORKERS):
                    first = waiting.pop(0)
                    yield first.result() if first else None
            for future in waiting:
                yield future.result() if future else None

    def _is_wanted(self, sha256: str) -> bool:
        """New; or merchants have changed since; or refused before and would be taken now."""
        known = self.ledger.file(sha256)
        if known is None or known.status == OUTDATED:
            return True
        return known.status == REFUSED and not self.options.too_bad(known.bad_rows, known.rows)

    def _prepare(self, path: Path, name: str, sha256: str) -> tuple[FileEntry, list[Part]]:
        if not hasattr(self.local, "connection"):
            self.local.connection = self.connection.cursor()
        entry, parts = prepare_file(
            self.local.connection, self.store, path, name, sha256, self.reference, self.options
        )
        return entry, parts

    def _enter(
        self, batch: list[tuple[FileEntry, list[Part]] | None]
    ) -> Iterator[FileEntry | None]:
        """Versions, contested events and stale months, in one transaction."""
        entries, gone = [], set()
        for entry, _ in (item for item in batch if item):
            newest, old = self._versions(entry)
            entries.append(entry if newest is entry else replace(entry, status=REPLACED))
            gone |= old
        parts = {entry.sha256: parts for entry, parts in (item for item in batch if item)}
        counting = [entry for entry in entries if entry.status == LOADED]
        new = [part for entry in counting for part in parts[entry.sha256]]
        others = [p for p in self.ledger.parts() if p.sha256 not in gone | set(parts)]
        target = self.store / CONTESTED / f"{counting[0].sha256[:16]}.parquet" if new else None
        affected = find_contested(self.connection, self.store, new, others, target)
        stale = {part.month for part in new} | affected
        for part in self.ledger.parts():
            if part.sha256 in gone:  # what its records had done to others is undone
                stale |= _around({part.month})
        with self.ledger.transaction():
            for entry in entries:
                self.ledger.add_file(entry, parts[entry.sha256])
            for sha256 in gone:
                self.ledger.set_status(sha256, REPLACED)
            if affected:
                name = target.relative_to(self.store).as_posix()
                self.ledger.add_contested(name, _around(affected))
            known = {part.month for part in self.ledger.parts()} | set(self.ledger.months())
            self.ledger.make_stale(sorted(stale & known))
        done = iter(entries)
        yield from (next(done) if item else None for item in batch)

    def _versions(self, entry: FileEntry) -> tuple[FileEntry, set[str]]:
        """The newest file of the entry's name, and the ones that it takes the place of."""
        if entry.status == REFUSED:
            return entry, set()
        versions = [
            other
            for other in self.ledger.files("WHERE name = ?", [entry.name])
            if other.status in (LOADED, REPLACED) and other.sha256 != entry.sha256
        ]
        newest = max([*versions, entry], key=lambda other: (other.version, other.sha256))
        if newest is not entry:
            return newest, set()
        return entry, {other.sha256 for other in versions if other.status == LOADED}


def _around(months: set[int]) -> set[int]:
    reach = range(-RETURN_MONTHS, RETURN_MONTHS + 1)
    return {month + step for month in months for step in reach}
