"""All sums a release publishes about a month, as sparse rows over numbered cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from scipy import sparse

from geodata.areas import AreaTree
from geodata.schema import AGE_ALL, AGE_BANDS, CATEGORY_ALL, CATEGORY_CODES
from geodata.slots import CATEGORY_KEYS, COMMUNITY_SLOTS, SLOT_INDEX, UPPER_SLOTS

_BANDS = AGE_BANDS[1:]


class PublishedSums:
    """Which cells of the cube add up to which; a cell is a slot of an area.

    Cells are numbered block by block (upper, community), slot by slot, area by area.

    Parameters
    ----------
    tree : AreaTree
    n_upper_slots, n_community_slots : int
        Slots of the blocks: those of `geodata.slots`, or the age bands of issued cards.
    """

    def __init__(self, tree: AreaTree, n_upper_slots: int, n_community_slots: int) -> None:
        self.tree = tree
        self.split = tree.level_slices["community"].start
        self.n_communities = len(tree) - self.split
        self.n_slots = n_upper_slots, n_community_slots
        self.n_upper = n_upper_slots * self.split
        self.n_cells = self.n_upper + n_community_slots * self.n_communities

    def number(self, slot: int, positions: np.ndarray) -> np.ndarray:
        """Numbers of the cells of a slot in some areas."""
        below = self.n_upper + slot * self.n_communities + positions - self.split
        return np.where(positions < self.split, slot * self.split + positions, below)

    def describe(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Slot and position of cells."""
        upper = cells < self.n_upper
        below = cells - self.n_upper
        slot = np.where(upper, cells // self.split, below // max(self.n_communities, 1))
        area = np.where(upper, cells % self.split, self.split + below % max(self.n_communities, 1))
        return slot, area

    def flatten(self, upper: np.ndarray, community: np.ndarray) -> np.ndarray:
        """Both blocks as one array, (n_cells,)."""
        return np.concatenate([upper.reshape(-1), community.reshape(-1)])

    def unflatten(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The two blocks of a flat array."""
        upper, community = cells[: self.n_upper], cells[self.n_upper :]
        return upper.reshape(-1, self.split), community.reshape(-1, self.n_communities)

    def areas_with(self, slot: int) -> np.ndarray:
        """Positions of the areas that have a slot."""
        return np.arange(len(self.tree) if slot < self.n_slots[1] else self.split)

    @property
    def along_tree(self) -> sparse.csr_array:
        """Children less their parent, for every slot both have."""
        parts = []
        for n_slots, first, stop in (
            (self.n_slots[0], 1, self.split),
            (self.n_slots[1], self.split, len(self.tree)),
        ):
            children = np.arange(first, stop)
            parents, family = np.unique(self.tree.parents[children], return_inverse=True)
            for slot in range(n_slots):
                cells = self.number(slot, children), self.number(slot, parents)
                parts.append(self._sums(family, cells, len(parents)))
        return sparse.vstack(parts, format="csr")

    def over_slots(self, total: int, parts: Sequence[int]) -> sparse.csr_array:
        """Parts less their total, in every area that has all of them."""
        areas = self.areas_with(max(total, *parts))
        cells = np.concatenate([self.number(part, areas) for part in parts])
        family = np.tile(np.arange(len(areas)), len(parts))
        return self._sums(family, (cells, self.number(total, areas)), len(areas))

    def _sums(self, family: np.ndarray, cells: tuple, n_sums: int) -> sparse.csr_array:
        parts, totals = cells
        data = np.concatenate([np.ones(len(parts)), -np.ones(n_sums)])
        index = np.concatenate([family, np.arange(n_sums)]), np.concatenate([parts, totals])
        index = tuple(numbers.astype(np.int32) for numbers in index)  # half of what int64 takes
        return sparse.csr_array((data, index), shape=(n_sums, self.n_cells))


class SwipeSums(PublishedSums):
    """Sums of cards, swipes and amounts: along the tree, over ages, over categories."""

    def __init__(self, tree: AreaTree) -> None:
        super().__init__(tree, len(UPPER_SLOTS), len(COMMUNITY_SLOTS))
        self._by_categories: dict[tuple[str, ...], sparse.csr_array] = {}

    @cached_property
    def over_areas_and_ages(self) -> sparse.csr_array:
        """What holds for every field, distinct cards included: a card has one home and holder."""
        ages = [
            self.over_slots(SLOT_INDEX[c, AGE_ALL], [SLOT_INDEX[c, age] for age in _BANDS])
            for c in CATEGORY_KEYS
        ]
        return sparse.vstack([self.along_tree, *ages], format="csr")

    def over_categories(self, categories: tuple[str, ...] = CATEGORY_CODES) -> sparse.csr_array:
        """Categories less "all": swipes and amounts only, a card is used for many."""
        if categories not in self._by_categories:
            self._by_categories[categories] = self._over_categories(categories)
        return self._by_categories[categories]

    def _over_categories(self, categories: tuple[str, ...]) -> sparse.csr_array:
        rows = [
            self.over_slots(SLOT_INDEX[CATEGORY_ALL, age], [SLOT_INDEX[c, age] for c in categories])
            for age in AGE_BANDS
        ]
        return sparse.vstack(rows, format="csr")

    @cached_property
    def slot_of_cell(self) -> np.ndarray:
        """Slot of every cell, (n_cells,)."""
        return self.describe(np.arange(self.n_cells))[0]

    @cached_property
    def all_categories(self) -> sparse.csr_array:
        """`over_categories` of all of them."""
        return self.over_categories()

    @cached_property
    def part_of_all(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of cells: a category, and "all" of the same age and area."""
        pairs = [
            (self.number(SLOT_INDEX[c, age], areas), self.number(SLOT_INDEX["all", age], areas))
            for c in CATEGORY_CODES
            for age in AGE_BANDS
            for areas in [self.areas_with(SLOT_INDEX[c, age])]
        ]
        low, high = zip(*pairs)
        return np.concatenate(low), np.concatenate(high)

    @cached_property
    def of_all_categories(self) -> np.ndarray:
        """Cells of "all" by age, in the order of the cells of `CardSums`."""
        cells = []
        for block in (np.arange(self.split), np.arange(self.split, len(self.tree))):
            cells += [self.number(SLOT_INDEX[CATEGORY_ALL, age], block) for age in AGE_BANDS]
        return np.concatenate(cells)


class CardSums(PublishedSums):
    """Sums of issued and of silent cards: along the tree and over ages."""

    def __init__(self, tree: AreaTree) -> None:
        super().__init__(tree, len(AGE_BANDS), len(AGE_BANDS))

    @cached_property
    def over_areas_and_ages(self) -> sparse.csr_array:
        """Every sum of issued and of silent cards."""
        ages = self.over_slots(0, range(1, len(AGE_BANDS)))
        return sparse.vstack([self.along_tree, ages], format="csr")
