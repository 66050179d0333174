"""The pieces the browser loads: an area (the scope), one level inside it, its context."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geodata.boundaries.coverages import Coverages, round_coordinates
from geodata.crs import to_shipping

# level of the scope: levels drawn inside it
TARGETS = {
    "region": ("province", "city", "district", "subdistrict"),
    "province": ("city", "district", "subdistrict"),
    "city": ("district", "subdistrict", "community"),
    "district": ("subdistrict", "community"),
}
DECIMALS = {"region": 4, "province": 4, "city": 4, "district": 5}  # of a degree: 11 m, 1 m
# A scope is drawn about so many pixels wide, and detail below a pixel is not sent; where more
# than CROWDED features share the screen, each is a few pixels wide and half of that is enough.
PIXELS, CROWDED_PIXELS, CROWDED = 2000, 1000, 1000
FINE_DECIMALS = 10  # 0.01 mm: simplifying can leave a strip of a parent's ground a few mm wide
WHOLE_SHARE = 0.9999  # children cover less of the scope than this: it has ground of its own


@dataclass(frozen=True)
class Piece:
    """One level inside one scope, simplified together with its context, in EPSG:4490.

    Exteriors run counter-clockwise (RFC 7946).

    Attributes
    ----------
    scope, level : int, str
        Position of the scope; level of the features.
    positions : ndarray of int, (n,)
        Features in tree order.
    shapes : ndarray, (n,)
    outline : Polygon or MultiPolygon
        The scope: the union of the features and of ground without one.
    neighbours : ndarray of int, (k,)
        Positions of the areas that touch the scope, of its level.
    neighbour_shapes : ndarray, (k,)
    decimals : int
    """

    scope: int
    level: str
    positions: np.ndarray
    shapes: np.ndarray
    outline: shapely.Geometry
    neighbours: np.ndarray
    neighbour_shapes: np.ndarray
    decimals: int


def list_pieces(coverages: Coverages) -> list[tuple[int, str]]:
    """(scope position, level) of every piece that has features."""
    tree, found = coverages.tree, []
    known = ~shapely.is_missing(coverages.shapes)
    for scope_level, levels in TARGETS.items():
        part = tree.level_slices[scope_level]
        for scope in range(part.start, part.stop):
            for level in levels:
                if known[tree.descendants(scope, level)].any():
                    found.append((scope, level))
    return found


def find_neighbours(coverages: Coverages) -> dict[int, np.ndarray]:
    """Positions of the areas of the same level that touch a scope; clean areas share vertices."""
    found = {}
    for level in TARGETS:
        positions = coverages.positions(level)
        if not len(positions):
            continue
        xy, owner = shapely.get_coordinates(coverages.shapes[positions], return_index=True)
        _, vertex = np.unique(xy[:, 0] + 1j * xy[:, 1], return_inverse=True)
        pairs = np.unique(np.column_stack([vertex.ravel(), owner]), axis=0)
        for i, position in enumerate(positions):
            mine = np.isin(pairs[:, 0], pairs[pairs[:, 1] == i, 0])
            near = np.unique(pairs[mine, 1])
            found[int(position)] = positions[near[near != i]]
    return found


def cut_piece(coverages: Coverages, scope: int, level: str, neighbours: np.ndarray) -> Piece:
    """Simplify one level of one scope and its neighbours as one coverage; no gap opens."""
    tree = coverages.tree
    span = tree.descendants(scope, level)
    positions = np.arange(span.start, span.stop)
    positions = positions[~shapely.is_missing(coverages.shapes[positions])]
    inner = coverages.shapes[positions]
    rest = _rest(coverages.shapes[scope], inner)
    together = np.concatenate([inner, rest, coverages.shapes[neighbours]])
    west, south, east, north = shapely.bounds(coverages.shapes[scope])
    pixels = PIXELS if len(positions) <= CROWDED else CROWDED_PIXELS
    tolerance = max(east - west, north - south) / pixels
    decimals = DECIMALS[tree.level(scope)]
    simple = shapely.orient_polygons(shapely.coverage_simplify(together, tolerance))
    degrees = round_coverage(to_shipping(simple), decimals)
    inside = len(inner) + len(rest)
    return Piece(
        scope,
        level,
        positions,
        degrees[: len(inner)],
        shapely.orient_polygons(shapely.coverage_union_all(degrees[:inside])),
        neighbours,
        degrees[inside:],
        decimals,
    )


def round_coverage(degrees: np.ndarray, decimals: int) -> np.ndarray:
    """A coverage rounded to `decimals`, and still valid.

    Where rounding would cross or collapse an outline, the vertices of that polygon keep 10
    decimals, in it and in its neighbours alike, so that they still match.
    """
    fine = round_coordinates(degrees, FINE_DECIMALS)
    kept = np.empty(0, dtype=complex)
    rounded = fine
    for _ in range(8):
        rounded = shapely.transform(fine, lambda xy: _round_but(xy, decimals, kept))  # noqa: B023
        broken = _find_broken(rounded)
        if not broken.any():
            return rounded
        xy = shapely.get_coordinates(fine[broken])
        kept = np.union1d(kept, xy[:, 0] + 1j * xy[:, 1])
    return fine


def _round_but(xy: np.ndarray, decimals: int, kept: np.ndarray) -> np.ndarray:
    rounded = np.round(xy, decimals)
    if len(kept):
        stay = np.isin(xy[:, 0] + 1j * xy[:, 1], kept)
        rounded[stay] = xy[stay]
    return rounded


def _find_broken(shapes: np.ndarray) -> np.ndarray:
    """Mask of the polygons that rounding spoilt, alone or against a neighbour."""
    broken = ~shapely.is_valid(shapes)
    if not broken.any() and not shapely.coverage_is_valid(shapes):
        broken = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    return broken


def _rest(outline: shapely.Geometry, inner: np.ndarray) -> np.ndarray:
    """Ground of the scope that no feature covers, as an array of none or one."""
    if shapely.area(inner).sum() >= WHOLE_SHARE * outline.area:
        return np.empty(0, dtype=object)
    left = shapely.difference(outline, shapely.coverage_union_all(inner))
    parts = shapely.get_parts(left)
    parts = parts[shapely.get_type_id(parts) == 3]
    return np.array([shapely.multipolygons(parts)], dtype=object)
