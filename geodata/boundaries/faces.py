"""Polygons as delivered to faces: disjoint pieces of ground, each owned by one area.

An area with polygons below it is the union of those; its own polygon is used only where some of
its children have none, as the *rest*: own polygon less the children's. So children tile their
parent, and ground without a child stays in the parent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely

from geodata.areas import AreaTree
from geodata.crs import to_measuring
from geodata.findings import Finding, finding
from geodata.join_report import FACTS_SIDE
from geodata.schema import LEVELS

REST_MIN_SHARE = 0.001  # a rest below this share of the parent is a drawing error, not ground
OUTSIDE_MAX_SHARE = 0.5


@dataclass
class Faces:
    """Faces in the measuring CRS.

    Attributes
    ----------
    owners : ndarray of int, (n,)
        Position of the area in tree order; an area owns at most one face.
    shapes : ndarray of Polygon or MultiPolygon, (n,)
    findings : list of Finding
    unmatched : list of (table, side, key, rows, note)
        Features whose code no area of that level has.
    """

    owners: np.ndarray
    shapes: np.ndarray
    findings: list[Finding] = field(default_factory=list)
    unmatched: list[tuple[str, str, str, int, str]] = field(default_factory=list)


def place_polygons(
    layer: gpd.GeoDataFrame, level: str, tree: AreaTree, table: str, faces: Faces
) -> np.ndarray:
    """Repaired polygons of one layer in tree order, (n_areas of the level,), None where absent.

    Features of one code are merged; features without an area go to `faces.unmatched`.
    """
    part = tree.level_slices[level]
    shapes = repair(np.asarray(layer.geometry.array))
    codes = layer["area_code"].to_numpy()
    position = np.array([tree.position.get(c, -1) for c in codes], dtype=np.int64)
    wrong = (position < part.start) | (position >= part.stop)
    if wrong.any():
        example = f"feature {np.flatnonzero(wrong)[0] + 1}: code = {codes[wrong][0]!r}"
        faces.findings.append(finding("polygon_without_area", table, int(wrong.sum()), example))
        note = f"no {level} has this code"
        faces.unmatched += [(table, FACTS_SIDE, str(c), 1, note) for c in codes[wrong]]
    usable = ~wrong & ~shapely.is_missing(shapes)
    position, shapes = position[usable] - part.start, to_measuring(shapes[usable])
    placed = np.full(part.stop - part.start, None, dtype=object)
    counts = np.bincount(position, minlength=len(placed))
    single = counts[position] == 1
    placed[position[single]] = shapes[single]
    doubles = np.flatnonzero(counts > 1)
    for i in doubles:
        placed[i] = shapely.union_all(shapes[position == i])
    if len(doubles):
        example = f"code = {tree.codes[part.start + int(doubles[0])]!r}"
        faces.findings.append(finding("double_polygon", table, len(doubles), example))
    return placed


def repair(shapes: np.ndarray) -> np.ndarray:
    """Valid polygons or multipolygons; None where nothing polygonal is left."""
    shapes = shapes.copy()
    bad = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    for i in np.flatnonzero(shapely.get_type_id(shapes) == 7):
        parts = shapely.get_parts(shapes[i])
        flat = parts[np.isin(shapely.get_type_id(parts), (3, 6))]
        shapes[i] = shapely.union_all(flat) if len(flat) else None
    kinds = shapely.get_type_id(shapes)
    shapes[~np.isin(kinds, (3, 6)) | shapely.is_empty(shapes)] = None
    return shapes


def collect_faces(own: dict[str, np.ndarray], tree: AreaTree, faces: Faces) -> Faces:
    """Fill `faces` from the polygons of all layers.

    Parameters
    ----------
    own : dict of level to ndarray, (n_areas of the level,)
        As `place_polygons` returns them.
    """
    shapes = np.full(len(tree), None, dtype=object)
    for level, placed in own.items():
        shapes[tree.level_slices[level]] = placed
    has_own = ~shapely.is_missing(shapes)
    some, whole = has_own.copy(), has_own.copy()  # ground known at all; all of it
    is_face = has_own.copy()
    for level in reversed(LEVELS[:-1]):
        part = tree.level_slices[level]
        for position in range(part.start, part.stop):
            children = tree.children(position)
            if not some[children].any():
                continue
            is_face[position] = False
            some[position] = True
            full_below = bool(whole[children].all())
            whole[position] = full_below or has_own[position]
            if has_own[position] and not full_below:
                rest = _rest(shapes[position], _top_shapes_below(shapes, position, has_own, tree))
                if rest is not None:
                    shapes[position], is_face[position] = rest, True
    faces.owners = np.flatnonzero(is_face)
    faces.shapes = shapes[faces.owners]
    return faces


def _rest(own: shapely.Geometry, below: list[shapely.Geometry]) -> shapely.Geometry | None:
    """Own polygon less what is below, None when that is next to nothing."""
    left = shapely.difference(own, shapely.union_all(below))
    rest = repair(np.array([left], dtype=object))[0]
    return None if rest is None or rest.area < REST_MIN_SHARE * own.area else rest


def _top_shapes_below(
    shapes: np.ndarray, position: int, has_own: np.ndarray, tree: AreaTree
) -> list[shapely.Geometry]:
    """The faces of all areas below; a shape replaced by its rest is joined by those below it."""
    found = []
    children = tree.children(position)
    for child in range(children.start, children.stop):
        if has_own[child]:
            found.append(shapes[child])
        found += _top_shapes_below(shapes, child, has_own, tree)
    return found


def check_inside(own: dict[str, np.ndarray], tree: AreaTree, tables: dict[str, str]) -> list:
    """Findings on areas most of whose polygon lies outside the polygon of an ancestor."""
    found = []
    levels = [level for level in LEVELS if level in own]
    for upper, lower in pairwise(levels):
        part, above = tree.level_slices[lower], tree.level_slices[upper]
        ancestor = ancestors_at(tree, lower, upper) - above.start
        outer = own[upper][np.maximum(ancestor, 0)]
        known = (ancestor >= 0) & ~shapely.is_missing(own[lower]) & ~shapely.is_missing(outer)
        rows = np.flatnonzero(known)
        order = np.argsort(ancestor[rows], kind="stable")
        rows = rows[order]
        share = _share_inside(own[lower][rows], outer[rows])
        bad = rows[share < 1 - OUTSIDE_MAX_SHARE]
        if len(bad):
            i = int(bad[0])
            code, name = tree.codes[part.start + i], tree.names[part.start + i]
            example = (
                f"{code} {name}: {1 - share[share < 1 - OUTSIDE_MAX_SHARE][0]:.0%} outside "
                f"{tree.codes[above.start + int(ancestor[i])]}"
            )
            found.append(finding("outside_parent", tables[lower], len(bad), example))
    return found


def _share_inside(shapes: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """Share of each polygon's area inside its outer one; 1 at once where it is contained."""
    shapely.prepare(outer)
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    likely = shapely.contains_xy(outer, points[:, 0], points[:, 1])
    share = likely.astype(float)
    # A point inside is a cheap sign; only the others are measured.
    rest = np.flatnonzero(~likely)
    if len(rest):
        common = shapely.intersection(shapes[rest], outer[rest])
        share[rest] = shapely.area(common) / shapely.area(shapes[rest])
    return share


def ancestors_at(tree: AreaTree, lower: str, upper: str) -> np.ndarray:
    """Position of the ancestor at `upper` of each area of level `lower`, -1 where none."""
    position = np.arange(len(tree))[tree.level_slices[lower]]
    for _ in range(LEVELS.index(lower) - LEVELS.index(upper)):
        position = np.where(position >= 0, tree.parents[position], -1)
    return position
