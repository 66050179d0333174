"""What an engine is given to aggregate a month, and what it hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa


@dataclass(frozen=True)
class Before:
    """A month as it was worked out before; files are only added since.

    Attributes
    ----------
    state : Path
        Folder that the engine wrote then.
    own, around, contested : tuple of Path
        As `MonthInput` had them.
    """

    state: Path
    own: tuple[Path, ...]
    around: tuple[Path, ...]
    contested: tuple[Path, ...]


@dataclass(frozen=True)
class MonthInput:
    """Files of checked records that one month is made from.

    Attributes
    ----------
    month : int
        Number of the month, see `periods.month_number`.
    own : tuple of Path
        Records of the month.
    around : tuple of Path
        Records of the months before and after with which its events may be linked.
    contested : tuple of Path
        Keys of events of which several files know; they are resolved anew.
    areas : pa.Table
        Communities and their districts, columns `columns.AREAS`.
    before : Before, optional
        What an engine that can do so may add the new files to.
    keep : Path, optional
        Folder for the state that it needs for that the next time; must exist.
    """

    month: int
    own: tuple[Path, ...]
    around: tuple[Path, ...]
    contested: tuple[Path, ...]
    areas: pa.Table
    before: Before | None = None
    keep: Path | None = None


@dataclass
class MonthTables:
    """Tables of a month by name, and what became of its records.

    Attributes
    ----------
    tables : dict of str to pa.Table
        Columns `columns.TABLE_COLUMNS` and `columns.TABLE_SUMS`; `cards` with home and age.
    fates : pa.Table
        fate, kind, rows, gross: every record of the month is in one row of it.
    """

    tables: dict[str, pa.Table] = field(default_factory=dict)
    fates: pa.Table | None = None


class Engine(Protocol):
    """Something that runs the definitions of `events` and `tables`."""

    def month_tables(self, month: MonthInput, progress) -> MonthTables:
        """All tables of one month."""
        ...
