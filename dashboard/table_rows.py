"""Which rows of the table are asked for: filter, sort and cut, on plain arrays."""

from __future__ import annotations

import operator
from collections.abc import Mapping

import numpy as np

COMPARE = {
    "equals": operator.eq,
    "notEqual": operator.ne,
    "greaterThan": operator.gt,
    "greaterThanOrEqual": operator.ge,
    "lessThan": operator.lt,
    "lessThanOrEqual": operator.le,
}
TEXT = {
    "contains": lambda text, wanted: wanted in text,
    "notContains": lambda text, wanted: wanted not in text,
    "equals": lambda text, wanted: text == wanted,
    "startsWith": lambda text, wanted: text.startswith(wanted),
    "endsWith": lambda text, wanted: text.endswith(wanted),
}
MAX_ROWS = 500


def select_rows(
    columns: Mapping[str, np.ndarray], request: Mapping, scale: Mapping[str, float] | None = None
) -> tuple[np.ndarray, int]:
    """Positions of the rows a grid asks for, and how many there are in all.

    Parameters
    ----------
    columns : mapping of column id to array, (n_rows,)
        Text columns as object, number columns as float with NaN where there is no number.
    request : mapping
        What AG Grid sends: `startRow`, `endRow`, `sortModel` ([{colId, sort}]), `filterModel`
        ({colId: {filterType, type, filter, filterTo}}). Anything unknown in it is ignored.
    scale : mapping of column id to float, optional
        Screen value = data value x scale (percent: 100), so that readers filter what they see.

    Returns
    -------
    rows : ndarray of int, (at most endRow - startRow,)
        Rows without a number come last, whichever way the column is sorted.
    count : int
        Rows that pass the filters.
    """
    n_rows = len(next(iter(columns.values()))) if columns else 0
    keep = np.ones(n_rows, dtype=bool)
    for name, condition in (request.get("filterModel") or {}).items():
        if name in columns:
            keep &= matches(columns[name], condition, (scale or {}).get(name, 1.0))
    rows = np.flatnonzero(keep)
    for order in reversed(request.get("sortModel") or []):
        if order.get("colId") in columns:
            rows = _sorted(rows, columns[order["colId"]], order.get("sort") == "desc")
    start = max(int(request.get("startRow") or 0), 0)
    stop = min(int(request.get("endRow") or start + 100), start + MAX_ROWS)
    return rows[start:stop], len(rows)


def matches(values: np.ndarray, condition: Mapping, scale: float = 1.0) -> np.ndarray:
    """Which values pass one AG Grid filter condition (or two joined by AND or OR)."""
    parts = condition.get("conditions")
    if parts:
        passed = [matches(values, part, scale) for part in parts]
        join = np.logical_or if condition.get("operator") == "OR" else np.logical_and
        return join.reduce(passed)
    wanted, kind = condition.get("filter"), condition.get("type")
    if kind in ("blank", "notBlank"):
        blank = np.isnan(values) if values.dtype.kind == "f" else values == ""
        return blank if kind == "blank" else ~blank
    if wanted is None:
        return np.ones(len(values), dtype=bool)
    if values.dtype.kind == "f":
        return _number_matches(values * scale, kind, wanted, condition.get("filterTo"))
    test, needle = TEXT.get(kind, TEXT["contains"]), str(wanted).lower()
    return np.array([test(str(text).lower(), needle) for text in values], dtype=bool)


def _number_matches(
    values: np.ndarray, kind: str, wanted: float, upper: float | None
) -> np.ndarray:
    try:
        low, high = float(wanted), float("inf") if upper is None else float(upper)
    except (TypeError, ValueError):
        return np.ones(len(values), dtype=bool)
    with np.errstate(invalid="ignore"):
        if kind == "inRange":
            return (values >= low) & (values <= high)
        return COMPARE.get(kind, operator.eq)(values, low) & ~np.isnan(values)


def _sorted(rows: np.ndarray, values: np.ndarray, descending: bool) -> np.ndarray:
    chosen = values[rows]
    if chosen.dtype.kind != "f":
        order = np.array(sorted(range(len(rows)), key=chosen.__getitem__), dtype=int)
        return rows[order[::-1] if descending else order]
    known = ~np.isnan(chosen)
    keys = -chosen[known] if descending else chosen[known]
    return np.concatenate([rows[known][np.argsort(keys, kind="stable")], rows[~known]])
