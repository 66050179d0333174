"""Slots: which combinations of category and age band a level publishes.

Communities carry each category over all ages and each age band over all categories; the levels
above carry the full cross as well. The slots of communities are the first ones of the upper
levels, so one number names the same slot in both.
"""

from __future__ import annotations

from geodata.schema import AGE_ALL, AGE_BANDS, CATEGORY_ALL, CATEGORY_CODES

Slot = tuple[str, str]

CATEGORY_KEYS = (CATEGORY_ALL, *CATEGORY_CODES)

COMMUNITY_SLOTS: tuple[Slot, ...] = tuple(
    (category, AGE_ALL) for category in CATEGORY_KEYS
) + tuple((CATEGORY_ALL, age) for age in AGE_BANDS if age != AGE_ALL)
UPPER_SLOTS: tuple[Slot, ...] = COMMUNITY_SLOTS + tuple(
    (category, age) for category in CATEGORY_CODES for age in AGE_BANDS if age != AGE_ALL
)
SLOT_INDEX: dict[Slot, int] = {slot: i for i, slot in enumerate(UPPER_SLOTS)}
