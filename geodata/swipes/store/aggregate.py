"""From a raw folder to the aggregates of a source: load what is new, work out what it changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.durable import hash_file
from geodata.errors import SourceError, StoreError
from geodata.periods import month_period
from geodata.progress import ProgressCallback, no_progress
from geodata.source import Source, read_source
from geodata.swipes.aggregation.columns import RETURN_MONTHS
from geodata.swipes.aggregation.duckdb_engine import DuckdbEngine
from geodata.swipes.aggregation.engine import Engine, MonthInput
from geodata.swipes.raw.checking import Reference
from geodata.swipes.raw.merchants import read_mcc, read_merchants
from geodata.swipes.raw.reading import SUFFIXES
from geodata.swipes.raw.records import BUCKETS
from geodata.swipes.store.areas import communities_of, places_of
from geodata.swipes.store.cards import SILENT_MONTHS, Register, count_cards
from geodata.swipes.store.ingest import Ingest, IngestOptions
from geodata.swipes.store.layout import CARDS, SCRATCH, STATES, TABLES, put_in_place
from geodata.swipes.store.ledger import LOADED, OUTDATED, REFUSED, FileEntry, Ledger
from geodata.swipes.store.locking import lock_store
from geodata.swipes.store.month_files import (
    ACTIVE,
    FATES_FILE,
    OTHER_FILES,
    SWIPE_FILES,
    write_month_files,
    write_parquet,
)
from geodata.swipes.store.publish import publish_aggregates
from geodata.swipes.store.states import keep_state, with_state

STORE_VERSION = 3  # raised when records in a store would come out otherwise


@dataclass
class LoadReport:
    """What a call of `aggregate` did.

    Attributes
    ----------
    loaded : list of FileEntry
        Files that were new; refused ones too.
    skipped : int
        Files that were in the store already.
    months : list of str
        Periods worked out anew.
    generation : str
        What is published now; empty when there is nothing yet.
    fates : dict of (str, str) to (int, int)
        Rows and fen of all records in the store by what became of them and kind; returns are
        below zero.
    files : list of FileEntry
        Everything in the ledger.
    """

    loaded: list[FileEntry] = field(default_factory=list)
    skipped: int = 0
    months: list[str] = field(default_factory=list)
    generation: str = ""
    fates: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    files: list[FileEntry] = field(default_factory=list)

    @property
    def refused(self) -> list[FileEntry]:
        """New files with too many bad rows."""
        return [entry for entry in self.loaded if entry.status == REFUSED]


def aggregate(
    raw: str | Path,
    source: str | Path,
    store: str | Path | None = None,
    *,
    engine: Engine | None = None,
    options: IngestOptions = IngestOptions(),  # noqa: B008  frozen
    publish: bool = True,
    progress: ProgressCallback = no_progress,
) -> LoadReport:
    """Load new raw files and publish the aggregates into a source folder.

    Parameters
    ----------
    raw : path
        Holds `swipes/`, and `cards` and `merchants` as Parquet or CSV.
    source : path
        A source folder with at least source.toml and areas; it gets `aggregates/`.
    store : path, optional
        Where checked records are kept; by default beside the raw folder, `<raw>-store`. Never
        inside the source, which leaves the data room.
    engine : Engine, optional
        What works out the months; default DuckDB in this process.
    options : IngestOptions
    publish : bool
        False: leave months and aggregates as they are until a later call; for years that are
        loaded some files at a time.
    progress : callable, optional

    Returns
    -------
    LoadReport

    Raises
    ------
    GeodataError
        If a file cannot be read, the store is in use, or it was made for other areas.
    """
    raw, source = Path(raw), read_source(source)
    store = raw.with_name(raw.name + "-store") if store is None else Path(store)
    _require_folders(raw, source.folder, store)
    store.mkdir(parents=True, exist_ok=True)
    with lock_store(store), _ledger(store) as ledger:
        load = _Load(raw, source, store, ledger, options, progress)
        engine = engine or DuckdbEngine(store / SCRATCH, options.memory)
        return load.run(engine, publish)


class _Load:
    """One call of `aggregate`."""

    def __init__(self, raw, source: Source, store, ledger: Ledger, options, progress) -> None:
        self.raw, self.source, self.store, self.ledger = raw, source, store, ledger
        self.options, self.progress = options, progress
        self.communities = communities_of(source)
        self.report = LoadReport()

    def run(self, engine: Engine, publish: bool) -> LoadReport:
        shutil.rmtree(self.store / SCRATCH, ignore_errors=True)
        (self.store / SCRATCH).mkdir()
        table = _table_path(self.raw, "merchants")
        digest = self.ledger.hash_of(table)  # before it is read: not of a later table
        merchants = read_merchants(table)
        self._require_same_areas()
        self._note_merchants(merchants, digest)
        self._load_files(merchants)
        if publish:
            self._publish(engine)
        self.report.files = self.ledger.files()
        self.report.fates = self._add_fates()
        return self.report

    def _publish(self, engine: Engine) -> None:
        with Register(_table_path(self.raw, "cards"), self.store, self.options) as register:
            if self.ledger.stale_months():
                register.begin()
            self._work_out_months(engine)
            self._count_cards(register)
        self._remove_leftovers()
        files = self._published_files()
        if files:
            self.report.generation = publish_aggregates(
                files,
                self.ledger.files("WHERE status = ?", [LOADED]),
                self.source.folder,
                self.ledger.hash_of,
            )

    def _add_fates(self) -> dict[tuple[str, str], tuple[int, int]]:
        tables = [
            pd.read_parquet(self.store / folder / f"{FATES_FILE}.parquet")
            for folder, _, _ in self.ledger.months().values()
            if folder
        ]
        if not tables:
            return {}
        summed = pd.concat(tables).groupby(["fate", "txn_type"])[["rows", "gross_fen"]].sum()
        return {key: (int(row["rows"]), int(row["gross_fen"])) for key, row in summed.iterrows()}

    def _require_same_areas(self) -> None:
        """Records keep the district of their place: other areas would need them all again."""
        # Keys of the store are DuckDB's hashes, which another DuckDB may make otherwise.
        probe = duckdb.execute("SELECT hash('a'), hash('a', 'b')").fetchall()[0]
        digest = hashlib.sha256(f"{STORE_VERSION} {BUCKETS} {probe}".encode())
        for name in ("text", "district"):
            digest.update("\n".join(map(str, self.communities[name].to_pylist())).encode())
        if "community" in self.source.boundary_levels:
            digest.update(self.ledger.hash_of(self.source.layer("community").path).encode())
        made_for = self.ledger.meta("areas")
        if made_for is None:
            with self.ledger.transaction():
                self.ledger.set_meta("areas", digest.hexdigest())
        elif made_for != digest.hexdigest():
            raise StoreError(
                f"{self.store} was filled for other areas or polygons, or by another version",
                "give another --store; the raw files are loaded into it anew",
            )

    def _note_merchants(self, merchants: pd.DataFrame, digest: str) -> None:
        """Files with days on which a merchant has become another are to be loaded again."""
        if self.ledger.meta("merchants_file") == digest:
            return
        text = merchants.astype(str).to_json(orient="split", index=False)
        before = self.ledger.meta("merchants")
        with self.ledger.transaction():
            if before not in (None, text):
                old = pd.DataFrame(**json.loads(before))
                first = _first_changed_day(old, merchants.astype(str))
                again = {e.sha256 for e in self.ledger.files() if e.last_day >= first}
                parts = self.ledger.parts()
                self.ledger.make_stale({p.month for p in parts if p.sha256 in again})
                for sha256 in again:
                    self.ledger.set_status(sha256, OUTDATED)
                self.ledger.forget_states()
            self.ledger.set_meta("merchants", text)
            self.ledger.set_meta("merchants_file", digest)

    def _load_files(self, merchants: pd.DataFrame) -> None:
        places = places_of(self.source, self.communities, self.store, self.ledger.hash_of)
        reference = Reference(self.communities, merchants, read_mcc(), places)
        paths = sorted(p for p in (self.raw / "swipes").rglob("*") if p.suffix in SUFFIXES)
        ingest = Ingest(self.store, self.ledger, reference, self.options)
        named = [(path, path.relative_to(self.raw / "swipes").as_posix()) for path in paths]
        try:
            self.progress("load", 0, len(paths))
            for done, entry in enumerate(ingest.load(named), start=1):
                if entry is None:
                    self.report.skipped += 1
                else:
                    self.report.loaded.append(entry)
                self.progress("load", done, len(paths))
        finally:
            ingest.close()
        missing = self.ledger.files("WHERE status = ?", [OUTDATED])
        if missing:
            raise StoreError(
                f"table merchants has changed for days of {missing[0].name}, which is not in "
                f"{self.raw / 'swipes'} any more",
                "put the file there again, so that it can be loaded anew",
            )

    def _work_out_months(self, engine: Engine) -> None:
        for month in self.ledger.stale_months():
            inputs = month_input(self.store, self.ledger, month, self.communities)
            inputs = with_state(self.store, self.ledger, inputs)
            result = engine.month_tables(inputs, self.progress)
            written = self.store / SCRATCH / f"month-{month}"
            written.mkdir()
            write_month_files(result, month, self.communities, written)
            digest = hashlib.sha256()
            for path in sorted(written.iterdir()):
                digest.update(hash_file(path).encode())
            name = f"{TABLES}/{month_period(month)}-{digest.hexdigest()[:12]}"
            if not (self.store / name).exists():
                put_in_place(written, self.store / name)
            state = keep_state(self.store, inputs)
            with self.ledger.transaction():
                self.ledger.set_tables(month, name, state)
            self.report.months.append(month_period(month))

    def _count_cards(self, register: Register) -> None:
        """Issued and silent cards of each month whose use or register has changed."""
        digest = self.ledger.hash_of(register.path)
        months = self.ledger.months()
        wanted = {}
        for month in months:
            tables = [months.get(m, ("",))[0] for m in range(month - SILENT_MONTHS + 1, month + 1)]
            if all(tables):
                made_of = hashlib.sha256(" ".join([digest, *tables]).encode()).hexdigest()
                if made_of != months[month][2]:
                    wanted[month] = (
                        made_of,
                        [self.store / t / f"{ACTIVE}.parquet" for t in tables],
                    )
        if not wanted:
            return
        connection = register.table()
        for done, (month, (made_of, active)) in enumerate(wanted.items(), start=1):
            table = count_cards(connection, month, active, self.communities)
            name = f"{CARDS}/{month_period(month)}-{made_of[:12]}.parquet"
            written = self.store / SCRATCH / f"cards-{month}.parquet"
            write_parquet(table, written)
            put_in_place(written, self.store / name)
            with self.ledger.transaction():
                self.ledger.set_cards(month, name, made_of)
            self.progress("cards", done, len(wanted))

    def _published_files(self) -> dict[str, Path]:
        files = {}
        for month, (tables, cards, _) in self.ledger.months().items():
            period = month_period(month)
            if not pq.read_metadata(self.store / tables / f"{SWIPE_FILES[0]}.parquet").num_rows:
                continue  # a month of returns only: a file without rows says nothing
            for name in SWIPE_FILES:
                files[f"swipes/{name}-{period}.parquet"] = self.store / tables / f"{name}.parquet"
            for name in OTHER_FILES:
                files[f"{name}/{period}.parquet"] = self.store / tables / f"{name}.parquet"
            if cards:
                files[f"cards/{period}.parquet"] = self.store / cards
        return files

    def _remove_leftovers(self) -> None:
        """Files of the store that the ledger no longer names."""
        months = self.ledger.months().values()
        named = {tables for tables, _, _ in months} | {cards for _, cards, _ in months}
        named |= set(self.ledger.states().values())
        for folder in (TABLES, STATES, CARDS):
            for path in (self.store / folder).glob("*"):
                if f"{folder}/{path.name}" not in named:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def month_input(store: Path, ledger: Ledger, month: int, communities: pa.Table) -> MonthInput:
    """What an engine needs for one month of a store; communities as of `communities_of`."""
    around = range(month - RETURN_MONTHS, month + RETURN_MONTHS + 1)
    homes = communities.select(["code", "district"]).rename_columns(["home", "home_district"])
    return MonthInput(
        month,
        tuple(store / part.path for part in ledger.parts([month])),
        tuple(store / part.path for part in ledger.parts(around)),
        tuple(store / path for path in ledger.contested(month)),
        homes,
    )


def _first_changed_day(old: pd.DataFrame, new: pd.DataFrame) -> str:
    """The first day on which the two tables differ."""
    merged = old.merge(new, how="outer", indicator=True)
    changed = merged[merged["_merge"] != "both"]
    days = []
    same = ["merchant_no", "provider_id", "valid_from", "category", "at_home"]
    for _, rows in changed.groupby(same):
        # Where only the end has moved, the days up to the earlier end are as they were.
        days.append(rows["valid_to"].min() if len(rows) == 2 else rows["valid_from"].min())
    return min(days, default="9999")[:10]


def _table_path(raw: Path, name: str) -> Path:
    for suffix in SUFFIXES:
        if (raw / f"{name}{suffix}").is_file():
            return raw / f"{name}{suffix}"
    raise SourceError(f"{raw}: no {name}.parquet or {name}.csv", "add the table to the raw folder")


def _require_folders(raw: Path, source: Path, store: Path) -> None:
    if not (raw / "swipes").is_dir():
        raise SourceError(f"{raw}: no folder swipes", "give the folder that holds swipes/")
    inside = source.resolve()
    if inside in (store.resolve(), *store.resolve().parents):
        raise StoreError(
            f"{store} lies inside the source folder", "rows about persons stay out of a source"
        )


@contextmanager
def _ledger(store: Path) -> Iterator[Ledger]:
    ledger = Ledger(store)
    try:
        yield ledger
    finally:
        ledger.close()
