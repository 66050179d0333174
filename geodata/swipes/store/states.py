"""The state of a month beside its tables, and whether files were only added since."""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import replace
from pathlib import Path

from geodata.periods import month_period
from geodata.swipes.aggregation.columns import RETURN_MONTHS
from geodata.swipes.aggregation.engine import Before, MonthInput
from geodata.swipes.store.layout import SCRATCH, STATES, put_in_place
from geodata.swipes.store.ledger import Ledger

MADE_OF = "made-of.json"
_LISTS = ("own", "around", "contested")


def with_state(store: Path, ledger: Ledger, month: MonthInput) -> MonthInput:
    """The input of a month with its state of before, where it has one and files were only added.

    A state is kept for the latest months alone: it takes a tenth of the place of their records,
    and earlier ones are hardly touched any more.
    """
    folder = ledger.state(month.month)
    before = _read_before(store, folder, month) if folder else None
    keep = store / SCRATCH / f"state-{month.month}"
    shutil.rmtree(keep, ignore_errors=True)
    if before is None and month.month < max(ledger.months()) - RETURN_MONTHS:
        return month
    keep.mkdir()
    return replace(month, before=before, keep=keep)


def _read_before(store: Path, folder: str, month: MonthInput) -> Before | None:
    lists = json.loads((store / folder / MADE_OF).read_text())
    paths = {name: tuple(store / path for path in lists[name]) for name in _LISTS}
    if all(set(paths[name]) <= set(getattr(month, name)) for name in _LISTS):
        return Before(store / folder, **paths)
    return None


def keep_state(store: Path, month: MonthInput) -> str:
    """Put the state that an engine has written in its place; empty where it has written none."""
    if month.keep is None or not any(month.keep.iterdir()):
        return ""
    lists = {
        name: [path.relative_to(store).as_posix() for path in getattr(month, name)]
        for name in _LISTS
    }
    (month.keep / MADE_OF).write_text(json.dumps(lists))
    name = f"{STATES}/{month_period(month.month)}-{secrets.token_hex(6)}"
    put_in_place(month.keep, store / name)
    return name
