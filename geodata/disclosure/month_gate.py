"""The gate for a whole month: rules, sums one by one, then all sums together until they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from geodata.areas import AreaTree
from geodata.disclosure.families import family_levels
from geodata.disclosure.flows import FIRST, TOTAL, FlowGate, HiddenFlows
from geodata.disclosure.gate import CardsGate, Masks, SwipesGate, categories_in_use
from geodata.disclosure.knowledge import (
    CARDS,
    FLOW_CARDS,
    FLOW_SWIPES,
    ISSUED,
    SILENT,
    SWIPES,
    Knowledge,
)
from geodata.disclosure.repair import find_further
from geodata.disclosure.rules import DISCLOSURE_RULE, MONEY, DisclosureRule
from geodata.disclosure.stretch import find_intervals
from geodata.disclosure.system import System
from geodata.disclosure.tighten import tighten
from geodata.disclosure.widths import Look, Widths
from geodata.errors import GeodataError
from geodata.schema import AGE_BANDS
from geodata.slots import CATEGORY_KEYS, UPPER_SLOTS

Cells = Mapping[str, np.ndarray]
ROUNDS = 40
# Hidden counts up to which each is also bounded by linear programming while a release is built.
# Above it takes minutes a month; there `python -m geodata audit --exact` does it afterwards.
PROVED_UP_TO = 4_000
_AGE_OF_SLOT = np.array([AGE_BANDS.index(age) for _, age in UPPER_SLOTS])


@dataclass(frozen=True)
class MonthCounts:
    """True counts of a month; negative where not reported.

    Attributes
    ----------
    upper, community : mapping of field to ndarray of int, (n_slots, n_areas)
    issued, silent : tuple of ndarray of int, (n_ages, n_areas) of each block
    flows : mapping of field to ndarray of int, (n_categories, n_services, n_homes)
        Empty where the month has none.
    """

    upper: Mapping[str, np.ndarray]
    community: Mapping[str, np.ndarray]
    issued: Masks
    silent: Masks
    flows: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class HiddenMonth:
    """What is hidden in a month.

    Attributes
    ----------
    swipes, issued, silent : tuple of ndarray of bool
        Upper and community block.
    flows : HiddenFlows or None
    rounds : int
        How often all sums together asked for further cells.
    """

    swipes: Masks
    issued: Masks
    silent: Masks
    flows: HiddenFlows | None
    rounds: int = 0

    def union(self, other: HiddenMonth) -> HiddenMonth:
        """What either hides."""
        flows = self.flows or other.flows
        if self.flows is not None and other.flows is not None:
            flows = HiddenFlows.split(self.flows.stack() | other.flows.stack())
        blocks = (
            tuple(a | b for a, b in zip(getattr(self, name), getattr(other, name)))
            for name in ("swipes", "issued", "silent")
        )
        return HiddenMonth(*blocks, flows)


class MonthGate:
    """Decides what is hidden in a month.

    Parameters
    ----------
    tree : AreaTree
    rule : DisclosureRule
    """

    def __init__(self, tree: AreaTree, rule: DisclosureRule = DISCLOSURE_RULE) -> None:
        self.rule = rule
        levels = family_levels(tree)
        self.swipes_gate = SwipesGate(levels, rule)
        self.cards_gate = CardsGate(levels, rule)
        self.flow_gate = FlowGate(tree, rule)
        self.knowledge = Knowledge(tree, self.flow_gate)

    def find_hidden(self, counts: MonthCounts, also: HiddenMonth | None = None) -> HiddenMonth:
        """Masks after which no hidden cell can be had from everything published together.

        Bounds are tightened over all sums and inequalities at once; while an interval is
        narrower than the protection width, a further cell is hidden in the sum that holds it
        tightest, the one that rests on the fewest cards. In small tables each interval is then
        bounded by linear programming as well.

        Parameters
        ----------
        counts : MonthCounts
        also : HiddenMonth, optional
            What is hidden for another reason; cells of nobody in it are shown all the same.

        Raises
        ------
        GeodataError
            If that has not ended after `ROUNDS` rounds.
        """
        start = self._start(counts)
        hidden = self.hide_one_by_one(counts, start if also is None else start.union(also))
        values, weights = self._values_and_weights(counts)
        widths = Widths(self.knowledge, values, self.rule.width)
        for rounds in range(ROUNDS):
            further = self._find_further(counts, hidden, widths, weights)
            if further is None:
                return HiddenMonth(**{**vars(hidden), "rounds": rounds})
            hidden = self.hide_one_by_one(counts, further)
        raise GeodataError(
            f"cells of a month could not be protected in {ROUNDS} rounds",
            "raise k, or publish fewer levels",
        )

    def _start(self, counts: MonthCounts) -> HiddenMonth:
        """Cells whose complement is small: cards that were issued but not used for it."""

        def small(cards: np.ndarray, issued: np.ndarray) -> np.ndarray:
            others = issued[_AGE_OF_SLOT[: len(cards)]] - cards
            return (cards > 0) & (others > 0) & (others < self.rule.k)

        cards = counts.upper[CARDS], counts.community[CARDS]
        swipes = tuple(small(*pair) for pair in zip(cards, counts.issued))
        none = tuple(np.zeros(block.shape, dtype=bool) for block in counts.issued)
        return HiddenMonth(swipes, none, none, None)

    def hide_one_by_one(self, counts: MonthCounts, also: HiddenMonth) -> HiddenMonth:
        """The rules, and no single sum that gives a cell back; keeps what is hidden already."""
        cards = self.cards_gate.find_hidden(
            counts.issued, counts.silent, (also.issued, also.silent)
        )
        swipes = self.swipes_gate.find_hidden(counts.upper, counts.community, also.swipes)
        flows = None
        if counts.flows:
            swipes, flows = self._hide_flows(counts, swipes, also.flows)
        return HiddenMonth(swipes, *cards, flows)

    def _hide_flows(self, counts: MonthCounts, swipes: Masks, also: HiddenFlows | None):
        """Flows and cells share the totals of home areas: gate both until they agree."""
        totals = np.s_[: len(CATEGORY_KEYS), : self.flow_gate.n_homes]
        groups = [
            [CATEGORY_KEYS.index(category) for category in used]
            for used in categories_in_use(counts.upper)
        ]
        while True:
            flows = self.flow_gate.find_hidden(
                counts.flows[CARDS], counts.upper[CARDS][totals], swipes[0][totals], groups, also
            )
            if not (flows.total & ~swipes[0][totals]).any():
                return swipes, flows
            swipes[0][totals] |= flows.total
            swipes = self.swipes_gate.find_hidden(counts.upper, counts.community, swipes)

    def _find_further(
        self, counts: MonthCounts, hidden: HiddenMonth, widths: Widths, weights: Cells
    ) -> HiddenMonth | None:
        values = widths.published
        masks = self._masks(hidden, values)
        look = widths.look(masks)
        system, weak = look.system, look.weak
        if not len(weak) and sum(int(mask.sum()) for mask in masks.values()) <= PROVED_UP_TO:
            system, sums = self.knowledge.system(values, masks)
            truth = np.concatenate([values[kind][masks[kind]] for kind in system.kinds])
            found = find_intervals(system, self.rule.width, point=truth.astype(float))
            look = Look(system, sums, tighten(system), found.narrow(self.rule.width))
            weak = look.weak
        if not len(weak):
            return self._find_further_money(counts, hidden, masks, weights)
        further = find_further(system, look.sums, look.bounds, weak, weights, masks)
        if not any(map(len, further.values())):
            raise GeodataError(
                f"{len(weak)} hidden cells of a month can be worked out and nothing is left "
                "to hide",
                "raise k, or publish fewer levels",
            )
        for kind, cells in further.items():
            masks[kind][cells] = True
        return self._unflat(masks, hidden)

    def _find_further_money(self, counts, hidden, masks, weights) -> HiddenMonth | None:
        """The same for what was spent, when no count of cards or swipes is in danger."""
        mask, cost, more = masks[CARDS], weights[CARDS], False
        for kind in MONEY:
            values = self.knowledge.swipes.flatten(counts.upper[kind], counts.community[kind])
            system, sums = self.knowledge.money(kind, values, mask)
            bounds = tighten(system)
            weak = np.flatnonzero(self.rule.is_narrow(kind, *bounds))
            if len(weak):
                # An amount of nothing protects no other: hide what was paid for.
                price = np.where(values > 0, cost, 0)
                own = {kind: system_mask(system, len(mask))}
                further = find_further(system, sums, bounds, weak, {kind: price}, own)
                mask[further[kind]] = True
                more = more or len(further[kind]) > 0
        return self._unflat(masks, hidden) if more else None

    def _values_and_weights(self, counts: MonthCounts) -> tuple[Cells, Cells]:
        """Values of all cells by kind, and what it costs to hide them."""
        swipes, cards = self.knowledge.swipes, self.knowledge.cards
        values = {
            kind: swipes.flatten(counts.upper[kind], counts.community[kind])
            for kind in (CARDS, SWIPES)
        }
        values[ISSUED], values[SILENT] = (
            cards.flatten(*block) for block in (counts.issued, counts.silent)
        )
        weights = {**values, SWIPES: values[CARDS]}
        if counts.flows:
            gate = self.flow_gate
            values[FLOW_CARDS] = gate.stack(counts.flows[CARDS]).ravel()
            values[FLOW_SWIPES] = gate.stack(counts.flows[SWIPES]).ravel()
            total = counts.upper[CARDS][: len(CATEGORY_KEYS), : gate.n_homes]
            cost = gate.cards(counts.flows[CARDS], total).ravel()
            weights[FLOW_SWIPES] = cost
            weights[FLOW_CARDS] = np.where(self.knowledge.flows.is_service, cost, 0)
        return values, weights

    def _masks(self, hidden: HiddenMonth, values: Cells) -> dict[str, np.ndarray]:
        """Hidden cells by kind."""
        swipes, cards = self.knowledge.swipes, self.knowledge.cards
        mask = swipes.flatten(*hidden.swipes)
        masks = {
            CARDS: mask,
            SWIPES: mask,
            ISSUED: cards.flatten(*hidden.issued),
            SILENT: cards.flatten(*hidden.silent),
        }
        if hidden.flows is not None:
            masks[FLOW_CARDS] = flows_published(hidden.flows, cards=True)
            # Closed with its total although it is nothing: an outsider is taken to know that.
            closed = flows_published(hidden.flows, cards=False)
            masks[FLOW_SWIPES] = closed & (values[FLOW_SWIPES] > 0)
        return masks

    def _unflat(self, masks: Mapping[str, np.ndarray], hidden: HiddenMonth) -> HiddenMonth:
        swipes, cards = self.knowledge.swipes, self.knowledge.cards
        flows = hidden.flows
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


def system_mask(system: System, n_cells: int) -> np.ndarray:
    """Cells that are unknowns of a system of one kind."""
    mask = np.zeros(n_cells, dtype=bool)
    mask[system.cell] = True
    return mask


def flows_published(flows: HiddenFlows, *, cards: bool) -> np.ndarray:
    """Flow cells that are hidden, flat: totals are those of the cube, cards only of services."""
    stacked = flows.stack()
    stacked[:, 1:FIRST] = False if cards else stacked[:, 1:FIRST] | flows.total[:, None]
    stacked[:, TOTAL] = False
    return stacked.ravel()
