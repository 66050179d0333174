"""Raw swipes: scanning, loading and aggregating them, each engine in the same run.

`make bench` takes `ROWS` rows in two months; the limits are those for 60 million rows in
proportion. `python -m tests.benchmarks.measure_swipes 60` takes 60 million rows, `... 1000` a
billion in two months, `... years 36 1000 FOLDER` as many in three years (45 GB of disk, two hours),
see `swipe_years`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely

from tests.benchmarks.result import Result, markdown_table
from tests.building import ROOT, Built

ROWS = 12_000_000
ROWS_PER_CARD = 22  # a month
LIMIT_S, LIMIT_ROWS = 40, 60_000_000
MEMORY = "3GB"
POINTS = 1_000_000
FIRST_DAY, N_DAYS = "2026-03-01", 31
SCAN = (
    "SELECT count(card_token), sum(purse), sum(category), sum(district), sum(slot), sum(last), "
    "sum(uses), sum(amount), sum(subsidy) FROM {records}"
)
SCAN_COUNTED = (
    "SELECT sum(category), sum(district), sum(last), sum(uses), sum(amount), sum(subsidy) "
    "FROM {records}"
)
# Home community x age x category; what of it is summed over ages or categories, and the levels
# above. A use is a row: it is counted, and its home and age are one number in the records already.
COUNTS = (
    "CREATE OR REPLACE TABLE cells AS SELECT last & 1099511627775 AS who, category, "
    "count(*) AS uses, sum(amount) AS amount, sum(subsidy) AS subsidy "
    "FROM {records} WHERE uses = 1 GROUP BY ALL",
    *(
        f"CREATE OR REPLACE TABLE margin AS SELECT {by}, sum(uses), sum(amount), sum(subsidy) "
        "FROM cells GROUP BY ALL"
        for by in ("who >> 2 AS area, category", "who", "who >> 2 AS area")
    ),
    *(
        f"CREATE OR REPLACE TABLE above AS SELECT (who >> 2) // {10**zeros} AS area, who & 3 AS "
        "age, category, sum(uses), sum(amount), sum(subsidy) FROM cells "
        "GROUP BY CUBE (age, category), area"
        for zeros in (3, 6, 8, 10)
    ),
)


def measure(built: Built, note: Callable[[str], None]) -> list[Result]:
    """Everything at the size of `make bench`."""
    return measure_rows(built.source, ROWS, note)


def measure_rows(demo: Path, rows: int, note: Callable[[str], None]) -> list[Result]:
    """Everything at a given size, in one folder that is removed at the end."""
    scale = f"{rows / 1e6:,.0f} million rows"
    with tempfile.TemporaryDirectory(dir=ROOT / "var") as name:
        folder = Path(name)
        ignore = shutil.ignore_patterns("cards", "swipes")
        shutil.copytree(demo, folder / "source", ignore=ignore)
        note(f"writing {scale} of raw swipes")
        results = [_generate(folder, rows)]
        note("places of points")
        results += _places(folder / "source")
        note("loading them into a store")
        results += _load(folder, rows)
        note("scanning, counting, aggregating")
        results += _aggregate(folder, rows)
        results += _spark(folder, note)
        note("a new day")
        results += _new_day(folder, rows)
    return [Result(f"swipes: {r.what}", r.measured, r.unit, r.wanted, r.note) for r in results]


def _generate(folder: Path, rows: int) -> Result:
    seconds, _ = run_apart("generate", folder, rows)
    return Result(
        f"{rows / 1e6:,.0f} million raw rows written", seconds, "s", 120 * rows / 50_000_000
    )


def _places(source: Path) -> list[Result]:
    from geodata.source import read_source
    from geodata.swipes.raw.places import PlaceIndex

    polygons = np.asarray(read_source(source).boundaries("community").geometry)
    rng = np.random.default_rng(5)
    inside = shapely.get_coordinates(shapely.point_on_surface(polygons))
    width = np.minimum(0.02, np.sqrt(shapely.area(polygons)))
    chosen = rng.integers(0, len(polygons), POINTS)
    xy = inside[chosen] + rng.normal(0, 0.5, (POINTS, 2)) * width[chosen][:, None]
    index = PlaceIndex(polygons)
    lon, lat = xy.T.copy()
    begin = time.perf_counter()
    found = index.locate(lon, lat)
    seconds = time.perf_counter() - begin
    begin = time.perf_counter()
    point, polygon = shapely.STRtree(polygons).query(shapely.points(xy), predicate="intersects")
    by_tree = time.perf_counter() - begin
    expected = np.full(POINTS, len(polygons))
    np.minimum.at(expected, point, polygon)
    differ = int((np.where(expected == len(polygons), -1, expected) != found).sum())
    return [
        Result("a million points in 67,297 communities", seconds, "s", 1),
        Result("the same by shapely's tree, as geopandas.sjoin", by_tree, "s"),
        Result("points on which the two differ", differ, "", 0),
    ]


def _load(folder: Path, rows: int) -> list[Result]:
    """All files but the last day's, which is kept for later."""
    last = sorted((folder / "raw" / "swipes").glob("*-31.parquet"))[0]
    last.rename(folder / last.name)
    seconds, memory = run_apart("load", folder)
    disk = sum(p.stat().st_size for p in (folder / "store" / "records").rglob("*.parquet"))
    return [
        Result("raw files to published aggregates, rows a second", rows / seconds, ""),
        Result("the same, memory at the peak", memory, "GB", 4),
        Result("the same, store on disk for a million rows", disk / rows, "MB"),
    ]


