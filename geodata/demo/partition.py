"""The invented community polygons: one Voronoi partition inside each real district."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyproj
import shapely

from geodata.crs import MEASURING_CRS, SHIPPING_CRS
from geodata.demo.seeds import place_seeds

DECIMALS = 6  # degrees; five break polygons
_TO_METRES = pyproj.Transformer.from_crs(SHIPPING_CRS, MEASURING_CRS, always_xy=True)
_TO_DEGREES = pyproj.Transformer.from_crs(MEASURING_CRS, SHIPPING_CRS, always_xy=True)


@dataclass(frozen=True)
class DistrictTask:
    """What one district needs to be divided: real polygon (degrees), focus, its subdistricts."""

    code: str
    polygon: shapely.Geometry
    focus: tuple[float, float]
    sizes: np.ndarray
    urban: np.ndarray
    seed: int


def to_metres(geometry):
    """Geometries from EPSG:4490 to the measuring CRS."""
    return shapely.transform(geometry, _TO_METRES.transform, interleaved=False)


def to_degrees(geometry):
    """Geometries from the measuring CRS to EPSG:4490, rounded to `DECIMALS`."""

    def project(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        lon, lat = _TO_DEGREES.transform(x, y)
        return np.round(lon, DECIMALS), np.round(lat, DECIMALS)

    return shapely.transform(geometry, project, interleaved=False)


def divide_district(task: DistrictTask) -> np.ndarray:
    """Polygons of all communities of one district, EPSG:4490, in the order of its subdistricts."""
    district = to_metres(task.polygon)
    rng = np.random.default_rng([task.seed, 3, int(task.code)])
    seeds = place_seeds(district, task.focus, task.sizes, task.urban, rng)
    if len(seeds) == 1:
        return np.array([task.polygon], dtype=object)
    cells = shapely.voronoi_polygons(
        shapely.multipoints(seeds), extend_to=district.envelope, ordered=True
    )
    cells = shapely.get_parts(cells)
    shapely.prepare(district)
    cut = ~shapely.contains_properly(district, cells)
    cells[cut] = shapely.intersection(cells[cut], district)
    return _sound_polygons(to_degrees(cells))


def _sound_polygons(cells: np.ndarray) -> np.ndarray:
    """Rounding can fold a sliver onto itself: repair those and drop lines left over."""
    broken = ~shapely.is_valid(cells)
    cells[broken] = shapely.buffer(cells[broken], 0)
    odd = ~np.isin(shapely.get_type_id(cells), (3, 6))
    for i in np.flatnonzero(odd):
        parts = shapely.get_parts(cells[i])
        cells[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return cells


def district_tasks(areas: pd.DataFrame, polygons: np.ndarray, seed: int) -> list[DistrictTask]:
    """One task a district, in tree order.

    Parameters
    ----------
    areas : DataFrame
        Areas of the source in tree order.
    polygons : ndarray of geometries, (n_districts,)
        Real polygons of its districts in tree order, EPSG:4490.
    seed : int
    """
    subdistricts = areas[areas["level"] == "subdistrict"]
    communities = areas[areas["level"] == "community"]
    sizes = communities.groupby("parent_code", sort=False).size().reindex(subdistricts["area_code"])
    seat = subdistricts["area_code"].str.endswith("100")  # NBS codes put the county town first
    urban = ((subdistricts["kind"] == "街道") | seat).to_numpy()
    districts = areas[areas["level"] == "district"]
    focus = _foci(districts["parent_code"].to_numpy(), to_metres(polygons))
    tasks = []
    parents = subdistricts["parent_code"].to_numpy()
    for i, code in enumerate(districts["area_code"]):
        mine = parents == code
        tasks.append(
            DistrictTask(code, polygons[i], focus[i], sizes.to_numpy()[mine], urban[mine], seed)
        )
    return tasks


def _foci(cities: np.ndarray, polygons: np.ndarray) -> list[tuple[float, float]]:
    """The densest place of each district: its middle, drawn towards the core of its city."""
    middle = shapely.get_coordinates(shapely.point_on_surface(polygons))
    area = shapely.area(polygons)
    foci = []
    for i, city in enumerate(cities):
        same = np.flatnonzero(cities == city)
        core = middle[same[np.argmin(area[same])]]
        reach = np.sqrt(area[i] / np.pi)
        pull = core - middle[i]
        distance = max(float(np.hypot(*pull)), 1.0)
        foci.append(tuple(middle[i] + pull / distance * min(distance, 0.45 * reach)))
    return foci
