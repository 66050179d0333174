"""The shipping CRS, the measuring CRS, and GCJ-02, which no CRS library names.

Layers are stored in CGCS2000 (EPSG:4490) and measured in `MEASURING_CRS`. A layer without a named
CRS is refused; GCJ-02 is converted when it is declared and reported when it is detected, never
guessed.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyproj
import shapely
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import AlbersEqualAreaConversion
from pyproj.exceptions import CRSError as PyprojCrsError

from geodata.errors import CrsError

SHIPPING_CRS = "EPSG:4490"

# Albers equal area for 36.0-42.7 N, 113.4-119.9 E. Standard parallels by the one-sixth rule
# (Snyder 1987, Map Projections: A Working Manual, USGS PP 1395, ch. 14): 36.0 + 6.7/6 and
# 42.7 - 6.7/6, rounded. Areas are exact, lengths are off by at most 0.2 %. EPSG:4527 (a
# Gauss-Krueger zone) holds for Beijing only and misjudges the east of Hebei.
MEASURING_CRS = ProjectedCRS(
    conversion=AlbersEqualAreaConversion(
        latitude_first_parallel=37.1,
        latitude_second_parallel=41.6,
        latitude_false_origin=39.35,
        longitude_false_origin=116.65,
    ),
    geodetic_crs=pyproj.CRS(SHIPPING_CRS),
    name="CGCS2000 / North China Albers (Silver Atlas)",
)

GCJ02 = "GCJ-02"
AUTHORITY_CODE = re.compile(r"[A-Za-z]+:\w+")
CHINA_BOUNDS = (73.0, 17.0, 136.0, 54.0)  # west, south, east, north in degrees

# Constants of the published GCJ-02 approximation (Krasovsky 1940 ellipsoid).
_A, _EE = 6378245.0, 0.00669342162296594323


def parse_crs(text: str) -> pyproj.CRS | str:
    """A declared CRS: a pyproj CRS, or the word `GCJ02`.

    Raises
    ------
    CrsError
        If the text names no CRS.
    """
    if text.strip().upper().replace("_", "-") in ("GCJ-02", "GCJ02"):
        return GCJ02
    # PROJ would take any word that begins some CRS's name ("Beijing"); that would be guessing.
    named = AUTHORITY_CODE.fullmatch(text.strip()) or "[" in text or text.startswith("+proj")
    try:
        if named:
            return pyproj.CRS.from_user_input(text)
    except PyprojCrsError:
        pass
    raise CrsError(
        f"source.toml: crs {text!r} is not a coordinate reference system",
        'name it like crs = "EPSG:4490", "EPSG:4326" or "GCJ-02"',
    )


def is_gcj02(crs: pyproj.CRS | str | None) -> bool:
    """Whether a parsed CRS is GCJ-02 (comparing a pyproj CRS with a word takes half a second)."""
    return isinstance(crs, str)


def same_crs(one: pyproj.CRS, other: pyproj.CRS) -> bool:
    """Whether two CRS are the same for this atlas: CGCS2000 and WGS 84 differ by centimetres."""
    if one.equals(other, ignore_axis_order=True):
        return True
    close = {4326, 4490, 4979, 4480}
    codes = {one.to_epsg(min_confidence=20), other.to_epsg(min_confidence=20)}
    return None not in codes and (len(codes) == 1 or codes <= close)


def gcj02_offset(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shift from WGS 84 to GCJ-02 in degrees at WGS 84 positions, each (n,).

    Source
    ------
    The public approximation of the national transformation (as in eviltransform); a few metres.
    """
    x, y = np.asarray(lon) - 105.0, np.asarray(lat) - 35.0
    root = np.sqrt(np.abs(x))
    waves = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    d_lat += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    d_lat += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    d_lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    d_lon += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    d_lon += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    phi = np.radians(lat)
    magic = 1 - _EE * np.sin(phi) ** 2
    d_lat = d_lat * 180 / ((_A * (1 - _EE)) / (magic * np.sqrt(magic)) * np.pi)
    d_lon = d_lon * 180 / (_A / np.sqrt(magic) * np.cos(phi) * np.pi)
    return d_lon, d_lat


def wgs84_to_gcj02(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees in WGS 84 or CGCS2000 to degrees in GCJ-02."""
    d_lon, d_lat = gcj02_offset(lon, lat)
    return lon + d_lon, lat + d_lat


def gcj02_to_wgs84(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees in GCJ-02 to degrees in WGS 84; the inverse by fixed-point steps, below 1 cm."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    guess_lon, guess_lat = lon, lat
    for _ in range(6):
        d_lon, d_lat = gcj02_offset(guess_lon, guess_lat)
        guess_lon, guess_lat = lon - d_lon, lat - d_lat
    return guess_lon, guess_lat


def geometries_from_gcj02(geometries: np.ndarray) -> np.ndarray:
    """GCJ-02 geometries in degrees to CGCS2000 degrees."""
    return shapely.transform(geometries, lambda xy: np.column_stack(gcj02_to_wgs84(*xy.T)))


def to_measuring(geometries: np.ndarray) -> np.ndarray:
    """Geometries in EPSG:4490 degrees to metres in `MEASURING_CRS`."""
    change = _transformer(to_metres=True)
    return shapely.transform(geometries, lambda xy: np.column_stack(change.transform(*xy.T)))


def to_shipping(geometries: np.ndarray) -> np.ndarray:
    """Geometries in `MEASURING_CRS` metres to EPSG:4490 degrees."""
    change = _transformer(to_metres=False)
    return shapely.transform(geometries, lambda xy: np.column_stack(change.transform(*xy.T)))


def project_points(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Points in EPSG:4490 degrees to `MEASURING_CRS` metres, (n, 2)."""
    change = _transformer(to_metres=True)
    return np.column_stack(change.transform(np.asarray(lon, float), np.asarray(lat, float)))


@cache
def _transformer(*, to_metres: bool) -> pyproj.Transformer:
    ends = (SHIPPING_CRS, MEASURING_CRS) if to_metres else (MEASURING_CRS, SHIPPING_CRS)
    return pyproj.Transformer.from_crs(*ends, always_xy=True)
