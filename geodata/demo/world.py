"""What is fixed about every community before the first month: people, habits, roll-out, flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geodata.demo.flows import flow_shares
from geodata.demo.habits import PROVINCES, habit_table
from geodata.demo.partition import to_metres
from geodata.demo.planted import Plan
from geodata.demo.providers import meal_access
from geodata.periods import month_number, month_period
from geodata.schema import CATEGORY_CODES

FIRST_PERIOD, MONTHS = "2023-07", 36
ACCESS_EVERY = 6  # months between two looks at the open meal points
MEALS = CATEGORY_CODES.index("meals")
# Card roll-out by province: share at the start, share at the end, middle month, its spread.
ROLLOUT = {"11": (0.955, 0.985, 10, 2), "12": (0.35, 0.965, 6, 4), "13": (0.18, 0.96, 11, 5)}
DORMANT = {"11": 0.115, "12": 0.15, "13": 0.205}
DORMANT_BY_AGE = (-0.015, 0.0, 0.10)


def demo_periods() -> list[str]:
    """The 36 months of the demonstration."""
    first = month_number(FIRST_PERIOD)
    return [month_period(first + i) for i in range(MONTHS)]


@dataclass(frozen=True)
class World:
    """Arrays over communities in tree order; small enough to send to another process.

    Attributes
    ----------
    elders : int32, (3, n) : people by age band
    habit : float32, (n_categories, n) : factor on participation
    district, sub_starts, district_starts : where subdistricts and districts begin
    shares : float32, (n_categories, n_districts, n_districts) : home by place of service
    access : float32, (n_looks, n) : factor of the nearest meal point
    """

    seed: int
    periods: tuple[str, ...]
    codes: dict[str, list[str]]
    sub_starts: np.ndarray
    district_starts: np.ndarray
    district: np.ndarray
    elders: np.ndarray
    phase: np.ndarray
    rollout: np.ndarray
    card_factor: np.ndarray
    dormant: np.ndarray
    habit: np.ndarray
    access: np.ndarray
    shares: np.ndarray
    collapse: tuple[int, int, str, float]
    silent: tuple[int, int, float]


def build_world(
    areas: pd.DataFrame,
    people: pd.DataFrame,
    cells: np.ndarray,
    district_polygons: np.ndarray,
    providers: pd.DataFrame,
    plan: Plan,
    seed: int,
) -> World:
    """Everything the months need; arrays in tree order.

    Parameters
    ----------
    areas : DataFrame
        Areas of the source in tree order.
    people : DataFrame, (n_communities, ...)
        Of the same communities: the counts of table `population` and `rural`.
    cells, district_polygons : ndarray of geometries, EPSG:4490
    providers : DataFrame
    plan : Plan
    seed : int
    """
    rng = np.random.default_rng([seed, 6])
    codes = {
        level: areas.loc[areas["level"] == level, "area_code"].tolist()
        for level in ("district", "subdistrict", "community")
    }
    parent = areas.set_index("area_code")["parent_code"]
    sub = pd.Index(codes["subdistrict"]).get_indexer(parent[codes["community"]])
    sub_district = pd.Index(codes["district"]).get_indexer(parent[codes["subdistrict"]])
    district = sub_district[sub].astype(np.int32)
    province = np.array([PROVINCES.index(code[:2]) for code in codes["district"]])[district]
    n, n_districts = len(sub), len(codes["district"])
    elders = np.stack(
        [
            people["aged_60_count"] - people["aged_70_count"],
            people["aged_70_count"] - people["aged_80_count"],
            people["aged_80_count"],
        ]
    ).astype(np.int32)
    periods = tuple(demo_periods())
    rural = people["rural"].to_numpy()
    return World(
        seed=seed,
        periods=periods,
        codes=codes,
        sub_starts=np.searchsorted(sub, np.arange(len(codes["subdistrict"]))),
        district_starts=np.searchsorted(district, np.arange(n_districts)),
        district=district,
        elders=elders,
        phase=rng.random((3, n), dtype=np.float32),
        rollout=_rollout(codes["district"], rng)[:, district].astype(np.float32),
        card_factor=np.exp(rng.normal(0, 0.03, n)).astype(np.float32),
        dormant=_dormant(province, rural, rng),
        habit=_habits(province, rural, district, n_districts, rng),
        access=_access(cells, providers, periods),
        shares=flow_shares(codes["district"], to_metres(district_polygons), elders, district, plan),
        collapse=(
            codes["district"].index(plan.collapse[0]),
            CATEGORY_CODES.index(plan.collapse[1]),
            plan.collapse[2],
            plan.collapse[3],
        ),
        silent=(
            codes["district"].index(plan.silent[0]),
            periods.index(plan.silent[1]),
            plan.silent[2],
        ),
    )


def _rollout(districts: list[str], rng: np.random.Generator) -> np.ndarray:
    """Start, end, middle month and width of each district's roll-out, (4, n_districts)."""
    rows = []
    for code in districts:
        start, end, middle, spread = ROLLOUT[code[:2]]
        rows.append((start, end, middle + rng.uniform(-spread, spread), rng.uniform(3.5, 5.5)))
    return np.array(rows).T


def _dormant(province: np.ndarray, rural: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    level = np.array([DORMANT[code] for code in PROVINCES])[province] + np.where(rural, 0.03, 0.0)
    level = level * np.exp(rng.normal(0, 0.18, len(level)))
    by_age = level + np.array(DORMANT_BY_AGE)[:, None]
    return np.clip(by_age, 0.03, 0.5).astype(np.float32)


def _habits(
    province: np.ndarray,
    rural: np.ndarray,
    district: np.ndarray,
    n_districts: int,
    rng: np.random.Generator,
) -> np.ndarray:
    n_categories, n = len(CATEGORY_CODES), len(province)
    by_province = habit_table("province")[:, province]
    by_rural = np.where(rural, habit_table("rural")[:, None], 1.0)
    spread = rng.normal(0, 0.13, (n_categories, n_districts))[:, district]
    spread += rng.normal(0, 0.22, (n_categories, n)) + rng.normal(0, 0.10, n)
    return (by_province * by_rural * np.exp(spread)).astype(np.float32)


def _access(cells: np.ndarray, providers: pd.DataFrame, periods: tuple[str, ...]) -> np.ndarray:
    meals = providers[providers["category"] == "meals"]
    points = to_metres(shapely.points(meals["lon"].to_numpy(), meals["lat"].to_numpy()))
    opened = np.array([month_number(period) for period in meals["opened"]], dtype=np.int64)
    months = np.array([month_number(period) for period in periods[::ACCESS_EVERY]])
    centres = shapely.get_coordinates(shapely.centroid(to_metres(cells)))
    return meal_access(centres, shapely.get_coordinates(points), opened, months)
