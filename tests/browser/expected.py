"""What the screen must show, computed with pandas from the source files alone.

Nothing of geodata/ or dashboard/ is used, so that a fault there cannot hide itself.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

K = 10  # fewer cards are protected


class Source:
    """The tables of a source folder as they were delivered."""

    def __init__(self, folder: Path, period: str) -> None:
        self.folder = folder
        self.period = period

    def _read(self, pattern: str) -> pd.DataFrame:
        frames = []
        for path in sorted(self.folder.glob(pattern)):
            if path.suffix == ".parquet":
                frames.append(pd.read_parquet(path).astype({}))
            elif path.suffix == ".csv":
                codes = {"area_code": str, "parent_code": str, "home_area_code": str}
                frames.append(pd.read_csv(path, dtype=codes))
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def areas(self) -> pd.DataFrame:
        """The hierarchy by code."""
        return self._read("areas.*").set_index("area_code")

    @cached_property
    def communities(self) -> dict[str, list[str]]:
        """Codes of the communities below each area, by walking up from every community."""
        parents = self.areas["parent_code"].to_dict()
        below: dict[str, list[str]] = {}
        for code in self.areas.index[self.areas["level"] == "community"]:
            above = code
            while above and above in parents:
                below.setdefault(above, []).append(code)
                above = parents[above]
        return below

    def children(self, code: str, level: str) -> list[str]:
        """Areas of a level below an area."""
        found = self.areas.index[self.areas["level"] == level]
        inside = set(self.communities[code])
        return [c for c in found if inside & set(self.communities.get(c, ()))]

    @cached_property
    def population(self) -> pd.DataFrame:
        """Population of the communities."""
        table = self._read("population.*").set_index("area_code")
        return table[table.index.isin(self.communities[self.areas.index[0]])]

    @cached_property
    def cards(self) -> pd.DataFrame:
        """Issued cards of the period, all ages, by community."""
        table = self._read(f"cards/*{self.period}*")
        table = table[(table["period"] == self.period) & (table["age_band"] == "all")]
        return table.set_index("home_area_code")[["cards_count", "silent_cards_count"]]

    @cached_property
    def swipes(self) -> pd.DataFrame:
        """Use in the period by community and category, all ages."""
        table = self._read(f"swipes/community-*{self.period}*")
        return table[(table["period"] == self.period) & (table["age_band"] == "all")]

    def elderly(self, code: str, column: str = "aged_60_count") -> int:
        """Older people living in an area."""
        return int(self.population[column].reindex(self.communities[code]).sum())

    def issued(self, code: str) -> int:
        """Issued cards of an area."""
        return int(self.cards["cards_count"].reindex(self.communities[code]).sum())

    def silent(self, code: str) -> int:
        """Silent cards of an area."""
        return int(self.cards["silent_cards_count"].reindex(self.communities[code]).sum())

    def used(self, code: str, field: str, category: str = "all") -> int:
        """Swipes, cards or amounts of an area in a category."""
        table = self.swipes[self.swipes["category"] == category].set_index("home_area_code")
        return int(table[field].reindex(self.communities[code]).sum())

    def card_coverage(self, code: str) -> float:
        """Issued cards per person aged 60+."""
        return self.issued(code) / self.elderly(code)

    def users_share(self, code: str, category: str) -> float:
        """Cards used in a category per issued card."""
        return self.used(code, "cards_count", category) / self.issued(code)
