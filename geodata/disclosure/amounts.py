"""The gate for what was spent: amounts of few cards, amounts paid to few providers.

Amounts add over areas, ages and paid categories, and nothing links them to a number of cards. So
they have masks of their own: to protect an amount only amounts are hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from geodata.disclosure.determined import NullSpace
from geodata.disclosure.families import FamilyLevel
from geodata.disclosure.gate import Masks, SwipesGate
from geodata.disclosure.knowledge import CARDS, Knowledge
from geodata.disclosure.linear_proof import Settler
from geodata.disclosure.month import HiddenMonth, MonthCounts
from geodata.disclosure.outsider import at_once
from geodata.disclosure.repair import find_around, find_further
from geodata.disclosure.rules import LINEAR, MONEY, DisclosureRule
from geodata.disclosure.system import System
from geodata.disclosure.tighten import tighten
from geodata.errors import ProtectionError

Look = Callable[[System, tuple[np.ndarray, np.ndarray]], np.ndarray]
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

    def find_hidden(
        self,
        counts: MonthCounts,
        hidden: Masks,
        also: HiddenMonth | None = None,
        known: Mapping[str, np.ndarray] | None = None,
    ) -> Masks:
        """Masks of hidden amounts, upper and community block.

        Parameters
        ----------
        counts : MonthCounts
            Of the cells that would do, the one that rests on the fewest cards is hidden.
        hidden : tuple of ndarray of bool
            Cells that are hidden with all their fields.
        also : HiddenMonth, optional
            Whose amounts are hidden for another reason.
        known : mapping of field to ndarray of bool, (n_cells,), optional
            Amounts an outsider knows though they be hidden: they protect no other.

        Raises
        ------
        ProtectionError
            If nothing is left to hide, or it has not ended after `ROUNDS` rounds.
        """
        flat = self.knowledge.swipes.flatten
        amounts = {f: flat(counts.upper[f], counts.community[f]) for f in MONEY}
        cards = flat(counts.upper[CARDS], counts.community[CARDS])
        mask, few = flat(*hidden), np.zeros(len(cards), dtype=bool)
        if counts.providers is not None:
            few = self.rule.rests_on_few(amounts[MONEY[0]], flat(*counts.providers))
        if also is not None and also.amounts is not None:
            mask = mask | (flat(*also.amounts) & (cards > 0))
        mask = mask | few
        plain = [_Outsider(self, field, amounts[field], cards, few) for field in MONEY]
        linked = []
        if known:
            wanted = few | self.rule.is_small(cards)
            linked = [
                _Outsider(self, field, amounts[field], cards, few, known[field], wanted)
                for field in MONEY
            ]
        for _ in range(ROUNDS):
            mask = flat(*self._hide_one_by_one(counts, mask))
            found = at_once(_Outsider.find_further, [*plain, *linked], mask)
            if not any(map(len, found)):
                return self.knowledge.swipes.unflatten(mask)
            mask[np.concatenate(found)] = True
        raise ProtectionError(
            f"amounts of a month could not be protected in {ROUNDS} rounds",
            "lower least_providers, or publish fewer levels",
        )

    def _hide_one_by_one(self, counts: MonthCounts, mask: np.ndarray) -> Masks:
        masks = self.knowledge.swipes.unflatten(mask)
        found = self.one_by_one.find_hidden(counts.upper, counts.community, masks)
        return tuple(one | other for one, other in zip(found, masks))


class _Outsider:
    """Looks at the amounts of one field, again and again as more of them are hidden.

    Parameters
    ----------
    gate : AmountsGate
    field : str
    amounts, cards : ndarray of int, (n_cells,)
    few : ndarray of bool, (n_cells,)
        Hidden for their providers.
    known, wanted : ndarray of bool, (n_cells,), optional
        What he knows from an earlier release, and what he must not find out; default: nothing,
        and all.
    """

    def __init__(self, gate: AmountsGate, field, amounts, cards, few, known=None, wanted=None):
        self.gate, self.field, self.amounts, self.few = gate, field, amounts, few
        self.wanted = wanted
        self.unknown = np.ones(len(amounts), dtype=bool) if known is None else ~known
        # An amount of nothing protects no other, nor does one that is known: hide what is neither.
        self.price = np.where((amounts > 0) & self.unknown, cards, 0)
        space, n_cells = NullSpace(), {field: len(amounts)}
        self.looks: list[Look] = [lambda system, bounds: space.find_determined(system, n_cells)]
        if gate.rule.proof == LINEAR:
            width = gate.rule.money_fen
            settler = Settler(gate.knowledge, {field: amounts}, width, nothing=True)
            self.looks.append(settler.find_weak)

    def find_further(self, mask: np.ndarray) -> np.ndarray:
        """Further cells to hide."""
        system, sums = self.gate.knowledge.money(self.field, self.amounts, mask & self.unknown)
        unknown = np.zeros(len(mask), dtype=bool)
        unknown[system.cell] = True
        bounds, told = tighten(system), ({self.field: self.price}, {self.field: unknown})
        narrow = self.gate.rule.is_narrow(*bounds, self.few[system.cell])
        weak = self._only_wanted(system, np.flatnonzero(narrow))
        if len(weak):
            found = find_further(system, sums, bounds, weak, *told)
        else:
            found = (look(system, bounds) for look in self.looks)
            some = (weak[self.amounts[system.cell[weak]] > 0] for weak in found)
            some = (self._only_wanted(system, weak) for weak in some)
            weak = next((weak for weak in some if len(weak)), weak)
            if not len(weak):
                return weak
            found = find_around(system, sums, weak, *told, reach=1)
        return found[self.field] if len(found[self.field]) else self._all_the_rest(mask)

    def _only_wanted(self, system: System, unknowns: np.ndarray) -> np.ndarray:
        return unknowns if self.wanted is None else unknowns[self.wanted[system.cell[unknowns]]]

    def _all_the_rest(self, mask: np.ndarray) -> np.ndarray:
        """Nothing is left in the sums in question: everything that was spent goes."""
        rest = np.flatnonzero(~mask & (self.price > 0))
        if not len(rest):
            raise ProtectionError(
                "hidden amounts of a month can be worked out and nothing is left to hide",
                "lower least_providers, or publish fewer levels",
            )
        return rest
