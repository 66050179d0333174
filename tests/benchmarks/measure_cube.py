"""Reading the cube: all children of an area, against DuckDB and a sorted frame, same values."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.areas import AreaTree
from tests.benchmarks.result import Result
from tests.building import ROOT, Built

FIELD, CATEGORIES, MONTHS, READS = "swipes_count", 3, 12, 200

# A reader of its own: every page of the cube once, then both measure what they hold.
READER = """
import sys
from pathlib import Path
import numpy as np
from tests.benchmarks.measure_cube import held_mb
cubes = [np.load(p, mmap_mode="r") for p in sorted(Path(sys.argv[1]).glob("*.npy"))]
total = sum(int(cube[month].sum()) for cube in cubes for month in range(len(cube)))
print("read", flush=True)
sys.stdin.readline()
print(*held_mb("self"), flush=True)
sys.stdin.readline()
"""


def measure(built: Built, note: Callable[[str], None]) -> list[Result]:
    """Times of one read, median of many; memory of two readers."""
    note("reading the cube, DuckDB and a sorted frame")
    tree = AreaTree(pd.read_parquet(built.release / "areas.parquet"))
    cube = np.load(built.release / "cube" / f"upper.{FIELD}.npy", mmap_mode="r")
    months, slots = slice(cube.shape[0] - MONTHS, cube.shape[0]), slice(1, 1 + CATEGORIES)
    parents = np.flatnonzero(tree.level_index == 3)[:READS]  # districts: their subdistricts
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "values.parquet"
        frame = _write(cube, tree, path)
        questions = [(int(p), months, slots) for p in parents]
        readers = {
            "cube": _from_cube(cube, tree),
            "Parquet": _from_duckdb(f"read_parquet('{path}')"),
            "DuckDB": _from_duckdb(f"read_parquet('{path}')", kept=True),
            "frame": _from_frame(frame, tree),
        }
        for read in readers.values():
            np.testing.assert_array_equal(read(*questions[0]), readers["cube"](*questions[0]))
        times = {name: _median(read, questions) for name, read in readers.items()}
    what = f"all children of a district, {CATEGORIES} categories, {MONTHS} months"
    return [
        Result(f"{what}: memory-mapped cube", times["cube"], "ms"),
        Result(f"{what}: DuckDB over Parquet", times["Parquet"], "ms"),
        Result(f"{what}: DuckDB, a table in memory", times["DuckDB"], "ms"),
        Result(f"{what}: sorted pandas frame", times["frame"], "ms"),
        Result("cube over DuckDB's table", times["cube"] / times["DuckDB"], "times", 0.1),
        Result("cube over the sorted frame", times["cube"] / times["frame"], "times"),
        *_shared(built.release / "cube"),
    ]


def _write(cube: np.ndarray, tree: AreaTree, path: Path) -> pd.DataFrame:
    """The same values as rows sorted by parent, for DuckDB and for pandas."""
    n_months, n_slots, n_areas = cube.shape
    area = np.tile(np.arange(n_areas), n_months * n_slots)
    frame = pd.DataFrame(
        {
            "parent": tree.parents[:n_areas][area],
            "month": np.repeat(np.arange(n_months), n_slots * n_areas),
            "slot": np.tile(np.repeat(np.arange(n_slots), n_areas), n_months),
            "area": area,
            "value": np.asarray(cube).ravel(),
        }
    )
    frame = frame.sort_values(["parent", "month", "slot", "area"], ignore_index=True)
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, row_group_size=122_880)
    return frame


def _from_cube(cube: np.ndarray, tree: AreaTree):
    return lambda p, months, slots: np.array(cube[months, slots, tree.children(p)])


def _from_duckdb(table: str, *, kept: bool = False):
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute(f"CREATE {'TABLE' if kept else 'VIEW'} cells AS SELECT * FROM {table}")

    def read(p: int, months: slice, slots: slice) -> np.ndarray:
        found = connection.execute(
            "SELECT value FROM cells WHERE parent = ? AND month >= ? AND month < ? "
            "AND slot >= ? AND slot < ? ORDER BY month, slot, area",
            [p, months.start, months.stop, slots.start, slots.stop],
        ).fetchnumpy()["value"]
        return found.reshape(months.stop - months.start, slots.stop - slots.start, -1)

    return read


def _from_frame(frame: pd.DataFrame, tree: AreaTree):
    parents = frame["parent"].to_numpy()

    def read(p: int, months: slice, slots: slice) -> np.ndarray:
        rows = frame.iloc[np.searchsorted(parents, p) : np.searchsorted(parents, p, side="right")]
        rows = rows[rows["month"].between(months.start, months.stop - 1)]
        rows = rows[rows["slot"].between(slots.start, slots.stop - 1)]
        values = rows["value"].to_numpy()
        return values.reshape(months.stop - months.start, slots.stop - slots.start, -1)

    return read


def _median(read, questions) -> float:
    """Milliseconds; the first reads, which fetch from the disk, weigh as much as any other."""
    found = []
    for question in questions:
        begin = time.perf_counter()
        read(*question)
        found.append(time.perf_counter() - begin)
    return 1000 * float(np.median(found))


def _shared(folder: Path) -> list[Result]:
    """What two readers of all arrays hold: each alone, and divided by those who share it."""
    command = [sys.executable, "-c", READER, str(folder)]
    readers = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for reader in readers:
        reader.stdout.readline()
    held = []
    for reader in readers:
        reader.stdin.write("\n")
        reader.stdin.flush()
        held.append([float(text) for text in reader.stdout.readline().split()])
    for reader in readers:
        reader.communicate("\n")
    mapped, divided = (sum(column) for column in zip(*held))
    size = sum(path.stat().st_size for path in folder.glob("*.npy")) / 2**20
    return [
        Result("two readers of the whole cube: mapped pages of both (RSS)", mapped, "MB"),
        Result("the same, shared pages divided (PSS)", divided, "MB", note=f"cube: {size:,.0f} MB"),
    ]


def held_mb(pid: str) -> tuple[float, float]:
    """Resident and proportional memory of the memory-mapped arrays of a process, in MB."""
    total, in_cube = {"Rss:": 0, "Pss:": 0}, False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        word = line.split(" ", 1)[0]
        if not word.endswith(":"):
            in_cube = line.endswith(".npy")
        elif in_cube and word in total:
            total[word] += int(line.split()[1])
    return total["Rss:"] / 1024, total["Pss:"] / 1024
