"""Writes a raw folder for a source: daily files, late ones, the register and the merchants."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import shapely

from geodata.demo.raw.cardholders import draw_cardholders, register_table
from geodata.demo.raw.day import RawWorld, draw_day
from geodata.demo.raw.delivery import delivered_table
from geodata.demo.raw.shops import draw_shops
from geodata.demo.raw.traps import plant_traps
from geodata.progress import ProgressCallback, no_progress
from geodata.source import Source, read_source

SEED = 20260701
WORTH_A_POOL = 2_000_000  # rows
ROW_GROUP = 131_072  # rows; several of them are read at a time


@dataclass(frozen=True)
class RawPlan:
    """Size of a raw folder.

    Attributes
    ----------
    n_cards : int
    n_rows : int
        About as many rows in all; a ride is two.
    first_day : str
    n_days : int
    file_format : str
        parquet or csv.
    seed : int
    last_day_rows : int, optional
        Rows of the last day; default: as many as on the others.
    """

    n_cards: int = 250_000
    n_rows: int = 5_000_000
    first_day: str = "2026-01-01"
    n_days: int = 90
    file_format: str = "parquet"
    seed: int = SEED
    last_day_rows: int | None = None

    def rows_of(self, day: int) -> int:
        """About as many rows of a day."""
        if self.last_day_rows and day == self.n_days - 1:
            return self.last_day_rows
        return self.n_rows // self.n_days


def write_raw(
    source: Source | str | Path,
    folder: str | Path,
    plan: RawPlan = RawPlan(),
    progress: ProgressCallback = no_progress,
) -> None:
    """Write `swipes/`, `cards.parquet` and `merchants.csv`; the same plan gives the same bytes.

    Parameters
    ----------
    source : Source or path
        Its areas, population, providers and polygons are the ground.
    folder : path
    plan : RawPlan
    progress : callable, optional
    """
    with RawWriter(source, folder, plan) as writer:
        for done, _ in enumerate(writer.write_days(range(plan.n_days)), start=1):
            progress("raw swipes", done, plan.n_days)
        writer.write_rest()


class RawWriter:
    """Writes a raw folder some days at a time, where all of them would not fit on the disk.

    Parameters
    ----------
    source, folder, plan
        As for `write_raw`. The register and the merchants are written at once.
    """

    def __init__(self, source: Source | str | Path, folder: str | Path, plan: RawPlan) -> None:
        source = source if isinstance(source, Source) else read_source(source)
        self.folder, self.plan = Path(folder), plan
        (self.folder / "swipes").mkdir(parents=True, exist_ok=True)
        self.world = _build_world(source, plan)
        register = register_table(self.world.cards, self.world.codes)
        pq.write_table(register, self.folder / "cards.parquet", compression="zstd")
        merchants = self.world.shops.table
        merchants.to_csv(self.folder / "merchants.csv", index=False, lineterminator="\n")
        self.late: dict[int, list[pa.Table]] = {}
        self.pool = None
        if plan.n_rows >= WORTH_A_POOL and (os.cpu_count() or 1) > 1:
            arguments = (self.world, plan, self.folder)
            self.pool = ProcessPoolExecutor(2, get_context("spawn"), _start, arguments)

    def __enter__(self) -> RawWriter:
        return self

    def __exit__(self, *_) -> None:
        if self.pool:
            self.pool.shutdown()

    def write_days(self, days: range) -> Iterator[int]:
        """Write the files of days, and what came late on them; each day once, in order."""
        tables = self.pool.map(_write_in_worker, days) if self.pool else map(self._write_day, days)
        for day, table in zip(days, tables):
            for later in pc.unique(table["posted"]).to_pylist():
                part = table.filter(pc.equal(table["posted"], later)).drop(["posted"])
                self.late.setdefault(later, []).append(part)
            self._write_late(day)
            yield day

    def write_rest(self) -> None:
        """Write what comes after the days that were written."""
        for day in sorted(self.late):
            self._write_late(day)

    def _write_day(self, day: int) -> pa.Table:
        return _write_day(self.world, self.plan, self.folder, day)

    def _write_late(self, day: int) -> None:
        parts = self.late.pop(day, None)
        if parts:
            path = self.folder / "swipes" / f"{self.world.first_day + day}-late"
            _write(pa.concat_tables(parts), path, self.plan.file_format)


def _build_world(source: Source, plan: RawPlan) -> RawWorld:
    tree = source.tree
    codes = np.array(tree.codes[tree.level_slices["community"]], dtype=object)
    index = pd.Index(codes)
    people = source.population.set_index("area_code")["aged_60_count"].reindex(index)
    elders = people.fillna(0).clip(lower=0).to_numpy(dtype=float) + 1
    providers = source.providers[["category", "community_code", "lon", "lat"]].copy()
    layer = source.boundaries("community")
    polygons = layer.set_index("area_code").geometry.reindex(index)
    points = shapely.get_coordinates(shapely.point_on_surface(polygons.to_numpy()))
    providers["community"] = index.get_indexer(providers["community_code"])
    blank = providers["community"] < 0
    where = shapely.STRtree(points_of(points)).nearest(
        points_of(providers.loc[blank, ["lon", "lat"]].to_numpy())
    )
    providers.loc[blank, "community"] = where
    rng = np.random.default_rng([plan.seed, 10])
    first = np.datetime64(plan.first_day)
    province = np.array([int(code[:2]) for code in codes])
    last = first + plan.n_days - 1
    return RawWorld(
        seed=plan.seed,
        codes=codes,
        points=np.round(points, 6),
        cards=draw_cardholders(plan.n_cards, elders, province, first, plan.n_days, rng),
        shops=draw_shops(providers, codes, (str(first), str(last)), rng),
        first_day=first,
    )


def points_of(xy: np.ndarray) -> np.ndarray:
    """Point geometries, (n,)."""
    return shapely.points(xy)


def _write_day(world: RawWorld, plan: RawPlan, folder: Path, day: int) -> pa.Table:
    """Write a day's file; the rows that come later, with the day they come on."""
    columns = draw_day(world, day, plan.rows_of(day))
    columns = plant_traps(world, day, columns)
    table = delivered_table(world, day, columns)
    delay = table["delay"]
    table = table.drop(["delay"])
    at_once = pc.equal(delay, 0)
    date = world.first_day + day
    _write(table.filter(at_once), folder / "swipes" / str(date), plan.file_format)
    later = pc.invert(at_once)
    return table.filter(later).append_column("posted", pc.add(delay.filter(later), day))


