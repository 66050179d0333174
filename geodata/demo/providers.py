"""Table `providers`: where services are, drawn by demand inside the community polygons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geodata.demo.apportion import apportion
from geodata.demo.supply import (
    ASSUMED,
    CLOSING_SHARE,
    PLACES,
    Supply,
    all_supplies,
    opening_months,
)
from geodata.periods import month_number, month_period

EVENNESS = 0.85  # 1 follows demand, 0 treats communities alike
NEAR_M = 1200.0


def draw_providers(
    everywhere: pd.DataFrame, areas: pd.DataFrame, cells: np.ndarray, barred: np.ndarray, seed: int
) -> pd.DataFrame:
    """All providers of a source.

    Parameters
    ----------
    everywhere : DataFrame, (67297, ...)
        Communities of the whole region: `area_code`, `province`, `aged_60_count`, `rural`. Numbers
        are drawn over the whole region, so that a small source holds its part of them.
    areas : DataFrame
        Areas of the source in tree order.
    cells : ndarray of geometries, (n_communities,)
        Polygons of its communities, EPSG:4490.
    barred : bool array, (n_communities,)
        Where no meal point may be (a planted finding).
    seed : int

    Returns
    -------
    DataFrame
        Columns of table `providers`; lon, lat in EPSG:4490, inside the community named.
    """
    communities = areas[areas["level"] == "community"].reset_index(drop=True)
    names = areas.set_index("area_code")["name"]
    local = pd.Index(communities["area_code"]).get_indexer(everywhere["area_code"])
    open_to_meals = np.ones(len(everywhere), dtype=bool)
    open_to_meals[local >= 0] = ~barred[local[local >= 0]]
    parts = []
    for number, supply in enumerate(all_supplies()):
        rng = np.random.default_rng([seed, 4, number])
        allowed = (everywhere["province"] == supply.province).to_numpy()
        if supply.category == "meals":
            allowed = allowed & open_to_meals
        part = _draw_supply(supply, everywhere, np.flatnonzero(allowed), rng)
        part.insert(0, "provider_id", [f"P{number + 1:02d}{i + 1:05d}" for i in range(len(part))])
        part["label"] = supply.label
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    table["where"] = local[table["where"]]
    table = table[table["where"] >= 0].reset_index(drop=True)
    where = table["where"].to_numpy()
    table["community_code"] = communities["area_code"].to_numpy()[where]
    points = _points_inside(cells[where], np.random.default_rng([seed, 5]))
    table["lon"], table["lat"] = points.T
    place = names.reindex(communities["parent_code"].iloc[where]).to_numpy()
    serial = table.groupby([place, table["label"]]).cumcount() + 1
    table["name"] = place + table["label"] + serial.astype(str)
    columns = ["provider_id", "name", "category", "lon", "lat", "capacity"]
    return table[[*columns, "opened", "closed", "community_code"]]


def _draw_supply(
    supply: Supply, everywhere: pd.DataFrame, allowed: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Providers of one supply; `where` is a position in `everywhere`, one of `allowed`."""
    elders = everywhere["aged_60_count"].to_numpy()[allowed]
    demand = elders**EVENNESS * np.where(everywhere["rural"].to_numpy()[allowed], 0.55, 1.0)
    demand = demand * np.exp(rng.normal(0, 0.7, len(allowed)))
    chosen = rng.choice(len(allowed), supply.count, p=demand / demand.sum())
    opened = opening_months(supply, rng)
    closed = np.full(supply.count, "", dtype=object)
    if supply.basis == ASSUMED:
        closing = rng.random(supply.count) < CLOSING_SHARE
        months = rng.integers(month_number("2023-10"), month_number("2026-06"), supply.count)
        closing &= months > opened
        closed[closing] = [month_period(m) for m in months[closing]]
    return pd.DataFrame(
        {
            "category": supply.category,
            "capacity": _capacities(supply, rng),
            "opened": [month_period(m) for m in opened],
            "closed": closed,
            "where": allowed[chosen],
        }
    )


def _capacities(supply: Supply, rng: np.random.Generator) -> np.ndarray:
    if supply.category not in PLACES:
        return np.full(supply.count, "", dtype=object)
    raw = PLACES[supply.category] * np.exp(rng.normal(0, 0.5, supply.count))
    if supply.capacity is not None:
        return apportion(np.array([supply.capacity]), raw, np.zeros(supply.count, dtype=np.int64))
    return np.maximum(np.round(raw / 5).astype(np.int64) * 5, 5)


def _points_inside(cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One point in each polygon, rounded to 6 decimals; its inner point where a draw misses."""
    inner = shapely.get_coordinates(shapely.point_on_surface(cells))
    boxes = shapely.bounds(cells)
    draw = boxes[:, :2] + rng.random((len(cells), 2)) * (boxes[:, 2:] - boxes[:, :2])
    draw = np.round(0.45 * inner + 0.55 * draw, 6)
    outside = ~shapely.contains_properly(cells, shapely.points(draw))
    draw[outside] = np.round(inner[outside], 6)
    return draw


def meal_access(
    centres: np.ndarray, points: np.ndarray, opened: np.ndarray, months: np.ndarray
) -> np.ndarray:
    """How near the nearest open meal point is, as a factor on the use of meals.

    Parameters
    ----------
    centres : float array, (n_communities, 2), metres
    points : float array, (n_points, 2), metres
    opened : int array, (n_points,), month numbers
    months : int array, (n_months,), month numbers at which to look

    Returns
    -------
    float32 array, (n_months, n_communities), 0.12 to 1
    """
    factors = np.empty((len(months), len(centres)), dtype=np.float32)
    for i, month in enumerate(months):
        ready = points[opened <= month]
        if len(ready):
            distance, _ = cKDTree(ready).query(centres)
        else:
            distance = np.full(len(centres), np.inf)
        factors[i] = 0.12 + 0.88 * np.exp(-distance / NEAR_M)
    return factors
