"""The area tree as officials know it: fillers skipped, levels that make sense, zones found."""

from __future__ import annotations

import pandas as pd

from dashboard.kept import Kept
from geodata.areas import AreaTree
from geodata.schema import CODE_LENGTH, LEVELS

FILLER = "filler"
# All communities of a province are too many polygons for one map, except where the province has
# no real cities (Beijing, Tianjin): there it is one city's worth.
COMMUNITY_SCOPES = ("city", "district", "subdistrict")


class Places:
    """Questions about areas that need only the table of areas.

    Parameters
    ----------
    frame : DataFrame
        The release's areas in tree order: area_code, parent_code, level, name, name_en, kind,
        zone_code.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.tree = AreaTree(frame[["area_code", "parent_code", "level", "name"]])
        texts = {c: frame[c].fillna("").astype(str).tolist() for c in ("name_en", "kind")}
        english = [en or zh for en, zh in zip(texts["name_en"], self.tree.names)]
        self._names = {"zh-CN": self.tree.names, "en": english}
        self._fillers = {i for i, kind in enumerate(texts["kind"]) if kind == FILLER}
        self._levels = Kept(4096)
        self._zones = _zone_hosts(frame, self.tree)

    def names(self, lang: str) -> list[str]:
        """Names of all areas in tree order; Chinese where there is no English one."""
        return self._names.get(lang, self.tree.names)

    def is_filler(self, position: int) -> bool:
        """True for 1101 and 1201, which stand for no real city."""
        return position in self._fillers

    def find_area(self, code: str) -> int | None:
        """Position of a code; a development zone's code gives its host district.

        An unknown code of digits gives the nearest known area above it (110101999 the district
        110101); None when there is none.
        """
        known = self.tree.position.get(code)
        if known is not None:
            return known
        if code in self._zones:
            return self._zones[code]
        if not (code.isascii() and code.isdigit()):
            return None
        for length in sorted(CODE_LENGTH.values(), reverse=True):
            if length < len(code) and code[:length] in self.tree.position:
                return self.tree.position[code[:length]]
        return None

    def trail(self, position: int) -> tuple[int, ...]:
        """Positions from the region down to the area, fillers left out."""
        above = [p for p in self.tree.ancestors(position) if p not in self._fillers]
        return (*reversed(above), position)

    def levels(self, position: int) -> tuple[str, ...]:
        """Levels that can be drawn inside an area, top down; () where nothing lies below."""
        below = LEVELS[int(self.tree.level_index[position]) + 1 :]
        return self._levels.get(
            position, lambda: tuple(level for level in below if self._can_draw(position, level))
        )

    def _can_draw(self, position: int, level: str) -> bool:
        inside = self.tree.descendants(position, level)
        if inside.start >= inside.stop:
            return False
        if level == "city":
            return not self._only_filler(position)
        if level == "community":
            own = self.tree.level(position)
            return own in COMMUNITY_SCOPES or (own == "province" and self._only_filler(position))
        return True

    def _only_filler(self, position: int) -> bool:
        cities = self.tree.descendants(position, "city")
        return cities.stop - cities.start == 1 and cities.start in self._fillers

    def natural_level(self, position: int) -> str:
        """The level an official expects first inside an area.

        For the region these are the cities, Beijing and Tianjin among them: three provinces
        make no map.
        """
        levels = self.levels(position)
        if not levels:
            return self.tree.level(position)
        if self.tree.level(position) == "region" and "city" in levels:
            return "city"
        return levels[0]

    def children(self, position: int, level: str) -> slice:
        """Positions of the areas of `level` inside the area."""
        return self.tree.descendants(position, level)

    def scope(self, position: int, level: str) -> int:
        """Area whose geometry file draws `level` inside `position`.

        Communities of a subdistrict are drawn from their district's file, those of Beijing and
        Tianjin from that of the filler city.
        """
        if level != "community":
            return position
        if self.tree.level(position) == "province":
            return self.children(position, "city").start
        if self.tree.level(position) == "subdistrict":
            return int(self.tree.parents[position])
        return position


def _zone_hosts(frame: pd.DataFrame, tree: AreaTree) -> dict[str, int]:
    zones = frame["zone_code"].fillna("").astype(str)
    hosts = frame.loc[zones != "", "parent_code"].map(tree.position)
    return dict(zip(zones[zones != ""], hosts.astype(int)))
