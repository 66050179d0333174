"""Complementary suppression: from the cells that must be hidden to a set no sum gives back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geodata.disclosure.equations import Equation, columns_with, settle_equation
from geodata.disclosure.families import FamilyLevel, hide_smallest_child
from geodata.disclosure_rule import DisclosureRule


def protect(
    upper: np.ndarray,
    community: np.ndarray,
    hidden_upper: np.ndarray,
    hidden_community: np.ndarray,
    levels: Sequence[FamilyLevel],
    equations: Sequence[Equation],
    rule: DisclosureRule,
) -> None:
    """Hide further cells until every published sum keeps its hidden cells, in place.

    In each sum that is published, with at least one part hidden, two things hold afterwards:
    at least two parts are hidden, and together they can move by `rule.room` beyond one card each
    (beyond nothing, where zeros are hidden too). A hidden sum has a hidden part. No further cell
    is one of zero (or not reported, negative). The smallest is taken, so that little is lost; ties
    go to the first.

    Parameters
    ----------
    upper : ndarray of int, (n_slots, n_upper)
        Distinct cards each cell rests on, areas above the communities in tree order.
    community : ndarray of int, (n_community_slots, n_communities)
        The same for communities; their slots are the first ones of `upper`.
    hidden_upper, hidden_community : ndarray of bool
        What is hidden already (the primary rule); completed in place.
    levels : sequence of FamilyLevel
        From `family_levels` of the tree.
    equations : sequence of Equation
        Sums over slots inside an area, slots as in `upper`.
    rule : DisclosureRule
    """
    of_upper = _Slots(upper, equations, rule)
    of_community = _Slots(community, [e for e in equations if _within(e, len(community))], rule)
    changed = True
    while changed:
        count = of_upper.settle(hidden_upper) + of_community.settle(hidden_community)
        count += _settle_upward(upper, community, hidden_upper, hidden_community, levels, rule)
        count += _settle_downward(upper, community, hidden_upper, hidden_community, levels)
        changed = count > 0


def _within(equation: Equation, n_slots: int) -> bool:
    return (max(equation.total, int(equation.parts.max())) + 1) * equation.span <= n_slots


class _Slots:
    """The sums inside areas; asked again they look at areas alone in which more is hidden since."""

    def __init__(
        self, values: np.ndarray, equations: Sequence[Equation], rule: DisclosureRule
    ) -> None:
        self.values, self.equations, self.rule = values, equations, rule
        self.settled: np.ndarray | None = None

    def settle(self, hidden: np.ndarray) -> int:
        """Hide further cells in place; how many."""
        if not self.values.size:
            return 0
        more = None if self.settled is None else hidden != self.settled
        self.settled = hidden.copy()
        spans = {equation.span for equation in self.equations}
        columns = {span: None if more is None else columns_with(more, span) for span in spans}
        return sum(
            settle_equation(self.values, hidden, equation, self.rule, columns[equation.span])
            for equation in self.equations
        )


def _settle_upward(
    upper: np.ndarray,
    community: np.ndarray,
    hidden_upper: np.ndarray,
    hidden_community: np.ndarray,
    levels: Sequence[FamilyLevel],
    rule: DisclosureRule,
) -> int:
    """From the communities up: a further child, or where none is left the parent."""
    from geodata.disclosure.compiled import settle_families

    blocks = (upper, hidden_upper), (community, hidden_community)
    rooms = [np.where(hidden, np.maximum(v - rule.floor, 0), 0) for v, hidden in blocks]
    count = 0
    for level in reversed(levels):
        values, hidden = blocks[level.in_community]
        families = level.children.start, level.starts, level.sizes, level.parents
        count += settle_families(
            *(values, hidden, rooms[level.in_community]),
            *(upper, hidden_upper, rooms[0]),
            *families,
            *(rule.floor, rule.room),
        )
    return count


def _settle_downward(
    upper: np.ndarray,
    community: np.ndarray,
    hidden_upper: np.ndarray,
    hidden_community: np.ndarray,
    levels: Sequence[FamilyLevel],
) -> int:
    """From the region down: a hidden parent needs a hidden child, else its children give it."""
    count = 0
    for level in levels:
        values, hidden = (
            (community, hidden_community) if level.in_community else (upper, hidden_upper)
        )
        n_slots = len(values)
        values, hidden = values[:, level.children], hidden[:, level.children]
        parent_hidden = hidden_upper[:n_slots, level.parents]
        if not parent_hidden.any():
            continue
        some = np.logical_or.reduceat(hidden, level.starts, axis=1)
        positive = upper[:n_slots, level.parents] > 0
        slots, families = np.nonzero(parent_hidden & ~some & positive)
        if len(slots):
            rows, _, _ = hide_smallest_child(values, hidden, level, slots, families)
            count += len(rows)
    return count
