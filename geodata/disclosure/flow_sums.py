"""Sums of the flows as sparse rows: over places of service, over categories, over homes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from scipy import sparse

from geodata.disclosure.equations import Equation
from geodata.disclosure.flows import FAR, FIRST, OUTSIDE, TOTAL, FlowGate
from geodata.disclosure.published import SwipeSums
from geodata.schema import AGE_ALL
from geodata.slots import CATEGORY_KEYS, SLOT_INDEX


class FlowSums:
    """Which flow cells add up to which; totals of home areas are cells of the cube.

    Cells are numbered by category, slot (total, outside, far, then the places of service) and
    home area, as in the arrays of `FlowGate`.

    Parameters
    ----------
    gate : FlowGate
    swipes : SwipeSums
        Numbers the cells of the cube.
    """

    def __init__(self, gate: FlowGate, swipes: SwipeSums) -> None:
        self.gate, self.swipes = gate, swipes
        self.shape = len(CATEGORY_KEYS), gate.n_services + FIRST, gate.n_homes
        self.n_cells = int(np.prod(self.shape))
        slot = np.arange(self.n_cells) // gate.n_homes % self.shape[1]
        self.is_total, self.is_service = slot == TOTAL, slot >= FIRST
        self.is_outside = (slot == OUTSIDE) | (slot == FAR)
        every = np.arange(self.n_cells)
        self.category = every // (gate.n_homes * self.shape[1])
        self.home = every % gate.n_homes

    @cached_property
    def over_services(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Rows over flow cells, and the same rows' totals over the cells of the cube."""
        rows = self._rows(self.gate.equations(len(CATEGORY_KEYS), []))
        return self._split(rows)

    @cached_property
    def over_homes(self) -> sparse.csr_array:
        """Children less their parent, of what is used outside; the totals are the cube's."""
        n_slots, n_homes = self.shape[0] * self.shape[1], self.gate.n_homes
        parents, family, children = [], [], []
        for level in self.gate.levels:
            size = level.sizes
            family.append(np.repeat(np.arange(len(size)), size) + sum(map(len, parents)))
            children.append(np.arange(level.children.start, level.children.stop))
            parents.append(level.parents)
        parent, family, child = (np.concatenate(a) for a in (parents, family, children))
        data = np.concatenate([np.ones(len(child)), -np.ones(len(parent))])
        index = np.concatenate([family, np.arange(len(parent))]), np.concatenate([child, parent])
        one = sparse.csr_array((data, index), shape=(len(parent), n_homes))
        rows = _compact(sparse.kron(sparse.eye_array(n_slots), one, format="csr"))
        slot = np.repeat(np.arange(n_slots), len(parent)) % self.shape[1]
        return rows[(slot == OUTSIDE) | (slot == FAR)]

    def over_categories(self, categories: Iterable[int]) -> sparse.csr_array:
        """Categories less "all", for all cells but the totals."""
        n_each = self.shape[1] * self.gate.n_homes
        weights = np.zeros(len(CATEGORY_KEYS))
        weights[list(categories)] = 1
        weights[0] = -1
        rows = sparse.kron(sparse.csr_array(weights[None]), sparse.eye_array(n_each), format="csr")
        return rows[np.arange(n_each) // self.gate.n_homes != TOTAL]

    @cached_property
    def all_categories(self) -> sparse.csr_array:
        """`over_categories` of all of them."""
        return self.over_categories(range(1, len(CATEGORY_KEYS)))

    @cached_property
    def not_fewer_than_total(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Sum of the cards over all places of service, and the home's total in the cube."""
        width = self.shape[1]
        services = FIRST + np.arange(self.gate.n_services)
        members = np.broadcast_to(self.gate.is_district, self.gate.inside.shape)
        rows = [
            Equation(first + TOTAL, first + services, members)
            for first in range(0, self.shape[0] * width, width)
        ]
        return self._split(self._rows(rows))

    @cached_property
    def of_whole_areas(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """All uses = inside the districts + outside them, for homes above the districts.

        Rows and totals as in `over_services`. Each is a sum of other rows, but bounds that are
        passed along single rows do not see it.
        """
        gate = self.gate
        parts = []
        for home in np.flatnonzero(~gate.is_district).tolist():
            inside = gate.districts_of(home)
            own = FIRST + np.flatnonzero(gate.inside[:, inside].any(axis=1))
            slots = np.concatenate([[TOTAL, OUTSIDE], own])
            homes = np.concatenate([[home, home], inside])
            signs = np.where(slots == TOTAL, -1.0, 1.0)
            for first in range(0, self.n_cells, self.shape[1] * gate.n_homes):
                parts.append((first + slots * gate.n_homes + homes, signs))
        row = np.repeat(np.arange(len(parts)), [len(cells) for cells, _ in parts])
        cells, signs = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
        return self._split(sparse.csr_array((signs, (row, cells)), (len(parts), self.n_cells)))

    @cached_property
    def near_of_whole_areas(self) -> sparse.csr_array:
        """What is used outside less what is used outside the province, of homes above districts.

        That is the sum of the flows in between of all its districts; a sum of other rows too.
        """
        gate, n_each = self.gate, self.shape[1] * self.gate.n_homes
        rows = []
        for home in np.flatnonzero(~gate.is_district).tolist():
            inside = gate.districts_of(home)
            service, own = np.nonzero(gate.near[:, inside])
            flows = (FIRST + service) * gate.n_homes + inside[own]
            totals = np.array([FAR, OUTSIDE]) * gate.n_homes + home
            signs = np.concatenate([np.ones(len(flows) + 1), [-1.0]])
            rows.append((np.concatenate([flows, totals]), signs))
        row = np.repeat(np.arange(len(rows)), [len(cells) for cells, _ in rows])
        cells, signs = (np.concatenate([part[i] for part in rows]) for i in (0, 1))
        one = sparse.csr_array((signs, (row, cells)), shape=(len(rows), n_each))
        return _compact(sparse.kron(sparse.eye_array(self.shape[0]), one, format="csr"))

    def cube_cells(self, cells: np.ndarray) -> np.ndarray:
        """Cube cells of the totals (category, all ages, home) flow cells belong to."""
        slots = np.array([SLOT_INDEX[c, AGE_ALL] for c in CATEGORY_KEYS])
        return slots[self.category[cells]] * self.swipes.split + self.home[cells]

    def _rows(self, equations: list[Equation]) -> sparse.csr_array:
        rows, cells, signs, n_rows, n_homes = [], [], [], 0, self.gate.n_homes
        for item in equations:
            shape = len(item.parts), n_homes
            members = item.members
            members = np.ones(shape, bool) if members is None else np.broadcast_to(members, shape)
            homes = np.flatnonzero(members.any(axis=0))
            number = np.zeros(n_homes, dtype=np.int64)
            number[homes] = n_rows + np.arange(len(homes))
            part, home = np.nonzero(members)
            rows += [number[home], number[homes]]
            cells += [item.parts[part] * n_homes + home, item.total * n_homes + homes]
            signs += [np.ones(len(part)), -np.ones(len(homes))]
            n_rows += len(homes)
        index = np.concatenate(rows), np.concatenate(cells)
        rows = sparse.csr_array((np.concatenate(signs), index), shape=(n_rows, self.n_cells))
        return _compact(rows)

    def _split(self, rows: sparse.csr_array) -> tuple[sparse.csr_array, sparse.csr_array]:
        entries = rows.tocoo()
        total = self.is_total[entries.col]
        row, column = entries.row, entries.col
        flows = (entries.data[~total], (row[~total], column[~total]))
        cube = (entries.data[total], (row[total], self.cube_cells(column[total])))
        return (
            _compact(sparse.csr_array(flows, shape=rows.shape)),
            _compact(sparse.csr_array(cube, shape=(rows.shape[0], self.swipes.n_cells))),
        )


def _compact(rows: sparse.csr_array) -> sparse.csr_array:
    """The same with 32-bit indices."""
    index = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)
    return sparse.csr_array((rows.data, *index), shape=rows.shape)
