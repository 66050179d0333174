"""Where the invented communities lie: seed points of one district, clustered by subdistrict.

Towns near the middle are small and dense, rural ones wide. Everything here is in metres of the
measuring CRS.
"""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

POINTS_PER_COMMUNITY = 14
TOWN_SHARE_OF_AREA = 0.05  # built-up part of a county
BALANCE_ROUNDS = 24
RELAX_ROUNDS = 3


def place_seeds(
    district: shapely.Geometry,
    focus: tuple[float, float],
    sizes: np.ndarray,
    urban: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Seed points of all communities of one district.

    Parameters
    ----------
    district : Polygon or MultiPolygon
        In the measuring CRS.
    focus : (x, y)
        Where the densest part is.
    sizes : int array, (n_subdistricts,)
        Communities of each subdistrict.
    urban : bool array, (n_subdistricts,)
        Street offices and county towns, which go to the dense part.
    rng : Generator

    Returns
    -------
    float array, (sizes.sum(), 2)
        Grouped by subdistrict in the order given, all inside the district.
    """
    count = int(sizes.sum())
    town = float(sizes[urban].sum()) / count
    points = _sample(district, focus, town, max(count * POINTS_PER_COMMUNITY, 60), rng)
    owner = _divide(points, focus, sizes, urban, rng)
    start = np.concatenate(
        [rng.permutation(np.flatnonzero(owner == k))[:n] for k, n in enumerate(sizes)]
    )
    return _relax(points, points[start])


def _sample(
    district: shapely.Geometry,
    focus: tuple[float, float],
    town: float,
    count: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Points inside the district: `town` of them drawn round the focus, the rest even."""
    shapely.prepare(district)
    west, south, east, north = district.bounds
    radius = np.sqrt(district.area * (TOWN_SHARE_OF_AREA + 0.6 * town**3) / np.pi)
    found = [np.empty((0, 2)), np.empty((0, 2))]
    wanted = [count - int(count * town), int(count * town)]
    for kind in (0, 1):
        for _ in range(60):
            missing = wanted[kind] - len(found[kind])
            if missing <= 0:
                break
            if kind:
                draw = rng.normal(focus, radius, (missing * 2 + 16, 2))
            else:
                draw = rng.uniform((west, south), (east, north), (missing * 3 + 16, 2))
            inside = shapely.contains_xy(district, draw[:, 0], draw[:, 1])
            found[kind] = np.concatenate([found[kind], draw[inside][:missing]])
    return np.concatenate(found)


def _divide(
    points: np.ndarray,
    focus: tuple[float, float],
    sizes: np.ndarray,
    urban: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Subdistrict of each point: a power diagram whose cells hold points in proportion to size.

    Source
    ------
    Balzer, Schloemer, Deussen 2009, Capacity-constrained point distributions; here with weights
    moved by small steps instead of swaps, which is enough for compact shapes.
    """
    n = len(sizes)
    if n == 1:
        return np.zeros(len(points), dtype=np.int64)
    centres = _relax(points, points[rng.choice(len(points), n, replace=False)])
    by_distance = np.argsort(np.hypot(*(centres - focus).T))
    identity = np.empty(n, dtype=np.int64)
    identity[np.argsort(~urban, kind="stable")] = by_distance
    centres = centres[identity]
    share = sizes / sizes.sum()
    weight = np.zeros(n)
    local = (points - points.mean(axis=0)).astype(np.float32)
    scale = np.median(cKDTree(centres).query(centres, k=2)[0][:, 1]) ** 2
    for step in range(BALANCE_ROUNDS):
        owner = _nearest(local, (centres - points.mean(axis=0)).astype(np.float32), weight)
        mass = np.bincount(owner, minlength=n) / len(points)
        weight += scale * 0.35 * np.clip((share - mass) / np.maximum(share, mass), -1, 1)
        if step < BALANCE_ROUNDS - 6:
            sums = np.stack([np.bincount(owner, points[:, k], minlength=n) for k in (0, 1)], axis=1)
            held = np.bincount(owner, minlength=n)[:, None]
            centres = np.where(held > 0, sums / np.maximum(held, 1), centres)
    return _fill_empty(points, centres, owner, sizes)


def _nearest(points: np.ndarray, centres: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Index of the centre with the least power distance; the points' own squares cancel out."""
    power = (centres**2).sum(axis=1) - weight.astype(np.float32)
    return np.argmin(power[:, None] - 2 * centres @ points.T, axis=0)


def _fill_empty(
    points: np.ndarray, centres: np.ndarray, owner: np.ndarray, sizes: np.ndarray
) -> np.ndarray:
    """Give every subdistrict at least as many points as it has communities."""
    for k in np.argsort(sizes):
        missing = sizes[k] - np.count_nonzero(owner == k)
        if missing <= 0:
            continue
        spare = np.bincount(owner, minlength=len(sizes))[owner] > sizes[owner] * 2
        spare &= owner != k
        near = np.argsort(np.where(spare, ((points - centres[k]) ** 2).sum(axis=1), np.inf))
        owner[near[:missing]] = k
    return owner


def _relax(points: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Move seeds towards the middle of the points that are nearest to them (Lloyd's method)."""
    for _ in range(RELAX_ROUNDS):
        _, nearest = cKDTree(seeds).query(points)
        held = np.bincount(nearest, minlength=len(seeds))
        sums = np.stack(
            [np.bincount(nearest, points[:, k], minlength=len(seeds)) for k in (0, 1)], axis=1
        )
        middle = sums / np.maximum(held, 1)[:, None]
        seeds = np.where(held[:, None] > 1, 0.2 * seeds + 0.8 * middle, seeds)
    return seeds
