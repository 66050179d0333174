"""Rows of the tables cards and swipes: their area, their slot, their numbers."""

from __future__ import annotations

import numpy as np

from geodata.areas import AreaTree
from geodata.schema import AGE_BANDS, PROVIDERS, SWIPE_FIELDS
from geodata.slots import CATEGORY_KEYS, COMMUNITY_SLOTS, SLOT_INDEX, UPPER_SLOTS
from geodata.swipes.cells import LevelCells, scatter_rows
from geodata.tables import TableData

CARD_FIELDS = ("cards_count", "silent_cards_count")
_AGE_INDEX = {age: i for i, age in enumerate(AGE_BANDS)}
_CATEGORY_INDEX = {category: i for i, category in enumerate(CATEGORY_KEYS)}
_SLOT_OF = np.array([[SLOT_INDEX[c, a] for a in AGE_BANDS] for c in CATEGORY_KEYS], dtype=np.int32)


def scatter_cards(data: TableData, tree: AreaTree) -> LevelCells:
    """Issued and silent cards of one file; slots are the age bands."""
    ages = data.text["age_band"].map(_AGE_INDEX)
    covered = np.zeros(len(AGE_BANDS), dtype=bool)
    covered[np.unique(ages)] = True
    values = {name: data.numbers[name] for name in CARD_FIELDS}
    return scatter_rows(_positions(data, tree), ages, values, covered, tree)


def scatter_swipes(data: TableData, tree: AreaTree) -> LevelCells:
    """Swipes of one file; slots as in `geodata.slots`.

    A file covers the margins (a category or an age band is "all"), the cross, or both, as a
    whole: a category nobody used in a month has no row, and is zero. The field
    `providers_count` is there only if a row has it.
    """
    category = data.text["category"].map(_CATEGORY_INDEX)
    slots = _SLOT_OF[category, data.text["age_band"].map(_AGE_INDEX)]
    is_margin = slots < len(COMMUNITY_SLOTS)
    n_margins = len(COMMUNITY_SLOTS)
    covered = np.zeros(n_margins if is_margin.all() else len(UPPER_SLOTS), dtype=bool)
    covered[:n_margins] = is_margin.any()
    covered[n_margins:] = True
    values = {name: data.numbers[name] for name in SWIPE_FIELDS}
    if (data.numbers[PROVIDERS] >= 0).any():
        values[PROVIDERS] = data.numbers[PROVIDERS]
    return scatter_rows(_positions(data, tree), slots, values, covered, tree)


def _positions(data: TableData, tree: AreaTree) -> np.ndarray:
    return data.text["home_area_code"].map(tree.position)
