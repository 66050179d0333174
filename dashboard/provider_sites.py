"""The provider sites of a release, by area, category and month."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.places import Places
from geodata.schema import CATEGORY_ALL, MISSING

SHOWN = ["provider_id", "name", "category", "lon", "lat", "capacity"]


class ProviderSites:
    """About ten thousand sites in memory.

    Parameters
    ----------
    path : Path
        providers.parquet.
    places : Places
    """

    def __init__(self, path: Path, places: Places) -> None:
        self.places = places
        frame = pd.read_parquet(path)
        frame["capacity"] = frame["capacity"].fillna(MISSING).astype(np.int64)
        self.opened = frame["opened"].fillna("").astype(str).to_numpy(dtype="U7")
        self.closed = frame["closed"].fillna("").astype(str).to_numpy(dtype="U7")
        codes = frame["community_code"].fillna("").astype(str)
        self.community = codes.map(places.tree.position).fillna(-1).to_numpy(dtype=np.int64)
        frame["category"] = frame["category"].astype(str)
        self.frame = frame[SHOWN]

    def __contains__(self, provider_id: str) -> bool:
        return provider_id in self.rows

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each provider by its id."""
        return {code: i for i, code in enumerate(self.frame["provider_id"].astype(str))}

    def describe(self, provider_id: str) -> tuple[str, tuple[float, float], int | None]:
        """Name, place in degrees (CGCS2000) and capacity of a provider.

        One that the release does not have has no name, and NaN for its place.
        """
        row = self.rows.get(provider_id)
        if row is None:
            return "", (float("nan"), float("nan")), None
        site = self.frame.iloc[row]
        capacity = int(site["capacity"])
        place = (float(site["lon"]), float(site["lat"]))
        return str(site["name"]), place, capacity if capacity >= 0 else None

    def open_sites(self, position: int, category: str, period: str) -> pd.DataFrame:
        """Sites open in a month inside an area.

        A site is open from the month `opened` on and up to the month before `closed`.

        Returns
        -------
        DataFrame, (n_sites, 6)
            provider_id, name, category, lon, lat (degrees, CGCS2000), capacity (-2 unknown).
        """
        inside = self.places.children(position, "community")
        keep = (self.community >= inside.start) & (self.community < inside.stop)
        keep &= self.opened <= period
        keep &= (self.closed == "") | (self.closed > period)
        if category != CATEGORY_ALL:
            keep &= self.frame["category"].to_numpy() == category
        return self.frame[keep].reset_index(drop=True)
