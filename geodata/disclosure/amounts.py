"""The gate for what was spent: amounts of few cards, amounts paid to few providers.

Amounts add over areas, ages and paid categories, and nothing links them to a number of cards. So
they have masks of their own: to protect an amount only amounts are hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from geodata.disclosure.determined import NullSpace
from geodata.disclosure.families import FamilyLevel
from geodata.disclosure.gate import Masks, SwipesGate
from geodata.disclosure.knowledge import CARDS, Knowledge
from geodata.disclosure.linear_proof import Settler
from geodata.disclosure.money_cells import MoneyCells
from geodata.disclosure.month import HiddenMonth, MonthCounts
from geodata.disclosure.month_cells import only_wanted
from geodata.disclosure.outsider import at_once
from geodata.disclosure.repair import find_around, find_further
from geodata.disclosure.system import System
from geodata.disclosure.system_builder import Shown
from geodata.disclosure.tighten import tighten
from geodata.disclosure.widths import Widths
from geodata.disclosure_rule import LINEAR, MONEY, DisclosureRule
from geodata.errors import ProtectionError

ROUNDS = 100  # each hides a cell in every sum that holds an amount too tightly


class AmountsGate:
    """Decides which amounts of a month are hidden.

    Parameters
    ----------
    levels : sequence of FamilyLevel
    knowledge : Knowledge
    rule : DisclosureRule
    """

    def __init__(
        self, levels: Sequence[FamilyLevel], knowledge: Knowledge, rule: DisclosureRule
    ) -> None:
        self.knowledge, self.rule = knowledge, rule
        self.one_by_one = SwipesGate(levels, rule, MONEY)

    def of_month(
        self,
        counts: MonthCounts,
        also: HiddenMonth | None = None,
        known: Mapping[str, np.ndarray] | None = None,
    ) -> MonthAmounts:
        """The amounts of one month.

        Parameters
        ----------
        counts : MonthCounts
            Of the cells that would do, the one that rests on the fewest cards is hidden.
        also : HiddenMonth, optional
            Whose amounts are hidden for another reason.
        known : mapping of field to ndarray of bool, (n_cells,), optional
            Amounts an outsider knows though they be hidden: they protect no other.
        """
        return MonthAmounts(self, counts, also, known)


class MonthAmounts:
    """Hides amounts of one month, given the cells that are hidden with all their fields.

    Parameters
    ----------
    gate : AmountsGate
    counts, also, known
        As of `AmountsGate.of_month`.
    """

    def __init__(self, gate: AmountsGate, counts: MonthCounts, also, known) -> None:
        self.gate, self.counts = gate, counts
        flat, rule = gate.knowledge.swipes.flatten, gate.rule
        amounts = {f: flat(counts.upper[f], counts.community[f]) for f in MONEY}
        cards = flat(counts.upper[CARDS], counts.community[CARDS])
        few = np.zeros(len(cards), dtype=bool)
        if counts.providers is not None:
            few = rule.rests_on_few(amounts[MONEY[0]], flat(*counts.providers))
        self.first, self.asked, self.found = few, None, None
        if also is not None and also.amounts is not None:
            self.first = few | (flat(*also.amounts) & (cards > 0))
        views = [(None, None)]
        if known:
            views.append((known, few | rule.is_small(cards)))
        self.outsiders = [
            _Outsider(
                MoneyCells(gate.knowledge, field, amounts[field], known and known[field], wanted),
                rule,
                cards,
                few,
            )
            for known, wanted in views
            for field in MONEY
        ]

    def look_ahead(self, hidden: Masks) -> None:
        """Begin what takes long; of a little more `find_hidden` is asked in less time."""
        mask = self._hide_one_by_one(self.gate.knowledge.swipes.flatten(*hidden) | self.first)
        for outsider in self.outsiders:
            outsider.look_ahead(mask)
        self.first = mask

    def find_hidden(self, hidden: Masks) -> Masks:
        """Masks of hidden amounts, upper and community block.

        Parameters
        ----------
        hidden : tuple of ndarray of bool
            Cells that are hidden with all their fields; all that were at `look_ahead` and at the
            last call, of which the answer is kept.

        Raises
        ------
        ProtectionError
            If nothing is left to hide, or it has not ended after `ROUNDS` rounds.
        """
        mask = self.gate.knowledge.swipes.flatten(*hidden)
        if self.found is None or not np.array_equal(mask, self.asked):
            self.asked, self.found = mask, self._hide_from(mask | self.first)
            self.first = self.found  # what is asked next holds all of it
        return self.gate.knowledge.swipes.unflatten(self.found)

    def _hide_from(self, mask: np.ndarray) -> np.ndarray:
        """Hide until no outsider finds anything out."""
        for _ in range(ROUNDS):
            mask = self._hide_one_by_one(mask)
            for look in (_Outsider.find_near, _Outsider.find_far):
                found = at_once(look, self.outsiders, mask)
                if any(map(len, found)):
                    break
            else:
                return mask
            mask[np.concatenate(found)] = True
        raise ProtectionError(
            f"amounts of a month could not be protected in {ROUNDS} rounds",
            "lower least_providers, or publish fewer levels",
        )

    def _hide_one_by_one(self, mask: np.ndarray) -> np.ndarray:
        swipes, counts = self.gate.knowledge.swipes, self.counts
        masks = swipes.unflatten(mask)
        found = self.gate.one_by_one.find_hidden(counts.upper, counts.community, masks)
        return mask | swipes.flatten(*found)


class _Outsider:
    """Looks at the amounts of one field, again and again as more of them are hidden.

    Parameters
    ----------
    cells : MoneyCells
    rule : DisclosureRule
    cards : ndarray of int, (n_cells,)
    few : ndarray of bool, (n_cells,)
        Hidden for their providers.
    """

    def __init__(
        self, cells: MoneyCells, rule: DisclosureRule, cards: np.ndarray, few: np.ndarray
    ) -> None:
        self.cells, self.field, self.amounts = cells, cells.field, cells.values[cells.field]
        # An amount of nothing protects no other, nor does one that is known: hide what is neither.
        self.price = np.where((self.amounts > 0) & cells.may_be_unknown, cards, 0)
        self.widths = Widths(
            cells, lambda system, bounds: rule.is_narrow(*bounds, few[system.cell])
        )
        self.space, self.settler = NullSpace(), None
        if rule.proof == LINEAR:
            self.settler = Settler(cells, rule.money_fen, nothing=True)

    def look_ahead(self, mask: np.ndarray) -> None:
        """Bounds and exact sums of what is hidden so far."""
        unknown = self.cells.unknown(mask)
        self.widths.look(unknown)
        self._find_exact(self._system(unknown)[0])

    def find_near(self, mask: np.ndarray) -> np.ndarray:
        """Further cells to hide for what he finds in a few sums."""
        unknown = self.cells.unknown(mask)
        look = self.widths.look(unknown)
        if not len(look.weak):
            return look.weak
        told = {self.field: self.price}, unknown
        found = find_further(look.system, look.sums, look.bounds, look.weak, *told)
        return self._or_all_the_rest(found[self.field], mask)

    def find_far(self, mask: np.ndarray) -> np.ndarray:
        """The same for what takes all sums together; of what `find_near` finds nothing in."""
        unknown = self.cells.unknown(mask)
        system, sums = self._system(unknown)
        weak = self._find_exact(system)
        if self.settler is not None and not len(weak):
            among = self._only_of_some(system, np.arange(system.n_hidden))
            weak = self.settler.find_weak(system, tighten(system), among)
        if not len(weak):
            return weak
        found = find_around(system, sums, weak, {self.field: self.price}, unknown, reach=1)
        return self._or_all_the_rest(found[self.field], mask)

    def _system(self, unknown: Mapping[str, np.ndarray]) -> tuple[System, list]:
        return self.cells.system(Shown(self.cells.values, unknown))

    def _find_exact(self, system: System) -> np.ndarray:
        some = self._only_of_some(system, np.arange(system.n_hidden))
        return self.space.find_determined(system, {self.field: len(self.amounts)}, some)

    def _only_of_some(self, system: System, unknowns: np.ndarray) -> np.ndarray:
        """Those that must not be found out and are not known to be nothing."""
        unknowns = unknowns[self.amounts[system.cell[unknowns]] > 0]
        return only_wanted(self.cells.wanted, system, unknowns)

    def _or_all_the_rest(self, found: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Where nothing is left in the sums in question everything that was spent goes."""
        if len(found):
            return found
        rest = np.flatnonzero(~mask & (self.price > 0))
        if not len(rest):
            raise ProtectionError(
                "hidden amounts of a month can be worked out and nothing is left to hide",
                "lower least_providers, or publish fewer levels",
            )
        return rest
