"""Coordinates: the measuring CRS keeps areas, GCJ-02 goes both ways, nothing is guessed."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.crs import (
    gcj02_offset,
    gcj02_to_wgs84,
    is_gcj02,
    parse_crs,
    project_points,
    same_crs,
    to_measuring,
    to_shipping,
    wgs84_to_gcj02,
)
from geodata.errors import CrsError

LONGITUDES = st.floats(113.4, 119.9)
LATITUDES = st.floats(36.0, 42.7)


@given(LONGITUDES, LATITUDES)
def test_areas_are_true(lon, lat):
    box = shapely.segmentize(shapely.box(lon, lat, lon + 0.02, lat + 0.02), 0.001)
    true, _ = pyproj.Geod(ellps="GRS80").geometry_area_perimeter(box)
    measured = shapely.area(to_measuring(np.array([box])))[0]
    assert measured == pytest.approx(abs(true), rel=1e-5)


@given(LONGITUDES, LATITUDES, st.floats(0, 2 * np.pi))
def test_lengths_are_within_a_fifth_of_a_percent(lon, lat, bearing):
    geod = pyproj.Geod(ellps="GRS80")
    lon2, lat2, _ = geod.fwd(lon, lat, np.degrees(bearing), 1000.0)
    ends = project_points(np.array([lon, lon2]), np.array([lat, lat2]))
    assert np.hypot(*(ends[1] - ends[0])) == pytest.approx(1000, rel=2e-3)


@given(LONGITUDES, LATITUDES)
def test_there_and_back(lon, lat):
    point = np.array([shapely.Point(lon, lat)])
    assert shapely.distance(to_shipping(to_measuring(point)), point)[0] < 1e-9
    back = gcj02_to_wgs84(*wgs84_to_gcj02(np.array([lon]), np.array([lat])))
    assert abs(back[0][0] - lon) < 1e-8
    assert abs(back[1][0] - lat) < 1e-8


def test_gcj02_shift_in_beijing():
    # Tian'anmen: about 555 m to the north-east, as much as the rings of a standard.
    d_lon, d_lat = gcj02_offset(np.array([116.397]), np.array([39.908]))
    metres = np.hypot(d_lon[0] * 111_320 * np.cos(np.radians(39.908)), d_lat[0] * 111_035)
    assert metres == pytest.approx(555, abs=2)
    assert d_lon[0] > 0
    assert d_lat[0] > 0


def test_parse_and_compare():
    assert is_gcj02(parse_crs("gcj_02"))
    assert parse_crs("EPSG:4490").to_epsg() == 4490
    assert same_crs(pyproj.CRS(4326), pyproj.CRS(4490))
    assert same_crs(pyproj.CRS(4326), pyproj.CRS("OGC:CRS84"))
    assert not same_crs(pyproj.CRS(4490), pyproj.CRS(4527))


@pytest.mark.parametrize("text", ["Beijing", "EPSG:999999", "WGS 84", "北京", "GCS[broken"])
def test_a_word_is_no_crs(text):
    with pytest.raises(CrsError):
        parse_crs(text)
