"""Complementary suppression: from the cells that must be hidden to a set no sum gives back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geodata.disclosure.equations import Equation, settle_equation
from geodata.disclosure.families import FamilyLevel, find_open_families, hide_smallest_child
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
    at_communities = [e for e in equations if _within(e, len(community))]
    changed = True
    while changed:
        count = _settle_slots(upper, hidden_upper, equations, rule)
        count += _settle_slots(community, hidden_community, at_communities, rule)
        count += _settle_upward(upper, community, hidden_upper, hidden_community, levels, rule)
        count += _settle_downward(upper, community, hidden_upper, hidden_community, levels)
        changed = count > 0


def _within(equation: Equation, n_slots: int) -> bool:
    return (max(equation.total, int(equation.parts.max())) + 1) * equation.span <= n_slots


def _settle_slots(
    values: np.ndarray,
    hidden: np.ndarray,
    equations: Sequence[Equation],
    rule: DisclosureRule,
) -> int:
    if not values.size:
        return 0
    return sum(settle_equation(values, hidden, equation, rule) for equation in equations)


def _settle_upward(
    upper: np.ndarray,
    community: np.ndarray,
    hidden_upper: np.ndarray,
    hidden_community: np.ndarray,
    levels: Sequence[FamilyLevel],
    rule: DisclosureRule,
) -> int:
    """From the communities up: a further child, or where none is left the parent."""
    slack_upper = np.where(hidden_upper, np.maximum(upper - rule.floor, 0), 0)
    slack_community = np.where(hidden_community, np.maximum(community - rule.floor, 0), 0)
    count = 0
    for level in reversed(levels):
        values, hidden, slack = (
            (community, hidden_community, slack_community)
            if level.in_community
            else (upper, hidden_upper, slack_upper)
        )
        n_slots = len(values)
        values, hidden, slack = (a[:, level.children] for a in (values, hidden, slack))
        parent_hidden = hidden_upper[:n_slots, level.parents]
        parent_values = upper[:n_slots, level.parents]
        slots, families = find_open_families(
            hidden, slack, parent_hidden, parent_values, level, rule.room
        )
        if len(slots):
            rows, columns, exhausted = hide_smallest_child(values, hidden, level, slots, families)
            slack[rows, columns] = values[rows, columns] - rule.floor
            slots, families = slots[exhausted], families[exhausted]
            newly = ~parent_hidden[slots, families]
            hidden_upper[slots[newly], level.parents[families[newly]]] = True
            count += len(rows) + int(newly.sum())
        # A hidden parent moves exactly as far as its hidden children do together.
        free = np.add.reduceat(slack, level.starts, axis=1)
        hidden_now = hidden_upper[:n_slots, level.parents]
        slack_upper[:n_slots, level.parents] = np.where(hidden_now, free, 0)
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
