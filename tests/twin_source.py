"""A twin of the square cells: other true counts, all of them where nobody outside can see.

In the two hidden cells of meals and of bus rides three cards, some uses and some money change
places, in every month. Each published sum stays as it is, and so does what must be hidden.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from tests.grid_source import SMALL_COMMUNITY, edit_table, make_periods

PARTNER = "110101002001"
# (home, category): cards, uses, fen, fen of subsidy
CHANGES = {
    (SMALL_COMMUNITY, "meals"): (3, 5, 700, 150),
    (PARTNER, "meals"): (-3, -5, -700, -150),
    (SMALL_COMMUNITY, "bus"): (0, -5, -700, -150),
    (PARTNER, "bus"): (0, 5, 700, 150),
}
FIELDS = ("cards_count", "swipes_count", "amount_fen", "subsidy_fen")


def write_twin(source: Path, folder: Path, months: int = 14) -> Path:
    """Copy a source of square cells and let hidden counts change places; returns the folder."""
    twin = Path(shutil.copytree(source, folder))
    for period in make_periods(months):
        edit_table(twin, f"swipes/community-{period}", _change)
    return twin


def _change(frame: pd.DataFrame) -> pd.DataFrame:
    for (home, category), changes in CHANGES.items():
        row = (frame["home_area_code"] == home) & (frame["category"] == category)
        row &= frame["age_band"] == "all"
        assert row.sum() == 1
        for field, change in zip(FIELDS, changes):
            frame.loc[row, field] = (frame.loc[row, field].astype(int) + change).astype(str)
    return frame
