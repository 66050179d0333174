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
        looks = {field: self._looks(field, amounts[field]) for field in MONEY}
        for _ in range(ROUNDS):
            mask = flat(*self._hide_one_by_one(counts, mask))
            further = [
                self._further(f, amounts[f], cards, mask, (known or {}).get(f), few, looks[f])
                for f in MONEY
            ]
            if not any(map(len, further)):
                return self.knowledge.swipes.unflatten(mask)
            mask[np.concatenate(further)] = True
        raise ProtectionError(
            f"amounts of a month could not be protected in {ROUNDS} rounds",
            "lower least_providers, or publish fewer levels",
        )

    def _looks(self, field: str, amounts: np.ndarray) -> list[Look]:
        """What is asked, one after the other, once bounds leave every amount wide enough."""
        space, n_cells = NullSpace(), {field: len(amounts)}
        looks = [lambda system, bounds: space.find_determined(system, n_cells)]
        if self.rule.proof == LINEAR:
            width = self.rule.money_fen
            settler = Settler(self.knowledge, {field: amounts}, width, nothing=True)
            looks.append(settler.find_weak)
        return looks

    def _hide_one_by_one(self, counts: MonthCounts, mask: np.ndarray) -> Masks:
        masks = self.knowledge.swipes.unflatten(mask)
        found = self.one_by_one.find_hidden(counts.upper, counts.community, masks)
        return tuple(one | other for one, other in zip(found, masks))

    def _further(self, field, amounts, cards, mask, known, few, looks) -> np.ndarray:
        """Further cells to hide for the sake of one field."""
        # An amount of nothing protects no other: hide what was paid for.
        price = np.where(amounts > 0, cards, 0)
        if known is not None:
            price, mask = np.where(known, 0, price), mask & ~known
        system, sums = self.knowledge.money(field, amounts, mask)
        unknown = np.zeros(len(mask), dtype=bool)
        unknown[system.cell] = True
        bounds = tighten(system)
        weak = np.flatnonzero(self.rule.is_narrow(*bounds, few[system.cell]))
        if len(weak):
            found = find_further(system, sums, bounds, weak, {field: price}, {field: unknown})
        else:
            found = (look(system, bounds) for look in looks)
            some = (weak[amounts[system.cell[weak]] > 0] for weak in found)
            weak = next((weak for weak in some if len(weak)), weak)
            if not len(weak):
                return weak
            found = find_around(system, sums, weak, {field: price}, {field: unknown}, reach=1)
        if len(found[field]):
            return found[field]
        rest = np.flatnonzero(~mask & (price > 0))
        if not len(rest):
            raise ProtectionError(
                "hidden amounts of a month can be worked out and nothing is left to hide",
                "lower least_providers, or publish fewer levels",
            )
        return rest  # nothing is left in its sums: everything that was spent goes
