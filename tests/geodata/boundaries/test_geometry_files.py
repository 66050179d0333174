"""Files for the browser: small, in tree order, without a gap, the same bytes every time."""

from __future__ import annotations

import gzip
import hashlib
import json

import brotli
import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.boundaries import build_coverages, label_points, write_geometry
from geodata.boundaries.scopes import cut_piece, find_neighbours, list_pieces, round_coverage
from geodata.source import read_source

PIECES_PER_SCOPE = {"region": 4, "province": 3, "city": 3, "district": 2}


@pytest.fixture(scope="module")
def coverages(pristine):
    return build_coverages(read_source(pristine))


@pytest.fixture(scope="module")
def written(coverages, tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    return folder, write_geometry(coverages, coverages.tree, folder)


def read(folder, name):
    return json.loads((folder / "geometry" / name).read_text(encoding="utf-8"))


def test_index_lists_every_piece(written, coverages):
    folder, index = written
    assert json.loads((folder / "geometry/index.json").read_text(encoding="utf-8")) == index
    tree = coverages.tree
    expected = sum(
        count * (tree.level_slices[level].stop - tree.level_slices[level].start)
        for level, count in PIECES_PER_SCOPE.items()
    )
    assert len(index) == expected == 1 * 4 + 2 * 3 + 3 * 3 + 5 * 2
    assert index["community@110101"]["n"] == 36
    assert index["community@110101"]["bbox"] == pytest.approx([116, 39.94, 116.06, 40], abs=1e-5)


def test_features_are_in_tree_order_with_names_and_label(written, coverages):
    folder, index = written
    tree = coverages.tree
    for key, entry in index.items():
        level, scope = key.split("@")
        features = read(folder, entry["file"])["features"]
        span = tree.descendants(tree.find(scope), level)
        assert [f["properties"]["c"] for f in features] == tree.codes[span]
        assert [f["properties"]["n"] for f in features] == tree.names[span]
        shapes = gpd.GeoDataFrame.from_features(features).geometry.values
        points = np.array([f["properties"]["p"] for f in features])
        assert shapely.contains_xy(shapes, points[:, 0], points[:, 1]).all()


def test_only_townships_of_a_zone_name_their_host(written, coverages):
    """The browser tells district borders by the digits of a code, which a zone does not share."""
    folder, index = written
    features = read(folder, index["subdistrict@jjj"]["file"])["features"]
    named = {f["properties"]["c"]: f["properties"].get("h") for f in features}
    frame = coverages.tree.frame
    zone = frame[(frame["level"] == "subdistrict") & (frame["zone_code"].fillna("") != "")]
    assert len(zone)
    expected = dict(zip(zone["area_code"], zone["parent_code"]))
    assert {code: host for code, host in named.items() if host} == expected


def test_simplified_pieces_have_no_gap_and_fit_their_context(written):
    folder, index = written
    for entry in index.values():
        features = gpd.GeoDataFrame.from_features(read(folder, entry["file"])["features"])
        context = gpd.GeoDataFrame.from_features(read(folder, entry["context"])["features"])
        parent = context[context["role"] == "parent"].geometry.values
        around = context[context["role"] == "neighbour"].geometry.values
        assert len(parent) == 1
        together = np.concatenate([features.geometry.values, around])
        assert shapely.is_valid(together).all()
        assert shapely.coverage_is_valid(together)
        assert shapely.area(features.geometry.values).sum() == pytest.approx(parent[0].area)
        rings = shapely.get_exterior_ring(shapely.get_parts(np.append(together, parent)))
        assert shapely.is_ccw(rings).all()  # RFC 7946


def test_neighbours_touch(coverages):
    tree = coverages.tree
    found = find_neighbours(coverages)
    for position, near in found.items():
        level = tree.level(position)
        others = [p for p in coverages.positions(level) if p != position]
        touching = [p for p in others if coverages.shapes[p].touches(coverages.shapes[position])]
        assert near.tolist() == touching


def test_hash_in_the_name_and_compressed_twins(written):
    folder, index = written
    for entry in index.values():
        for name in (entry["file"], entry["context"]):
            raw = (folder / "geometry" / name).read_bytes()
            digest = hashlib.sha256(raw).hexdigest()[:8]
            assert name.endswith(f"-{digest}.geojson")
            assert brotli.decompress((folder / f"geometry/{name}.br").read_bytes()) == raw
            assert gzip.decompress((folder / f"geometry/{name}.gz").read_bytes()) == raw


def test_same_bytes_again(written, coverages, tmp_path):
    folder, _ = written
    write_geometry(coverages, coverages.tree, tmp_path, labels=label_points(coverages))
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    again = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert again == names
    for name in names:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_layers_for_print_and_gis(written, coverages):
    folder, _ = written
    for level in coverages.levels:
        frame = gpd.read_parquet(folder / f"boundaries/{level}.parquet")
        assert frame.crs.to_epsg() == 4490
        positions = coverages.positions(level)
        assert frame["area_code"].tolist() == [coverages.tree.codes[p] for p in positions]
        assert shapely.coverage_is_valid(frame.geometry.values)


def test_ground_without_a_feature_stays_inside_the_outline(coverages):
    tree = coverages.tree
    shapes = coverages.shapes.copy()
    scope = tree.find("110101")
    for position in range(*tree.descendants(tree.find("110101005"), "community").indices(10**9)):
        shapes[position] = None
    holed = type(coverages)(tree, shapes)
    piece = cut_piece(holed, scope, "community", np.empty(0, dtype=int))
    assert len(piece.shapes) == 32
    assert piece.outline.area == pytest.approx(0.06 * 0.06, rel=1e-6)
    assert (scope, "community") in list_pieces(holed)


def test_real_outlines_stay_valid_in_every_piece(demo_source):
    coverages = build_coverages(read_source(demo_source))
    neighbours = find_neighbours(coverages)
    for scope, level in list_pieces(coverages):
        piece = cut_piece(coverages, scope, level, neighbours[scope])
        together = np.concatenate([piece.shapes, piece.neighbour_shapes])
        assert shapely.is_valid(together).all()
        assert shapely.coverage_is_valid(together)
        assert not shapely.is_empty(piece.shapes).any()
        assert shapely.area(piece.shapes).sum() == pytest.approx(piece.outline.area, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(10, 120))
def test_rounding_never_breaks_a_coverage(seed, n):
    # Cells far smaller than the rounding step: plain rounding collapses many of them.
    rng = np.random.default_rng(seed)
    square = shapely.box(116.0, 39.9, 116.002, 39.902)
    seeds = shapely.multipoints(rng.uniform((116.0, 39.9), (116.002, 39.902), (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square, ordered=True))
    cells = shapely.coverage_clean(shapely.intersection(cells, square))
    cells = cells[~shapely.is_empty(cells)]
    rounded = round_coverage(shapely.orient_polygons(cells), 4)
    assert shapely.is_valid(rounded).all()
    assert shapely.coverage_is_valid(rounded)
    assert np.abs(shapely.area(rounded).sum() - shapely.area(cells).sum()) < 1e-3
