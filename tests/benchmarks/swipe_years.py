"""A store of years of raw swipes, filled a month at a time, and a new day into it.

`python -m tests.benchmarks.measure_swipes years MONTHS MILLIONS FOLDER [DERIVED ...]`. Raw files
are removed once they are loaded, so that the disk holds the store only (42 bytes a record). The
cards are the same persons in all months. To measure what comes after loading without loading for
hours, months named by their numbers as DERIVED are not generated: their records are those of
half a year before, moved there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np

from geodata.demo.raw import RawPlan
from geodata.demo.raw.write import RawWriter
from geodata.periods import month_number, month_period
from geodata.swipes.store.layout import LOOSE, RECORDS
from geodata.swipes.store.ledger import Ledger, Part
from tests.benchmarks.result import Result

FIRST = "2023-07"
ROWS_PER_CARD = 22  # a month
NEW_DAY_ROWS = 1_300_000
DISTANCE = 6  # months from a derived month to its model: more than events are linked over
Run = Callable[..., tuple[float, float]]


class Years:
    """Fills a store and measures.

    Parameters
    ----------
    folder : Path
        Holds `source`; gets `raw` and `store`.
    months, rows : int
    derived : set of int
        Numbers of months, the first being 0, whose records are moved there.
    run : callable
        `measure_swipes.run_apart`.
    note : callable
    """

    def __init__(
        self, folder: Path, months: int, rows: int, derived: set[int], run: Run, note
    ) -> None:
        self.folder, self.derived, self.run, self.note = folder, derived, run, note
        first = month_number(FIRST)
        self.months = [first + i for i in range(months)]
        ends = [np.datetime64(month_period(first + i)) for i in range(months + 1)]
        self.starts = [
            int((end - ends[0].astype("M8[D]")).astype(int))
            for end in (e.astype("M8[D]") for e in ends)
        ]
        n_days = self.starts[-1]
        self.plan = RawPlan(
            rows // months // ROWS_PER_CARD,
            rows,
            f"{FIRST}-01",
            n_days,
            last_day_rows=NEW_DAY_ROWS,
        )

    def measure(self) -> list[Result]:
        """Fill, publish everything, then load the last day."""
        with RawWriter(self.folder / "source", self.folder / "raw", self.plan) as writer:
            loading = self._fill(writer)
            results = self._describe(loading)
            begin = time.perf_counter()
            seconds, memory = self.run("load", self.folder)
            self.note(f"everything published: {seconds:.0f} s, {memory:.2f} GB")
            months = len(self.months)
            results += [
                Result("everything of all months published", seconds, "s"),
                Result("the same, a month", seconds / months, "s"),
                Result("the same, memory at the peak", memory, "GB", 6),
            ]
            self.note(f"whole call {time.perf_counter() - begin:.0f} s")
            seconds, memory = self.run("release", self.folder)
            self.note(f"a release of it: {seconds:.0f} s, {memory:.2f} GB")
            keep_aside(self.folder)
            list(writer.write_days(range(self.plan.n_days - 1, self.plan.n_days)))
        seconds, memory = self.run("load", self.folder)
        released, more = self.run("release", self.folder)
        self.note(f"new day: {seconds:.1f} s, {memory:.2f} GB; release {released:.1f} s")
        name = f"a new day of {NEW_DAY_ROWS / 1e6:.1f} million rows, file to published aggregates"
        return [
            *results,
            Result(name, seconds, "s", 10),
            Result("the same, to a published release", seconds + released, "s", 20),
            Result("the same, memory at the peak", max(memory, more), "GB", 6),
        ]

    def _fill(self, writer: RawWriter) -> list[tuple[int, float, float, float]]:
        """Rows, seconds to write, seconds to load and memory of each month that was generated."""
        done = []
        for i, month in enumerate(self.months):
            if i in self.derived:
                begin = time.perf_counter()
                rows = derive_month(self.folder / "store", month - DISTANCE, month)
                self.note(
                    f"{month_period(month)}: {rows:,} derived, {time.perf_counter() - begin:.0f} s"
                )
                continue
            stop = self.starts[i + 1] - (i == len(self.months) - 1)
            begin = time.perf_counter()
            list(writer.write_days(range(self.starts[i], stop)))
            wrote = time.perf_counter() - begin
            before = self._rows()
            seconds, memory = self.run("load_only", self.folder)
            done.append((self._rows() - before, wrote, seconds, memory))
            for path in (self.folder / "raw" / "swipes").iterdir():
                path.unlink()
            self.note(
                f"{month_period(month)}: {done[-1][0]:,} rows, written in {wrote:.0f} s, "
                f"loaded in {seconds:.0f} s, {memory:.2f} GB"
            )
        return done

    def _rows(self) -> int:
        store = self.folder / "store"
        if not store.exists():
            return 0
        ledger = Ledger(store)
        rows = sum(entry.rows for entry in ledger.files())
        ledger.close()
        return rows

    def _describe(self, loading: list[tuple[int, float, float, float]]) -> list[Result]:
        rows, wrote, seconds, memory = (list(column) for column in zip(*loading))
        ledger = Ledger(self.folder / "store")
        records = sum(part.rows for part in ledger.parts())
        ledger.close()
        disk = sum(p.stat().st_size for p in (self.folder / "store").rglob("*.parquet"))
        return [
            Result("records in the store", records / 1e6, "million"),
            Result("of them generated and loaded from raw files", sum(rows) / 1e6, "million"),
            Result("raw rows written a second", sum(rows) / sum(wrote), ""),
            Result("raw rows loaded a second", sum(rows) / sum(seconds), ""),
            Result("the same in the slowest month", min(np.divide(rows, seconds)), ""),
            Result("the same, memory at the peak", max(memory), "GB", 6),
            Result("store on disk", disk / 1e9, "GB"),
        ]


def keep_aside(folder: Path) -> None:
    """Keep source and store as they are now, to take the new day in once more."""

    def link(path: str, target: str) -> str:
        copy = os.link if path.endswith(".parquet") else shutil.copyfile
        copy(path, target)
        return target

    for name in ("source", "store", "releases"):
        shutil.copytree(folder / name, folder / "before" / name, copy_function=link)


def derive_month(store: Path, source: int, target: int) -> int:
    """Records of a month as those of another; days that it does not have are left out.

    The keys stay the same: nothing of their own is near enough to be linked with them.
    """
    days = [np.datetime64(month_period(m)).astype("M8[D]").astype(int) for m in (source, target)]
    moved = int(days[1] - days[0]) * 86_400_000_000
    ledger, rows = Ledger(store), 0
    entries = {entry.sha256: entry for entry in ledger.files()}
    with duckdb.connect() as connection, ledger.transaction():
        connection.execute("SET memory_limit = '2GB'; SET preserve_insertion_order = true")
        for part in ledger.parts([source]):
            sha256 = hashlib.sha256(f"{part.sha256} {target}".encode()).hexdigest()
            name = f"{RECORDS}/{month_period(target)}/{sha256[:16]}.parquet"
            (store / name).parent.mkdir(parents=True, exist_ok=True)
            count = connection.execute(
                f"COPY (SELECT * REPLACE ({target}::INTEGER AS month, "
                f"{int(sha256[:15], 16)} AS file_key, txn_us + {moved} AS txn_us, "
                f"received_us + {moved} AS received_us, "
                f"((isodow(make_timestamp(txn_us + {moved})) - 1) * 24 + slot % 24)::SMALLINT "
                f"AS slot) FROM read_parquet('{store / part.path}') WHERE "
                f"month(make_timestamp(txn_us + {moved})) = {target % 12 + 1}) TO '{store / name}' "
                "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
            ).fetchall()[0][0]
            loose = store / name.replace(RECORDS, LOOSE, 1)
            loose.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(store / part.path.replace(RECORDS, LOOSE, 1), loose)
            entry = entries[part.sha256]
            moved_entry = replace(entry, sha256=sha256, name=f"{target}/{entry.name}", rows=count)
            ledger.add_file(moved_entry, [Part(name, sha256, target, count)])
            rows += count
        for path in ledger.contested(source):
            ledger.add_contested(path, [target])
        ledger.make_stale([target])
    ledger.close()
    return rows
