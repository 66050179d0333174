"""Where holders of an area use their cards, and whose cards are used there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.kept import Kept
from dashboard.places import Places
from dashboard.word_columns import number_words
from geodata.slots import CATEGORY_KEYS

OTHER = "other"
HOME_LEVELS = ("region", "province", "city", "district")
KEPT_MONTHS = 6
COLUMNS = ("home_code", "service_code", "category", "swipes_count", "cards_count")


@dataclass(frozen=True)
class FlowRow:
    """One line: another area of the same level, or "other", the lump of protected small flows.

    `swipes` is None where it is protected; `cards` is None there and where it cannot be known:
    distinct cards do not add over places. `share` (0..1) is of all swipes of holders of the area,
    where that is protected of those of the lines; of lines into it, of those of the lines.
    """

    code: str
    name: str
    name_en: str
    swipes: int | None
    cards: int | None
    share: float | None
    outside_province: bool = False


@dataclass(frozen=True)
class Flows:
    """Flows of an area in a month and category.

    Parameters
    ----------
    position, code : int, str
        The area the flows belong to: the one asked for, or its district when it lies below
        (`exact` is False then), as flows are published for districts and above.
    partners : str
        Level of the lines: districts for a district, cities for a city, else provinces.
    out : tuple of FlowRow
        Where holders of the area use their cards, most first, "other" last.
    into : tuple of FlowRow
        Whose cards are used in the area, protected flows left out.
    swipes : int or None
        All swipes of holders of the area.
    outside_share, cross_share : float or None
        Part of them used outside the own district, the own province.
    """

    position: int
    code: str
    exact: bool
    partners: str
    out: tuple[FlowRow, ...]
    into: tuple[FlowRow, ...]
    swipes: int | None
    outside_share: float | None
    cross_share: float | None


@dataclass(frozen=True)
class FlowMonth:
    """Flow cells of one month as arrays, (n_rows,): positions (service -1 for "other")."""

    home: np.ndarray
    service: np.ndarray
    category: np.ndarray
    swipes: np.ndarray
    cards: np.ndarray


class FlowTable:
    """The release's flows, read month by month as they are asked for.

    Parameters
    ----------
    path : Path
        flows.parquet.
    places : Places
    """

    def __init__(self, path: Path, places: Places) -> None:
        self.path, self.places = path, places
        self.months = Kept(KEPT_MONTHS)

    def month(self, period: str) -> FlowMonth:
        """The flows of a month; the last few months stay in memory."""
        return self.months.get(period, lambda: self._read(period))

    def _read(self, period: str) -> FlowMonth:
        table = self._rows(period)
        if table is None:
            none = np.zeros(0, dtype=np.int64)
            return FlowMonth(none, none, none, none, none)
        position = self.places.tree.position
        categories = {category: i for i, category in enumerate(CATEGORY_KEYS)}
        return FlowMonth(
            home=number_words(table["home_code"], position),
            service=number_words(table["service_code"], position),
            category=number_words(table["category"], categories),
            swipes=table["swipes_count"].to_numpy().astype(np.int64),
            cards=table["cards_count"].to_numpy().astype(np.int64),
        )

    def _rows(self, period: str) -> pa.Table | None:
        """The row group of a month; a release has one for each month that has flows."""
        if not self.path.exists():  # a source without flows
            return None
        with pq.ParquetFile(self.path) as file:
            column = file.schema_arrow.names.index("period")
            for group in range(file.num_row_groups):
                found = file.metadata.row_group(group).column(column).statistics
                if found.min <= period <= found.max:
                    table = file.read_row_group(group, columns=["period", *COLUMNS])
                    return table.filter(pc.equal(table["period"].cast(pa.string()), period))
        return None


def partner_level(level: str) -> str:
    """Level of the areas on the other side of the flows of an area of `level`."""
    return level if level in ("district", "city") else "province"


def compute_flows(
    table: FlowTable,
    position: int,
    period: str,
    category: str,
    swipes: int | None,
    limit: int = 10,
) -> tuple[str, tuple[FlowRow, ...], tuple[FlowRow, ...]]:
    """Level of the lines, lines out and lines in of an area at district level or above.

    A release lists flows of home districts; those of areas above are their sums, and "other" is
    what is left of all their swipes.

    Parameters
    ----------
    swipes : int or None
        All swipes of holders of the area; None where they are protected, and "other" with them.
    limit : int
        Lines kept on each side, without "other".
    """
    places, tree = table.places, table.places.tree
    month = table.month(period)
    level = partner_level(tree.level(position))
    districts = tree.descendants(position, "district")
    near = month.category == CATEGORY_KEYS.index(category)
    out = near & _within(month.home, districts)
    listed = out & (month.service >= 0)
    shown = _Side(places, position, level, int(month.swipes[listed].sum()), swipes)
    lines_out = shown.lines(month, listed, month.service, limit)
    if (out & ~listed).any():
        lines_out += (shown.other(),)
    if tree.level(position) == "region":
        return level, lines_out, ()
    into = near & _within(month.service, districts)
    side = _Side(places, position, level, int(month.swipes[into].sum()))
    return level, lines_out, side.lines(month, into, month.home, limit)


def _within(positions: np.ndarray, areas: slice) -> np.ndarray:
    return (positions >= areas.start) & (positions < areas.stop)


@dataclass(frozen=True)
class _Side:
    """The lines out of an area, or into it.

    `listed` is what the release lists of them, `swipes` all there is, where that is known.
    """

    places: Places
    position: int
    level: str
    listed: int
    swipes: int | None = None

    def lines(
        self, month: FlowMonth, rows: np.ndarray, partners: np.ndarray, limit: int
    ) -> tuple[FlowRow, ...]:
        """One line for each area that `partners`, (n_rows,), lie in, most swipes first."""
        tree = self.places.tree
        above = {p: tree.ancestor(p, self.level) for p in np.unique(partners[rows]).tolist()}
        areas = np.array([above[p] for p in partners[rows].tolist()], dtype=np.int64)
        found, index = np.unique(areas, return_inverse=True)
        sums = np.bincount(index, month.swipes[rows]).astype(np.int64)
        order = sorted(range(len(found)), key=lambda i: (-sums[i], found[i]))
        # Between two districts there is one row; cards do not add over places.
        cards = month.cards[rows] if self.level == "district" else np.full(len(areas), -1)
        return tuple(
            self._line(int(found[i]), int(sums[i]), int(cards[index == i][0]))
            for i in order[:limit]
        )

    def other(self) -> FlowRow:
        """What is lumped together."""
        swipes = None if self.swipes is None else self.swipes - self.listed
        return FlowRow(OTHER, "", "", swipes, None, self._share(swipes))

    def _line(self, partner: int, swipes: int, cards: int) -> FlowRow:
        tree = self.places.tree
        home, other = (tree.ancestor(p, "province") for p in (self.position, partner))
        return FlowRow(
            code=tree.codes[partner],
            name=tree.names[partner],
            name_en=self.places.names("en")[partner],
            swipes=swipes,
            cards=cards if cards >= 0 else None,
            share=self._share(swipes),
            outside_province=home is not None and other is not None and home != other,
        )

    def _share(self, swipes: int | None) -> float | None:
        whole = self.listed if self.swipes is None else self.swipes
        return None if swipes is None or not whole else swipes / whole
