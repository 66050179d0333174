"""The drawing: one fill per class, patterns, boundaries, scale and north."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from dashboard.exports.furniture import MAX_BAR, round_scale
from dashboard.exports.hatch import PATTERNS
from dashboard.exports.ink import MARK
from dashboard.exports.map_svg import draw_map
from geodata.errors import BoundaryError
from tests.dashboard.exports.quilt import COLOURS, quilt_content
from tests.dashboard.exports.test_paper import read_path

SVG = "{http://www.w3.org/2000/svg}"


def paths_by_fill(svg: str) -> dict[str, str]:
    """Fill colour to the first path of it, which is the map's."""
    paths: dict[str, str] = {}
    for element in ET.fromstring(svg).iter(f"{SVG}path"):
        paths.setdefault(element.get("fill"), element.get("d"))
    return paths


def test_each_class_is_one_path_with_its_areas(quilt):
    content = quilt_content(quilt, "jjj", "subdistrict")
    fills = paths_by_fill(draw_map(quilt, content).svg)
    for number, colour in enumerate(COLOURS):
        assert len(read_path(fills[colour])) == (content.class_index == number).sum()
    assert len(read_path(fills[PATTERNS["suppressed"].ground])) == 2
    assert len(read_path(fills[PATTERNS["missing"].ground])) == 1


def test_neighbours_stand_around_the_area(quilt):
    drawing = draw_map(quilt, quilt_content(quilt, "110102", "subdistrict"))
    names = {label.text for label in drawing.labels}
    assert {"滏东区", "朝阳区"} & names
    assert "蠡县" not in names  # outside the frame


def test_the_marked_area_is_drawn_last_and_in_the_accent(quilt):
    code = "110101005"
    content = quilt_content(quilt, "110101", "subdistrict")
    plain = draw_map(quilt, content)
    marked = draw_map(quilt, replace(content, selected=quilt.tree.find(code)))
    strokes = [e for e in ET.fromstring(marked.svg).iter(f"{SVG}path") if e.get("stroke") == MARK]
    assert len(strokes) == 1
    assert MARK not in plain.svg
    assert read_path(strokes[0].get("d"))[0] in read_path(paths_by_fill(marked.svg)[COLOURS[1]])


def test_same_content_same_drawing(quilt):
    content = quilt_content(quilt, "1101", "subdistrict")
    assert draw_map(quilt, content).svg == draw_map(quilt, content).svg


def test_the_bar_is_as_long_as_it_says(quilt):
    """A subdistrict is 0.02 degree high: its drawing gives the scale."""
    drawing = draw_map(quilt, quilt_content(quilt, "110101", "subdistrict"))
    ring = read_path(paths_by_fill(drawing.svg)[COLOURS[0]])[0]
    side_mm = (max(y for _, y in ring) - min(y for _, y in ring)) / 100
    side_km = 0.02 * 111.0  # a fiftieth of a degree of latitude at 39 N
    assert drawing.furniture.bar_mm == pytest.approx(
        drawing.furniture.bar_km * side_mm / side_km, rel=0.02
    )
    assert drawing.furniture.bar_mm <= MAX_BAR
    digits = drawing.furniture.bar_km / 10 ** math.floor(math.log10(drawing.furniture.bar_km))
    assert round(digits, 9) in (1, 2, 5)


@pytest.mark.parametrize(("number", "said"), [(4_961_234, 4_960_000), (78_049, 78_000), (981, 981)])
def test_scale_in_three_figures(number, said):
    assert round_scale(number) == said


def test_a_level_without_polygons_is_refused(quilt):
    content = replace(quilt_content(quilt, "110101", "subdistrict"), level="community")
    with pytest.raises(BoundaryError, match="no community boundaries in 110101"):
        draw_map(quilt, content)
