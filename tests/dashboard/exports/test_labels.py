"""Names on the map: in their areas, in the frame, never over each other."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.exports.annotation import annotate
from dashboard.exports.labels import place_labels, short_name


def overlap(one, other) -> bool:
    """Whether two boxes (left, top, right, bottom) share area; written apart from the code."""
    return shapely.box(*one).intersection(shapely.box(*other)).area > 1e-9


def squares(side: float, count: int) -> np.ndarray:
    """`count` x `count` squares of `side` mm from the top left."""
    at = [(x * side, y * side) for y in range(count) for x in range(count)]
    return np.array([shapely.box(x, y, x + side, y + side) for x, y in at], dtype=object)


def centres(polygons: np.ndarray) -> np.ndarray:
    """Middles of polygons, (n, 2)."""
    return shapely.get_coordinates(shapely.centroid(polygons))


def test_all_names_fit_where_there_is_room():
    cells = squares(20, 4)
    names = [f"第{i}街道" for i in range(16)]
    labels = place_labels(names, centres(cells), cells, sizes=(7, 5), frame=(80, 80))
    assert sorted(label.text for label in labels) == sorted(names)
    assert {label.size for label in labels} == {7}
    for label in labels:
        assert names[label.owner] == label.text
        assert cells[label.owner].buffer(0.01).contains(shapely.box(*label.box))


@given(side=st.floats(2, 14), seed=st.integers(0, 9))
@settings(max_examples=25, deadline=None)
def test_labels_never_overlap_nor_leave_the_frame(side, seed):
    cells = squares(side, 9)
    points = centres(cells) + np.random.default_rng(seed).uniform(-side / 3, side / 3, (81, 2))
    names = ["围场满族蒙古族自治县" if i % 7 == 0 else f"第{i}镇" for i in range(81)]
    frame, taken = (9 * side, 9 * side), [(0.0, 0.0, 2.5 * side, side)]
    labels = place_labels(names, points, cells, sizes=(7, 5), frame=frame, taken=taken)
    boxes = taken + [label.box for label in labels]
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))
    for left, top, right, bottom in boxes[1:]:
        assert left >= 0
        assert top >= 0
        assert right <= frame[0]
        assert bottom <= frame[1]


@pytest.mark.parametrize(("area", "level"), [("jjj", "district"), ("110101", "subdistrict")])
def test_no_label_lies_over_another_on_a_map(quilt, area, level):
    annotation = annotate(quilt, quilt.tree.find(area), level, "zh-CN")
    assert annotation.labels
    boxes = [label.box for label in (*annotation.labels, *annotation.outside)]
    boxes += annotation.furniture.boxes()
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))


def test_too_many_areas_show_the_names_of_the_level_above(quilt):
    few = annotate(quilt, quilt.tree.find("1101"), "subdistrict", "zh-CN")
    assert few.of_children
    assert len(few.labels) > 100
    assert not annotate(quilt, quilt.tree.find("jjj"), "district", "zh-CN").outside


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("多福巷社区居委会", "多福巷社区"),
        ("白䌷村村委会", "白䌷村"),
        ("白䌷村委会", "白䌷村"),
        ("东华门街道", "东华门"),
        ("东城区", "东城区"),
        ("蠡县", "蠡县"),
        ("围场满族蒙古族自治县", "围场"),
        ("Donghuamen Subdistrict", "Donghuamen"),
        ("Yi County", "Yi"),
        ("Weichang Manchu and Mongol Autonomous County", "Weichang"),
    ],
)
def test_short_names(name, short):
    assert short_name(name) == short
