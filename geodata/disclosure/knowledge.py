"""Everything that follows about the hidden cells of a month from what is published about it.

Swipes and distinct cards add over areas and ages, swipes over categories too. Beside the sums
an outsider knows: who used a card used it at least once; who used it for a category used it at
all; who used it for anything used it for some category; who used it this month is not silent;
silent cards are issued ones; a hidden cell is not zero, where zero is shown.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.areas import AreaTree
from geodata.disclosure.flow_sums import FlowSums
from geodata.disclosure.flows import FlowGate
from geodata.disclosure.merged_bands import add_merged_bands, tables_of
from geodata.disclosure.not_above import NotAbove
from geodata.disclosure.not_silent import NotSilent
from geodata.disclosure.published import CardSums, PublishedSums, SwipeSums
from geodata.disclosure.system import Rows, System
from geodata.disclosure.system_builder import RowIndex, Shown, SystemBuilder
from geodata.schema import AGE_ALL, AGE_BANDS, CATEGORY_CODES, COARSER
from geodata.slots import SLOT_INDEX

CARDS, SWIPES, ISSUED, SILENT = "cards_count", "swipes_count", "issued_cards_count", "silent"
FLOW_CARDS, FLOW_SWIPES = FLOWS = "flow_cards_count", "flow_swipes_count"
SUMS, PLAIN, DERIVED = "sums", "plain", "derived"  # which rows a system has
Cells = Mapping[str, np.ndarray]


class Knowledge:
    """What is known in every month of a release: which cells add up to which.

    Parameters
    ----------
    tree : AreaTree
    flow_gate : FlowGate
    floor : int
        What a hidden count is known to be at least, see `DisclosureRule.floor`.
    """

    def __init__(self, tree: AreaTree, flow_gate: FlowGate, floor: int = 1) -> None:
        self.floor, self.index = float(floor), RowIndex()
        self.swipes, self.cards = SwipeSums(tree), CardSums(tree)
        self.flows = FlowSums(flow_gate, self.swipes)
        self.tables = {sums: tables_of(sums) for sums in (self.swipes, self.cards)}
        self.not_above = NotAbove(self.swipes, (CARDS, SWIPES))
        self.not_silent = NotSilent(self.cards, self.swipes, (ISSUED, CARDS, SILENT))

    def sums_of(self, kind: str) -> PublishedSums:
        """What numbers the cells of a kind that is not a flow."""
        return self.cards if kind in (ISSUED, SILENT) else self.swipes

    def families_of(self, cells: Cells) -> dict[str, np.ndarray]:
        """Some cells, and all that stand beside them in an inequality of a family of areas.

        A row that follows from others holds what tells most: whether one cell of a family is known
        decides about rows of the others, in which it need not occur itself.

        Parameters
        ----------
        cells : mapping of kind to ndarray of bool, (n_cells,)
        """
        near = {kind: mask.copy() for kind, mask in cells.items()}
        for sides in (*self.not_above.pairs, tuple(self.not_silent.tables.items())):
            marked = np.any([cells[kind][table.cells].any(axis=0) for kind, table in sides], axis=0)
            if not marked.any():
                continue
            for kind, table in sides:
                near[kind][table.cells[:, table.near(marked)[1]]] = True
        return near

    def system(
        self,
        published: Cells,
        hidden: Cells,
        *,
        flows_are_some: bool = True,
        issued_fits: np.ndarray | bool = True,
        near: Cells | None = None,
        rows: str = PLAIN,
        shown: Shown | None = None,
    ) -> tuple[System, list]:
        """The system of one month, and the sums its rows come from.

        Parameters
        ----------
        published : mapping of kind to ndarray of int, (n_cells,)
            Kinds cards_count and swipes_count over the cells of `SwipeSums`, issued_cards_count
            and silent over those of `CardSums`, and, where there are flows, flow_cards_count
            and flow_swipes_count over those of `FlowSums`; MISSING or COARSER where there is
            no number.
        hidden : mapping of kind to ndarray of bool, (n_cells,)
        flows_are_some : bool
            Whether a hidden flow is known not to be zero.
        issued_fits : ndarray of bool, (n_cells,) of `CardSums`, or bool
            Where used and silent cards are together no more than the issued ones. Where the home
            of a card in the register is not the one of its use they may be more, and nobody can
            reckon with it.
        near : mapping of kind to ndarray of bool, (n_cells,), optional
            Cells whose rows are wanted; without it all rows. The unknowns are then those that
            occur in them.
        rows : str
            SUMS: only what adds up exactly. PLAIN: inequalities too. DERIVED: also rows that
            follow from others, for bounds that are passed along single rows.
        shown : Shown, optional
            Of `published` and `hidden`, when it is there already.
        """
        shown = Shown(published, hidden) if shown is None else shown
        lower: dict[str, np.ndarray | float] = dict.fromkeys(published, self.floor)
        if FLOW_SWIPES in published:
            # What is used outside may be nothing where it is closed with its total.
            lower[FLOW_CARDS] = self.floor if flows_are_some else 0.0
            lower[FLOW_SWIPES] = np.where(self.flows.is_outside, 0.0, lower[FLOW_CARDS])
        builder = SystemBuilder(shown, lower, near, self.index)
        self._add_sums(builder, published)
        if rows != SUMS:
            self._add_inequalities(builder, published)
            fits, derived = issued_fits, rows == DERIVED
            self.not_silent.add_to(builder, published, fits, derived=derived)
        if rows == DERIVED:
            self._add_derived(builder, published)
        return builder.build(), builder.sums

    def money(self, field: str, published: np.ndarray, hidden: np.ndarray) -> tuple[System, list]:
        """The system of an amount of money: it adds over areas, ages and categories.

        Categories with nothing in the whole region are free: their hidden cells are known to be
        zero, and protect nothing. Nothing links an amount to a number of cards.

        Parameters
        ----------
        field : str
            amount_fen or subsidy_fen; the one kind of the system.
        published : ndarray of int, (n_cells,)
        hidden : ndarray of bool, (n_cells,)
        """
        hidden = hidden & self.may_be_paid(published)
        return self.money_shown(field, Shown({field: published}, {field: hidden}))

    def may_be_paid(self, published: np.ndarray) -> np.ndarray:
        """Cells of categories that are not free, (n_cells,)."""
        paid = self._paid_categories(published)
        slots = [SLOT_INDEX[c, age] for c in CATEGORY_CODES if c not in paid for age in AGE_BANDS]
        return ~np.isin(self.swipes.slot_of_cell, slots)

    def _paid_categories(self, published: np.ndarray) -> tuple[str, ...]:
        region = published[: self.swipes.n_upper].reshape(-1, self.swipes.split)[:, 0]
        return tuple(c for c in CATEGORY_CODES if region[SLOT_INDEX[c, AGE_ALL]] != 0)

    def money_shown(
        self, field: str, shown: Shown, near: Cells | None = None
    ) -> tuple[System, list]:
        """The same of cells of which no hidden one is free; `near` as of `system`."""
        builder = SystemBuilder(shown, {field: 0.0}, near, self.index)
        published, paid = shown.values[field], self._paid_categories(shown.values[field])
        self._add(builder, field, self.swipes.over_areas_and_ages, published)
        if paid:
            self._add(builder, field, self.swipes.over_categories(paid), published)
        return builder.build(), builder.sums

    @staticmethod
    def _add(builder: SystemBuilder, kind: str, sums: Rows, published: np.ndarray) -> None:
        usable = _usable(sums, published)
        builder.add_sums({kind: usable}, lasting=usable is sums)

    def _add_sums(self, builder: SystemBuilder, published: Cells) -> None:
        for kind in (CARDS, SWIPES, ISSUED, SILENT):
            sums = self.sums_of(kind).over_areas_and_ages
            self._add(builder, kind, sums, published[kind])
        self._add(builder, SWIPES, self.swipes.all_categories, published[SWIPES])
        if FLOW_SWIPES not in published:
            return
        for over_services, totals in (self.flows.over_services, self.flows.of_whole_areas):
            builder.add_sums({FLOW_SWIPES: over_services, SWIPES: totals}, lasting=True)
        builder.add_sums({FLOW_SWIPES: self.flows.over_homes}, lasting=True)
        builder.add_sums({FLOW_SWIPES: self.flows.all_categories}, lasting=True)

    def _add_inequalities(self, builder: SystemBuilder, published: Cells) -> None:
        swipes, flows = self.swipes, self.flows
        by_category = _usable(swipes.all_categories, published[SWIPES])
        builder.add_not_less({CARDS: by_category}, lasting=by_category is swipes.all_categories)
        every = np.arange(swipes.n_cells)
        self._add_not_above(builder, published, (CARDS, every), (SWIPES, every))
        part, whole = swipes.part_of_all
        self._add_not_above(builder, published, (CARDS, part), (CARDS, whole))
        if FLOW_SWIPES not in published:
            return
        cells, totals = flows.not_fewer_than_total
        builder.add_not_less({FLOW_CARDS: cells, CARDS: totals}, lasting=True)
        services = np.flatnonzero(flows.is_service & (builder.hidden[FLOW_CARDS]))
        builder.add_not_above((FLOW_CARDS, services), (FLOW_SWIPES, services))
        builder.add_not_above((FLOW_CARDS, services), (CARDS, flows.cube_cells(services)))

    def _add_derived(self, builder: SystemBuilder, published: Cells) -> None:
        """Rows that follow from others, but for those of `NotSilent`."""
        self.not_above.add_to(builder, published)
        if FLOW_SWIPES in published:
            builder.add_sums({FLOW_SWIPES: self.flows.near_of_whole_areas}, lasting=True)
        for kind in (CARDS, SWIPES, ISSUED, SILENT):
            add_merged_bands(builder, self.tables[self.sums_of(kind)], kind, published[kind])

    @staticmethod
    def _add_not_above(builder: SystemBuilder, published: Cells, low, high) -> None:
        pairs = builder.near_pairs(low, high)
        there = np.ones(len(pairs[0][1]), dtype=bool)
        for kind, cells in pairs:
            there &= (published[kind][cells] >= 0) | builder.hidden[kind][cells]
        builder.add_not_above(*((kind, cells[there]) for kind, cells in pairs))


def _usable(sums: Rows, published: np.ndarray) -> Rows:
    """Sums without a cell that this level does not publish."""
    closed = published == COARSER
    if not closed.any():
        return sums
    return sums[(abs(sums) @ closed.astype(float)) == 0]
