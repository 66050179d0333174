"""The gate for a whole month: rules, sums one by one, then all sums together until they hold."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from geodata.areas import AreaTree
from geodata.disclosure.amounts import AmountsGate
from geodata.disclosure.exact_sums import ExactSums
from geodata.disclosure.families import family_levels
from geodata.disclosure.flows import FlowGate, HiddenFlows
from geodata.disclosure.gate import CardsGate, Masks, SwipesGate, categories_with
from geodata.disclosure.knowledge import CARDS, SWIPES, Knowledge
from geodata.disclosure.linear_proof import LinearProof
from geodata.disclosure.month import HiddenMonth, MonthCounts
from geodata.disclosure.month_cells import MonthCells
from geodata.disclosure.repair import find_further
from geodata.disclosure.rules import DISCLOSURE_RULE, LINEAR, DisclosureRule
from geodata.disclosure.stretch import find_intervals
from geodata.disclosure.table_cycles import TableCycles, arcs_of_cube
from geodata.disclosure.tighten import tighten
from geodata.disclosure.widths import Look, Widths
from geodata.errors import ProtectionError
from geodata.schema import AGE_BANDS
from geodata.slots import CATEGORY_KEYS, UPPER_SLOTS

ROUNDS = 40
# Hidden counts up to which each is also bounded by linear programming while a release is built.
# Above it takes minutes a month; there `python -m geodata audit --exact` does it afterwards.
PROVED_UP_TO = 4_000
_AGE_OF_SLOT = np.array([AGE_BANDS.index(age) for _, age in UPPER_SLOTS])


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
        self.swipes_gate = SwipesGate(levels, rule, (SWIPES,))
        self.cards_gate = CardsGate(levels, rule)
        self.flow_gate = FlowGate(tree, rule)
        self.knowledge = Knowledge(tree, self.flow_gate, rule.floor)
        self.arcs = arcs_of_cube(self.knowledge)
        self.amounts_gate = AmountsGate(levels, self.knowledge, rule)

    def find_hidden(
        self,
        counts: MonthCounts,
        also: HiddenMonth | None = None,
        known: Mapping[str, np.ndarray] | None = None,
    ) -> HiddenMonth:
        """Masks after which no hidden cell can be had from everything published together.

        Bounds are tightened over all sums and inequalities at once; while an interval is
        narrower than the protection width, a further cell is hidden in the sum that holds it
        tightest, the one that rests on the fewest cards. Then each must lie on a cycle with room
        in its tables of two dimensions, and none may follow exactly from all sums together. In
        small tables, and where the rule asks for it, each interval is bounded by linear
        programming as well. At last the amounts are protected.

        Parameters
        ----------
        counts : MonthCounts
        also : HiddenMonth, optional
            What is hidden for another reason; cells of nobody in it are shown all the same.
        known : mapping of kind or field of amounts to ndarray of bool, (n_cells,), optional
            Cells an outsider knows though they be hidden: they protect no other.

        Raises
        ------
        ProtectionError
            If nothing is left to hide, or that has not ended after `ROUNDS` rounds.
        """
        start = self._start(counts)
        hidden = self.hide_one_by_one(counts, start if also is None else start.union(also))
        cells = self.cells(counts, known)
        widths = Widths(self.knowledge, cells, self.rule.width)
        looks = [
            TableCycles(self.arcs, cells, self.rule.floor, self.rule.width),
            ExactSums(cells),
        ]
        if self.rule.proof == LINEAR:
            looks.append(LinearProof(self.knowledge, cells, self.rule.width))
        for rounds in range(ROUNDS):
            further = self._find_further(cells, hidden, widths, looks)
            if further is None:
                amounts = self.amounts_gate.find_hidden(counts, hidden.swipes, also, known)
                return HiddenMonth(**{**vars(hidden), "amounts": amounts, "rounds": rounds})
            hidden = self.hide_one_by_one(counts, further, hidden)
        raise ProtectionError(
            f"cells of a month could not be protected in {ROUNDS} rounds",
            "raise k, or publish fewer levels",
        )

    def cells(
        self, counts: MonthCounts, known: Mapping[str, np.ndarray] | None = None
    ) -> MonthCells:
        """A month's cells in the numbering of `knowledge`."""
        return MonthCells(self.knowledge, self.flow_gate, counts, known)

    def _start(self, counts: MonthCounts) -> HiddenMonth:
        """Cells whose complement is small: cards that were issued but not used for it."""

        def small(cards: np.ndarray, issued: np.ndarray) -> np.ndarray:
            others = issued[_AGE_OF_SLOT[: len(cards)]] - cards
            return (cards > 0) & self.rule.is_small(others)

        cards = counts.upper[CARDS], counts.community[CARDS]
        swipes = tuple(small(*pair) for pair in zip(cards, counts.issued))
        none = tuple(np.zeros(block.shape, dtype=bool) for block in counts.issued)
        return HiddenMonth(swipes, none, none, None)

    def hide_one_by_one(
        self, counts: MonthCounts, also: HiddenMonth, before: HiddenMonth | None = None
    ) -> HiddenMonth:
        """The rules, and no single sum that gives a cell back; keeps what is hidden already.

        Parameters
        ----------
        counts : MonthCounts
        also : HiddenMonth
            What is hidden already.
        before : HiddenMonth, optional
            What this returned last: what has not changed since is in order.
        """
        cards, swipes = (also.issued, also.silent), also.swipes
        if before is None or not _are_equal(cards, (before.issued, before.silent)):
            cards = self.cards_gate.find_hidden(counts.issued, counts.silent, cards)
        if before is None or not _are_equal((swipes,), (before.swipes,)):
            swipes = self.swipes_gate.find_hidden(counts.upper, counts.community, swipes)
        flows = None
        if counts.flows:
            swipes, flows = self._hide_flows(counts, swipes, also.flows)
        return HiddenMonth(swipes, *cards, flows)

    def _hide_flows(self, counts: MonthCounts, swipes: Masks, also: HiddenFlows | None):
        """Flows and cells share the totals of home areas: gate both until they agree."""
        totals = np.s_[: len(CATEGORY_KEYS), : self.flow_gate.n_homes]
        used = [CATEGORY_KEYS.index(c) for c in categories_with(counts.upper[SWIPES])]
        groups = [used] if used else []
        uses = counts.flows[SWIPES], counts.upper[SWIPES][totals]
        while True:
            flows = self.flow_gate.find_hidden(
                *(counts.flows[CARDS], counts.upper[CARDS][totals], swipes[0][totals]),
                groups,
                also,
                uses,
            )
            if not (flows.total & ~swipes[0][totals]).any():
                return swipes, flows
            swipes[0][totals] |= flows.total
            swipes = self.swipes_gate.find_hidden(counts.upper, counts.community, swipes)

    def _find_further(
        self,
        cells: MonthCells,
        hidden: HiddenMonth,
        widths: Widths,
        looks: Sequence[TableCycles | ExactSums | LinearProof],
    ) -> HiddenMonth | None:
        masks = cells.masks(hidden)
        unknown = cells.unknown(masks)
        look = widths.look(unknown)
        if not len(look.weak) and sum(int(m.sum()) for m in unknown.values()) <= PROVED_UP_TO:
            look = self._prove(cells, unknown, widths)
        if len(look.weak):
            arguments = look.system, look.sums, look.bounds, look.weak
            further = find_further(*arguments, cells.weights, unknown)
        else:
            found = (look.find_further(widths, unknown) for look in looks)
            further = next((cells for cells in found if cells is not None), None)
            if further is None:
                return None
        if not any(map(len, further.values())):
            raise ProtectionError(
                "hidden cells of a month can be worked out and nothing is left to hide",
                "raise k, or publish fewer levels",
            )
        for kind, found in further.items():
            masks[kind][found] = True
        return cells.hidden(masks, hidden)

    def _prove(self, cells: MonthCells, masks: dict[str, np.ndarray], widths: Widths) -> Look:
        """What linear programming does not prove to be free."""
        system, sums = widths.system()
        truth = np.concatenate([cells.values[kind][masks[kind]] for kind in system.kinds])
        found = find_intervals(system, self.rule.width, point=truth.astype(float))
        weak = widths.without_no_flow(system, found.narrow(self.rule.width))
        return Look(system, sums, tighten(system), weak)


def _are_equal(masks: tuple[Masks, ...], others: tuple[Masks, ...]) -> bool:
    return all(map(np.array_equal, itertools.chain(*masks), itertools.chain(*others)))
