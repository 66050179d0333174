"""From geographic polygons to page millimetres: the frame, the scale, integer rings.

Page space is millimetres from the top left corner of the map frame, y downwards. Paths are
written in whole hundredths of a millimetre with relative segments, which is finer than any
printer and keeps the file small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geodata.crs import project_points, to_measuring, to_shipping

UNITS_PER_MM = 100


@dataclass(frozen=True)
class Paper:
    """Size of the map frame and the way from measuring metres onto it.

    Attributes
    ----------
    width, height : float
        Map frame in mm.
    mm_per_m : float
        Scale: page millimetres per metre on the ground.
    west, north : float
        Measuring coordinates in metres of the frame's top left corner.
    """

    width: float
    height: float
    mm_per_m: float
    west: float
    north: float

    def place(self, metres: np.ndarray) -> np.ndarray:
        """Measuring metres (n, 2) to page millimetres (n, 2)."""
        return (metres - (self.west, self.north)) * (self.mm_per_m, -self.mm_per_m)

    def place_geometries(self, geometries: np.ndarray) -> np.ndarray:
        """Polygons in EPSG:4490 degrees to page millimetres."""
        return shapely.transform(to_measuring(geometries), self.place)

    @property
    def scale_number(self) -> float:
        """N of the representative fraction 1 : N."""
        return 1000 / self.mm_per_m

    def north_angle(self) -> float:
        """Degrees by which true north at the frame's middle leans right of the page's vertical."""
        middle = np.array([[self.width / 2, self.height / 2]])
        metres = middle / (self.mm_per_m, -self.mm_per_m) + (self.west, self.north)
        lon, lat = _to_degrees(metres)
        step = project_points(np.array([lon, lon]), np.array([lat, lat + 0.01]))
        east, north = step[1] - step[0]
        return float(np.degrees(np.arctan2(east, north)))


@dataclass(frozen=True)
class Frame:
    """Room for a map on a page, in mm; `min_height` 0 stands for a fixed height.

    A `plain` map is a small one without scale bar, north arrow and names of neighbours.
    """

    height: float
    min_width: float
    max_width: float
    min_height: float = 0.0
    padding: float = 5.0
    plain: bool = False


def fit_frame(bounds: tuple[float, float, float, float], frame: Frame) -> Paper:
    """The paper of an area in a frame; `bounds` as in `fit_paper`."""
    return fit_paper(
        bounds,
        height=frame.height,
        min_width=frame.min_width,
        max_width=frame.max_width,
        min_height=frame.min_height,
        padding=frame.padding,
    )


def fit_paper(
    bounds: tuple[float, float, float, float],
    *,
    height: float,
    min_width: float,
    max_width: float,
    min_height: float = 0.0,
    padding: float = 5.0,
) -> Paper:
    """The frame around an area: as wide and high as its shape asks for, between limits.

    Parameters
    ----------
    bounds : tuple of 4 floats
        West, south, east, north of the area in measuring metres.
    height, min_width, max_width, min_height, padding : float
        Millimetres. With `min_height` the height may be less than `height`; else it is fixed.
    """
    west, south, east, north = bounds
    span_x, span_y = max(east - west, 1.0), max(north - south, 1.0)
    mm_per_m = min((max_width - 2 * padding) / span_x, (height - 2 * padding) / span_y)
    width = min(max(mm_per_m * span_x + 2 * padding, min_width), max_width)
    if min_height:
        height = round(min(max(mm_per_m * span_y + 2 * padding, min_height), height), 2)
    return Paper(
        width=round(width, 2),
        height=height,
        mm_per_m=mm_per_m,
        west=(west + east) / 2 - width / 2 / mm_per_m,
        north=(south + north) / 2 + height / 2 / mm_per_m,
    )


def dissolve(polygons: np.ndarray) -> shapely.Geometry:
    """One outline for many polygons of a coverage; a flaw in it must not cost the page."""
    try:
        return shapely.coverage_union_all(polygons)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapely.make_valid(polygons), grid_size=1 / UNITS_PER_MM)


def to_units(millimetres: np.ndarray) -> np.ndarray:
    """Page millimetres to whole path units."""
    return np.rint(np.asarray(millimetres) * UNITS_PER_MM).astype(np.int64)


def ring_paths(polygons: np.ndarray) -> list[str]:
    """One path string per (multi)polygon: every ring as `Mx yl dx dy ... z`; "" if it vanishes.

    Parameters
    ----------
    polygons : array of (multi)polygons, (n,)
        In page millimetres.
    """
    paths: list[list[str]] = [[] for _ in polygons]
    for owner, ring in zip(*unit_rings(polygons)):
        paths[owner].append(_write_line(ring[:-1]) + "z")
    return ["".join(parts) for parts in paths]


def unit_rings(polygons: np.ndarray) -> tuple[list[int], list[np.ndarray]]:
    """All rings of all polygons in whole path units, repeated points dropped.

    Returns
    -------
    (owners, rings)
        Index of the polygon a ring belongs to, and the closed ring (m, 2) with m >= 4.
    """
    parts, part_owner = shapely.get_parts(np.asarray(polygons, dtype=object), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring_of = shapely.get_coordinates(rings, return_index=True)
    units = to_units(xy)
    fresh = np.ones(len(units), dtype=bool)
    fresh[1:] = (units[1:] != units[:-1]).any(axis=1) | (ring_of[1:] != ring_of[:-1])
    units, ring_of = units[fresh], ring_of[fresh]
    stops = np.flatnonzero(np.diff(ring_of, append=-1)) + 1
    starts = np.concatenate(([0], stops[:-1])) if len(stops) else stops
    owners, kept = [], []
    for start, stop in zip(starts.tolist(), stops.tolist()):
        if stop - start >= 4:
            owners.append(int(part_owner[ring_part[ring_of[start]]]))
            kept.append(units[start:stop])
    return owners, kept


def line_paths(lines: np.ndarray) -> str:
    """One path string for many lines in whole path units."""
    strings = []
    for line in lines:
        xy = shapely.get_coordinates(line).astype(np.int64)
        closed = len(xy) > 3 and (xy[0] == xy[-1]).all()
        strings.append(_write_line(xy[:-1]) + "z" if closed else _write_line(xy))
    return "".join(strings)


def _write_line(units: np.ndarray) -> str:
    steps = np.diff(units, axis=0).ravel().tolist()
    # A minus sign separates numbers as well as a space does, and half of them are negative.
    tail = "".join(f" {n}" if n >= 0 else str(n) for n in steps)
    return f"M{units[0, 0]} {units[0, 1]}l{tail.lstrip()}"


def _to_degrees(metres: np.ndarray) -> tuple[float, float]:
    point = to_shipping(np.array([shapely.Point(*metres[0])], dtype=object))[0]
    return point.x, point.y