def _aggregate(folder: Path, rows: int) -> list[Result]:
    scan, _ = run_apart("scan", folder)
    scan_counted, _ = run_apart("scan_counted", folder)
    counts, counts_memory = run_apart("counts", folder)
    whole, memory = run_apart("aggregate", folder)
    limit = LIMIT_S * rows / LIMIT_ROWS
    return [
        Result("the month's records scanned", scan, "s"),
        Result("counts and sums at all levels, over the scan", counts / scan_counted, "", 2.5),
        Result("the same, memory at the peak", counts_memory, "GB", 1),
        Result("everything published, exact distinct cards", whole, "s", limit),
        Result("the same over the scan", whole / scan, ""),
        Result("the same, memory at the peak", memory, "GB", 4),
    ]


def _spark(folder: Path, note: Callable[[str], None]) -> list[Result]:
    from tests.geodata.swipes.spark_cluster import why_not

    if why_not():
        note(f"no Spark: {why_not()}")
        return []
    scan, _ = run_apart("scan", folder)
    seconds, _ = run_apart("spark", folder)
    return [
        Result("everything published by Spark, local[2]", seconds, "s"),
        Result("the same over the scan", seconds / scan, ""),
    ]


def _new_day(folder: Path, rows: int) -> list[Result]:
    path = next(folder.glob("*-31.parquet"))
    path.rename(folder / "raw" / "swipes" / path.name)
    seconds, _ = run_apart("load", folder)
    return [Result("a new day, file to published aggregates", seconds, "s", 20)]


