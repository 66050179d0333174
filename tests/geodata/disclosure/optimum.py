"""The least that can be hidden: an exact optimum by mixed-integer programming, small tables only.

Fischetti and Salazar (2001): a binary choice for each cell, and for each cell that must be hidden
two tables that differ from the true one in hidden cells only and keep it apart by the width.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, diags_array, eye_array

FAR = 200.0


def hide_optimally(
    values: np.ndarray, sums: csr_array, primary: np.ndarray, weights: np.ndarray, width: float
) -> np.ndarray:
    """Mask of hidden cells, (n_cells,), of least weight.

    Parameters
    ----------
    values : ndarray of int, (n_cells,)
    sums : csr_array, (n_sums, n_cells)
        Parts less total of every published sum.
    primary : ndarray of bool, (n_cells,)
        Cells that must be hidden; each must be free by `width`.
    weights : ndarray of float, (n_cells,)
    width : float
    """
    n, n_sums = len(values), sums.shape[0]
    targets = np.flatnonzero(primary)
    n_tables = 2 * len(targets)
    nothing = csr_array((n_sums, n))
    balance = block_array(
        [
            [nothing, *(sums if j == i else nothing for j in range(n_tables))]
            for i in range(n_tables)
        ]
    )
    down = diags_array(np.maximum(values - 1.0, 0.0))
    rows = [LinearConstraint(balance, 0, 0)]
    for i in range(n_tables):
        place = [csr_array((n, n))] * n_tables
        place[i] = eye_array(n)
        rows.append(LinearConstraint(block_array([[down, *place]]), 0, np.inf))
        rows.append(LinearConstraint(block_array([[-FAR * eye_array(n), *place]]), -np.inf, 0))
    apart = np.zeros((len(targets), n * (1 + n_tables)))
    for i, cell in enumerate(targets):
        apart[i, n * (1 + 2 * i) + cell] = 1
        apart[i, n * (2 + 2 * i) + cell] = -1
    rows.append(LinearConstraint(apart, width, np.inf))
    least = np.concatenate([primary.astype(float), np.full(n * n_tables, -FAR)])
    most = np.concatenate([(values > 0).astype(float), np.full(n * n_tables, FAR)])
    cost = np.concatenate([weights, np.zeros(n * n_tables)])
    whole = np.concatenate([np.ones(n), np.zeros(n * n_tables)])
    answer = milp(cost, constraints=rows, bounds=Bounds(least, most), integrality=whole)
    if answer.x is None:
        raise ValueError(answer.message)
    return answer.x[:n] > 0.5
