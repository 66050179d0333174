"""A small raw folder over the square cells, its source without months, and readers for both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.demo.raw import RawPlan, write_raw
from tests.geodata.swipes.raw_oracle import Expected, expect
from tests.grid_source import make_areas, make_layer, write_grid_source

PLAN = RawPlan(n_cards=900, n_rows=24_000, first_day="2026-01-20", n_days=75)
N_FILES = 9
SWIPES = ("community", "subdistrict", "flows")
OWN = ("purses", "hours")


def write_ground(folder: Path) -> Path:
    """The square cells without cards and swipes."""
    source = write_grid_source(folder, months=1)
    for kind in ("cards", "swipes"):
        for path in (source / kind).iterdir():
            path.unlink()
    return source


def write_small_raw(folder: Path, source: Path, plan: RawPlan = PLAN, n_files: int = N_FILES):
    """A raw folder whose daily files are put together into a few."""
    write_raw(source, folder, plan)
    paths = sorted((folder / "swipes").iterdir())
    for number, part in enumerate(np.array_split(np.array(paths, dtype=object), n_files)):
        table = pa.concat_tables([pq.read_table(path) for path in part])
        for path in part:
            path.unlink()
        pq.write_table(table, folder / "swipes" / f"part-{number:02d}.parquet")
    return folder


def expected_of(raw: Path) -> Expected:
    """What the slow oracle makes of a raw folder."""
    return expect(raw, make_areas(), make_layer("community"))


def published(source: Path) -> dict[tuple[str, str], pd.DataFrame]:
    """Published tables by (name, period)."""
    if not (source / "aggregates" / "current").exists():
        return {}
    generation = (source / "aggregates" / "current").read_text().strip()
    folder = source / "aggregates" / generation
    found = {}
    for path in sorted(folder.glob("*/*.parquet")):
        kind = path.parent.name
        name, period = path.stem.rsplit("-", 2)[0], path.stem[-7:]
        found[name if kind == "swipes" else kind, period] = pd.read_parquet(path)
    return found


def by_keys(frame: pd.DataFrame, expected: pd.DataFrame) -> pd.DataFrame:
    """A published table in the shape of an expected one."""
    fields = list(expected.columns)
    keys = [c for c in frame.columns if c not in fields and c != "period"]
    keys = [c for c in keys if not (frame[c] == "").all()]
    if len(keys) > expected.index.nlevels:  # flows carry the age band "all"
        keys.remove("age_band")
    result = frame.set_index(keys)[fields].sort_index()
    result.index.names = expected.index.names
    return result
