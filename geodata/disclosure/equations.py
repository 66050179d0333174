"""Sums inside an area: all ages are the sum of the bands, all categories of the categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.disclosure_rule import DisclosureRule

_EVERYWHERE = np.zeros((0, 0), dtype=bool)


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


def columns_with(cells: np.ndarray, span: int) -> np.ndarray:
    """Columns in which an equation of this span has any of some cells.

    Parameters
    ----------
    cells : ndarray of bool, (n_slots, n_areas)
    span : int
        See `Equation`.

    Returns
    -------
    ndarray of int
    """
    return np.flatnonzero(cells.reshape(len(cells) // span, -1).any(axis=0))


def settle_equation(
    values: np.ndarray,
    hidden: np.ndarray,
    equation: Equation,
    rule: DisclosureRule,
    columns: np.ndarray | None = None,
) -> int:
    """Hide a further cell in each area where the sum gives a hidden cell back, in place.

    Parameters
    ----------
    values, hidden : ndarray, (n_slots, n_areas)
        Distinct cards each cell rests on; which cells are hidden. Contiguous.
    equation : Equation
    rule : DisclosureRule
        Its `room` is how far the hidden parts of a published total must be able to move.
    columns : ndarray of int, optional
        What to look at, see `columns_with`; without it everything.

    Returns
    -------
    int
        Number of cells hidden now.
    """
    from geodata.disclosure.compiled import settle_sums

    if equation.span > 1:
        groups = len(values) // equation.span
        values, hidden = values.reshape(groups, -1), hidden.reshape(groups, -1)
    columns = np.arange(values.shape[1]) if columns is None else columns
    members = _EVERYWHERE if equation.members is None else equation.members
    sums = equation.total, equation.parts, members
    return settle_sums(values, hidden, columns, *sums, rule.floor, rule.room)
