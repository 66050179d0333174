"""Table population to figures for every area, in tree order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from geodata.areas import AreaTree
from geodata.findings import Finding, finding
from geodata.keys import check_codes, check_duplicates
from geodata.rollup import sum_children
from geodata.schema import AGED_COLUMNS, LEVELS, MISSING
from geodata.source import Source
from geodata.tables import TableData

PUBLISHED, ESTIMATED, PARTIAL, NONE = "published", "estimated", "partial", "missing"
AGE_NAMES = ("total", "60+", "65+", "70+", "80+")


def read_population(source: Source, tree: AreaTree) -> pd.DataFrame:
    """Elderly people of every area.

    An area has its own figure where the table gives one; else the sum of the areas below that
    have one. Published totals equal that sum (`check_population` sees to it), save where an area
    below has no figure: there the published total stands.

    Parameters
    ----------
    source : Source
    tree : AreaTree

    Returns
    -------
    DataFrame, (n_areas, 7)
        `area_code`; int64 columns `AGED_COLUMNS`, MISSING (-2) where nothing is known; `status`:
        published, estimated, partial (areas below are missing and nothing is published), missing.

    Raises
    ------
    SchemaError
        If the table cannot be read.
    """
    frame = source.population
    own = _place(frame["area_code"].map(tree.position).fillna(-1).to_numpy(dtype=int), frame, tree)
    columns = {name: roll_up(own[name], tree) for name in AGED_COLUMNS}
    status = pd.Series("", index=range(len(tree)), dtype=object)
    position = frame["area_code"].map(tree.position)
    known = position.notna() & (frame["aged_60_count"] >= 0)
    status.iloc[position[known].astype(int)] = frame.loc[known, "status"].to_numpy()
    text = _roll_up_status(status.to_numpy(dtype=object, copy=True), columns["aged_60_count"], tree)
    return pd.DataFrame({"area_code": tree.codes, **columns, "status": text})


def roll_up(own: np.ndarray, tree: AreaTree) -> np.ndarray:
    """Own figures where there are any, else the sum of the children's; MISSING where none.

    Parameters
    ----------
    own : ndarray of int, (n_areas,)
        Tree order, MISSING where the table has no figure.
    """
    result = own.astype(np.int64)
    for level in reversed(LEVELS[:-1]):
        here = tree.level_slices[level]
        below = tree.level_slices[LEVELS[LEVELS.index(level) + 1]]
        summed = sum_children(result[below], tree, level)
        result[here] = np.where(result[here] >= 0, result[here], summed)
    return result


def check_population(data: TableData, tree: AreaTree) -> list[Finding]:
    """Findings on table population."""
    if not data.n_rows:
        return data.findings
    check_duplicates(data)
    position = check_codes(data, tree, "area_code")
    if position is None or not set(AGED_COLUMNS) <= set(data.numbers):
        return data.findings
    _check_ages(data)
    columns = {name: data.numbers[name] for name in AGED_COLUMNS}
    own = _place(position, columns, tree)
    for name in AGED_COLUMNS:
        _check_totals(data, name, own[name], tree)
    _check_missing(data, own["aged_60_count"], tree)
    return data.findings


def _place(position: np.ndarray, columns, tree: AreaTree) -> dict[str, np.ndarray]:
    own = {}
    for name in AGED_COLUMNS:
        own[name] = np.full(len(tree), MISSING, dtype=np.int64)
        own[name][position[position >= 0]] = np.asarray(columns[name])[position >= 0]
    return own


def _roll_up_status(status: np.ndarray, figure: np.ndarray, tree: AreaTree) -> np.ndarray:
    for level in reversed(LEVELS):
        part = tree.level_slices[level]
        for i in range(part.start, part.stop):
            if status[i]:
                continue
            below = status[tree.children(i)]
            if figure[i] < 0:
                status[i] = NONE
            elif np.isin(below, (NONE, PARTIAL)).any():
                status[i] = PARTIAL
            else:
                status[i] = PUBLISHED if (below == PUBLISHED).all() else ESTIMATED
    return status


def _check_ages(data: TableData) -> None:
    for large, small in pairwise(AGED_COLUMNS):
        high, low = data.numbers[large], data.numbers[small]
        bad = (high >= 0) & (low > high)
        if bad.any():
            row = int(np.argmax(bad))
            example = f"{data.where(row)}: {small} = {low[row]}, {large} = {high[row]}"
            data.findings.append(finding("ages_not_nested", data.name, int(bad.sum()), example))


def _check_totals(data: TableData, name: str, own: np.ndarray, tree: AreaTree) -> None:
    summed = np.full(len(tree), MISSING, dtype=np.int64)
    full = own >= 0  # every area below has a figure
    rolled = roll_up(own, tree)
    for level in reversed(LEVELS[:-1]):
        here = tree.level_slices[level]
        below = tree.level_slices[LEVELS[LEVELS.index(level) + 1]]
        summed[here] = sum_children(rolled[below], tree, level)
        gaps = sum_children((~full[below]).astype(np.int64), tree, level)
        full[here] = gaps == 0
    bad = (own >= 0) & (summed >= 0) & np.where(full, own != summed, own < summed)
    if bad.any():
        i = int(np.argmax(bad))
        example = f"{tree.codes[i]} {tree.names[i]}: {name} = {own[i]}, sum below = {summed[i]}"
        data.findings.append(finding("total_not_sum", data.name, int(bad.sum()), example))


def _check_missing(data: TableData, own: np.ndarray, tree: AreaTree) -> None:
    found = np.flatnonzero(own >= 0)
    if not len(found):
        return
    finest = LEVELS[int(tree.level_index[found].max())]
    part = tree.level_slices[finest]
    absent = np.flatnonzero(own[part] < 0) + part.start
    if len(absent):
        example = f"{tree.codes[absent[0]]} {tree.names[absent[0]]}"
        data.findings.append(finding("population_missing", data.name, len(absent), example))
