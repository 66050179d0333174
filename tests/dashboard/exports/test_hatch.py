"""Patterns of areas without a number: real lines, inside the area, three that differ."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from dashboard.exports.hatch import PATTERNS, fall_pattern, hatch_path
from dashboard.exports.ink import lightness
from geodata.classify import classify_values
from tests.dashboard.exports.test_paper import read_path


@pytest.mark.parametrize("kind", PATTERNS)
def test_lines_stay_inside_and_cover_the_area(kind):
    shape = shapely.Polygon([(3, 3), (23, 4), (20, 18), (6, 15)])
    pattern = PATTERNS[kind]
    lines = [np.array(line) / 100 for line in read_path(hatch_path(np.array([shape]), pattern))]
    assert all(shape.buffer(0.02).contains(shapely.linestrings(line)) for line in lines)
    length = sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines)
    assert length * pattern.spacing == pytest.approx(shape.area, rel=0.05)


def test_lines_run_on_from_area_to_area():
    left, right = shapely.box(0, 0, 5, 10), shapely.box(5, 0, 10, 10)
    pattern = PATTERNS["suppressed"]
    whole = hatch_path(np.array([shapely.box(0, 0, 10, 10)]), pattern)
    assert hatch_path(np.array([left, right]), pattern) == whole


def test_nothing_to_hatch():
    assert hatch_path(np.array([], dtype=object), PATTERNS["missing"]) == ""


def test_the_three_kinds_differ_in_grey_print():
    looks = {(p.ground, p.slope, p.dash) for p in PATTERNS.values()}
    assert len(looks) == len(PATTERNS) == 3


def test_the_lines_of_a_fall_stand_out_from_every_colour_of_change():
    numbers = np.array([-9.0, -5, -2, -1, 0, 1, 2, 5, 9])
    for method in ("quantile", "equal", "natural"):
        for colour in classify_values(numbers, method, diverging=True).colours:
            ink = fall_pattern(colour).ink
            light, dark = sorted((lightness(colour), lightness(ink)))
            assert (dark + 0.05) / (light + 0.05) >= 3  # WCAG 2.2, graphical objects
