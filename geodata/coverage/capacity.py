"""Providers and their places by category, area and period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.areas import AreaTree
from geodata.rollup import sum_upward
from geodata.schema import CATEGORY_CODES, MISSING


@dataclass(frozen=True)
class Supply:
    """Providers as arrays, (n_providers,).

    Attributes
    ----------
    category : ndarray of int
        Number in `CATEGORY_CODES`.
    community : ndarray of int
        Number of the community in tree order, -1 where it lies in none.
    capacity : ndarray of int
        Places; MISSING where not known.
    opened, closed : ndarray of str
        First month open, first month closed; "" where not known or still open.
    """

    category: np.ndarray
    community: np.ndarray
    capacity: np.ndarray
    opened: np.ndarray
    closed: np.ndarray

    def is_open(self, period: str) -> np.ndarray:
        """Mask of the providers open in a month."""
        return (self.opened <= period) & ((self.closed == "") | (self.closed > period))

    def count_open(self, tree: AreaTree, period: str) -> tuple[np.ndarray, np.ndarray]:
        """Open providers and their places.

        Returns
        -------
        providers, places : ndarray of int64, (n_categories + 1, n_areas)
            Category 0 is all. Places are summed over the providers that state them, and MISSING
            where there are providers and none does.
        """
        used = self.is_open(period) & (self.community >= 0)
        known = used & (self.capacity >= 0)
        providers = self._sum(tree, used, None)
        places = self._sum(tree, known, self.capacity)
        stated = self._sum(tree, known, None)
        return providers, np.where((providers > 0) & (stated == 0), MISSING, places)

    def _sum(self, tree: AreaTree, mask: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        communities = tree.level_slices["community"]
        n = communities.stop - communities.start
        place = self.category[mask] * n + self.community[mask]
        counts = np.bincount(
            place,
            None if weights is None else weights[mask],
            minlength=n * len(CATEGORY_CODES),
        )
        counts = counts.astype(np.int64).reshape(len(CATEGORY_CODES), n)
        return sum_upward(np.concatenate([counts.sum(axis=0, keepdims=True), counts]), tree)


def read_supply(providers: pd.DataFrame, tree: AreaTree) -> Supply:
    """Providers of a validated table (`category`, `capacity`, `opened`, `closed`,
    `community_code`) as arrays.
    """
    first = tree.level_slices["community"].start
    position = providers["community_code"].map(tree.position)
    community = position.fillna(first - 1).to_numpy(dtype=np.int64) - first
    category = {code: i for i, code in enumerate(CATEGORY_CODES)}
    capacity = pd.to_numeric(providers["capacity"]).fillna(MISSING)
    return Supply(
        category=providers["category"].map(category).to_numpy(dtype=np.int64),
        community=community,
        capacity=capacity.to_numpy(dtype=np.int64),
        opened=providers["opened"].fillna("").to_numpy(dtype=str),
        closed=providers["closed"].fillna("").to_numpy(dtype=str),
    )
