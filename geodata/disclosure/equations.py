"""Sums inside an area: all ages are the sum of the bands, all categories of the categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.disclosure_rule import DisclosureRule

_NONE = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Equation:
    """A slot that is the sum of others in every area (or in some).

    Parameters
    ----------
    total : int
        The slot of the sum.
    parts : ndarray of int, (n_parts,)
        The slots it is the sum of.
    members : ndarray of bool, (n_parts, n_areas), optional
        Which parts count in which area; an area without any has no such sum. Without it all
        parts count everywhere.
    span : int
        So many slots in a row go together: total and parts are numbers of such groups, and the
        sum holds for each slot of a group. Columns are then (slot of the group, area), flat.
    """

    total: int
    parts: np.ndarray
    members: np.ndarray | None = None
    span: int = 1


def settle_equation(
    values: np.ndarray, hidden: np.ndarray, equation: Equation, rule: DisclosureRule
) -> int:
    """Hide a further cell in each area where the sum gives a hidden cell back, in place.

    Parameters
    ----------
    values, hidden : ndarray, (n_slots, n_areas)
        Distinct cards each cell rests on; which cells are hidden. Contiguous.
    equation : Equation
    rule : DisclosureRule
        Its `room` is how far the hidden parts of a published total must be able to move.

    Returns
    -------
    int
        Number of cells hidden now.
    """
    if equation.span > 1:
        groups = len(values) // equation.span
        values, hidden = values.reshape(groups, -1), hidden.reshape(groups, -1)
    part_values, part_hidden = values[equation.parts], hidden[equation.parts]
    if equation.members is not None:
        part_hidden = part_hidden & equation.members
    count = part_hidden.sum(axis=0)
    free = np.where(part_hidden, part_values - rule.floor, 0).sum(axis=0)
    total_hidden = hidden[equation.total]
    open_sum = ~total_hidden & (count > 0) & ((count == 1) | (free < rule.room))
    open_total = total_hidden & (count == 0)
    areas = np.flatnonzero(open_sum | open_total)
    if not len(areas):
        return 0
    usable = ~part_hidden[:, areas] & (part_values[:, areas] > 0)
    if equation.members is not None:
        usable &= equation.members[:, areas]
    wanted = np.where(usable, part_values[:, areas].astype(np.int64), _NONE)
    smallest = wanted.argmin(axis=0)
    found = wanted[smallest, np.arange(len(areas))] != _NONE
    hidden[equation.parts[smallest[found]], areas[found]] = True
    # No part is left to hide: then the total goes too, unless it is hidden already.
    exhausted = areas[~found & ~total_hidden[areas]]
    hidden[equation.total, exhausted] = True
    return int(found.sum()) + len(exhausted)
