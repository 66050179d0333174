"""A month of a source with noise, or rounded, instead of hidden cells: one table and its rule."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from geodata.disclosure.noise import CellKeyNoise, cell_keys
from geodata.disclosure.rounding import CellKeyRounding
from geodata.errors import CheckError, SourceError
from geodata.findings import ERROR, has_errors
from geodata.schema import LEVELS
from geodata.slots import UPPER_SLOTS
from geodata.source import Source
from geodata.swipes import read_month

METHOD_VERSION = "2026-1"  # changes whenever the same source and secret would give other numbers


def noisy_cards(
    source: Source,
    period: str,
    secret: bytes,
    *,
    level: str = "district",
    method: CellKeyNoise | CellKeyRounding | None = None,
) -> pd.DataFrame:
    """Distinct cards by area, category and age band down to a level, with noise or rounded.

    Parameters
    ----------
    source : Source
    period : str
    secret : bytes
        Never written anywhere; the same secret gives the same noise and rounds the same way.
    level : str
        The finest level; not `community`.
    method : CellKeyNoise or CellKeyRounding, optional
        By default noise.

    Returns
    -------
    DataFrame
        period, area_code, category, age_band, cards_count.

    Raises
    ------
    SourceError
        If the source has no such month or level, the secret is too short, or the base of the
        rounding is below k.
    CheckError
        If the month has errors.
    """
    if level not in LEVELS[:-1]:
        raise SourceError(f"no level {level!r}", f"use one of {', '.join(LEVELS[:-1])}")
    if period not in source.periods:
        raise SourceError(f"the source has no month {period}", f"it has {source.periods}")
    _require_coarse(method, source.disclosure_rule.k)
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
    table["cards_count"] = (method or CellKeyNoise()).perturb(true, keys)
    return table


def _require_coarse(method: CellKeyNoise | CellKeyRounding | None, k: int) -> None:
    """Rounded to less than k, all sums together tell many small counts."""
    if isinstance(method, CellKeyRounding) and method.base < k:
        raise SourceError(
            f"rounding to multiples of {method.base} tells counts below k = {k}",
            f"round to {k} or more",
        )


def describe_method(source: Source, period: str, method: CellKeyNoise | CellKeyRounding) -> dict:
    """What stands beside such a table: rule, version, numbers, and what it was made of."""
    return {
        "rule": "cell-key rounding" if isinstance(method, CellKeyRounding) else "cell-key noise",
        "version": METHOD_VERSION,
        **asdict(method),
        "period": period,
        "base": "cards used in the month",
        "totals": "perturbed on their own: no exact sums of their parts",
        "synthetic": bool(source.config.get("synthetic", False)),
        **{key: source.config.get(key, "") for key in ("title_zh", "title_en", "source_zh")},
        "source_en": source.config.get("source_en", ""),
        "data_date": str(source.config.get("data_date", "")),
    }
