"""A release read for coverage: demand points, people, providers and their months."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely

from geodata.areas import AreaTree
from geodata.coverage.baseline import Baseline, prepare_baseline
from geodata.coverage.capacity import Supply, read_supply
from geodata.coverage.demand import DEMAND_POINTS, DemandPoints, points_from_table
from geodata.coverage.distances import Distances, compute_distances
from geodata.coverage.standards import Standard, Standards, parse_standards
from geodata.crs import project_points
from geodata.schema import CATEGORY_CODES

if TYPE_CHECKING:  # scipy.spatial costs 0.4 s of the server's start; see `distances`
    from scipy.spatial import cKDTree

NEAR_POINTS = 12  # demand points around a place whose communities may hold it
AGED_COLUMNS = {"60plus": "aged_60_count", "65plus": "aged_65_count", "80plus": "aged_80_count"}


@dataclass(frozen=True)
class Region:
    """Everything the coverage methods need, in the order of the release.

    Attributes
    ----------
    tree : AreaTree
    points : DemandPoints
        Metres in the measuring CRS.
    people : dict of str to ndarray of int, (n_communities,)
        By 60plus, 65plus, 80plus; negative where not known.
    supply : Supply
    provider_ids : ndarray of str, (n_providers,)
    provider_xy : ndarray of float, (n_providers, 2)
    standards : Standards
    folder : Path
        Of the release, for the polygons that are read only when a place is looked up.
    """

    tree: AreaTree
    points: DemandPoints
    people: dict[str, np.ndarray]
    supply: Supply
    provider_ids: np.ndarray
    provider_xy: np.ndarray
    standards: Standards
    folder: Path

    @property
    def place_index(self) -> cKDTree:
        """Search tree of the demand points."""
        return self.points.index

    @cached_property
    def community_province(self) -> np.ndarray:
        """Number of the province of each community, (n_communities,)."""
        provinces = self.tree.level_slices["province"]
        position = np.arange(len(self.tree))[self.tree.level_slices["community"]]
        while len(position) and position[0] >= provinces.stop:
            position = self.tree.parents[position]
        return position - provinces.start

    @cached_property
    def provider_province(self) -> np.ndarray:
        """Number of the province of each provider, (n_providers,); -1 outside the region."""
        community = self.supply.community
        if not len(self.community_province):
            return np.full(len(community), -1)
        return np.where(community >= 0, self.community_province[community], -1)

    def of_categories(self, categories: tuple[str, ...]) -> np.ndarray:
        """Mask of the providers of some categories, open or not, (n_providers,)."""
        numbers = [CATEGORY_CODES.index(category) for category in categories]
        return np.isin(self.supply.category, numbers)

    def is_open(self, categories: tuple[str, ...], period: str) -> np.ndarray:
        """Mask of the providers of some categories open in a month, (n_providers,)."""
        return self.of_categories(categories) & self.supply.is_open(period)

    def distances(
        self, providers: np.ndarray, walk_m: float, detour_factor: float | None = None
    ) -> Distances:
        """Walking distances of all demand points to the providers of a mask, up to a limit.

        The detour factor is that of the standards unless another is given.
        """
        numbers = np.flatnonzero(providers)
        near = compute_distances(
            self.place_index,
            self.provider_xy[numbers],
            walk_m,
            detour_factor or self.standards.detour_factor,
        )
        return Distances(
            near.point, numbers[near.provider], near.walk_m, near.n_points, len(providers)
        )

    def baseline(self, standard: Standard, period: str) -> Baseline:
        """The open providers of a month under a standard with a radius, ready for scenarios."""
        is_open = self.is_open(standard.categories, period)
        return prepare_baseline(
            self.tree,
            self.points,
            self.place_index,
            self.people[standard.counts],
            standard.categories,
            standard.straight_m,
            self.distances(is_open, standard.radius_m, standard.detour_factor),
            np.where(is_open, self.provider_ids, ""),
            self.supply.capacity,
        )

    def find_community(self, lon: float, lat: float) -> int:
        """Number of the community that holds a place (degrees, EPSG:4490); -1 if none does.

        Only polygons of communities with a demand point nearby are read and tried.
        """
        xy = project_points(np.array([lon]), np.array([lat])).reshape(-1)
        if not np.isfinite(xy).all() or not self.place_index.n:
            return -1
        _, near = self.place_index.query(xy, k=min(NEAR_POINTS, self.place_index.n))
        first = self.tree.level_slices["community"].start
        communities = np.unique(self.points.community[np.atleast_1d(near)])
        codes = [self.tree.codes[first + i] for i in communities.tolist()]
        found = _holding(self.folder / "boundaries" / "community.parquet", codes, lon, lat)
        return self.tree.position[found] - first if found else -1


def _holding(path: Path, codes: list[str], lon: float, lat: float) -> str:
    """The first of some communities whose polygon holds a place; "" if none does."""
    table = pq.read_table(path, filters=[("area_code", "in", codes)])
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    inside = shapely.covers(shapes, shapely.Point(lon, lat))
    return min(np.array(table["area_code"].to_pylist())[inside].tolist(), default="")


def read_region(release: Path, tree: AreaTree | None = None) -> Region:
    """Read a release folder.

    The demand points are those the release itself was computed from: reach comes out the same.

    Parameters
    ----------
    release : Path
    tree : AreaTree, optional
        Of this release, where it has been read already.
    """
    if tree is None:
        tree = AreaTree(pd.read_parquet(release / "areas.parquet"))
    population = pd.read_parquet(
        release / "population.parquet", columns=list(AGED_COLUMNS.values())
    )
    providers = pd.read_parquet(release / "providers.parquet")
    communities = tree.level_slices["community"]
    points = pd.read_parquet(release / DEMAND_POINTS)
    return Region(
        tree=tree,
        points=points_from_table(points, communities.stop - communities.start),
        people={
            counts: population[column].to_numpy()[communities]
            for counts, column in AGED_COLUMNS.items()
        },
        supply=read_supply(providers, tree),
        provider_ids=providers["provider_id"].to_numpy(dtype=str),
        provider_xy=project_points(providers["lon"].to_numpy(), providers["lat"].to_numpy()),
        standards=parse_standards(tomllib.loads((release / "standards.toml").read_text("utf-8"))),
        folder=release,
    )
