"""Raw swipes: what their files must hold, and how one file is read, checked and placed."""

from geodata.swipes.raw.contract import (
    CARD_FIELDS,
    MERCHANT_FIELDS,
    RAW_TABLES,
    REASONS,
    SWIPE_FIELDS,
    Field,
)

__all__ = [
    "CARD_FIELDS",
    "MERCHANT_FIELDS",
    "RAW_TABLES",
    "REASONS",
    "SWIPE_FIELDS",
    "Field",
]
