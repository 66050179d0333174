"""Exchanges of hidden counts between areas of one parent, as directions to go in."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from geodata.disclosure.knowledge import Knowledge
from geodata.disclosure.proof.patterns import Cell, Pattern, draw_patterns
from geodata.disclosure.system import System
from geodata.schema import LEVELS

_COMMUNITY = LEVELS.index("community")
_LEVELS = (_COMMUNITY, LEVELS.index("subdistrict"), LEVELS.index("district"), LEVELS.index("city"))


class Exchanges:
    """Makes directions: in each family the member with most to give, and each of the others.

    Above communities a change must be one of something inside as well: of a child, and its child.

    Parameters
    ----------
    knowledge : Knowledge
    system : System
    rng : numpy.random.Generator
    among : ndarray of bool, (n_hidden,)
        Unknowns that may be exchanged.
    """

    def __init__(
        self, knowledge: Knowledge, system: System, rng: np.random.Generator, among: np.ndarray
    ) -> None:
        self.system, self.rng = system, rng
        tree = knowledge.swipes.tree
        self.parents, self.levels = tree.parents, tree.level_index
        self.kinds = tuple(kind for kind in system.kinds if not kind.startswith("flow"))
        self.numbers = {}
        for index, kind in enumerate(self.kinds):
            sums = knowledge.sums_of(kind)
            own = np.flatnonzero((system.kind == index) & among)
            self.numbers[kind] = np.full((sums.n_slots[0], len(tree)), -1)
            self.numbers[kind][sums.describe(system.cell[own])] = own

    def draw(self, table: np.ndarray) -> sparse.csc_array:
        """Directions that may fit from a table, (n_hidden, n_moves)."""
        parts = [
            part
            for pattern in draw_patterns(self.kinds, self.rng)
            for part in self._of_pattern(pattern, table)
        ]
        sizes = [numbers.shape[1] for numbers, _ in parts]
        columns = [
            np.broadcast_to(first + np.arange(size), numbers.shape).ravel()
            for (numbers, _), size, first in zip(parts, sizes, np.cumsum([0, *sizes]))
        ]
        if not parts:
            return sparse.csc_array((self.system.n_hidden, 0))
        rows, data = (np.concatenate([part[i].ravel() for part in parts]) for i in (0, 1))
        shape = self.system.n_hidden, sum(sizes)
        return sparse.csc_array((data, (rows, np.concatenate(columns))), shape=shape)

    def _of_pattern(self, pattern: Pattern, table: np.ndarray):
        """Numbers and signs, (n_cells, n_moves) each, for each level that has such exchanges."""
        chains = None
        for level in _LEVELS if pattern[1] else _LEVELS[1:]:
            areas = self._hidden(level, pattern[int(level == _COMMUNITY)])
            if chains is not None:
                areas, chains = self._lengthen(areas, chains)
            else:
                chains = areas[:, None]
            if not len(areas):
                return
            numbers, signs = self._cells(chains, pattern)
            giver, taker = self._pair(chains[:, 0], self._room(numbers, signs, table))
            if len(giver):
                turned = np.repeat(np.concatenate([signs, -signs])[:, None], len(giver), axis=1)
                yield np.concatenate([numbers[:, taker], numbers[:, giver]]), turned

    def _hidden(self, level: int, cells: list[Cell]) -> np.ndarray:
        """Areas of a level in which all cells of a pattern are hidden."""
        areas = np.flatnonzero(self.levels == level)
        every = [self.numbers[kind][slot, areas] >= 0 for kind, slot, _ in cells]
        return areas[np.all(every, axis=0)]

    def _lengthen(self, areas: np.ndarray, chains: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Areas that have a chain inside, each with one of them by chance in front of it."""
        order = self.rng.permutation(len(chains))
        chosen = np.full(len(self.parents), -1)
        chosen[self.parents[chains[order, 0]]] = order
        areas = areas[chosen[areas] >= 0]
        return areas, np.concatenate([areas[:, None], chains[chosen[areas]]], axis=1)

    def _cells(self, chains: np.ndarray, pattern: Pattern) -> tuple[np.ndarray, np.ndarray]:
        numbers, signs = [], []
        for areas in chains.T:
            cells = pattern[int(self.levels[areas[0]] == _COMMUNITY)]
            numbers += [self.numbers[kind][slot, areas] for kind, slot, _ in cells]
            signs += [sign for _, _, sign in cells]
        return np.array(numbers), np.array(signs, dtype=float)

    def _room(self, numbers: np.ndarray, signs: np.ndarray, table: np.ndarray) -> np.ndarray:
        """How much each chain can give."""
        counts, bounds = table[numbers], self.system
        rooms = np.where(
            signs[:, None] > 0, counts - bounds.lower[numbers], bounds.upper[numbers] - counts
        )
        return rooms.min(axis=0)

    def _pair(self, areas: np.ndarray, room: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The member of each family with most to give, and each other member."""
        parents = self.parents[areas]
        order = np.lexsort((-room, parents))
        first = np.flatnonzero(np.diff(parents[order], prepend=-1))
        size = np.diff(np.append(first, len(order)))
        giver = np.repeat(order[first], size)
        useful = (giver != order) & (room[giver] >= 1)
        return giver[useful], order[useful]
