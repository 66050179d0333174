"""The tree as officials know it: fillers skipped, levels that can be drawn, zones found."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.places import Places
from tests.grid_source import make_areas


@pytest.fixture(scope="module")
def places() -> Places:
    frame = make_areas()  # is in tree order
    return Places(frame)


@pytest.mark.parametrize(
    ("code", "levels", "natural"),
    [
        ("jjj", ("province", "city", "district", "subdistrict"), "city"),
        ("11", ("district", "subdistrict", "community"), "district"),
        ("13", ("city", "district", "subdistrict"), "city"),
        ("1101", ("district", "subdistrict", "community"), "district"),
        ("1301", ("district", "subdistrict", "community"), "district"),
        ("110101", ("subdistrict", "community"), "subdistrict"),
        ("110101001", ("community",), "community"),
        ("110101001001", (), "community"),
    ],
)
def test_levels_inside_an_area(places, code, levels, natural):
    position = places.tree.position[code]
    assert places.levels(position) == levels
    assert places.natural_level(position) == natural


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("110101", "110101"),
        ("131071", "131003"),  # a zone is its host district
        ("131071001", "131071001"),  # a subdistrict of the zone is itself
        ("110101099", "110101"),
        ("119999999999", "11"),
        ("99", None),
        ("1", None),
        ("", None),
        ("11x", None),
        ("１１", None),  # wide digits are no code
    ],
)
def test_finding_a_code(places, code, found):
    position = places.find_area(code)
    assert (None if position is None else places.tree.codes[position]) == found


def test_the_trail_leaves_fillers_out(places):
    codes = [places.tree.codes[p] for p in places.trail(places.tree.position["110101001"])]
    assert codes == ["jjj", "11", "110101", "110101001"]
    codes = [places.tree.codes[p] for p in places.trail(places.tree.position["130102"])]
    assert codes == ["jjj", "13", "1301", "130102"]


def test_the_file_that_draws_an_area(places):
    scope = {
        (code, level): places.tree.codes[places.scope(places.tree.position[code], level)]
        for code, level in [
            ("jjj", "subdistrict"),
            ("11", "community"),
            ("110101", "community"),
            ("110101001", "community"),
        ]
    }
    assert list(scope.values()) == ["jjj", "1101", "110101", "110101"]


def test_names_fall_back_to_chinese(places):
    frame = make_areas()
    english = places.names("en")
    for code, name, name_en in frame[["area_code", "name", "name_en"]].itertuples(index=False):
        assert english[places.tree.position[code]] == (name_en or name)
    assert places.names("zh-CN") == frame["name"].tolist()


def test_a_table_without_optional_texts_is_enough():
    frame = make_areas()
    frame[["name_en", "kind", "zone_code"]] = pd.NA
    places = Places(frame)
    assert places.names("en") == places.names("zh-CN")
    assert (
        places.find_area("131071") is None
        or places.tree.codes[places.find_area("131071")] != "131003"
    )
    assert places.levels(places.tree.position["11"])[0] == "city"  # nothing says it is a filler
