"""Keys of a table: no row twice, every code an area of the hierarchy."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.areas import AreaTree
from geodata.tables import TableData

BINCOUNT_LIMIT = 50_000_000


def check_duplicates(data: TableData) -> None:
    """Report rows whose key is there before."""
    columns = [data.text.get(name) for name in data.schema.key]
    if not data.n_rows or any(column is None for column in columns):
        return
    key, size = np.zeros(data.n_rows, dtype=np.int64), 1
    for column in columns:
        key = key * len(column.values) + column.indices
        size *= len(column.values)
    if size < BINCOUNT_LIMIT and np.bincount(key, minlength=1).max() <= 1:
        return
    double = pd.Series(key).duplicated().to_numpy()
    names = ", ".join(data.schema.key)
    data.report("duplicate_key", double, _telling_column(data), key=names)


def check_codes(data: TableData, tree: AreaTree, column: str) -> np.ndarray | None:
    """Positions of a column of area codes, (n_rows,), -1 unknown (reported) or blank."""
    if column not in data.text:
        return None
    text = data.text[column]
    position = text.map(tree.position)
    unknown = (position < 0) & text.rows_with(lambda v: v != "")
    data.report("unknown_code", unknown, column)
    return position


def _telling_column(data: TableData) -> str:
    """The column of the key that tells most rows apart."""
    return max(data.schema.key, key=lambda name: len(data.text[name].values))
