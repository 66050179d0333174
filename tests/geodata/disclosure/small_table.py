"""Areas x categories with totals: small enough for the optimum, hidden by the code under test."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from geodata.disclosure import (
    DisclosureRule,
    Equation,
    Shown,
    SystemBuilder,
    family_levels,
    protect,
    tighten,
)
from geodata.disclosure.repair import find_further
from tests.geodata.disclosure.attack import Sum, make_tree, tree_sums
from tests.geodata.disclosure.random_month import sum_up

RULE = DisclosureRule()


class SmallTable:
    """A region with districts; slot 0 is the sum of the other slots.

    Attributes
    ----------
    values : ndarray of int, (n_cells,)
    sums : csr_array, (n_sums, n_cells)
    """

    def __init__(self, rng: np.random.Generator, n_areas: int, n_slots: int) -> None:
        self.tree = make_tree(n_areas)
        self.n_slots = n_slots + 1
        leaves = rng.poisson(rng.choice([2, 8, 25, 60], (n_slots, 1)) * rng.gamma(2, 0.5, n_areas))
        parts = sum_up(leaves, self.tree)
        self.table = np.concatenate([parts.sum(axis=0, keepdims=True), parts])
        self.values = self.table.ravel()
        slots = range(1, self.n_slots)
        over = [Sum((0, a), tuple((j, a) for j in slots)) for a in range(len(self.tree))]
        self.sums = self._matrix(tree_sums(self.tree, self.n_slots) + over)

    def _matrix(self, sums: list[Sum]) -> csr_array:
        rows = np.zeros((len(sums), self.values.size))
        for row, item in zip(rows, sums):
            for (slot, area), sign in [(item.total, -1), *((part, 1) for part in item.parts)]:
                row[slot * len(self.tree) + area] = sign
        return csr_array(rows)

    @property
    def primary(self) -> np.ndarray:
        """Cells that rest on few cards."""
        return (self.values > 0) & (self.values < RULE.k)

    def hide(self) -> np.ndarray:
        """What the gate does with a month, on this one table: mask of hidden cells."""
        hidden = self.primary
        while True:
            hidden = self._one_by_one(hidden)
            builder = SystemBuilder(
                Shown({"cards": self.values}, {"cards": hidden}), {"cards": 1.0}
            )
            builder.add_sums({"cards": self.sums})
            system = builder.build()
            bounds = tighten(system)
            weak = np.flatnonzero(bounds[1] - bounds[0] < RULE.width)
            if not len(weak):
                return hidden
            arguments = {"cards": self.values}, {"cards": hidden}
            hidden[find_further(system, builder.sums, bounds, weak, *arguments)["cards"]] = True

    def _one_by_one(self, hidden: np.ndarray) -> np.ndarray:
        split = self.tree.level_slices["community"].start
        mask = hidden.reshape(self.table.shape).copy()
        upper, lower = mask[:, :split].copy(), mask[:, split:].copy()
        equation = Equation(0, np.arange(1, self.n_slots))
        levels = family_levels(self.tree)
        protect(
            self.table[:, :split],
            self.table[:, split:],
            upper,
            lower,
            levels,
            [equation],
            RULE,
        )
        return np.concatenate([upper, lower], axis=1).ravel()
