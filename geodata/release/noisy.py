"""A month of a source with noise instead of hidden cells, as one table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.disclosure.noise import CellKeyNoise, cell_keys
from geodata.errors import CheckError, SourceError
from geodata.findings import ERROR, has_errors
from geodata.schema import LEVELS
from geodata.slots import UPPER_SLOTS
from geodata.source import Source
from geodata.swipes import read_month


def noisy_cards(
    source: Source,
    period: str,
    secret: bytes,
    *,
    level: str = "district",
    noise: CellKeyNoise | None = None,
) -> pd.DataFrame:
    """Distinct cards by area, category and age band down to a level, with noise.

    Parameters
    ----------
    source : Source
    period : str
    secret : bytes
        Never written anywhere; the same secret gives the same noise.
    level : str
        The finest level; not `community`.
    noise : CellKeyNoise, optional

    Returns
    -------
    DataFrame
        period, area_code, category, age_band, cards_count.

    Raises
    ------
    SourceError
        If the source has no such month or level, or the secret is too short.
    CheckError
        If the month has errors.
    """
    if level not in LEVELS[:-1]:
        raise SourceError(f"no level {level!r}", f"use one of {', '.join(LEVELS[:-1])}")
    if period not in source.periods:
        raise SourceError(f"the source has no month {period}", f"it has {source.periods}")
    files, tree = source.month_files(period), source.tree
    month = read_month(files["cards"], files["swipes"], tree)
    if has_errors(month.findings):
        wrong = next(item for item in month.findings if item.severity == ERROR)
        raise CheckError(f"{wrong.table}: {wrong.check}", wrong.fix_en, month.findings)
    n_areas = tree.level_slices[level].stop
    counts = month.upper["cards_count"][:, :n_areas]
    slot, area = (a.ravel() for a in np.indices(counts.shape))
    codes, slots = np.array(tree.codes[:n_areas]), np.array(UPPER_SLOTS)
    table = pd.DataFrame(
        {
            "period": period,
            "area_code": codes[area],
            "category": slots[slot, 0],
            "age_band": slots[slot, 1],
            "cards_count": counts.ravel(),
        }
    )
    table = table[table["cards_count"] >= 0].reset_index(drop=True)
    names = table[["period", "area_code", "category", "age_band"]].agg("|".join, axis=1)
    true = table["cards_count"].to_numpy()
    keys = cell_keys(secret, names.tolist(), true)
    table["cards_count"] = (noise or CellKeyNoise()).perturb(true, keys)
    return table
