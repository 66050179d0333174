"""The gate for one period: cards, swipes and amounts in, what must be hidden out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geodata.disclosure.equations import Equation
from geodata.disclosure.families import FamilyLevel
from geodata.disclosure.fixpoint import protect
from geodata.disclosure_rule import DISCLOSURE_RULE, DisclosureRule
from geodata.schema import AGE_ALL, AGE_BANDS, CATEGORY_ALL, CATEGORY_CODES, SWIPE_FIELDS
from geodata.slots import CATEGORY_KEYS, SLOT_INDEX

Masks = tuple[np.ndarray, np.ndarray]
_BANDS = tuple(age for age in AGE_BANDS if age != AGE_ALL)


@dataclass(frozen=True)
class SwipesGate:
    """Decides which swipe cells of a period are hidden.

    Parameters
    ----------
    levels : sequence of FamilyLevel
    rule : DisclosureRule
    fields : sequence of str
        Fields whose sums over categories are published for the cells.
    """

    levels: Sequence[FamilyLevel]
    rule: DisclosureRule = DISCLOSURE_RULE
    fields: Sequence[str] = SWIPE_FIELDS

    def find_hidden(
        self,
        upper: Mapping[str, np.ndarray],
        community: Mapping[str, np.ndarray],
        also_hidden: Masks | None = None,
    ) -> Masks:
        """Masks of hidden cells, upper and community block.

        Parameters
        ----------
        upper, community : mapping of field to ndarray of int, (n_slots, n_areas)
            The fields of `SWIPE_FIELDS` in the order of `geodata.slots`; true counts, negative
            where not reported.
        also_hidden : tuple of ndarray of bool, optional
            Cells of both blocks hidden for another reason.

        Returns
        -------
        tuple of ndarray of bool
            Shapes of the upper and the community block.
        """
        cards, cards_below = upper["cards_count"], community["cards_count"]
        hidden = self.rule.is_small(cards)
        hidden_below = self.rule.is_small(cards_below)
        if also_hidden is not None:
            hidden |= also_hidden[0] & (cards > 0)
            hidden_below |= also_hidden[1] & (cards_below > 0)
        equations = swipe_equations(upper, self.fields)
        protect(cards, cards_below, hidden, hidden_below, self.levels, equations, self.rule)
        return hidden, hidden_below


def swipe_equations(
    upper: Mapping[str, np.ndarray], fields: Sequence[str] = SWIPE_FIELDS
) -> list[Equation]:
    """Sums over age bands and over categories.

    Cards do not add over categories, but swipes and amounts do. Some categories are always free
    (bus, parks): they do not hide anything in a sum of amounts, so each field has its own sum
    over the categories in which it occurs.
    """
    equations = []
    for category in CATEGORY_KEYS:
        parts = np.array([SLOT_INDEX[category, age] for age in _BANDS])
        equations.append(Equation(SLOT_INDEX[category, AGE_ALL], parts))
    for used in categories_in_use(upper, fields):
        for age in AGE_BANDS:
            parts = np.array([SLOT_INDEX[category, age] for category in used])
            equations.append(Equation(SLOT_INDEX[CATEGORY_ALL, age], parts))
    return equations


def categories_in_use(
    upper: Mapping[str, np.ndarray], fields: Sequence[str] = SWIPE_FIELDS
) -> list[tuple[str, ...]]:
    """The different sets of categories that occur in the fields, e.g. all and those paid for."""
    found = {categories_with(upper[field]) for field in fields}
    return sorted(used for used in found if used)


def categories_with(counts: np.ndarray) -> tuple[str, ...]:
    """Categories of which a field has more than nothing anywhere."""
    return tuple(
        category for category in CATEGORY_CODES if (counts[SLOT_INDEX[category, AGE_ALL]] > 0).any()
    )


@dataclass(frozen=True)
class CardsGate:
    """Decides which cells of issued and silent cards are hidden.

    Silent and other cards are two parts of the issued ones: a small number of cards that are not
    silent is as telling as a small number that are, and hides the silent ones too.
    """

    levels: Sequence[FamilyLevel]
    rule: DisclosureRule = DISCLOSURE_RULE

    def find_hidden(
        self,
        issued: Masks,
        silent: Masks,
        also_hidden: tuple[Masks, Masks] | None = None,
    ) -> tuple[Masks, Masks]:
        """Masks of hidden cells for issued and for silent cards.

        Parameters
        ----------
        issued, silent : tuple of ndarray of int, (n_ages, n_upper) and (n_ages, n_communities)
            True counts in the order of `AGE_BANDS`; negative where not reported.
        also_hidden : tuple of tuple of ndarray of bool, optional
            Cells of issued and of silent cards hidden for another reason.

        Returns
        -------
        issued, silent : tuple of ndarray of bool
            Shaped like the input.
        """
        n = len(AGE_BANDS)
        values = [
            np.concatenate([i, s, np.where(i >= 0, i - s, i)]) for i, s in zip(issued, silent)
        ]
        hidden = [self.rule.is_small(v) for v in values]
        if also_hidden is not None:
            for mask, counts, *also in zip(hidden, values, *also_hidden):
                mask[: 2 * n] |= np.concatenate(also) & (counts[: 2 * n] > 0)
        bands = np.arange(1, n)
        equations = [Equation(kind * n, kind * n + bands) for kind in range(3)]
        equations += [Equation(age, np.array([n + age, 2 * n + age])) for age in range(n)]
        protect(*values, *hidden, self.levels, equations, self.rule)
        return (
            (hidden[0][:n], hidden[1][:n]),
            (hidden[0][n : 2 * n], hidden[1][n : 2 * n]),
        )
