"""All boundary layers as nested coverages: no gap, no overlap, children tile their parent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geodata.areas import AreaTree
from geodata.boundaries.faces import Faces, check_inside, collect_faces, place_polygons
from geodata.boundaries.layers import load_layer, require_layer
from geodata.boundaries.shift import check_shift
from geodata.crs import SHIPPING_CRS, to_shipping
from geodata.findings import Finding, finding
from geodata.join_report import AREAS_SIDE, JoinReport, report_frame
from geodata.schema import LEVELS

if TYPE_CHECKING:
    from geodata.source import Source

SNAP_M = 0.1  # vertices closer than this are one; the stored 6 decimals are as coarse
GAP_M = 50.0  # narrower holes between areas are drawing errors, not ground without an area
MENDED_MIN_M2 = 500.0  # smaller changes of an area are rounding and not worth a finding

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Coverages:
    """One polygon for every area that has any, nested and clean.

    Attributes
    ----------
    tree : AreaTree
    shapes : ndarray of Polygon or MultiPolygon, (n_areas,)
        Tree order, in the measuring CRS (metres), exteriors counter-clockwise; None where an area
        has no polygon. Per level a valid coverage; a parent is the union of its children (and of
        its own ground where a child has no polygon).
    findings : list of Finding
    report : JoinReport
        Features without an area and areas without a polygon.
    """

    tree: AreaTree
    shapes: np.ndarray
    findings: list[Finding] = field(default_factory=list)
    report: JoinReport = field(default_factory=lambda: JoinReport(report_frame([])))

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels that have polygons, from the top."""
        return tuple(level for level in LEVELS if len(self.positions(level)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.levels)

    def __contains__(self, level: object) -> bool:
        return level in self.levels

    def positions(self, level: str) -> np.ndarray:
        """Positions in tree order of the areas of a level that have a polygon."""
        part = self.tree.level_slices[level]
        return np.flatnonzero(~shapely.is_missing(self.shapes[part])) + part.start

    def __getitem__(self, level: str) -> gpd.GeoDataFrame:
        """One level as `area_code`, geometry in EPSG:4490 (6 decimals), tree order."""
        positions = self.positions(level)
        if not len(positions):
            raise KeyError(level)
        return gpd.GeoDataFrame(
            {"area_code": [self.tree.codes[i] for i in positions]},
            geometry=round_coordinates(to_shipping(self.shapes[positions]), 6),
            crs=SHIPPING_CRS,
        )


def build_coverages(
    source: Source, tree: AreaTree | None = None, progress: Progress | None = None
) -> Coverages:
    """Read, repair, project, clean and nest all boundary layers of a source.

    Parameters
    ----------
    source : Source
    tree : AreaTree, optional
        By default the tree of the source.
    progress : callable, optional
        Called with (stage, done, total).

    Returns
    -------
    Coverages

    Raises
    ------
    SourceError, CrsError, BoundaryError
        If any finding about the layers is an error.
    """
    coverages, findings = examine_boundaries(source, tree or source.tree, progress)
    require_layer(findings)
    assert coverages is not None
    return coverages


def examine_boundaries(
    source: Source, tree: AreaTree, progress: Progress | None = None
) -> tuple[Coverages | None, list[Finding]]:
    """As `build_coverages`, but what is wrong with the layers is returned, not raised.

    Returns
    -------
    coverages : Coverages or None
        None when nothing can be made of the layers.
    findings : list of Finding
    """
    report = progress or (lambda stage, done, total: None)
    faces = Faces(np.empty(0, dtype=int), np.empty(0, dtype=object))
    own, tables = {}, {}
    levels = source.boundary_levels
    for i, level in enumerate(levels):
        report("boundaries: read", i, len(levels))
        layer, findings = load_layer(source.layer(level))
        faces.findings += findings
        if layer is not None:
            tables[level] = source.layer(level).name
            own[level] = place_polygons(layer, level, tree, tables[level], faces)
    faces.findings += _check_levels(levels, tree)
    shifts = check_shift(own, tree, tables)
    faces.findings += shifts or check_inside(own, tree, tables)
    collect_faces(own, tree, faces)
    if not len(faces.owners):
        faces.findings.append(finding("no_boundaries", "source.toml", 0, "[boundaries]"))
        return None, faces.findings
    report("boundaries: clean", 0, 1)
    clean = clean_faces(faces, tree, tables)
    if clean is None:
        return None, faces.findings
    report("boundaries: nest", 0, 1)
    shapes = nest(faces.owners, clean, tree)
    report("boundaries: nest", 1, 1)
    coverages = _finish(shapes, tree, faces, tables)
    return coverages, coverages.findings


def _check_levels(levels: Sequence[str], tree: AreaTree) -> list[Finding]:
    """Levels finer than any layer: no map can show them."""
    finest = max((LEVELS.index(level) for level in levels), default=len(LEVELS))
    bare = [v for v in LEVELS[finest + 1 :] if len(tree.codes[tree.level_slices[v]])]
    return [
        finding("level_without_boundaries", "source.toml", 0, f"no [boundaries.{level}]")
        for level in bare
    ]


def clean_faces(faces: Faces, tree: AreaTree, tables: dict[str, str]) -> np.ndarray | None:
    """Faces as one coverage, exteriors counter-clockwise; what was mended becomes findings.

    None if no valid coverage comes out.
    """
    clean = shapely.coverage_clean(faces.shapes, snapping_distance=SNAP_M, gap_width=GAP_M)
    if not (shapely.coverage_is_valid(clean) and shapely.is_valid(clean).all()):
        faces.findings.append(finding("no_coverage", "boundaries", len(clean), "coverage_clean"))
        return None
    before, after = shapely.area(faces.shapes), shapely.area(clean)
    for level, table in tables.items():
        part = tree.level_slices[level]
        here = (faces.owners >= part.start) & (faces.owners < part.stop)
        change = np.where(here, after - before, 0.0)
        gone = np.flatnonzero(here & (after < 0.01 * before))
        if len(gone):
            code = tree.codes[faces.owners[gone[0]]]
            item = finding("covered_polygon", table, len(gone), f"code = {code!r}")
            faces.findings.append(item)
        mended = np.flatnonzero(np.abs(change) > MENDED_MIN_M2)
        if len(mended):
            worst = int(np.argmax(np.abs(change)))
            example = (
                f"{change[change > 0].sum():.0f} m2 of gaps, "
                f"{-change[change < 0].sum():.0f} m2 of overlaps; "
                f"most at {tree.codes[faces.owners[worst]]}: {change[worst]:+.0f} m2"
            )
            faces.findings.append(finding("coverage_mended", table, len(mended), example))
    return shapely.orient_polygons(clean, exterior_cw=False)


def nest(owners: np.ndarray, faces: np.ndarray, tree: AreaTree) -> np.ndarray:
    """Polygons of all areas from the faces, (n_areas,); a parent is the union of what is below."""
    shapes = np.full(len(tree), None, dtype=object)
    shapes[owners] = np.where(shapely.is_empty(faces), None, faces)
    for level in reversed(LEVELS[:-1]):
        part = tree.level_slices[level]
        for position in range(part.start, part.stop):
            pieces = shapes[tree.children(position)]
            pieces = pieces[~shapely.is_missing(pieces)]
            if not len(pieces):
                continue
            if shapes[position] is not None:  # the rest of a parent some child of which is absent
                pieces = np.append(pieces, shapes[position])
            merged = shapely.coverage_union_all(pieces)
            shapes[position] = shapely.orient_polygons(merged, exterior_cw=False)
    return shapes


def round_coordinates(shapes: np.ndarray, decimals: int) -> np.ndarray:
    """Shapes with rounded coordinates; neighbours round alike, so no gap opens."""
    return shapely.transform(shapes, lambda xy: np.round(xy, decimals))


def _finish(shapes: np.ndarray, tree: AreaTree, faces: Faces, tables: dict[str, str]) -> Coverages:
    rows = faces.unmatched
    for level, table in tables.items():
        part = tree.level_slices[level]
        absent = np.flatnonzero(shapely.is_missing(shapes[part])) + part.start
        note = "no polygon; counted in the totals above"
        rows += [(table, AREAS_SIDE, tree.codes[i], 0, note) for i in absent]
        if len(absent):
            example = f"{tree.codes[absent[0]]} {tree.names[absent[0]]}"
            item = finding("area_without_polygon", table, len(absent), example)
            faces.findings.append(item)
    matched = int((~shapely.is_missing(shapes)).sum())
    return Coverages(tree, shapes, faces.findings, JoinReport(report_frame(rows), matched))
