"""Writes the whole demonstration source folder."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.demo.documents import SOURCE, STANDARDS, write_toml
from geodata.demo.hierarchy import add_english_names, demo_areas
from geodata.demo.months import write_month
from geodata.demo.partition import DistrictTask, district_tasks, divide_district
from geodata.demo.planted import Plan, plan_findings, planted_document
from geodata.demo.population import estimate_population, published_rows
from geodata.demo.providers import draw_providers
from geodata.demo.recorded import read_district_polygons
from geodata.demo.supply import supply_of_everything
from geodata.demo.world import build_world
from geodata.schema import TABLES

SEED = 20260630
WORTH_A_POOL = 4_000  # communities; below that starting processes costs more than it saves
CHUNKS = 16

Progress = Callable[[str, int, int], None]


def write_demo(
    folder: str | Path,
    *,
    districts: list[str] | None = None,
    seed: int = SEED,
    progress: Progress | None = None,
) -> None:
    """Write the demonstration source: real districts, codes and totals, everything else seeded.

    Parameters
    ----------
    folder : path
        Made if missing; files of the same names are replaced.
    districts : list of str, optional
        Six-digit codes of a small source; default all 199 districts.
    seed : int
        Same seed and same districts give the same bytes.
    progress : callable, optional
        `progress(stage, done, total)`.

    Raises
    ------
    AreaError
        If a code is no district.
    SourceError
        If the package with the district polygons is not installed.
    """
    tell = progress or (lambda stage, done, total: None)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    everywhere = demo_areas()
    areas = everywhere if districts is None else demo_areas(districts)
    size = int((areas["level"] == "community").sum())
    with _workers(size) as pool:
        ground = _lay_ground(areas, seed, pool, tell)
        tell("Demo: names, people, providers", 0, 3)
        _write_areas(areas, folder)
        tell("Demo: names, people, providers", 1, 3)
        people = estimate_population(everywhere, seed)
        people = with_places(people, everywhere)
        here = people[people["area_code"].isin(ground.communities)].reset_index(drop=True)
        _write_population(areas, everywhere, here, folder)
        tell("Demo: names, people, providers", 2, 3)
        providers = draw_providers(people, areas, ground.cells, ground.plan.barred, seed)
        _write_csv(providers, "providers", folder)
        tell("Demo: names, people, providers", 3, 3)
        world = build_world(
            areas, here, ground.cells, ground.districts, providers, ground.plan, seed
        )
        months = [
            _run(pool, write_month, world, month, folder) for month in range(len(world.periods))
        ]
        _write_documents(areas, ground, folder)
        for done, _ in enumerate(_finished(months), start=1):
            tell("Demo: cards and swipes by month", done, len(months))


@dataclass(frozen=True)
class Ground:
    """Polygons of a source in tree order, EPSG:4490, and what is planted on them."""

    communities: pd.Index
    districts: np.ndarray
    cells: np.ndarray
    plan: Plan


def _lay_ground(areas: pd.DataFrame, seed: int, pool: Executor | None, tell: Progress) -> Ground:
    stage = "Demo: boundaries"
    codes = areas.loc[areas["level"] == "district", "area_code"].tolist()
    polygons = read_district_polygons(codes)
    tasks = district_tasks(areas, polygons, seed)
    chunks = [tasks[i::CHUNKS] for i in range(min(CHUNKS, len(tasks)))]
    jobs = [_run(pool, _divide_districts, chunk) for chunk in chunks]
    for done, _ in enumerate(_finished(jobs), start=1):
        tell(stage, done, len(jobs))
    divided = {}
    for job in jobs:
        divided.update(job.result())
    cells = np.concatenate([divided[code] for code in codes])
    communities = pd.Index(areas.loc[areas["level"] == "community", "area_code"])
    return Ground(communities, polygons, cells, plan_findings(areas, cells))


def _divide_districts(tasks: list[DistrictTask]) -> dict[str, np.ndarray]:
    return {task.code: divide_district(task) for task in tasks}


@contextmanager
def _workers(size: int) -> Iterator[Executor | None]:
    """A pool of fresh processes, or None where it does not pay."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if size < WORTH_A_POOL or (cores or 1) < 2:
        yield None
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(cores, 4), mp_context=context) as pool:
        yield pool


def _run(pool: Executor | None, work: Callable, *arguments: object) -> Future:
    if pool is not None:
        return pool.submit(work, *arguments)
    future: Future = Future()
    future.set_result(work(*arguments))
    return future


def _finished(jobs: list[Future]) -> Iterator[object]:
    """Results as they come; an error in a process is raised here."""
    for job in as_completed(jobs):
        yield job.result()


def with_places(people: pd.DataFrame, everywhere: pd.DataFrame) -> pd.DataFrame:
    """Add `province` and `rural` (a village committee) to the people of all communities."""
    communities = everywhere[everywhere["level"] == "community"]
    rural = communities["committee"].str.endswith("village").to_numpy()
    return people.assign(province=people["area_code"].str[:2], rural=rural)


def _write_areas(areas: pd.DataFrame, folder: Path) -> None:
    _write_csv(areas.assign(name_en=add_english_names(areas)), "areas", folder)


def _write_population(
    areas: pd.DataFrame, everywhere: pd.DataFrame, people: pd.DataFrame, folder: Path
) -> None:
    rows = people.assign(status="estimated", source_line="")
    rows = pd.concat([published_rows(areas, everywhere), rows], ignore_index=True)
    _write_csv(rows, "population", folder)


def _write_csv(frame: pd.DataFrame, table: str, folder: Path) -> None:
    columns = [column.name for column in TABLES[table].columns]
    frame[columns].to_csv(folder / f"{table}.csv", index=False, lineterminator="\n")


def _write_documents(areas: pd.DataFrame, ground: Ground, folder: Path) -> None:
    names = areas.set_index("area_code")["name"]
    codes = areas.loc[areas["level"] == "district", "area_code"]
    districts = {"gb": "156" + codes, "name": names[codes].to_numpy()}
    _write_layer(districts, ground.districts, "district", folder)
    communities = {"area_code": ground.communities, "name": names[ground.communities].to_numpy()}
    _write_layer(communities, ground.cells, "community", folder)
    write_toml(SOURCE, folder / "source.toml")
    write_toml(STANDARDS, folder / "standards.toml")
    write_toml(planted_document(ground.plan, areas), folder / "planted.toml")
    supply_of_everything().to_csv(folder / "supply.csv", index=False, lineterminator="\n")


def _write_layer(columns: dict, geometry: np.ndarray, level: str, folder: Path) -> None:
    path = folder / "boundaries" / f"{level}.parquet"
    path.parent.mkdir(exist_ok=True)
    layer = gpd.GeoDataFrame(pd.DataFrame(columns).reset_index(drop=True), geometry=geometry)
    layer.set_crs("EPSG:4490").to_parquet(path, compression="zstd")
