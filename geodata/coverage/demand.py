"""Where elderly people live, as points: the label point, or a grid in large communities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geodata.coverage.places import index_places

if TYPE_CHECKING:  # scipy.spatial costs 0.4 s of the server's start; see `places`
    from scipy.spatial import cKDTree

DEMAND_POINTS = "demand_points.parquet"  # their file in a release
CELL_M2 = 500_000.0  # a point stands for at most about this much ground
MOST_POINTS = 16  # of one community: villages live together, fields do not count for more


@dataclass(frozen=True)
class DemandPoints:
    """Points of all communities, in order of the communities.

    Attributes
    ----------
    xy : ndarray of float, (n_points, 2)
        Metres in the measuring CRS.
    community : ndarray of int, (n_points,)
        Number of the community; ascending.
    counts : ndarray of int, (n_communities,)
        Points of each; 0 where it has no polygon. Its elderly are split evenly over them.
    """

    xy: np.ndarray
    community: np.ndarray
    counts: np.ndarray

    @cached_property
    def index(self) -> cKDTree:
        """Search tree of the points."""
        return index_places(self.xy)


def place_demand(polygons: np.ndarray, cell_m2: float = CELL_M2) -> DemandPoints:
    """Demand points of communities.

    Parameters
    ----------
    polygons : ndarray of Polygon or MultiPolygon, (n_communities,)
        In the measuring CRS (metres); None where there is none.
    cell_m2 : float
        Communities larger than this get several points on a square grid, of those inside the
        polygon, up to `MOST_POINTS`.

    Returns
    -------
    DemandPoints
    """
    n = len(polygons)
    present = ~shapely.is_missing(polygons)
    area = np.nan_to_num(shapely.area(polygons))
    wanted = np.where(present, np.clip(np.ceil(area / cell_m2), 1, MOST_POINTS), 0).astype(int)
    grid_xy, grid_owner = _grid_points(polygons, area, wanted)
    single = np.flatnonzero(present & ~np.isin(np.arange(n), grid_owner))
    points = shapely.point_on_surface(polygons[single])
    xy = np.concatenate([grid_xy, shapely.get_coordinates(points).reshape(-1, 2)])
    owner = np.concatenate([grid_owner, single])
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    return DemandPoints(xy[order], owner, np.bincount(owner, minlength=n))


def points_table(points: DemandPoints) -> pd.DataFrame:
    """The points as the release keeps them: `community`, `x_m`, `y_m`, (n_points, 3)."""
    return pd.DataFrame(
        {
            "community": points.community.astype(np.int32),
            "x_m": points.xy[:, 0],
            "y_m": points.xy[:, 1],
        }
    )


def points_from_table(table: pd.DataFrame, n_communities: int) -> DemandPoints:
    """What `points_table` wrote."""
    community = table["community"].to_numpy(dtype=np.int64)
    xy = table[["x_m", "y_m"]].to_numpy()
    return DemandPoints(xy, community, np.bincount(community, minlength=n_communities))


def _grid_points(
    polygons: np.ndarray, area: np.ndarray, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    large = np.flatnonzero(wanted > 1)
    if not len(large):
        return np.zeros((0, 2)), np.zeros(0, dtype=np.int64)
    west, south, east, north = shapely.bounds(polygons[large]).T
    step = np.sqrt(area[large] / wanted[large])
    columns = np.ceil((east - west) / step).astype(int)
    rows = np.ceil((north - south) / step).astype(int)
    cells = columns * rows
    which = np.repeat(np.arange(len(large)), cells)
    number = np.arange(len(which)) - np.repeat(np.cumsum(cells) - cells, cells)
    column, row = number % columns[which], number // columns[which]
    # Centred in the bounding box, so that the grid does not lean to one side.
    x = (west + east)[which] / 2 + (column - (columns[which] - 1) / 2) * step[which]
    y = (south + north)[which] / 2 + (row - (rows[which] - 1) / 2) * step[which]
    shapely.prepare(polygons[large])
    inside = shapely.contains_xy(polygons[large[which]], x, y)
    return np.column_stack([x, y])[inside], large[which[inside]]
