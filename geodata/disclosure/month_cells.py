"""The cells of a month as flat arrays by kind, in the numbering of `Knowledge`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from geodata.disclosure.flows import FIRST, TOTAL, FlowGate, HiddenFlows
from geodata.disclosure.knowledge import (
    CARDS,
    FLOW_CARDS,
    FLOW_SWIPES,
    FLOWS,
    ISSUED,
    SILENT,
    SWIPES,
    Knowledge,
)
from geodata.disclosure.month import HiddenMonth, MonthCounts
from geodata.disclosure.system import System
from geodata.disclosure.system_builder import Shown
from geodata.slots import CATEGORY_KEYS

Cells = Mapping[str, np.ndarray]


class MonthCells:
    """Values of all cells of a month, and masks of them.

    Parameters
    ----------
    knowledge : Knowledge
    flow_gate : FlowGate
    counts : MonthCounts

    Attributes
    ----------
    tied_first : bool
        See `repair.find_further`.
    """

    tied_first = False

    def __init__(self, knowledge: Knowledge, flow_gate: FlowGate, counts: MonthCounts) -> None:
        self.knowledge, self.flow_gate, self.counts = knowledge, flow_gate, counts

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """True counts by kind, (n_cells,) each."""
        counts, cards = self.counts, self.knowledge.cards
        values = {kind: self.flatten(kind) for kind in (CARDS, SWIPES)}
        values[ISSUED] = cards.flatten(*counts.issued)
        values[SILENT] = cards.flatten(*counts.silent)
        if counts.flows:
            values[FLOW_CARDS] = self.flow_gate.stack(counts.flows[CARDS]).ravel()
            values[FLOW_SWIPES] = self.flow_gate.stack(counts.flows[SWIPES]).ravel()
        return values

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """What it costs to hide a cell: the cards it rests on; 0 where it is no cell of its own."""
        weights = {**self.values, SWIPES: self.values[CARDS]}
        if self.counts.flows:
            total = self.counts.upper[CARDS][: len(CATEGORY_KEYS), : self.flow_gate.n_homes]
            cost = self.flow_gate.cards(self.counts.flows[CARDS], total).ravel()
            weights[FLOW_SWIPES] = cost
            weights[FLOW_CARDS] = np.where(self.knowledge.flows.is_service, cost, 0)
        return weights

    @cached_property
    def issued_fits(self) -> np.ndarray:
        """Where used and silent cards are no more than the issued ones; see `Knowledge.system`."""
        used = self.values[CARDS][self.knowledge.swipes.of_all_categories]
        return used + self.values[SILENT] <= self.values[ISSUED]

    @cached_property
    def wanted(self) -> dict[str, np.ndarray]:
        """Cells that must not be found out: all but flows of nobody, which only protect others."""
        return {
            kind: counts > 0 if kind in FLOWS else np.ones(len(counts), dtype=bool)
            for kind, counts in self.values.items()
        }

    def system(self, shown: Shown, rows: str, near: Cells | None = None) -> tuple[System, list]:
        """What he knows when these cells are shown; all else as of `Knowledge.system`."""
        return self.knowledge.system(
            shown.values,
            shown.hidden,
            issued_fits=self.issued_fits,
            near=near,
            rows=rows,
            shown=shown,
        )

    def unknown(self, masks: Cells) -> dict[str, np.ndarray]:
        """What an outsider does not know of what is hidden."""
        return dict(masks)

    def flatten(self, field: str) -> np.ndarray:
        """A field of both blocks, (n_cells,)."""
        return self.knowledge.swipes.flatten(self.counts.upper[field], self.counts.community[field])

    def masks(self, hidden: HiddenMonth) -> dict[str, np.ndarray]:
        """Hidden cells by kind."""
        cards = self.knowledge.cards
        mask = self.knowledge.swipes.flatten(*hidden.swipes)
        masks = {
            CARDS: mask,
            SWIPES: mask,
            ISSUED: cards.flatten(*hidden.issued),
            SILENT: cards.flatten(*hidden.silent),
        }
        if hidden.flows is not None:
            masks |= self._flow_masks(hidden.flows)
        return masks

    def _flow_masks(self, flows: HiddenFlows) -> dict[str, np.ndarray]:
        zeros_hidden = self.knowledge.floor == 0
        if zeros_hidden:  # a flow of a hidden total that is not listed may be something
            nobody = self.values[FLOW_CARDS].reshape(self.knowledge.flows.shape)[:, FIRST:] == 0
            flows = replace(flows, cells=flows.cells | (flows.total[:, None] & nobody))
        cards, swipes = (flows_published(flows, cards=both) for both in (True, False))
        if not zeros_hidden:
            # Closed with its total although it is nothing: an outsider is taken to know that.
            swipes &= self.values[FLOW_SWIPES] > 0
        return {FLOW_CARDS: cards, FLOW_SWIPES: swipes}

    def hidden(self, masks: Cells, before: HiddenMonth) -> HiddenMonth:
        """The reverse of `masks`; what only goes with a total is taken from `before`."""
        swipes, cards = self.knowledge.swipes, self.knowledge.cards
        flows = before.flows
        if flows is not None:
            stacked = (masks[FLOW_CARDS] | masks[FLOW_SWIPES]).reshape(self.knowledge.flows.shape)
            stacked[:, TOTAL] = flows.total
            # Where the total is hidden both are closed with it; that is no reason of their own.
            stacked[:, 1:FIRST] &= flows.stack()[:, 1:FIRST] | ~flows.total[:, None]
            flows = HiddenFlows.split(stacked)
        return HiddenMonth(
            swipes.unflatten(masks[CARDS] | masks[SWIPES]),
            cards.unflatten(masks[ISSUED]),
            cards.unflatten(masks[SILENT]),
            flows,
        )


def only_wanted(wanted: Cells, system: System, unknowns: np.ndarray) -> np.ndarray:
    """Those of the unknowns that must not be found out."""
    keep = np.ones(len(unknowns), dtype=bool)
    for number, kind in enumerate(system.kinds):
        own = system.kind[unknowns] == number
        keep[own] = wanted[kind][system.cell[unknowns[own]]]
    return unknowns[keep]


def flows_published(flows: HiddenFlows, *, cards: bool) -> np.ndarray:
    """Flow cells that are hidden, flat: totals are those of the cube, cards only of services."""
    stacked = flows.stack()
    stacked[:, 1:FIRST] = False if cards else stacked[:, 1:FIRST] | flows.total[:, None]
    stacked[:, TOTAL] = False
    return stacked.ravel()
