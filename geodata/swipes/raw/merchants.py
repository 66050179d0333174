"""The dated table of merchants: what a merchant was on a day, kept by officials.

A merchant number holds a category code (MCC) in its digits 8 to 11; it does not tell home care
from cleaning, so this table comes first and the MCC is asked only where the table is silent.
Only codes whose meaning was found in a named source are in `mcc.csv`.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pandas as pd

from geodata.errors import SchemaError
from geodata.schema import CATEGORY_CODES
from geodata.swipes.raw.contract import MERCHANT_FIELDS

FOREVER = pd.Timestamp("2199-12-31")


def read_merchants(path: Path) -> pd.DataFrame:
    """Table merchants, checked.

    Parameters
    ----------
    path : Path
        Parquet or CSV (UTF-8).

    Returns
    -------
    DataFrame
        Columns of `MERCHANT_FIELDS` as text, but `valid_from` and `valid_to` as days (open ends
        filled); sorted by merchant and day.

    Raises
    ------
    SchemaError
        If a column is missing, a cell is wrong, or two rows of a merchant overlap in time.
    """
    names = [field.name for field in MERCHANT_FIELDS]
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
    else:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    missing = [name for name in names if name not in frame]
    if missing:
        raise SchemaError(f"{path.name}: no column {missing[0]}", "add the column")
    frame = frame[names].fillna("").astype(str)
    for field in MERCHANT_FIELDS:
        column = frame[field.name]
        bad = column.eq("") if field.required else column.isna()
        if field.choices:
            bad |= ~column.isin(field.choices)
        _require(path, frame, bad, field.name)
    for name in ("valid_from", "valid_to"):
        days = pd.to_datetime(frame[name], format="%Y-%m-%d", errors="coerce")
        _require(path, frame, days.isna() & frame[name].ne(""), name)
        frame[name] = days.fillna(FOREVER)
    _require(path, frame, frame["valid_to"] < frame["valid_from"], "valid_to")
    frame = frame.sort_values(["merchant_no", "valid_from"]).reset_index()
    same = frame["merchant_no"].eq(frame["merchant_no"].shift())
    overlap = same & (frame["valid_from"] <= frame["valid_to"].shift())
    _require(path, frame, overlap, "valid_from", "the periods of a merchant may not overlap")
    return frame.drop(columns="index")


def _require(
    path: Path, frame: pd.DataFrame, bad: pd.Series, column: str, fix: str = "correct the cell"
) -> None:
    if bad.any():
        row = frame[bad].iloc[0]
        where = f"row {int(row.get('index', row.name)) + 1}"
        value = row[column]
        value = value.date().isoformat() if isinstance(value, pd.Timestamp) else repr(value)
        raise SchemaError(f"{path.name}, {where}: {column} = {value}", fix)


def read_mcc() -> pd.DataFrame:
    """Category by merchant category code: columns mcc and category, text."""
    with resources.files("geodata.swipes.raw").joinpath("mcc.csv").open(encoding="utf-8") as file:
        frame = pd.read_csv(file, dtype=str)
    assert frame["category"].isin(CATEGORY_CODES).all()
    return frame[["mcc", "category"]]
