"""Facts x areas: what joined, and what did not, on both sides. Nothing is lost silently."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.areas import AreaTree
from geodata.join_report import (
    AREAS_SIDE,
    FACTS_SIDE,
    JoinReport,
    merge_reports,
    report_frame,
)
from geodata.schema import LEVELS

__all__ = ["JoinReport", "join_to_areas", "merge_reports"]


def join_to_areas(
    facts: pd.DataFrame,
    tree: AreaTree,
    key: str = "area_code",
    *,
    table: str = "",
    level: str | None = None,
) -> tuple[pd.DataFrame, JoinReport]:
    """Facts that have an area, with its position in the tree, and the report of the rest.

    Parameters
    ----------
    facts : DataFrame
        Any table with a column of area codes; a blank key is reported like an unknown one.
    tree : AreaTree
    key : str
        The column of area codes.
    table : str
        Name of the table in the report.
    level : str, optional
        The level at which every area is expected to have facts; by default the finest level
        among the matched rows.

    Returns
    -------
    joined : DataFrame
        Matched rows in their order, with int column `position` (tree order).
    report : JoinReport
        Every row of `facts` is either in `joined` or counted in the report.
    """
    position = facts[key].map(tree.position)
    matched = position.notna().to_numpy()
    joined = facts.loc[matched].assign(position=position[matched].to_numpy(dtype=np.int64))
    unmatched = facts.loc[~matched, key].fillna("").value_counts(sort=False).sort_index()
    found = joined["position"].to_numpy()
    if level is None and len(found):
        level = LEVELS[int(tree.level_index[found].max())]
    absent = _absent(tree, level, found) if level else []
    rows = [(table, FACTS_SIDE, str(k), int(n), "no such area") for k, n in unmatched.items()]
    rows += [(table, AREAS_SIDE, tree.codes[i], 0, f"no row ({tree.names[i]})") for i in absent]
    return joined, JoinReport(report_frame(rows), int(matched.sum()))


def _absent(tree: AreaTree, level: str, found: np.ndarray) -> np.ndarray:
    part = tree.level_slices[level]
    present = np.zeros(len(tree), dtype=bool)
    present[found] = True
    return np.flatnonzero(~present[part]) + part.start
