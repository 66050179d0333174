"""The shipped faces: what they hold and what is said of what they lack."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from dashboard.exports.typeface import (
    FACES,
    FONT_FOLDER,
    character_name,
    missing_characters,
    replace_missing,
    typeface,
)


@pytest.mark.parametrize("character", "滏滹沱鄚州蠡县垞峪㳇䌷，。、（）：；·～〓→%−–²")
def test_rare_characters_are_there(character):
    for weight in FACES:
        assert typeface(weight).has(character)


def test_all_ideographs_of_gbk_are_there():
    gbk = [bytes((high, low)) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF)]
    characters = {code.decode("gbk", errors="ignore") for code in gbk}
    ideographs = [ch for ch in characters if len(ch) == 1 and "\u3400" <= ch <= "\u9fff"]
    assert len(ideographs) > 20_900
    assert missing_characters(ideographs) == ()


def test_names_of_all_areas_can_be_printed():
    facts = Path(__file__).parents[3] / "geodata" / "demo" / "facts"
    tables = sorted(facts.glob("*s.csv.gz"))
    assert [path.name for path in tables] == [
        "communities.csv.gz",
        "districts.csv.gz",
        "subdistricts.csv.gz",
    ]
    for path in tables:
        with gzip.open(path, "rt", encoding="utf-8-sig") as lines:
            assert missing_characters(lines) == ()


def test_a_gap_is_named_and_marked_never_blank():
    assert missing_characters(["한국 东城区"]) == ("국", "한")
    assert character_name("한") == "U+D55C HANGUL SYLLABLE HAN"
    assert replace_missing("한강路", missing_characters(["한강路"])) == "〓〓路"


def test_width_of_a_text():
    assert typeface().width_em("东城区") == pytest.approx(3.0)
    assert 0.4 < typeface().width_em("a") < 0.7
    assert typeface("bold").width_em("Haidian") > typeface().width_em("Haidian")


def test_licence_lies_beside_the_faces():
    assert "SIL OPEN FONT LICENSE" in (FONT_FOLDER / "OFL.txt").read_text("utf-8")
