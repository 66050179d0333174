"""Findings planted in the demonstration, so that a test can check that the atlas finds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geodata.demo.partition import to_metres

RADIUS_M = 1000.0
DETOUR_FACTOR = 1.3
CLEAR_M = RADIUS_M / DETOUR_FACTOR + 30  # metres of clearance, a little more than the reach
# District -> how many of its subdistricts get no meal point in reach.
NO_MEALS = {"110106": 3, "110112": 1, "120110": 1, "120104": 1}
COLLAPSE = ("110101", "home_cleaning", "2025-11", 0.12)
SILENT = ("120105", "2025-12", 0.28)
PAIR_HOME, PAIR_SERVICES = "131082", ("110105", "110101", "110106")


@dataclass(frozen=True)
class Plan:
    """What is planted in one source.

    Attributes
    ----------
    no_meals : tuple of subdistrict codes
    barred : bool array, (n_communities,)
        Communities that lie within `CLEAR_M` of those subdistricts: no meal point there.
    collapse : (district, category, period, factor)
    silent : (district, period, share added)
    pair : (home district, service district) or None
    """

    no_meals: tuple[str, ...]
    barred: np.ndarray
    collapse: tuple[str, str, str, float]
    silent: tuple[str, str, float]
    pair: tuple[str, str] | None


def plan_findings(areas: pd.DataFrame, cells: np.ndarray) -> Plan:
    """Choose where to plant among the areas of a source.

    A preferred district that is not in the source is replaced by its first one.

    Parameters
    ----------
    areas : DataFrame
        In tree order.
    cells : ndarray of geometries, (n_communities,)
        Community polygons in tree order, EPSG:4490.
    """
    districts = areas.loc[areas["level"] == "district", "area_code"].tolist()
    here = [code for code in NO_MEALS if code in districts]
    no_meals: list[str] = []
    for code in here or districts[:1]:
        no_meals += _neighbouring(areas, cells, code, NO_MEALS.get(code, 1))
    service = next((code for code in PAIR_SERVICES if code in districts), None)
    pair = (PAIR_HOME, service) if service and PAIR_HOME in districts else None
    return Plan(
        tuple(no_meals),
        _barred(areas, cells, no_meals),
        (_or_first(COLLAPSE[0], districts), *COLLAPSE[1:]),
        (_or_first(SILENT[0], districts), *SILENT[1:]),
        pair,
    )


def _or_first(code: str, districts: list[str]) -> str:
    return code if code in districts else districts[0]


def _neighbouring(areas: pd.DataFrame, cells: np.ndarray, district: str, count: int) -> list[str]:
    """`count` subdistricts side by side, round one of middling size."""
    subs = areas[(areas["level"] == "subdistrict") & (areas["parent_code"] == district)]
    parents = areas.loc[areas["level"] == "community", "parent_code"].to_numpy()
    codes = subs["area_code"].tolist()
    centres = np.array(
        [shapely.get_coordinates(shapely.centroid(cells[parents == c])).mean(axis=0) for c in codes]
    )
    size = np.array([np.count_nonzero(parents == c) for c in codes])
    first = np.argsort(size, kind="stable")[len(size) // 2]
    near = np.argsort(np.hypot(*(centres - centres[first]).T), kind="stable")
    return [codes[i] for i in near[:count]]


def _barred(areas: pd.DataFrame, cells: np.ndarray, subdistricts: list[str]) -> np.ndarray:
    parents = areas.loc[areas["level"] == "community", "parent_code"]
    inside = parents.isin(subdistricts).to_numpy()
    zone = shapely.buffer(shapely.union_all(to_metres(cells[inside])), CLEAR_M)
    shapely.prepare(zone)
    return shapely.intersects(zone, to_metres(cells))


def planted_document(plan: Plan, areas: pd.DataFrame) -> dict:
    """The content of planted.toml."""
    names = areas.set_index("area_code")["name"]
    parents = areas.set_index("area_code")["parent_code"]
    document = {
        "note": "Planted on purpose in synthetic data; tests check that the atlas finds them.",
        "no_meal_point": [
            {
                "area_code": code,
                "name": names[code],
                "district_code": parents[code],
                "radius_m": RADIUS_M,
                "detour_factor": DETOUR_FACTOR,
            }
            for code in plan.no_meals
        ],
        "category_collapse": [
            {
                "area_code": plan.collapse[0],
                "name": names[plan.collapse[0]],
                "category": plan.collapse[1],
                "period": plan.collapse[2],
                "factor": plan.collapse[3],
            }
        ],
        "silent_jump": [
            {
                "area_code": plan.silent[0],
                "name": names[plan.silent[0]],
                "period": plan.silent[1],
                "share_added": plan.silent[2],
            }
        ],
    }
    if plan.pair:
        home, service = plan.pair
        document["cross_province_pair"] = [
            {
                "home_area_code": home,
                "home_name": names[home],
                "service_area_code": service,
                "service_name": names[service],
            }
        ]
    return document
