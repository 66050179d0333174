"""The small tables of a release: areas, population, providers, reports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.areas import AreaTree

AREA_COLUMNS = (
    "area_code",
    "parent_code",
    "level",
    "name",
    "name_en",
    "kind",
    "zone_code",
    "zone_name",
    "pinyin",
    "initials",
    "population_status",
    "lon",
    "lat",
)


def areas_table(tree: AreaTree, statuses: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """All areas in tree order with how their names are typed and where their labels stand.

    Parameters
    ----------
    tree : AreaTree
    statuses : ndarray of str, (n_areas,)
        published or estimated; "" where there is no population.
    labels : ndarray of float, (n_areas, 2)
        Longitude and latitude, EPSG:4490; NaN where an area has no polygon.
    """
    frame = tree.frame.copy()
    for column in ("name_en", "kind", "zone_code", "zone_name"):
        frame[column] = frame[column].fillna("") if column in frame else ""
    frame["pinyin"], frame["initials"] = spell_names(tree.names)
    frame["population_status"] = statuses
    frame["lon"], frame["lat"] = labels.T
    return frame[list(AREA_COLUMNS)]


def spell_names(names: list[str]) -> tuple[list[str], list[str]]:
    """Names as typed on a keyboard: full pinyin without tones, and initials; lower case."""
    # Its dictionary takes long to load, and a new day takes the areas over as they are.
    from pypinyin import Style, lazy_pinyin

    distinct = list(dict.fromkeys(names))
    syllables = {name: lazy_pinyin(name, style=Style.NORMAL) for name in distinct}
    full = {name: "".join(parts).lower() for name, parts in syllables.items()}
    initials = {name: "".join(p[0] for p in parts).lower() for name, parts in syllables.items()}
    return [full[name] for name in names], [initials[name] for name in names]


def write_table(table: pd.DataFrame | pa.Table, path: Path) -> int:
    """Write Parquet; the same table gives the same bytes. Returns the number of rows."""
    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table, preserve_index=False)
    table = table.replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd")
    return table.num_rows


def write_monthly(tables: list[pa.Table], schema: pa.Schema, path: Path) -> int:
    """Write one row group for each period, so that a reader opens only the one it wants."""
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
    return sum(table.num_rows for table in tables)


def read_monthly(path: Path, period: str) -> pa.Table | None:
    """Rows of a period of what `write_monthly` wrote; None where there is none."""
    if not path.is_file():
        return None
    with pq.ParquetFile(path) as file:
        column = file.schema_arrow.names.index("period")
        for group in range(file.num_row_groups):
            found = file.metadata.row_group(group).column(column).statistics
            if found is not None and found.min == period == found.max:
                return file.read_row_group(group)
    return None
