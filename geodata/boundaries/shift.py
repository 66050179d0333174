"""Is a layer shifted against another one, and is the shift that of GCJ-02?"""

from __future__ import annotations

import numpy as np
import shapely

from geodata.areas import AreaTree
from geodata.boundaries.faces import ancestors_at
from geodata.crs import gcj02_offset, project_points, to_shipping
from geodata.findings import Finding, finding
from geodata.schema import LEVELS

REFERENCE_LEVEL = "district"
MIN_SHIFT_M = 200.0  # GCJ-02 is off by 500 to 600 m here; drawing differences stay below this
SAME_SHARE = 0.3  # a shift within 30 % of that of GCJ-02 is taken for it
MAX_AREA_DIFFERENCE = 0.05  # compare only where the parts make up the whole


def check_shift(
    own: dict[str, np.ndarray], tree: AreaTree, tables: dict[str, str]
) -> list[Finding]:
    """Findings on layers that lie beside the district layer (or the finest one above them).

    Parameters
    ----------
    own : dict of level to ndarray, (n_areas of the level,)
        Polygons in the measuring CRS, None where absent.
    tree : AreaTree
    tables : dict of level to file name
    """
    levels = [level for level in LEVELS if level in own]
    found = []
    reference = REFERENCE_LEVEL if REFERENCE_LEVEL in own else (levels[0] if levels else "")
    for level in levels:
        if level == reference:
            continue
        upper, lower = sorted((level, reference), key=LEVELS.index)
        shifts, at = _centroid_shifts(own[upper], own[lower], tree, upper, lower)
        if not len(shifts):
            continue
        shift = np.median(shifts, axis=0)
        metres = float(np.hypot(*shift))
        # The spread tells a shifted layer from one that is drawn differently here and there.
        spread = float(np.median(np.hypot(*(shifts - shift).T)))
        if metres < MIN_SHIFT_M or spread > metres / 2:
            continue
        found.append(_explain(shift, metres, at, (upper, lower, level, reference), tables))
    return found


def _explain(shift, metres, at, levels, tables) -> Finding:
    upper, lower, level, reference = levels
    expected = np.median(_gcj02_shift(at), axis=0)
    limit = SAME_SHARE * np.hypot(*expected)
    example = f"{tables[level]} lies {metres:.0f} m beside {tables[reference]}"
    if np.hypot(*(shift - expected)) < limit:
        return finding("layer_gcj02", tables[lower], 1, example, metres=round(metres))
    if np.hypot(*(shift + expected)) < limit:
        return finding("layer_gcj02", tables[upper], 1, example, metres=round(metres))
    words = {"metres": round(metres), "reference": reference}
    return finding("layer_shifted", tables[level], 1, example, **words)


def _centroid_shifts(upper_shapes, lower_shapes, tree, upper, lower):
    """Shift in metres of the lower parts against each upper polygon, and the polygons' centres."""
    ancestor = ancestors_at(tree, lower, upper) - tree.level_slices[upper].start
    rows = np.flatnonzero((ancestor >= 0) & ~shapely.is_missing(lower_shapes))
    n = len(upper_shapes)
    area = shapely.area(lower_shapes[rows])
    centre = shapely.get_coordinates(shapely.centroid(lower_shapes[rows]))
    total = np.bincount(ancestor[rows], area, n)
    sums = [np.bincount(ancestor[rows], area * centre[:, k], n) for k in (0, 1)]
    known = (total > 0) & ~shapely.is_missing(upper_shapes)
    whole = shapely.area(upper_shapes[known])
    alike = np.abs(total[known] - whole) <= MAX_AREA_DIFFERENCE * whole
    known[np.flatnonzero(known)[~alike]] = False
    centres = shapely.get_coordinates(shapely.centroid(upper_shapes[known]))
    return np.column_stack([s[known] / total[known] for s in sums]) - centres, centres


def _gcj02_shift(at: np.ndarray) -> np.ndarray:
    """The shift of GCJ-02 in metres of the measuring CRS at points of it, (n, 2)."""
    lon, lat = shapely.get_coordinates(to_shipping(shapely.points(at))).T
    d_lon, d_lat = gcj02_offset(lon, lat)
    return project_points(lon + d_lon, lat + d_lat) - at