def _write(table: pa.Table, path: Path, file_format: str) -> None:
    path = path.with_name(f"{path.name}.{file_format}")
    if file_format == "parquet":
        pq.write_table(
            table,
            path,
            compression="snappy",
            use_dictionary=_REPEATED,
            row_group_size=ROW_GROUP,
        )
        return
    for name in ("txn_time", "received_at"):
        local = pc.add(table[name].cast(pa.timestamp("us")), _EIGHT_HOURS)
        text = pc.binary_join_element_wise(
            pc.strftime(local, format="%Y-%m-%dT%H:%M:%S").cast(pa.string()), "+08:00", ""
        )
        text = pc.replace_substring_regex(text, r"\.\d+", "")
        table = table.set_column(table.column_names.index(name), name, text)
    plain = pa.table({name: _plain(table[name]) for name in table.column_names})
    pa.csv.write_csv(plain, path)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


_EIGHT_HOURS = pa.scalar(8 * 3_600_000_000, pa.duration("us"))
_REPEATED = [
    "birth_year",
    "sex",
    "holder_basis",
    "home_community_code",
    "posting_date",
    "txn_type",
    "purse",
    "amount_discount_fen",
    "amount_subsidy_fen",
    "merchant_no",
    "terminal_id",
    "service_unit_code",
    "card_scheme",
    "acceptance_province",
    "void_flag",
    "batch_id",
    "received_at",
]
_world: tuple | None = None


def _start(*arguments) -> None:
    global _world
    pa.set_cpu_count(1)
    _world = arguments


def _write_in_worker(day: int) -> pa.Table:
    assert _world is not None
    return _write_day(*_world, day)
