"""In which community a point lies: a grid of candidates, then their edges, then GEOS in doubt.

A million points against 67,297 polygons take longer through an R-tree of geometries than through
arrays: points need not become geometries, and few polygons have many edges. Where a point lies
nearer to an edge than rounding can tell, GEOS decides, so that the answer is the one of
`geopandas.sjoin(predicate="intersects")`; of several communities the first in tree order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np
import shapely

STEP = 0.005  # degrees; near the size of a community in a city
DOUBT = 1e-13  # square degrees: cross products below it are left to GEOS
CHUNK = 65_536  # points; what one works on stays in the processor's cache
_ARRAYS = ("bounds", "candidates", "starts", "edges", "edge_starts")


class PlaceIndex:
    """Finds the polygon that holds a point.

    Parameters
    ----------
    polygons : ndarray of geometries, (n,)
        Valid, in degrees; in tree order.
    """

    def __init__(self, polygons: np.ndarray) -> None:
        self._load_polygons = lambda: polygons
        self.bounds = shapely.bounds(polygons)
        self._lay_grid()
        self._list_candidates()
        self._list_edges(polygons)

    @classmethod
    def of_arrays(
        cls, arrays: Mapping[str, np.ndarray], load_polygons: Callable[[], np.ndarray]
    ) -> PlaceIndex:
        """From `arrays` of an index; the polygons are loaded when GEOS must decide."""
        index = cls.__new__(cls)
        index._load_polygons = load_polygons
        for name in _ARRAYS:
            setattr(index, name, arrays[name])
        index._lay_grid()
        return index

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What it is made of, to be kept."""
        return {name: getattr(self, name) for name in _ARRAYS}

    @cached_property
    def polygons(self) -> np.ndarray:
        """The polygons, prepared to be asked for many points."""
        polygons = self._load_polygons()
        shapely.prepare(polygons)
        return polygons

    def _lay_grid(self) -> None:
        self.west, self.south = np.nanmin(self.bounds[:, :2], axis=0) - STEP
        east, north = np.nanmax(self.bounds[:, 2:], axis=0) + STEP
        self.shape = (
            int(np.ceil((east - self.west) / STEP)),
            int(np.ceil((north - self.south) / STEP)),
        )

    def _cell(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        column = np.floor((x - self.west) / STEP).astype(np.int64)
        row = np.floor((y - self.south) / STEP).astype(np.int64)
        return column, row

    def _list_candidates(self) -> None:
        """For each cell of the grid the polygons whose box touches it."""
        first = self._cell(self.bounds[:, 0], self.bounds[:, 1])
        last = self._cell(self.bounds[:, 2], self.bounds[:, 3])
        width, height = last[0] - first[0] + 1, last[1] - first[1] + 1
        polygon, k = _expand(width * height)
        column = first[0][polygon] + k % width[polygon]
        row = first[1][polygon] + k // width[polygon]
        cell = column * self.shape[1] + row
        order = np.argsort(cell, kind="stable")
        self.candidates = polygon[order].astype(np.int32)
        n_cells = self.shape[0] * self.shape[1]
        self.starts = np.searchsorted(cell[order], np.arange(n_cells + 1))

    def _list_edges(self, polygons: np.ndarray) -> None:
        """Edges of all rings of a polygon, one after the other: parity needs no more."""
        parts, whole = shapely.get_parts(polygons, return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        same = ring[1:] == ring[:-1]
        self.edges = np.hstack([xy[:-1], xy[1:]])[same].T.copy()
        owner = whole[part[ring[:-1][same]]]
        self.edge_starts = np.searchsorted(owner, np.arange(len(polygons) + 1))

    def locate(self, lon: np.ndarray, lat: np.ndarray, workers: int = 2) -> np.ndarray:
        """Number of the polygon that holds each point, -1 where none does.

        Parameters
        ----------
        lon, lat : ndarray of float, (n_points,)
            Degrees in the CRS of the polygons; NaN is nowhere.

        Returns
        -------
        ndarray of int32, (n_points,)
        """
        parts = [slice(i, i + CHUNK) for i in range(0, len(lon), CHUNK)]
        if len(parts) < 2:
            return self._locate(np.asarray(lon), np.asarray(lat))
        with ThreadPoolExecutor(workers) as pool:
            found = pool.map(lambda part: self._locate(lon[part], lat[part]), parts)
            return np.concatenate(list(found))

    def _locate(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        result = np.full(len(x), -1, dtype=np.int32)
        with np.errstate(invalid="ignore"):
            within = (x >= self.west) & (x < self.west + self.shape[0] * STEP)
            within &= (y >= self.south) & (y < self.south + self.shape[1] * STEP)
        usable = np.flatnonzero(within)
        column, row = self._cell(x[usable], y[usable])
        cell = column * self.shape[1] + row
        start = self.starts[cell]
        point, k = _expand(self.starts[cell + 1] - start)
        polygon = self.candidates[start[point] + k]
        point = usable[point]
        px, py = x[point], y[point]
        west, south, east, north = self.bounds[polygon].T
        in_box = (px >= west) & (px <= east) & (py >= south) & (py <= north)
        point, polygon = point[in_box], polygon[in_box]
        inside = self._holds(polygon, x[point], y[point])
        point, polygon = point[inside], polygon[inside]
        result[point[::-1]] = polygon[::-1]  # candidates are in tree order: the first one stays
        return result

    def _holds(self, polygon: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Whether each polygon holds its point, border included."""
        start = self.edge_starts[polygon]
        pair, k = _expand(self.edge_starts[polygon + 1] - start)
        x1, y1, x2, y2 = self.edges[:, start[pair] + k]
        px, py = x[pair], y[pair]
        cross = (x2 - x1) * (py - y1) - (px - x1) * (y2 - y1)
        rising = y2 > y1
        straddles = (y1 > py) != (y2 > py)
        crossed = straddles & ((cross > 0) == rising)
        inside = np.bincount(pair[crossed], minlength=len(x)) % 2 == 1
        near = np.abs(cross) <= DOUBT
        near &= (py >= np.minimum(y1, y2) - DOUBT) & (py <= np.maximum(y1, y2) + DOUBT)
        near &= (px >= np.minimum(x1, x2) - DOUBT) & (px <= np.maximum(x1, x2) + DOUBT)
        doubtful = np.unique(pair[near])
        if len(doubtful):
            inside[doubtful] = shapely.intersects_xy(
                self.polygons[polygon[doubtful]], x[doubtful], y[doubtful]
            )
        return inside


def _expand(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(0, 0, 1, 1, 1, ...) and (0, 1, 0, 1, 2, ...) for counts (2, 3, ...)."""
    owner = np.repeat(np.arange(len(counts)), counts)
    ends = np.cumsum(counts)
    return owner, np.arange(len(owner)) - np.repeat(ends - counts, counts)
