"""Where a label stands: the point of an area farthest from its border."""

from __future__ import annotations

import numpy as np
import shapely

from geodata.boundaries.coverages import Coverages
from geodata.crs import to_shipping

# A label may miss the best point by this share of the area's width; finer costs time only.
TOLERANCE_SHARE = 0.03


def label_points(coverages: Coverages) -> np.ndarray:
    """Label point of every area in tree order.

    Parameters
    ----------
    coverages : Coverages

    Returns
    -------
    ndarray of float, (n_areas, 2)
        Longitude and latitude in EPSG:4490, 6 decimals; centre of the largest inscribed circle of
        the largest part, so always inside the area; NaN where an area has no polygon.
    """
    result = np.full((len(coverages.tree), 2), np.nan)
    known = np.flatnonzero(~shapely.is_missing(coverages.shapes))
    if not len(known):
        return result
    parts = largest_parts(coverages.shapes[known])
    tolerance = np.maximum(TOLERANCE_SHARE * np.sqrt(shapely.area(parts)), 0.01)
    circles = shapely.maximum_inscribed_circle(parts, tolerance=tolerance)  # centre to border
    centres = shapely.points(shapely.get_coordinates(circles).reshape(-1, 2, 2)[:, 0])
    inside = shapely.contains(parts, centres)
    centres[~inside] = shapely.point_on_surface(parts[~inside])
    result[known] = np.round(shapely.get_coordinates(to_shipping(centres)), 6)
    return result


def largest_parts(shapes: np.ndarray) -> np.ndarray:
    """The largest polygon of each (multi)polygon, (n,)."""
    parts, index = shapely.get_parts(shapes, return_index=True)
    order = np.lexsort((-shapely.area(parts), index))
    first = np.unique(index[order], return_index=True)[1]
    return parts[order][first]
