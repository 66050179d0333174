"""A release read for coverage: demand points, people, providers and their months."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geodata.areas import AreaTree
from geodata.coverage.baseline import Baseline, prepare_baseline
from geodata.coverage.capacity import Supply, read_supply
from geodata.coverage.demand import DemandPoints, place_demand
from geodata.coverage.distances import Distances, compute_distances, index_places
from geodata.coverage.standards import Standards, parse_standards
from geodata.crs import project_points, to_measuring
from geodata.schema import CATEGORY_CODES

if TYPE_CHECKING:  # scipy.spatial costs 0.4 s of the server's start; see `distances`
    from scipy.spatial import cKDTree

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
    """

    tree: AreaTree
    points: DemandPoints
    people: dict[str, np.ndarray]
    supply: Supply
    provider_ids: np.ndarray
    provider_xy: np.ndarray
    standards: Standards

    @cached_property
    def place_index(self) -> cKDTree:
        """Search tree of the demand points."""
        return index_places(self.points.xy)

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

    def is_open(self, categories: tuple[str, ...], period: str) -> np.ndarray:
        """Mask of the providers of some categories open in a month, (n_providers,)."""
        numbers = [CATEGORY_CODES.index(category) for category in categories]
        return np.isin(self.supply.category, numbers) & self.supply.is_open(period)

    def distances(self, providers: np.ndarray, walk_m: float) -> Distances:
        """Walking distances of all demand points to the providers of a mask, up to a limit."""
        numbers = np.flatnonzero(providers)
        near = compute_distances(
            self.place_index, self.provider_xy[numbers], walk_m, self.standards.detour_factor
        )
        return Distances(
            near.point, numbers[near.provider], near.walk_m, near.n_points, len(providers)
        )

    def baseline(
        self, categories: tuple[str, ...], counts: str, walk_m: float, period: str
    ) -> Baseline:
        """The open providers of a month, ready for scenarios."""
        is_open = self.is_open(categories, period)
        return prepare_baseline(
            self.tree,
            self.points,
            self.place_index,
            self.people[counts],
            categories,
            walk_m / self.standards.detour_factor,
            self.distances(is_open, walk_m),
            np.where(is_open, self.provider_ids, ""),
            self.supply.capacity,
        )


def read_region(release: Path) -> Region:
    """Read a release folder; the demand points come from its community polygons.

    They are the points the release itself was computed from: reach comes out the same.
    """
    tree = AreaTree(pd.read_parquet(release / "areas.parquet"))
    population = pd.read_parquet(release / "population.parquet")
    providers = pd.read_parquet(release / "providers.parquet")
    polygons = pd.read_parquet(release / "boundaries" / "community.parquet")
    communities = tree.level_slices["community"]
    shapes = np.full(communities.stop - communities.start, None, dtype=object)
    rows = polygons["area_code"].map(tree.position).to_numpy() - communities.start
    shapes[rows] = to_measuring(shapely.from_wkb(polygons["geometry"].to_numpy()))
    return Region(
        tree=tree,
        points=place_demand(shapes),
        people={
            counts: population[column].to_numpy()[communities]
            for counts, column in AGED_COLUMNS.items()
        },
        supply=read_supply(providers, tree),
        provider_ids=providers["provider_id"].to_numpy(dtype=str),
        provider_xy=project_points(providers["lon"].to_numpy(), providers["lat"].to_numpy()),
        standards=parse_standards(tomllib.loads((release / "standards.toml").read_text("utf-8"))),
    )
