"""Bounds of hidden cells by passing them along the rows: fast, and never too narrow.

Every row bounds each of its cells by what the others can at most and at least be. Passed along
until nothing changes this gives for each cell an interval that holds its feasible interval; on
sums that form a tree it is the feasible interval itself. It is feasibility-based bound tightening
as linear solvers use it before they start.
"""

from __future__ import annotations

import numpy as np

from geodata.disclosure.system import System, places_of

Bounds = tuple[np.ndarray, np.ndarray]


def tighten(system: System, passes: int = 200) -> Bounds:
    """Bounds of all unknowns.

    Parameters
    ----------
    system : System
    passes : int
        After so many the bounds are returned as they are; they are valid, perhaps too wide.

    Returns
    -------
    lower, upper : ndarray of float, (n_hidden,)
        -inf, inf where there is none.
    """
    waiting = np.ones(system.matrix.shape[0], dtype=bool)
    return _pass_along(system, (system.lower, system.upper), waiting, passes)


def tighten_from(system: System, bounds: Bounds, unknowns: np.ndarray, passes: int = 200) -> Bounds:
    """Bounds of all unknowns, from bounds that were tightened before those of some got narrower.

    Parameters
    ----------
    system : System
    bounds : tuple of ndarray of float, (n_hidden,)
    unknowns : ndarray of int
        Those whose bounds got narrower since.
    passes : int
    """
    waiting = np.zeros(system.matrix.shape[0], dtype=bool)
    waiting[system.rows_with(unknowns)] = True
    return _pass_along(system, bounds, waiting, passes)


def _pass_along(system: System, bounds: Bounds, waiting: np.ndarray, passes: int) -> Bounds:
    from geodata.disclosure.compiled import FAR, pass_along

    lower, upper = _finite(*bounds)
    pairs = np.ascontiguousarray(system.pairs.T)
    pass_along(*_rows(system), *system.rows_of_unknowns, *pairs, lower, upper, waiting, passes)
    return np.where(lower <= -FAR, -np.inf, lower), np.where(upper >= FAR, np.inf, upper)


def implied_bounds(
    system: System, lower: np.ndarray, upper: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bounds that some rows set their unknowns: unknown, least and most of each entry.

    They are at least as far as 1e12 where a row sets none.
    """
    from geodata.disclosure.compiled import implied

    matrix = system.matrix[rows]
    below, above = np.empty(matrix.nnz), np.empty(matrix.nnz)
    implied(rows, *_rows(system), *_finite(lower, upper), below, above)
    return matrix.indices, below, above


def _rows(system: System) -> tuple[np.ndarray, ...]:
    matrix = system.matrix
    limits = _finite(system.row_lower, system.row_upper)
    return *places_of(matrix), matrix.data > 0, *limits


def _finite(lower: np.ndarray, upper: np.ndarray) -> Bounds:
    """With a number so large that no count comes near it in place of what is endless."""
    from geodata.disclosure.compiled import FAR

    return np.maximum(lower, -FAR), np.minimum(upper, FAR)
