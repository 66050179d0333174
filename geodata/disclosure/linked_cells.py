"""The cells of a month for an outsider who has an earlier release of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from geodata.disclosure.knowledge import CARDS, FLOW_CARDS, FLOW_SWIPES, ISSUED, SILENT, SWIPES
from geodata.disclosure.month import HiddenMonth
from geodata.disclosure.month_cells import Cells, MonthCells
from geodata.disclosure_rule import DisclosureRule


class LinkedCells(MonthCells):
    """Cells that are known from before protect no other, and cost nothing because they cannot.

    A cell that is hidden for the sake of others alone may be found out by him: what it tells of
    those others is what he is held against.

    Parameters
    ----------
    cells : MonthCells
    known : mapping of kind to ndarray of bool, (n_cells,)
        Cells he knows though they be hidden.
    rule : DisclosureRule
    start : HiddenMonth
        Swipes that must be hidden for what is left of the issued cards.
    """

    # A total is hidden with one part of it, the cheapest, which he may know. Without this a
    # community had the totals of one area after the other hidden for it, of districts at last.
    tied_first = True

    def __init__(
        self,
        cells: MonthCells,
        known: Mapping[str, np.ndarray],
        rule: DisclosureRule,
        start: HiddenMonth,
    ) -> None:
        super().__init__(cells.knowledge, cells.flow_gate, cells.counts)
        self.values, self.costs = cells.values, cells.weights
        self.known, self.rule, self.start = known, rule, start

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """As of `MonthCells`; 0 for what he knows: to hide it would change nothing."""
        return {kind: np.where(self.known[kind], 0, cost) for kind, cost in self.costs.items()}

    @cached_property
    def wanted(self) -> dict[str, np.ndarray]:
        """Cells that rest on few cards, or whose complement does."""
        small, values = self.rule.is_small, self.values
        used = small(values[CARDS]) | self.knowledge.swipes.flatten(*self.start.swipes)
        others = small(values[ISSUED] - values[SILENT])
        wanted = {CARDS: used, SWIPES: used}
        wanted[ISSUED] = small(values[ISSUED])
        wanted[SILENT] = small(values[SILENT]) | (others & (values[SILENT] > 0))
        if FLOW_CARDS in values:
            few = small(self.costs[FLOW_SWIPES])
            wanted |= {kind: few & (values[kind] > 0) for kind in (FLOW_CARDS, FLOW_SWIPES)}
        return wanted

    def unknown(self, masks: Cells) -> dict[str, np.ndarray]:
        """Masks without what he knows."""
        return {kind: mask & ~self.known[kind] for kind, mask in masks.items()}
