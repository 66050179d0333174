"""Finding an area by Chinese name, pinyin, initials, code or a name in common use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from dashboard.places import Places

# Names in common use that are no area of the code tables, by what they stand for.
ALIASES = {
    "雄安新区": ("130629", "130632", "130638"),  # Xiong'an has no code of its own
    "xionganxinqu": ("130629", "130632", "130638"),
    "xaxq": ("130629", "130632", "130638"),
    "北京城市副中心": ("110112",),
}
# Kind of match and how many levels it is worth: a district that starts with the text comes before
# a village that equals it.
EXACT, PREFIX, INNER = 0, 1, 3
MAX_FOUND = 400  # per field and kind; fields are in tree order, so these are the upper areas
SUFFIXES = ("省", "市", "区", "县", "街道", "镇", "乡", "社区", "村")
MIN_INNER_LATIN = 3
IGNORED = re.compile(r"[ '’‘`·\t\r\u0300-\u036f-]+")  # the last range are tone marks


@dataclass(frozen=True)
class Hit:
    """One answer of the search: `path` is where it lies ("北京市 · 东城区"), top down."""

    position: int
    code: str
    name: str
    name_en: str
    level: str
    path: str
    path_en: str


class _Field:
    """One text per area in one string, so that a look-up is a few `str.find`."""

    def __init__(self, texts: Sequence[str]) -> None:
        lines = _fold_lines("\n".join(text.replace("\n", " ") for text in texts))
        self.blob = f"\n{lines}\n"
        lengths = np.fromiter((len(line) + 1 for line in lines.split("\n")), np.int64, len(texts))
        self.starts = np.cumsum(lengths) - lengths + 1

    def find(self, needle: str, limit: int = MAX_FOUND) -> np.ndarray:
        """Numbers of the texts that hold `needle`; a line break in it is an end of the text."""
        found, at = [], self.blob.find(needle)
        while at >= 0 and len(found) < limit:
            found.append(at + (needle[0] == "\n"))
            at = self.blob.find(needle, self.blob.find("\n", at + 1))
        return np.searchsorted(self.starts, np.array(found, dtype=np.int64), side="right") - 1


class AreaSearch:
    """Search over all areas of a release, a few milliseconds for 70,509 areas.

    Parameters
    ----------
    frame : DataFrame
        The release's areas in tree order with pinyin, initials, name_en, zone_name.
    places : Places
    """

    def __init__(self, frame: pd.DataFrame, places: Places) -> None:
        self.places = places
        self.names = _Field(places.tree.names)
        self.pinyin, self.initials, self.english = (
            _Field(frame[column].fillna("").tolist())
            for column in ("pinyin", "initials", "name_en")
        )
        self.codes = _Field(places.tree.codes)
        self.aliases = _aliases(frame, places)

    def search(
        self, text: str, limit: int = 10, opens: Callable[[int], bool] | None = None
    ) -> list[Hit]:
        """Areas that match, best first: upper levels and closer matches before others.

        Parameters
        ----------
        text : str
            Anything; several words mean that the first ones name where the area lies.
        limit : int
        opens : callable, optional
            Position to whether the area may be found.
        """
        ranked = self._ranked(fold(text[:80]))
        words = text[:80].split()
        if not ranked and len(words) > 1:
            ranked = [p for p in self._ranked(fold(words[-1])) if self._lies_in(p, words[:-1])]
        found = ranked if opens is None else filter(opens, ranked)
        return [self._hit(position) for position in islice(found, limit)]

    def _ranked(self, text: str) -> list[int]:
        if not text:
            return []
        best: dict[int, int] = {p: -1 for p in self._alias_hits(text)}
        for field, kind, needle in self._look_ups(text):
            for position in field.find(needle).tolist():
                if not self.places.is_filler(position):
                    score = int(self.places.tree.level_index[position]) + kind
                    best[position] = min(best.get(position, score), score)
        return sorted(best, key=lambda p: (best[p], self.places.tree.level_index[p], p))

    def _look_ups(self, text: str) -> list[tuple[_Field, int, str]]:
        if text.isascii() and text.isdigit():
            return [(self.codes, EXACT, f"\n{text}\n"), (self.codes, PREFIX, f"\n{text}")]
        if not text.isascii():
            exact = [(self.names, EXACT, f"\n{text}{end}\n") for end in ("", *SUFFIXES)]
            return [*exact, (self.names, PREFIX, f"\n{text}"), (self.names, INNER, text)]
        found = [(self.codes, EXACT, f"\n{text}\n")]
        for field in (self.pinyin, self.english, self.initials):
            found += [(field, EXACT, f"\n{text}\n"), (field, PREFIX, f"\n{text}")]
        if len(text) >= MIN_INNER_LATIN:
            found += [(self.pinyin, INNER, text), (self.english, INNER, text)]
        return found

    def _alias_hits(self, text: str) -> list[int]:
        found = [p for name, hosts in self.aliases.items() if name.startswith(text) for p in hosts]
        return found if len(text) > 1 else []

    def _lies_in(self, position: int, words: list[str]) -> bool:
        above = self.places.trail(position)[:-1]
        names = " ".join(
            fold(name)
            for p in above
            for name in (self.places.tree.names[p], self.places.names("en")[p])
        )
        return all(fold(word) in names for word in words)

    def _hit(self, position: int) -> Hit:
        tree, english = self.places.tree, self.places.names("en")
        above = self.places.trail(position)[1:-1]
        return Hit(
            position=position,
            code=tree.codes[position],
            name=tree.names[position],
            name_en=english[position],
            level=tree.level(position),
            path=" · ".join(tree.names[p] for p in above),
            path_en=" · ".join(english[p] for p in above),
        )


def fold(text: str) -> str:
    """Text as it is compared: one width, lower case, no blanks, apostrophes, hyphens or tones."""
    return _fold_lines(text).replace("\n", "")


def _fold_lines(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower().replace("ü", "v")
    return IGNORED.sub("", unicodedata.normalize("NFD", text))


def _aliases(frame: pd.DataFrame, places: Places) -> dict[str, tuple[int, ...]]:
    position = places.tree.position
    found = {
        fold(name): tuple(position[c] for c in codes if c in position)
        for name, codes in ALIASES.items()
    }
    zones = frame["zone_name"].fillna("").astype(str)
    for name, parent in zip(zones[zones != ""], frame.loc[zones != "", "parent_code"]):
        found[fold(name)] = (position[parent],)
    return {name: hosts for name, hosts in found.items() if hosts}
