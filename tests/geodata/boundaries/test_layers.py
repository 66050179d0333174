"""Boundary files of every format and encoding give the same areas."""

from __future__ import annotations

import shutil
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from geodata.boundaries.layers import Layer, find_layer, load_layer, read_layer
from geodata.crs import wgs84_to_gcj02
from geodata.errors import BoundaryError, CrsError, SourceError
from tests.grid_source import RARE_NAME, make_layer, write_layer

FORMATS = ("parquet", "gpkg", "geojson", "fgb", "shp", "shp.zip")


def layer_for(path, level="community", **options) -> Layer:
    given = {"file": path.name, "code": "code", "name": "name", **options}
    return find_layer(path.parent, level, given, {"crs": options.pop("whole_crs", "")})


@pytest.fixture(scope="module")
def expected() -> gpd.GeoDataFrame:
    layer = make_layer("community").rename(columns={"code": "area_code"})
    return layer.sort_values("area_code", ignore_index=True)


def same(frame: gpd.GeoDataFrame, expected: gpd.GeoDataFrame) -> None:
    frame = frame.sort_values("area_code", ignore_index=True)
    assert frame["area_code"].tolist() == expected["area_code"].tolist()
    assert frame["name"].tolist() == expected["name"].tolist()
    assert frame.crs.to_epsg() == 4490
    # Formats write rings from another vertex or in the other direction; 5 cm is far below.
    apart = shapely.hausdorff_distance(
        frame.geometry.values, shapely.normalize(expected.geometry.values)
    )
    assert apart.max() < 5e-7
    assert (shapely.area(frame.geometry.values) > 0).all()


@pytest.mark.parametrize("file_format", FORMATS)
def test_formats(tmp_path, expected, file_format):
    path = write_layer(make_layer("community"), tmp_path, "community", file_format)
    same(read_layer(layer_for(path)), expected)


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
@pytest.mark.parametrize("sidecar", [True, False], ids=["cpg", "no-cpg"])
@pytest.mark.parametrize("file_format", ["shp", "shp.zip"])
def test_shapefile_encodings(tmp_path, expected, encoding, sidecar, file_format):
    path = write_layer(make_layer("community"), tmp_path, "community", "shp", encoding)
    if not sidecar:
        path.with_suffix(".cpg").unlink(missing_ok=True)
    if file_format == "shp.zip":
        path = zip_folder(path, tmp_path / "zipped.zip", inside="资料/")
    frame = read_layer(layer_for(path, encoding=encoding))
    same(frame, expected)
    assert RARE_NAME in set(frame["name"])


def zip_folder(path, target, inside=""):
    with zipfile.ZipFile(target, "w") as archive:
        for part in path.parent.glob(f"{path.stem}.*"):
            archive.write(part, inside + part.name)
    return target


def test_gbk_round_trip_keeps_common_characters(tmp_path):
    layer = make_layer("district")
    path = write_layer(layer, tmp_path, "district", "shp", "GBK")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    frame = read_layer(layer_for(path, "district", encoding="gbk"))
    assert frame["name"].tolist() == ["东城区", "朝阳区", "长安区", "桥西区", "广阳区"]


def test_wrong_encoding_is_refused(tmp_path):
    path = write_layer(make_layer("district"), tmp_path, "district", "shp", "GBK")
    frame, findings = load_layer(layer_for(path, "district", encoding="utf-8"))
    assert frame is None
    assert [f.check for f in findings] == ["wrong_encoding"]


def test_shapefile_without_prj(tmp_path, expected):
    path = write_layer(make_layer("community"), tmp_path, "community", "shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(CrsError, match="no_crs") as caught:
        read_layer(layer_for(path))
    assert "[boundaries.community]" in caught.value.fix
    same(read_layer(layer_for(path, crs="EPSG:4490")), expected)
    same(read_layer(layer_for(path, whole_crs="EPSG:4490")), expected)


def test_projected_layer_is_converted(tmp_path, expected):
    path = write_layer(make_layer("community", "EPSG:4527"), tmp_path, "community", "gpkg")
    same(read_layer(layer_for(path)), expected)
    same(read_layer(layer_for(path, whole_crs="EPSG:4490")), expected)  # its own CRS counts
    with pytest.raises(CrsError, match="crs_conflict"):
        read_layer(layer_for(path, crs="EPSG:4490"))


def test_declared_gcj02_is_converted(tmp_path, expected):
    layer = make_layer("community")
    moved = shapely.transform(
        layer.geometry.values, lambda xy: np.column_stack(wgs84_to_gcj02(*xy.T))
    )
    path = write_layer(layer.set_geometry(moved, crs=4326), tmp_path, "community", "gpkg")
    same(read_layer(layer_for(path, crs="GCJ-02")), expected)
    plain = read_layer(layer_for(path)).sort_values("area_code", ignore_index=True)
    assert np.abs(plain.total_bounds - expected.total_bounds).max() > 0.005


def test_numbers_as_codes_prefix_and_height(tmp_path):
    layer = make_layer("district")
    layer["code"] = ("156" + layer["code"]).astype("int64")
    layer["geometry"] = shapely.force_3d(layer.geometry.values, 5.0)
    path = write_layer(layer, tmp_path, "district", "gpkg")
    frame = read_layer(layer_for(path, "district", code_prefix="156"))
    assert frame["area_code"].tolist()[:2] == ["110101", "110105"]
    assert not shapely.has_z(frame.geometry.values).any()


def test_formats_agree_exactly_where_they_can(tmp_path):
    layer = make_layer("district")
    one = read_layer(layer_for(write_layer(layer, tmp_path, "a", "parquet"), "district"))
    two = read_layer(layer_for(write_layer(layer, tmp_path, "b", "gpkg"), "district"))
    assert_geodataframe_equal(one, two, normalize=True)


@pytest.mark.parametrize("name", ["layer.gpkg", "layer.shp", "layer.zip", "layer.parquet"])
def test_broken_file_is_a_finding(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"nothing of the sort")
    with pytest.raises(SourceError, match="unreadable_file"):
        read_layer(layer_for(path))


def test_empty_zip_and_missing_file(tmp_path):
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(SourceError, match="holds 0 layers"):
        read_layer(layer_for(tmp_path / "empty.zip"))
    with pytest.raises(SourceError, match="missing_file"):
        read_layer(layer_for(tmp_path / "none.gpkg"))


def test_points_are_refused(tmp_path):
    layer = make_layer("district")
    layer["geometry"] = shapely.centroid(layer.geometry.values)
    path = write_layer(layer, tmp_path, "district", "gpkg")
    with pytest.raises(BoundaryError, match="not_polygon"):
        read_layer(layer_for(path, "district"))


def test_shapefile_lost_half(tmp_path):
    path = write_layer(make_layer("district"), tmp_path, "district", "shp")
    path.with_suffix(".dbf").unlink()
    frame, findings = load_layer(layer_for(path, "district"))
    assert frame is None
    assert findings[0].check in ("missing_code_column", "unreadable_file")
    shutil.rmtree(tmp_path)
