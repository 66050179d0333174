"""One month: its files of issued cards and of swipes, as dense cells of every area."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from geodata.areas import AreaTree
from geodata.findings import Finding, finding, has_errors
from geodata.schema import AGE_BANDS, CATEGORY_ALL, CATEGORY_CODES, PROVIDERS, SWIPE_FIELDS
from geodata.slots import COMMUNITY_SLOTS, SLOT_INDEX, UPPER_SLOTS
from geodata.swipes.agreement import check_levels_agree
from geodata.swipes.cells import LevelCells, fill_least, fill_levels, find_reporting
from geodata.swipes.rows import CARD_FIELDS, scatter_cards, scatter_swipes
from geodata.swipes.taps import halve_bus_taps
from geodata.tables import TableData, TableFile

Fields = dict[str, np.ndarray]
RowCheck = Callable[[TableData, AreaTree], list[Finding]]


@dataclass
class Month:
    """Cells of one period; true counts, nothing is hidden yet.

    Attributes
    ----------
    upper, community : dict of field to ndarray of int64, (n_slots, n_areas)
        Swipes in the order of `geodata.slots`; negative where not reported.
    upper_cards, community_cards : dict of field to ndarray of int64, (n_ages, n_areas)
        `cards_count` (issued) and `silent_cards_count`, in the order of `AGE_BANDS`.
    providers : tuple of ndarray of int64, (n_slots, n_areas) of each block, or None
        Providers the amounts were paid to, at least; negative where not known. None where no
        file says it.
    rows : dict of str to int
        Rows read by table.
    findings : list of Finding
    """

    upper: Fields = field(default_factory=dict)
    community: Fields = field(default_factory=dict)
    upper_cards: Fields = field(default_factory=dict)
    community_cards: Fields = field(default_factory=dict)
    providers: tuple[np.ndarray, np.ndarray] | None = None
    rows: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_month(
    card_files: Sequence[TableFile],
    swipe_files: Sequence[TableFile],
    tree: AreaTree,
    *,
    check: RowCheck | None = None,
    bus_taps: bool = False,
) -> Month:
    """Read the files of one period and sum them up the tree.

    Parameters
    ----------
    card_files, swipe_files : sequence of TableFile
        The files of the period; one home level each.
    tree : AreaTree
    check : callable, optional
        Checks of rows beyond those of `TableFile.load`: (TableData, AreaTree) -> findings.
    bus_taps : bool
        Whether bus swipes are taps, two to a ride; they are halved.

    Returns
    -------
    Month
        If a file has an error, `findings` says so and there are no cells.
    """
    month = Month()
    cards = [load_checked(file, tree, month.findings, check) for file in card_files]
    swipes = [load_checked(file, tree, month.findings, check) for file in swipe_files]
    month.rows = {"cards": sum(d.n_rows for d in cards), "swipes": sum(d.n_rows for d in swipes)}
    if has_errors(month.findings):
        return month
    card_cells = [scatter_cards(data, tree) for data in cards if data.n_rows]
    swipe_cells = [scatter_swipes(data, tree) for data in swipes if data.n_rows]
    for cells, tables in ((card_cells, cards), (swipe_cells, swipes)):
        names = [data.name for data in tables if data.n_rows]
        month.findings += check_levels_agree(cells, tree, names)
    if bus_taps and swipe_cells:
        halve_bus_taps(swipe_cells)
        month.findings.append(finding("bus_taps", swipes[0].name, swipes[0].n_rows, "bus"))
    _fill(month, card_cells, swipe_cells, tree)
    return month


def load_checked(
    file: TableFile, tree: AreaTree, findings: list[Finding], check: RowCheck | None
) -> TableData:
    """Load a file; what is wrong with it goes to `findings`."""
    data = file.load()
    if check is not None:
        findings += check(data, tree)
    else:
        findings += data.findings
    return data


def _fill(
    month: Month, card_cells: list[LevelCells], swipe_cells: list[LevelCells], tree: AreaTree
) -> None:
    reporting = find_reporting([*card_cells, *swipe_cells], tree)
    n_ages = len(AGE_BANDS)
    for name in CARD_FIELDS:
        blocks = fill_levels(card_cells, name, n_ages, n_ages, tree, reporting)
        month.upper_cards[name], month.community_cards[name] = blocks
    for name in SWIPE_FIELDS:
        sizes = len(UPPER_SLOTS), len(COMMUNITY_SLOTS)
        blocks = fill_levels(swipe_cells, name, *sizes, tree, reporting)
        month.upper[name], month.community[name] = blocks
    _fill_ages_from_cross(month.upper["swipes_count"])
    if any(PROVIDERS in item.fields for item in swipe_cells):
        sizes = len(UPPER_SLOTS), len(COMMUNITY_SLOTS)
        month.providers = fill_least(swipe_cells, PROVIDERS, *sizes, tree)


def _fill_ages_from_cross(swipes: np.ndarray) -> None:
    """Swipes of an age band, where not reported, from its categories; swipes add over them."""
    for age in AGE_BANDS[1:]:
        every = SLOT_INDEX[CATEGORY_ALL, age]
        cross = swipes[[SLOT_INDEX[category, age] for category in CATEGORY_CODES]]
        known = (swipes[every] < 0) & (cross >= 0).all(axis=0)
        swipes[every, known] = cross[:, known].sum(axis=0)
