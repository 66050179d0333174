"""Coverages: no gap, no overlap, children tile their parent, nothing lost."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.areas import AreaTree, order_areas
from geodata.boundaries import build_coverages, label_points
from geodata.boundaries.coverages import clean_faces, nest
from geodata.boundaries.faces import Faces, collect_faces, place_polygons
from geodata.crs import project_points, to_measuring
from geodata.errors import BoundaryError, CrsError
from geodata.schema import LEVELS
from geodata.source import read_source
from tests.grid_source import edit_config, edit_layer


def assert_sound(coverages) -> None:
    """Valid coverages that tile their parents, by areas and by a plain union."""
    tree = coverages.tree
    for level in coverages.levels:
        positions = coverages.positions(level)
        shapes = coverages.shapes[positions]
        assert shapely.coverage_is_valid(shapes)
        assert shapely.is_valid(shapes).all()
        total = shapely.area(shapes).sum()
        assert total == pytest.approx(shapely.area(shapely.union_all(shapes)), rel=1e-9)
        rings = shapely.get_exterior_ring(shapely.get_parts(shapes))
        assert shapely.is_ccw(rings).all()  # RFC 7946
    for position in range(tree.level_slices["community"].start):
        children = coverages.shapes[tree.children(position)]
        children = children[~shapely.is_missing(children)]
        own = coverages.shapes[position]
        if len(children) == tree.child_ranges[position] @ [-1, 1] and own is not None:
            assert shapely.area(children).sum() == pytest.approx(own.area, rel=1e-9)
            assert shapely.union_all(children).symmetric_difference(own).area < 1e-3


def test_square_cells(pristine):
    coverages = build_coverages(read_source(pristine))
    assert coverages.levels == LEVELS
    assert coverages.findings == []
    assert_sound(coverages)
    frame = coverages["community"]
    assert frame["area_code"].tolist() == coverages.tree.codes[-180:]
    assert frame.crs.to_epsg() == 4490
    # 0.01 x 0.01 degree at 39.995 N, by the sphere's formula with the ellipsoid's radii
    assert coverages.shapes[-180].area == pytest.approx(854.0 * 1110.35, rel=1e-3)
    assert coverages.report.frame.empty


def test_only_districts(spoilt):
    text = (spoilt / "source.toml").read_text(encoding="utf-8")
    head, rest = text.split("[boundaries.district]")
    (spoilt / "source.toml").write_text(
        head + "[boundaries.district]" + rest.split("[boundaries.")[0], encoding="utf-8"
    )
    coverages = build_coverages(read_source(spoilt))
    assert coverages.levels == ("region", "province", "city", "district")
    assert "community" not in coverages
    with pytest.raises(KeyError):
        coverages["community"]
    bare = [f for f in coverages.findings if f.check == "level_without_boundaries"]
    assert [f.example for f in bare] == [
        "no [boundaries.subdistrict]",
        "no [boundaries.community]",
    ]


def test_area_without_polygon_leaves_its_ground_to_the_parent(spoilt):
    gone = "131003009999"
    drop = ["131071001001", "131071001002", "131071001003", "131071001004"]  # the zone
    edit_layer(spoilt, "community", lambda f: f[~f["code"].isin(drop)])
    edit_layer(spoilt, "subdistrict", lambda f: f[f["code"] != "131071001"])
    whole = build_coverages(read_source(spoilt))
    assert_sound(whole)
    tree = whole.tree
    assert whole.shapes[tree.find("131071001")] is None
    district = whole.shapes[tree.find("131003")]
    children = whole.shapes[tree.children(tree.find("131003"))]
    children = children[~shapely.is_missing(children)]
    assert len(children) == 8
    assert shapely.area(children).sum() == pytest.approx(district.area * 8 / 9, rel=1e-3)
    report = whole.report.frame
    assert set(report.loc[report["side"] == "areas", "key"]) == {"131071001", *drop}
    assert gone not in tree.position


def test_gaps_and_overlaps_are_mended(spoilt):
    def jiggle(layer):
        rng = np.random.default_rng(7)
        moved = [
            shapely.transform(g, lambda c: c + rng.uniform(-5e-5, 5e-5, c.shape) * ring_end(c))
            for g in layer.geometry
        ]
        layer["geometry"] = shapely.make_valid(np.array(moved))
        return layer

    edit_layer(spoilt, "community", jiggle)
    coverages = build_coverages(read_source(spoilt))
    assert_sound(coverages)
    mended = [f for f in coverages.findings if f.check == "coverage_mended"]
    assert len(mended) == 1
    assert "m2 of gaps" in mended[0].example


def test_layer_errors_are_raised(spoilt):
    edit_config(spoilt, 'crs = "EPSG:4490"', "")
    edit_layer(spoilt, "district", lambda f: f.set_crs(None, allow_override=True))
    with pytest.raises(CrsError, match="no_crs"):
        build_coverages(read_source(spoilt))


def test_wholly_covered_polygon_is_an_error(spoilt):
    def cover(layer):
        layer = layer.set_index("code", drop=False)
        big = shapely.union_all(layer.geometry.loc[["110101001001", "110101001002"]].values)
        layer.loc["110101001001", "geometry"] = big
        layer.loc["110101001002", "geometry"] = big
        return layer

    edit_layer(spoilt, "community", cover)
    with pytest.raises(BoundaryError, match="covered_polygon"):
        build_coverages(read_source(spoilt))


def test_label_points_lie_inside(pristine):
    coverages = build_coverages(read_source(pristine))
    points = label_points(coverages)
    assert points.shape == (len(coverages.tree), 2)
    for level in LEVELS:
        frame = coverages[level]
        at = points[coverages.positions(level)]
        assert shapely.contains_xy(frame.geometry.values, at[:, 0], at[:, 1]).all()
    # A cell is 854 m wide and 1,110 m high: no point is farther from its border than 427 m.
    cells = coverages.shapes[-180:]
    at = shapely.points(project_points(*points[-180:].T))
    border = shapely.distance(shapely.boundary(cells), at)
    assert (border > 0.95 * 427).all()
    assert (border < 1.01 * 427).all()


@st.composite
def partitions(draw):
    """A square district cut by Voronoi cells, grouped into subdistricts, its edges jiggled."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    n = draw(st.integers(2, 25))
    groups = draw(st.integers(1, min(n, 5)))
    square = shapely.box(116.0, 39.9, 116.1, 40.0)
    seeds = shapely.multipoints(rng.uniform((116.0, 39.9), (116.1, 40.0), (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square, ordered=True))
    cells = shapely.intersection(cells, square)
    jitter = draw(st.sampled_from([0.0, 1e-7, 2e-5]))
    if jitter:

        def move(xy):
            return xy + rng.normal(0, jitter, xy.shape) * ring_end(xy)

        moved = np.array([shapely.transform(c, move) for c in cells])
        cells = shapely.make_valid(moved, method="structure")
    return cells, np.sort(rng.integers(0, groups, n))


def ring_end(x):
    """Zero for the first and last vertex, so that rings stay closed."""
    weight = np.ones((len(x), 1))
    weight[[0, -1]] = 0
    return weight


def make_tree(groups) -> AreaTree:
    rows = [("jjj", "", "region"), ("11", "jjj", "province"), ("1101", "11", "city")]
    rows.append(("110101", "1101", "district"))
    rows += [(f"110101{g:03d}", "110101", "subdistrict") for g in np.unique(groups)]
    rows += [(f"110101{g:03d}{i:03d}", f"110101{g:03d}", "community") for i, g in enumerate(groups)]
    frame = pd.DataFrame(rows, columns=["area_code", "parent_code", "level"])
    return AreaTree(order_areas(frame.assign(name="x")))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(partitions())
def test_any_partition_becomes_nested_coverages(partition):
    cells, groups = partition
    tree = make_tree(groups)
    codes = tree.codes[tree.level_slices["community"]]
    layer = gpd.GeoDataFrame({"area_code": codes, "name": ""}, geometry=cells, crs=4490)
    faces = Faces(np.empty(0, dtype=int), np.empty(0, dtype=object))
    own = {"community": place_polygons(layer, "community", tree, "layer", faces)}
    collect_faces(own, tree, faces)
    clean = clean_faces(faces, tree, {"community": "layer"})
    shapes = nest(faces.owners, clean, tree)
    for level in LEVELS:
        part = shapes[tree.level_slices[level]]
        part = part[~shapely.is_missing(part)]
        assert shapely.coverage_is_valid(part)
        assert shapely.area(part).sum() == pytest.approx(shapes[0].area, rel=1e-9)
    before = shapely.area(shapely.union_all(to_measuring(cells)))
    assert shapes[0].area == pytest.approx(before, rel=1e-3)