def run_apart(task: str, *arguments: object) -> tuple[float, float]:
    """Seconds and GiB at the peak of one of `TASKS` in a fresh process, its start left out."""
    command = [sys.executable, "-m", "tests.benchmarks.measure_swipes", task]
    command += [str(argument) for argument in arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    seconds, memory = done.stdout.split()[-2:]
    return float(seconds), float(memory)


def generate(folder: Path, rows: str) -> None:
    """Raw swipes of a month."""
    from geodata.demo.raw import RawPlan, write_raw

    plan = RawPlan(int(rows) // ROWS_PER_CARD, int(rows), FIRST_DAY, N_DAYS)
    write_raw(folder / "source", folder / "raw", plan)


def load(folder: Path) -> None:
    """What is new in the raw folder, to published aggregates."""
    from geodata.swipes.store import IngestOptions, aggregate

    def log(stage: str, done: int, steps: int) -> None:
        with (folder / "progress.log").open("a") as file:
            print(f"{time.time():.1f} {peak_memory():.2f} {stage} {done}/{steps}", file=file)

    options = IngestOptions(memory=MEMORY)
    aggregate(folder / "raw", folder / "source", folder / "store", options=options, progress=log)


def load_only(folder: Path) -> None:
    """What is new in the raw folder, to records; months are left for later."""
    from geodata.swipes.store import IngestOptions, aggregate

    options = IngestOptions(memory=MEMORY)
    aggregate(folder / "raw", folder / "source", folder / "store", options=options, publish=False)


def release(folder: Path) -> None:
    """A release of the source, over the one before where there is one."""
    from geodata.release import build_release

    build_release(folder / "source", folder / "releases")


def records_sql(folder: Path) -> str:
    """The records of the first month as a table of DuckDB."""
    return f"read_parquet('{folder}/store/records/{FIRST_DAY[:7]}/*.parquet')"


def run_sql(folder: Path, *queries: str) -> None:
    """Queries over the records of the month, with two threads."""
    from geodata.swipes.aggregation.duckdb_session import open_duckdb

    with open_duckdb(folder / "scratch", MEMORY) as connection:
        for query in queries:
            connection.execute(query.format(records=records_sql(folder))).fetchall()


def month_by(folder: Path, engine) -> None:
    """All tables of the first month by an engine."""
    from geodata.source import read_source
    from geodata.swipes.store.aggregate import month_input
    from geodata.swipes.store.areas import communities_of
    from geodata.swipes.store.ledger import Ledger

    ledger, month = Ledger(folder / "store"), min(Ledger(folder / "store").months())
    communities = communities_of(read_source(folder / "source"))
    engine.month_tables(month_input(folder / "store", ledger, month, communities))


def by_duckdb(folder: Path) -> None:
    """All tables of the first month by DuckDB."""
    from geodata.swipes.aggregation.duckdb_engine import DuckdbEngine

    month_by(folder, DuckdbEngine(folder / "scratch", MEMORY))


def by_spark(folder: Path) -> None:
    """The same by Spark in one process."""
    from geodata.swipes.aggregation.spark_engine import SparkEngine

    settings = {"spark.driver.memory": "3g", "spark.sql.shuffle.partitions": "16"}
    engine = SparkEngine("local[2]", "3g", settings)
    month_by(folder, engine)
    engine.close()


TASKS: dict[str, Callable[..., None]] = {
    "generate": generate,
    "load": load,
    "load_only": load_only,
    "release": release,
    "scan": lambda folder: run_sql(folder, SCAN),
    "scan_counted": lambda folder: run_sql(folder, SCAN_COUNTED),
    "counts": lambda folder: run_sql(folder, *COUNTS),
    "aggregate": by_duckdb,
    "spark": by_spark,
}


def peak_memory() -> float:
    """GiB that this process held at its peak.

    `ru_maxrss` begins with the size of the process that started this one; VmHWM does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 2**20
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def measure_years(arguments: list[str]) -> list[Result]:
    """A store of years; the folder is kept."""
    from tests.benchmarks.swipe_years import Years
    from tests.building import whole_demonstration

    months, rows, folder = int(arguments[0]), int(float(arguments[1]) * 1e6), Path(arguments[2])
    if not (folder / "source").exists():
        ignore = shutil.ignore_patterns("cards", "swipes")
        shutil.copytree(whole_demonstration().source, folder / "source", ignore=ignore)
    derived = {int(number) for number in arguments[3:]}
    return Years(folder, months, rows, derived, run_apart, say).measure()


def say(text: str) -> None:
    """What is going on, with the time."""
    print(f"… {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Run one task and print seconds and GiB, or all at a size in millions of rows."""
    if arguments[0] in TASKS:
        begin = time.perf_counter()
        TASKS[arguments[0]](Path(arguments[1]), *arguments[2:])
        seconds = time.perf_counter() - begin
        print(seconds, peak_memory())
        sys.stdout.flush()
        os._exit(0)
    if arguments[0] == "years":
        results = measure_years(arguments[1:])
    else:
        from tests.building import whole_demonstration

        rows = int(float(arguments[0]) * 1e6)
        results = measure_rows(whole_demonstration().source, rows, say)
    print(markdown_table(results))
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
