"""Checks of the rows of one file of cards or swipes, all columns at once."""

from __future__ import annotations

import numpy as np

from geodata.areas import AreaTree
from geodata.findings import Finding, finding
from geodata.keys import check_codes, check_duplicates
from geodata.schema import LEVELS
from geodata.tables import TableData


def check_swipe_file(data: TableData, tree: AreaTree) -> list[Finding]:
    """Everything that is wrong with one file of `cards/` or `swipes/`.

    Parameters
    ----------
    data : TableData
        As `TableFile.load` returns it, of table cards or swipes (flows included).
    tree : AreaTree

    Returns
    -------
    list of Finding
        Those of reading the file and those of its rows.
    """
    if not data.n_rows:
        return data.findings
    _check_period(data)
    _check_homes(data, tree)
    if data.schema.name == "swipes":
        _check_service(data, tree)
        _check_order(data, "subsidy_over_amount", "subsidy_fen", "amount_fen")
        _check_order(data, "cards_over_swipes", "cards_count", "swipes_count")
        _check_order(data, "providers_over_swipes", "providers_count", "swipes_count")
    else:
        _check_order(data, "silent_over_issued", "silent_cards_count", "cards_count")
    check_duplicates(data)
    return data.findings


def _check_period(data: TableData) -> None:
    if "period" not in data.text:
        return
    text = data.text["period"]
    other = text.indices != text.indices[0]
    if other.any():
        found = sorted({text.values[i] for i in np.unique(text.indices)})
        example = f"{data.where(int(np.argmax(other)))}: period {', '.join(found[:4])}"
        data.findings.append(finding("two_periods", data.name, int(other.sum()), example))


def _check_homes(data: TableData, tree: AreaTree) -> None:
    position = check_codes(data, tree, "home_area_code")
    if position is None or not (position >= 0).any():
        return
    level = np.where(position >= 0, tree.level_index[np.maximum(position, 0)], -1)
    counts = np.bincount(level[level >= 0], minlength=len(LEVELS))
    odd = (level >= 0) & (level != counts.argmax())
    if odd.any():
        row = int(np.argmax(odd))
        found = ", ".join(LEVELS[i] for i in np.flatnonzero(counts))
        code = data.cell("home_area_code", row)
        example = f"{data.where(row)}: home_area_code = {code}; levels {found}"
        data.findings.append(finding("two_levels", data.name, int(odd.sum()), example))


def _check_service(data: TableData, tree: AreaTree) -> None:
    position = check_codes(data, tree, "service_area_code")
    if position is None:
        return
    blank = data.text["service_area_code"].rows_with(lambda v: v == "")
    if blank.any() and not blank.all():
        row = int(np.argmax(blank if blank[0] != blank.any() else ~blank))
        example = f"{int(blank.sum())} blank, {int((~blank).sum())} filled; {data.where(row)}"
        data.findings.append(finding("mixed_flows", data.name, int(blank.sum()), example))


def _check_order(data: TableData, check: str, small: str, large: str) -> None:
    """Report rows where `small` exceeds `large`."""
    if small in data.numbers and large in data.numbers:
        low, high = data.numbers[small], data.numbers[large]
        bad = (low > high) & (low >= 0) & (high >= 0)
        if bad.any():
            row = int(np.argmax(bad))
            example = f"{data.where(row)}: {small} = {low[row]}, {large} = {high[row]}"
            data.findings.append(finding(check, data.name, int(bad.sum()), example))
