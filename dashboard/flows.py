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
from geodata.areas import AreaTree
from geodata.schema import LEVELS
from geodata.slots import CATEGORY_KEYS

OTHER = "other"
HOME_LEVELS = ("region", "province", "city", "district")
KEPT_MONTHS = 6
COLUMNS = ("home_code", "service_code", "category", "swipes_count", "cards_count")


@dataclass(frozen=True)
class FlowRow:
    """One line: another area of the same level, or "other", the lump of protected small flows.

    `swipes` is None where it is protected; `cards` is None there and where it cannot be known:
    distinct cards do not add over places. `share` (0..1) is of all swipes of the lines.
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
    table: FlowTable, position: int, period: str, category: str, limit: int = 10
) -> tuple[str, tuple[FlowRow, ...], tuple[FlowRow, ...]]:
    """Level of the lines, lines out and lines in of an area at district level or above.

    Parameters
    ----------
    limit : int
        Lines kept on each side, without "other".
    """
    places, tree = table.places, table.places.tree
    month = table.month(period)
    level = partner_level(tree.level(position))
    number = CATEGORY_KEYS.index(category)
    near = month.category == number
    out = near & (month.home == position)
    partners = _ancestors(tree, month.service[out], level)
    districts = tree.descendants(position, "district")
    into = near & (month.service >= districts.start) & (month.service < districts.stop)
    into &= tree.level_index[month.home] == LEVELS.index(level)
    exact = level == "district"
    lines_out = _lines(places, position, partners, month, out, exact, limit)
    if tree.level(position) == "region":
        return level, lines_out, ()
    return level, lines_out, _lines(places, position, month.home[into], month, into, exact, limit)


def _ancestors(tree: AreaTree, services: np.ndarray, level: str) -> np.ndarray:
    """Position of the ancestor at `level` of each service district; -1 stays."""
    known = np.unique(services[services >= 0])
    above = {int(s): tree.ancestor(int(s), level) for s in known}
    return np.array([above[s] if s >= 0 else -1 for s in services.tolist()], dtype=np.int64)


def _lines(places, position, partners, month, rows, exact, limit) -> tuple[FlowRow, ...]:
    """One line per partner, most swipes first; "other" (-1) last."""
    if not len(partners):
        return ()
    swipes, cards = month.swipes[rows], month.cards[rows]
    found, index = np.unique(partners, return_inverse=True)
    sums = np.bincount(index, np.maximum(swipes, 0)).astype(np.int64)
    hidden = np.bincount(index, swipes < 0) > 0
    total = int(sums.sum())
    order = sorted(range(len(found)), key=lambda i: (found[i] < 0, -sums[i], found[i]))
    lines = []
    for i in order:
        if len(lines) >= limit and found[i] >= 0:
            continue
        own_cards = int(cards[index == i][0]) if exact and found[i] >= 0 else -1
        lines.append(_line(places, position, int(found[i]), sums[i], own_cards, hidden[i], total))
    return tuple(lines)


def _line(places, position, partner, swipes, cards, hidden, total) -> FlowRow:
    tree = places.tree
    known = not hidden
    home, other = (tree.ancestor(p, "province") if p >= 0 else None for p in (position, partner))
    return FlowRow(
        code=tree.codes[partner] if partner >= 0 else OTHER,
        name=tree.names[partner] if partner >= 0 else "",
        name_en=places.names("en")[partner] if partner >= 0 else "",
        swipes=int(swipes) if known else None,
        cards=cards if cards >= 0 else None,
        share=float(swipes) / total if known and total else None,
        outside_province=home is not None and other is not None and home != other,
    )
