"""The hierarchy: region > province > city > district > subdistrict > community.

Positions are in *tree order*: level by level from the top, and inside a level in depth-first
order, so that the descendants of any area at any level are one contiguous range. Every array of
a release is in this order; a query for "all children of X" is a slice.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pandas as pd

from geodata.errors import AreaError
from geodata.schema import LEVELS


class AreaTree:
    """Areas in tree order with constant-time ranges of descendants.

    Parameters
    ----------
    frame : DataFrame, (n_areas, ...)
        In tree order, as `order_areas` returns it: at least `area_code`, `parent_code`,
        `level`, `name`. The root comes first, its `parent_code` is "".
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame.reset_index(drop=True)
        self.codes: list[str] = self.frame["area_code"].tolist()
        self.names: list[str] = self.frame["name"].tolist()
        self.position: dict[str, int] = {code: i for i, code in enumerate(self.codes)}
        parents = self.frame["parent_code"].tolist()
        self.parents = np.array([self.position.get(code, -1) for code in parents])
        self.level_index = _numbers_of(self.frame["level"])
        starts = np.searchsorted(self.level_index, np.arange(len(LEVELS) + 1))
        self.level_slices = {
            level: slice(int(starts[i]), int(starts[i + 1])) for i, level in enumerate(LEVELS)
        }

    def __len__(self) -> int:
        return len(self.codes)

    def level(self, position: int) -> str:
        """Level of the area at `position`."""
        return LEVELS[self.level_index[position]]

    def find(self, code: str) -> int:
        """Position of `code`.

        Raises
        ------
        AreaError
            If no area has that code.
        """
        try:
            return self.position[code]
        except KeyError:
            raise AreaError(f"unknown area code {code!r}", "check the code in areas") from None

    @cached_property
    def child_ranges(self) -> np.ndarray:
        """Direct children of each area as positions [start, stop), shape (n_areas, 2)."""
        ranges = np.zeros((len(self), 2), dtype=np.int64)
        inner = np.arange(1, len(self))
        parents = self.parents[1:]
        ranges[:, 0] = len(self)
        np.minimum.at(ranges[:, 0], parents, inner)
        np.maximum.at(ranges[:, 1], parents, inner + 1)
        ranges[ranges[:, 1] == 0] = 0
        return ranges

    def children(self, position: int) -> slice:
        """Direct children, one level below."""
        start, stop = self.child_ranges[position]
        return slice(int(start), int(stop))

    def descendants(self, position: int, level: str) -> slice:
        """All descendants of an area at one level (the area itself at its own level)."""
        start, stop = position, position + 1
        for _ in range(LEVELS.index(level) - int(self.level_index[position])):
            if start == stop:
                break
            start, stop = self._range_below(start, stop)
        if LEVELS.index(level) < self.level_index[position]:
            return slice(position, position)
        return slice(int(start), int(stop))

    def _range_below(self, start: int, stop: int) -> tuple[int, int]:
        ranges = self.child_ranges[start:stop]
        ranges = ranges[ranges[:, 1] > ranges[:, 0]]
        if not len(ranges):
            return (0, 0)
        return int(ranges[0, 0]), int(ranges[-1, 1])

    def ancestors(self, position: int) -> Iterator[int]:
        """Positions from the parent up to the root."""
        while (position := int(self.parents[position])) >= 0:
            yield position

    def ancestor(self, position: int, level: str) -> int | None:
        """Position of the ancestor at `level`, the area itself included; None if there is none."""
        wanted = LEVELS.index(level)
        while position >= 0 and self.level_index[position] > wanted:
            position = int(self.parents[position])
        return position if position >= 0 and self.level_index[position] == wanted else None

    def ancestors_at(self, positions: np.ndarray, level: str) -> np.ndarray:
        """Positions of the ancestors of some areas at a level that is not below theirs."""
        wanted, found = LEVELS.index(level), np.array(positions)
        while (below := self.level_index[found] > wanted).any():
            found[below] = self.parents[found[below]]
        return found


def _numbers_of(levels: pd.Series) -> np.ndarray:
    """Levels as numbers into `LEVELS`, from a list: element by element text of Arrow is slow."""
    number = {level: i for i, level in enumerate(LEVELS)}
    return np.array([number[level] for level in levels.tolist()], dtype=np.int64)


def order_areas(frame: pd.DataFrame) -> pd.DataFrame:
    """Areas in tree order: by level, inside a level depth-first, siblings by code.

    Parameters
    ----------
    frame : DataFrame
        One row per area: `area_code`, `parent_code` ("" for the root), `level`.

    Returns
    -------
    DataFrame
        The same rows in tree order with a fresh index.

    Raises
    ------
    AreaError
        If a code is double, a parent is unknown, a parent is not one level above, or there is
        not exactly one root.
    """
    _require_sound(frame)
    frame = frame.sort_values("area_code", kind="stable")
    codes, parents = frame["area_code"].tolist(), frame["parent_code"].tolist()
    level_of, rows = _numbers_of(frame["level"]), []
    order: dict[str, int] = {"": 0}
    for level in range(len(LEVELS)):
        own = np.flatnonzero(level_of == level)
        place = np.array([order[parents[row]] for row in own], dtype=np.int64)
        own = own[np.argsort(place, kind="stable")]
        order = {codes[row]: i for i, row in enumerate(own)}
        rows.append(own)
    return frame.iloc[np.concatenate(rows)].reset_index(drop=True)


def _require_sound(frame: pd.DataFrame) -> None:
    doubles = frame["area_code"][frame["area_code"].duplicated()]
    if len(doubles):
        raise AreaError(f"areas: area_code {doubles.iloc[0]!r} is there twice", "keep one row")
    unknown = frame["level"][~frame["level"].isin(LEVELS)]
    if len(unknown):
        raise AreaError(
            f"areas: unknown level {unknown.iloc[0]!r}", f"use one of {', '.join(LEVELS)}"
        )
    roots = frame[frame["parent_code"] == ""]
    if len(roots) != 1:
        raise AreaError(
            f"areas: {len(roots)} rows without parent_code", "exactly one root has none"
        )
    level_of = dict(zip(frame["area_code"].tolist(), _numbers_of(frame["level"]).tolist()))
    inner = frame[frame["parent_code"] != ""]
    parent_level = np.array([level_of.get(code, -1) for code in inner["parent_code"].tolist()])
    orphans = inner[parent_level < 0]
    if len(orphans):
        row = orphans.iloc[0]
        raise AreaError(
            f"areas: parent_code {row['parent_code']!r} of {row['area_code']!r} is not an area",
            "add the parent or correct parent_code",
        )
    wrong = inner[parent_level + 1 != _numbers_of(inner["level"])]
    if len(wrong):
        row = wrong.iloc[0]
        raise AreaError(
            f"areas: the parent of {row['area_code']!r} is not one level above it",
            "hang the area under the level just above",
        )
