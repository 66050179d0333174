"""The two shipped faces: where they lie, how wide a text is, which characters they lack.

Only three tables of the font files are read (`cmap`, `hhea`, `hmtx`), so that no font library is
needed at run time.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np

FONT_FOLDER = Path(__file__).with_name("fonts")
FAMILY = "Noto Sans SC"
FACES = {"regular": "NotoSansSC-Regular.ttf", "bold": "NotoSansSC-Bold.ttf"}
STAND_IN = "〓"  # the printers' mark for a sort that is not in the case
LINE_CONTROLS = "\n\t\u200b"  # the last marks where a word may be broken


class Typeface:
    """Advance widths and coverage of one static TrueType face.

    Parameters
    ----------
    path : Path
        A TrueType file with a format 12 character map.
    """

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        tables = _table_offsets(data)
        self.units_per_em = struct.unpack_from(">H", data, tables["head"] + 18)[0]
        self._glyph_of = _read_cmap(data, tables["cmap"])
        n_metrics = struct.unpack_from(">H", data, tables["hhea"] + 34)[0]
        metrics = np.frombuffer(data, ">u2", n_metrics * 2, tables["hmtx"])
        self._advances = metrics[::2].astype(int)

    def has(self, character: str) -> bool:
        """Whether the face draws this character."""
        return self._glyph_of.get(ord(character), 0) != 0

    def width_em(self, text: str) -> float:
        """Advance width of a text in em, kerning left out."""
        last = len(self._advances) - 1
        units = sum(int(self._advances[min(self._glyph_of.get(ord(ch), 0), last)]) for ch in text)
        return units / self.units_per_em


@cache
def typeface(weight: str = "regular") -> Typeface:
    """The shipped face of that weight, "regular" or "bold"; read once a process."""
    return Typeface(FONT_FOLDER / FACES[weight])


def missing_characters(texts: Iterable[str]) -> tuple[str, ...]:
    """Characters of `texts` that a shipped face lacks, each once, in code order."""
    wanted = set().union(*map(set, texts)) - set(LINE_CONTROLS)
    faces = [typeface(weight) for weight in FACES]
    return tuple(sorted(ch for ch in wanted if not all(face.has(ch) for face in faces)))


def character_name(character: str) -> str:
    """`U+D55C HANGUL SYLLABLE HAN`: the name under which a gap is reported."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'unnamed character')}"


def replace_missing(text: str, missing: Iterable[str]) -> str:
    """`text` with `STAND_IN` for every missing character, so that no gap is printed blank."""
    return text.translate({ord(ch): STAND_IN for ch in missing})


def _table_offsets(data: bytes) -> dict[str, int]:
    count = struct.unpack_from(">H", data, 4)[0]
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * i) for i in range(count))
    return {tag.decode("ascii"): offset for tag, _, offset, _ in records}


def _read_cmap(data: bytes, start: int) -> dict[int, int]:
    """Character to glyph number, from the full-range subtable (platform 3, encoding 10)."""
    count = struct.unpack_from(">H", data, start + 2)[0]
    for i in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * i)
        if (platform, encoding) == (3, 10):
            return _read_groups(data, start + offset)
    raise ValueError("the face has no character map of format 12")


def _read_groups(data: bytes, start: int) -> dict[int, int]:
    n_groups = struct.unpack_from(">I", data, start + 12)[0]
    groups = np.frombuffer(data, ">u4", n_groups * 3, start + 16).reshape(-1, 3).astype(int)
    glyph_of: dict[int, int] = {}
    for first, last, glyph in groups.tolist():
        glyph_of.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1)))
    return glyph_of
