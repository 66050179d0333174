"""An attacker: everything that is published as equations, solved with linear programming.

Independent of the code under test: it knows the tree and the sums, not how cells were chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from geodata.areas import AreaTree, order_areas
from geodata.schema import LEVELS


@dataclass(frozen=True)
class Sum:
    """total = sum of parts; cells are (slot, area)."""

    total: tuple[int, int]
    parts: tuple[tuple[int, int], ...]


def make_tree(shape: list) -> AreaTree:
    """A tree from nested lists: [[2, 1], [3]] is two children with two children each ...

    A number n is an area with n children that have none themselves.
    """
    rows = []

    def add(node, code: str, parent: str, level: int) -> None:
        rows.append((code, parent, LEVELS[level], code))
        below = [None] * node if isinstance(node, int) else node
        for i, child in enumerate(below or ()):
            add(child, f"{code}-{i:02d}", code, level + 1)

    add(shape, "r", "", 0)
    frame = pd.DataFrame(rows, columns=["area_code", "parent_code", "level", "name"])
    return AreaTree(order_areas(frame))


def tree_sums(tree: AreaTree, n_slots: int) -> list[Sum]:
    """Every parent is the sum of its children, in every slot."""
    sums = []
    for slot in range(n_slots):
        for parent in range(len(tree)):
            children = [i for i in range(len(tree)) if tree.parents[i] == parent]
            if children:
                sums.append(Sum((slot, parent), tuple((slot, c) for c in children)))
    return sums


def find_ranges(
    values: np.ndarray, hidden: np.ndarray, sums: list[Sum]
) -> dict[tuple[int, int], tuple[float, float]]:
    """What each hidden cell can be, given all published cells: (least, most).

    Hidden cells are known to be at least 1, as zero is published.
    """
    cells = [tuple(int(i) for i in cell) for cell in np.argwhere(hidden)]
    number = {cell: i for i, cell in enumerate(cells)}
    entries, right = [], []
    for item in sums:
        row = len(right)
        known = 0
        unknown = []
        for cell, sign in [(item.total, -1), *((part, 1) for part in item.parts)]:
            if cell in number:
                unknown.append((row, number[cell], sign))
            else:
                known += sign * int(values[cell])
        if unknown:
            entries += unknown
            right.append(-known)
    rows, columns, signs = zip(*entries) if entries else ((), (), ())
    matrix = csr_array((signs, (rows, columns)), shape=(len(right), len(cells)))
    ranges = {}
    for cell, i in number.items():
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(cells))
            goal[i] = sign
            answer = linprog(goal, A_eq=matrix, b_eq=right, bounds=(1, None), method="highs")
            ends.append(np.inf if answer.status == 3 else sign * answer.fun)
        ranges[cell] = (ends[0], abs(ends[1]))
    return ranges


def subtract_once(values: np.ndarray, hidden: np.ndarray, sums: list[Sum]) -> list[tuple]:
    """Hidden cells that one subtraction gives back exactly."""
    found = []
    for item in sums:
        unknown = [cell for cell in (item.total, *item.parts) if hidden[cell]]
        if len(unknown) == 1:
            found.append(unknown[0])
    return found
