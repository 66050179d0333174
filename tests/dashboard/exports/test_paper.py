"""From degrees to page millimetres, and paths of whole units."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely

from dashboard.exports.paper import fit_paper, ring_paths
from geodata.crs import to_measuring


def read_path(path: str) -> list[list[tuple[int, int]]]:
    """An independent reader of `Mx yl dx dy...z`: absolute rings in whole units."""
    rings = []
    for start, steps in re.findall(r"M([^l]*)l([^zM]*)", path):
        x, y = (int(n) for n in re.findall(r"-?\d+", start))
        ring = [(x, y)]
        numbers = [int(n) for n in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2]):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    return rings


def test_paths_say_the_polygon_in_hundredths_of_a_millimetre():
    polygon = shapely.Polygon(
        [(1, 1), (9.004, 1), (9, 7.5), (1, 8)], [[(2, 2), (4, 2), (4, 4), (2, 4)]]
    )
    (path,) = ring_paths(np.array([polygon], dtype=object))
    outer, hole = read_path(path)
    assert outer == [(100, 100), (900, 100), (900, 750), (100, 800)]
    assert set(hole) == {(200, 200), (400, 200), (400, 400), (200, 400)}
    assert path.count("z") == 2


def test_a_polygon_below_the_resolution_vanishes():
    speck, square = shapely.box(5, 5, 5.001, 5.001), shapely.box(0, 0, 1, 1)
    paths = ring_paths(np.array([speck, square], dtype=object))
    assert paths[0] == ""
    assert len(read_path(paths[1])[0]) == 4


def test_multipolygons_keep_all_their_parts():
    pair = shapely.multipolygons([shapely.box(0, 0, 1, 1), shapely.box(3, 0, 4, 1)])
    (path,) = ring_paths(np.array([pair], dtype=object))
    assert len(read_path(path)) == 2


@pytest.mark.parametrize(
    ("bounds", "width"),
    [((0, 0, 1000, 2000), 60), ((0, 0, 1000, 1000), 100), ((0, 0, 9000, 1000), 120)],
)
def test_the_frame_follows_the_shape_between_its_limits(bounds, width):
    paper = fit_paper(bounds, height=100, min_width=60, max_width=120, padding=5)
    assert paper.width == pytest.approx(width, abs=0.01)
    corners = paper.place(np.array([bounds[:2], bounds[2:]], dtype=float))
    assert corners.min() >= 5 - 1e-6
    assert corners[:, 0].max() <= paper.width - 5 + 1e-6
    assert corners[:, 1].max() <= 95 + 1e-6


def test_the_scale_is_that_of_the_ground():
    """0.1 degree of a meridian is 11.1 km; north is up the page."""
    strip = np.array([shapely.box(116.6, 39.3, 116.7, 39.4)], dtype=object)
    paper = fit_paper(
        tuple(shapely.total_bounds(to_measuring(strip))), height=100, min_width=50, max_width=200
    )
    placed = paper.place_geometries(strip)[0]
    assert (placed.bounds[3] - placed.bounds[1]) / paper.mm_per_m == pytest.approx(11_100, rel=5e-3)
    assert paper.scale_number == pytest.approx(1000 * 11_100 / 90, rel=5e-3)
    assert abs(paper.north_angle()) < 0.05  # on the central meridian


def test_north_leans_to_the_left_in_the_east():
    east = tuple(shapely.total_bounds(to_measuring(np.array([shapely.box(119, 39, 120, 40)]))))
    assert -3 < fit_paper(east, height=100, min_width=50, max_width=200).north_angle() < -1
