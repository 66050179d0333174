"""The small map that shows where the area lies."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely

from dashboard.exports.ink import MARK, NEIGHBOUR_FILL
from dashboard.exports.map_geometry import BoundaryFolder
from dashboard.exports.paper import fit_paper, ring_paths
from geodata.crs import to_measuring
from geodata.schema import LEVELS

HEIGHT, MIN_WIDTH, MAX_WIDTH = 27.0, 14.0, 27.0  # mm
LINE = "#9a9488"
SMALLEST_MARK = 1.6  # mm; a smaller area gets a ring around it


@lru_cache(maxsize=64)
def locator_svg(boundaries: BoundaryFolder, area: int) -> str:
    """SVG of the provinces with the area marked; "" for the region itself.

    Parameters
    ----------
    boundaries : BoundaryFolder
    area : int
        Position in the tree.
    """
    level = boundaries.tree.level(area)
    if level == LEVELS[0]:
        return ""
    _, provinces = boundaries.read(LEVELS[1])
    _, own = boundaries.read(level, np.array([area]))
    if not len(provinces) or not len(own):
        return ""
    paper = fit_paper(
        tuple(shapely.total_bounds(to_measuring(provinces))),
        height=HEIGHT,
        min_width=MIN_WIDTH,
        max_width=MAX_WIDTH,
        padding=0.5,
    )
    land = "".join(ring_paths(shapely.coverage_simplify(paper.place_geometries(provinces), 0.15)))
    placed = paper.place_geometries(own)
    mark = "".join(ring_paths(shapely.simplify(placed, 0.08)))
    body = (
        f'<path d="{land}" fill="{NEIGHBOUR_FILL}" stroke="{LINE}" stroke-width="14"/>'
        f'<path d="{mark}" fill="{MARK}" fill-rule="evenodd" stroke="{MARK}" stroke-width="6"/>'
        + _ring(placed[0])
    )
    width, height = paper.width, paper.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {100 * width:g} {100 * height:g}" stroke-linejoin="round">{body}</svg>'
    )


def _ring(polygon: shapely.Geometry) -> str:
    left, top, right, bottom = polygon.bounds
    if max(right - left, bottom - top) >= SMALLEST_MARK:
        return ""
    return (
        f'<circle cx="{50 * (left + right):.0f}" cy="{50 * (top + bottom):.0f}" r="130" '
        f'fill="none" stroke="{MARK}" stroke-width="25"/>'
    )
