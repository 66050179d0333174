"""The gate for a whole month: rules, sums one by one, then all sums together until they hold."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

import numpy as np

from geodata.areas import AreaTree
from geodata.disclosure.amounts import AmountsGate
from geodata.disclosure.families import family_levels
from geodata.disclosure.flows import FlowGate, HiddenFlows
from geodata.disclosure.gate import CardsGate, Masks, SwipesGate, categories_with
from geodata.disclosure.knowledge import CARDS, SWIPES, Knowledge
from geodata.disclosure.linked_cells import LinkedCells
from geodata.disclosure.month import HiddenMonth, MonthCounts
from geodata.disclosure.month_cells import MonthCells
from geodata.disclosure.outsider import Ahead, Outsider, at_once
from geodata.disclosure.table_cycles import arcs_of_cube
from geodata.disclosure_rule import DISCLOSURE_RULE, DisclosureRule
from geodata.errors import ProtectionError
from geodata.schema import AGE_BANDS
from geodata.slots import CATEGORY_KEYS, UPPER_SLOTS

ROUNDS = 100
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
            Cells an outsider knows though they be hidden: they protect no other. He has an earlier
            release, and is only held from what rests on few cards.

        Raises
        ------
        ProtectionError
            If nothing is left to hide, or that has not ended after `ROUNDS` rounds.
        """
        start = self._start(counts)
        hidden = self.hide_one_by_one(counts, start if also is None else start.union(also))
        outsiders = self._outsiders(counts, start, known)
        amounts = self.amounts_gate.of_month(counts, also, known)
        first = [lambda month: amounts.look_ahead(month.swipes)]
        first += [outsider.look_ahead for outsider in outsiders]
        last = [lambda month: amounts.find_hidden(month.swipes)]
        # Of one revised month the other processor has nothing else to do; of many it has.
        with Ahead(first, last) if known else Ahead() as ahead:
            hidden = self._hide_from(outsiders, counts, hidden, ahead)
        return replace(hidden, amounts=amounts.find_hidden(hidden.swipes))

    def _hide_from(
        self,
        outsiders: list[Outsider],
        counts: MonthCounts,
        hidden: HiddenMonth,
        ahead: Ahead,
    ) -> HiddenMonth:
        """Hide until none of the outsiders finds anything out."""
        looks = Outsider.find_near, Outsider.find_far
        content: dict[tuple, HiddenMonth] = {}
        asked, look = outsiders, looks[0]
        ahead.begin_first(hidden)
        for number in range(ROUNDS):
            if look is not looks[0]:
                ahead.begin_last(hidden)
            # Who knows more begins with what the one who knows less has found.
            groups = [asked] if number else [[outsider] for outsider in asked]
            found = [pair for g in groups for pair in zip(g, at_once(look, g, hidden))]
            content |= {(one, look): hidden for one, month in found if month is None}
            busy = [one for one, month in found if month is not None]
            if busy:
                further = reduce(
                    HiddenMonth.union, [month for _, month in found if month is not None]
                )
                hidden = self.hide_one_by_one(counts, further, hidden)
                # What one alone still finds is little, and leaves a processor free.
                if len(busy) < len(asked):
                    ahead.begin_last(hidden, [one for one in asked if one not in busy])
                asked, look = busy, looks[0]
                continue
            # Who finds nothing is asked again only when nobody finds anything any more, and what
            # takes long is looked at last.
            for look in looks:
                asked = [one for one in outsiders if content.get((one, look)) is not hidden]
                if asked:
                    break
            else:
                return hidden
        raise ProtectionError(
            f"cells of a month could not be protected in {ROUNDS} rounds",
            "raise k, or publish fewer levels",
        )

    def cells(self, counts: MonthCounts) -> MonthCells:
        """A month's cells in the numbering of `knowledge`."""
        return MonthCells(self.knowledge, self.flow_gate, counts)

    def _outsiders(self, counts: MonthCounts, start: HiddenMonth, known) -> list[Outsider]:
        """Who has this release only, and who has the one before it too."""
        cells, rule = self.cells(counts), self.rule
        if not known:
            return [Outsider(cells, self.arcs, rule, rule.width)]
        linked = LinkedCells(cells, known, rule, start)
        more = Outsider(linked, self.arcs, rule, rule.linked_width)
        return [Outsider(cells, self.arcs, rule, rule.width, more), more]

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
            if before is not None and _are_as_before(swipes, also.flows, before):
                return HiddenMonth(swipes, *cards, before.flows)
            flows_before = None if before is None else before.flows
            swipes, flows = self._hide_flows(counts, swipes, also.flows, flows_before)
        return HiddenMonth(swipes, *cards, flows)

    def _hide_flows(
        self,
        counts: MonthCounts,
        swipes: Masks,
        also: HiddenFlows | None,
        before: HiddenFlows | None,
    ):
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
                before,
            )
            if not (flows.total & ~swipes[0][totals]).any():
                return swipes, flows
            swipes[0][totals] |= flows.total
            swipes = self.swipes_gate.find_hidden(counts.upper, counts.community, swipes)


def _are_as_before(swipes: Masks, flows: HiddenFlows | None, before: HiddenMonth) -> bool:
    """Whether neither flows nor the swipes that hold their totals have changed."""
    if flows is None or before.flows is None:
        return False
    same = np.array_equal(flows.stack(), before.flows.stack())
    return same and np.array_equal(swipes[0], before.swipes[0])


def _are_equal(masks: tuple[Masks, ...], others: tuple[Masks, ...]) -> bool:
    return all(map(np.array_equal, itertools.chain(*masks), itertools.chain(*others)))
