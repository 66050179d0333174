"""What a printed map needs of the geometry alone, computed once per release, area and level.

Values, classes and language come later: a second page of the same area costs none of this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import shapely

from dashboard.exports.edges import OUTLINE, rank_edges
from dashboard.exports.paper import Frame, Paper, dissolve, fit_frame, ring_paths
from geodata.areas import AreaTree
from geodata.crs import to_measuring
from geodata.errors import BoundaryError
from geodata.schema import LEVELS

TOLERANCE_MM = 0.08  # half the thinnest line that an office printer draws
FRAME = Frame(height=163.0, min_width=128.0, max_width=180.0)  # on A4 landscape
MAX_OVERVIEW_LABELS = 230


@dataclass(frozen=True)
class Places:
    """Areas that may carry a label: position in the tree, label point and polygon.

    Attributes
    ----------
    positions : int array, (n,)
    points : float array, (n, 2)
        Label points in page mm.
    polygons : object array, (n,)
        In page mm.
    """

    positions: np.ndarray
    points: np.ndarray
    polygons: np.ndarray


@dataclass(frozen=True)
class MapGeometry:
    """The drawn geometry of one area at one level, in page space.

    Attributes
    ----------
    paper : Paper
    children : Places
        The areas coloured by class, in tree order.
    overview : Places
        Areas of the level between area and children that is labelled when the children are too
        many; empty when there is none.
    neighbours : Places
    child_paths : tuple of str
        One path string per child.
    neighbour_path : str
    edges : dict
        Rank of the parted level (index in LEVELS; OUTLINE for the area's outline) to path string.
    land : geometry
        Union of the children.
    """

    paper: Paper
    children: Places
    overview: Places
    neighbours: Places
    child_paths: tuple[str, ...]
    neighbour_path: str
    edges: dict[int, str]
    land: shapely.Geometry


@dataclass(frozen=True)
class BoundaryFolder:
    """The boundaries of one release: `<level>.parquet` in EPSG:4490, tree order.

    A release is immutable, so that its folder can stand for its content in a cache.

    Attributes
    ----------
    folder : Path
    tree : AreaTree
        The areas of the same release.
    names : dict
        Language to the names of all areas in tree order.
    """

    folder: Path
    tree: AreaTree = field(compare=False, repr=False)
    names: Mapping[str, Sequence[str]] = field(compare=False, repr=False)

    def read(
        self, level: str, positions: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Positions (n,) and polygons (n,) in EPSG:4490 of a level, or of some of its areas."""
        path, wanted = self.folder / f"{level}.parquet", None
        if not path.exists():
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
        if positions is not None:
            wanted = [("area_code", "in", [self.tree.codes[p] for p in positions])]
        table = pq.read_table(path, columns=["area_code", "geometry"], filters=wanted)
        found = np.array([self.tree.position[code] for code in table["area_code"].to_pylist()])
        polygons = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
        order = np.argsort(found)
        return found[order].astype(np.int64), polygons[order]


@lru_cache(maxsize=8)
def map_geometry(
    boundaries: BoundaryFolder, area: int, level: str, frame: Frame = FRAME
) -> MapGeometry:
    """The geometry of `area` (position) with its descendants at `level` in a frame; cached.

    Raises
    ------
    BoundaryError
        If the release has no polygons of that area at that level.
    """
    tree = boundaries.tree
    below = tree.descendants(area, level)
    positions, polygons = boundaries.read(level, np.arange(below.start, below.stop))
    if not len(positions):
        raise BoundaryError(
            f"the release has no {level} boundaries in {tree.codes[area]}",
            "choose a level that has boundaries, or add the layer to the source",
        )
    paper = fit_frame(tuple(shapely.total_bounds(to_measuring(polygons))), frame)
    near_positions, near = _neighbours(boundaries, area, paper)
    drawn = shapely.coverage_simplify(
        np.concatenate([paper.place_geometries(polygons), near]), TOLERANCE_MM
    )
    drawn, near = drawn[: len(positions)], _clip(drawn[len(positions) :], paper)
    shown = ~shapely.is_empty(near)
    near_positions, near = near_positions[shown], near[shown]
    ranked = rank_edges(drawn, _ancestors(tree, positions, area, level))
    top = int(tree.level_index[area]) + 1
    return MapGeometry(
        paper=paper,
        children=_places(positions, drawn),
        overview=_overview(tree, area, level, positions, drawn),
        neighbours=_places(near_positions, near),
        child_paths=tuple(ring_paths(drawn)),
        neighbour_path="".join(ring_paths(near)),
        edges={OUTLINE if r == OUTLINE else r + top: path for r, path in ranked.items()},
        land=dissolve(drawn),
    )


def _neighbours(
    boundaries: BoundaryFolder, area: int, paper: Paper
) -> tuple[np.ndarray, np.ndarray]:
    """Areas of the area's own level that show inside the frame."""
    level = boundaries.tree.level(area)
    if level == LEVELS[0]:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    positions, polygons = boundaries.read(level)
    placed = paper.place_geometries(polygons)
    frame = shapely.box(0, 0, paper.width, paper.height)
    seen = (positions != area) & shapely.intersects(placed, frame)
    return positions[seen], placed[seen]


def _clip(polygons: np.ndarray, paper: Paper) -> np.ndarray:
    margin = 1.0
    return shapely.clip_by_rect(
        polygons, -margin, -margin, paper.width + margin, paper.height + margin
    )


def _ancestors(tree: AreaTree, positions: np.ndarray, area: int, level: str) -> np.ndarray:
    """Ancestors of each child at the levels below the area, topmost first, (k, n)."""
    rows, current = [], np.asarray(positions)
    for _ in range(LEVELS.index(level) - int(tree.level_index[area])):
        rows.append(current)
        current = tree.parents[current]
    return np.array(rows[::-1]) if rows else current[None, :]


def _overview(
    tree: AreaTree, area: int, level: str, positions: np.ndarray, polygons: np.ndarray
) -> Places:
    """The finest level between area and children that a page can still label."""
    rows = _ancestors(tree, positions, area, level)[:-1]
    for owner in rows[::-1]:
        groups = np.unique(owner)
        if 1 < len(groups) <= MAX_OVERVIEW_LABELS:
            merged = [dissolve(polygons[owner == g]) for g in groups]
            return _places(groups, np.array(merged, dtype=object))
    return _places(np.empty(0, dtype=np.int64), np.empty(0, dtype=object))


def _places(positions: np.ndarray, polygons: np.ndarray) -> Places:
    """Label points by the largest inscribed circle of the largest part."""
    if not len(positions):
        return Places(positions, np.empty((0, 2)), polygons)
    circles = shapely.maximum_inscribed_circle(_largest_part(polygons), tolerance=0.25)
    return Places(positions, shapely.get_coordinates(shapely.get_point(circles, 0)), polygons)


def _largest_part(polygons: np.ndarray) -> np.ndarray:
    parts, owner = shapely.get_parts(polygons, return_index=True)
    order = np.lexsort((shapely.area(parts), owner))
    last = np.flatnonzero(np.diff(owner[order], append=-1))
    largest = np.full(len(polygons), shapely.Polygon(), dtype=object)
    largest[owner[order][last]] = parts[order][last]
    return largest
