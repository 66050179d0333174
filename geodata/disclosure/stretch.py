"""Feasible intervals of hidden cells by linear programming, and proof that they are wide enough.

Bounds passed along the rows (`tighten`) are never too narrow, so a narrow one is a cell found
out. The reverse is proved here: two tables an outsider cannot tell apart, in which a cell differs
by the protection width, prove that it is safe. One run of the solver yields such a table for many
cells at once. What no table proves is bounded exactly, cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.disclosure.linear_program import LinearProgram
from geodata.disclosure.system import System
from geodata.disclosure.tighten import tighten
from geodata.errors import GeodataError

_SMALL = 1e-6
_MANY_ROUNDS = 24
_PICKED = 0.3  # part of the cells in doubt that a round pulls at
_SINGLY = 2_000  # cells at most that are looked at one by one with their surroundings
_WHOLE = 2_000  # unknowns up to which a connected part is looked at as a whole


@dataclass(frozen=True)
class Intervals:
    """What is known of each unknown, (n_hidden,).

    Attributes
    ----------
    lower, upper : ndarray of float
        Bounds that hold for certain; the interval is not wider.
    low, high : ndarray of float
        Values that were reached; the interval is not narrower. Where the bounds alone are too
        narrow nothing is looked for, and these are the bounds.
    """

    lower: np.ndarray
    upper: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def narrow(self, width: float) -> np.ndarray:
        """Numbers of the unknowns that were not proved to be free by `width`."""
        return np.flatnonzero(self.high - self.low < width - _SMALL)


def find_intervals(
    system: System,
    width: float,
    *,
    point: np.ndarray | None = None,
    blocks: Sequence[np.ndarray] = (),
    seed: int = 0,
) -> Intervals:
    """Intervals of all unknowns, as wide as needed to tell which are narrower than `width`.

    Parameters
    ----------
    system : System
    width : float
    point : ndarray of float, (n_hidden,), optional
        A solution of the system, to start from. The intervals do not depend on it. Without it
        one is looked for.
    blocks : sequence of ndarray of int, (n_hidden,)
        Ways to cut a large system, finest first: unknowns of one number are looked at together
        while all others stay as they are, those of -1 not at all. Proof that a cell is free
        needs no more than such a block. What none proves is looked at with its surroundings.
    seed : int
        Of the directions that are tried.

    Raises
    ------
    GeodataError
        If no table fits what is published: it contradicts itself.
    """
    lower, upper = tighten(system)
    found = Intervals(lower, upper, np.full(len(lower), np.inf), np.full(len(lower), -np.inf))
    doubt = upper - lower >= width - _SMALL
    found.low[~doubt], found.high[~doubt] = lower[~doubt], upper[~doubt]
    search = _Search(system, found, doubt, width, np.random.default_rng(seed))
    component = system.components()
    search.settle_trees(component)
    for unknowns in _groups(component, doubt):
        start = None if point is None else point[unknowns]
        search.run(unknowns, start, [block[unknowns] for block in blocks])
    return found


def is_bounded_whole(system: System) -> np.ndarray:
    """Unknowns of parts that `find_intervals` looks at as a whole, so that it is exact there."""
    component = system.components()
    return np.bincount(component)[component] <= _WHOLE


def _groups(label: np.ndarray, doubt: np.ndarray) -> list[np.ndarray]:
    """Unknowns of each label that has one in doubt."""
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    return [group for group in groups if doubt[group].any()]


class _Search:
    """Widens intervals until nothing is in doubt or the truth about it is known."""

    def __init__(
        self, system: System, found: Intervals, doubt: np.ndarray, width: float, rng
    ) -> None:
        self.system, self.found, self.doubt, self.width = system, found, doubt, width
        self.rng = rng

    def settle_trees(self, component: np.ndarray) -> None:
        """Where rows and unknowns form a tree, the bounds are the intervals."""
        matrix = self.system.all_rows()[0]
        n = component.max(initial=-1) + 1
        row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        of_row = np.zeros(matrix.shape[0], dtype=np.int64)
        of_row[row] = component[matrix.indices]
        links = np.bincount(component[matrix.indices], minlength=n)
        nodes = np.bincount(component, minlength=n) + np.bincount(of_row, minlength=n)
        settled = (links == nodes - 1)[component] & self.doubt
        self.found.low[settled] = self.found.lower[settled]
        self.found.high[settled] = self.found.upper[settled]
        self.doubt[settled] = False

    def run(self, unknowns: np.ndarray, point: np.ndarray | None, blocks) -> None:
        """Settle one connected part."""
        system = self.system.part(unknowns)
        if point is None:
            point = _Model(system).solve(np.zeros(len(unknowns)))
        self._reach(unknowns, point)
        if len(unknowns) > _WHOLE and blocks:
            for block in blocks:
                for part in _groups(block, self.doubt[unknowns] & (block >= 0)):
                    self._stretch(unknowns[part], system.part(part, point))
            self._look_around(unknowns, system, point)
        else:
            self._stretch(unknowns, system)

    def _look_around(self, unknowns: np.ndarray, system: System, point: np.ndarray) -> None:
        """Each cell still in doubt with what is near it in the sums."""
        matrix = abs(system.all_rows()[0])
        for cell in np.flatnonzero(self.doubt[unknowns])[:_SINGLY]:
            if self.doubt[unknowns[cell]]:
                near = _surroundings(matrix, cell)
                own = np.flatnonzero(near == cell)
                self._stretch(unknowns[near], system.part(near, point), only=own)

    def _reach(self, unknowns: np.ndarray, point: np.ndarray) -> None:
        found = self.found
        found.low[unknowns] = np.minimum(found.low[unknowns], point)
        found.high[unknowns] = np.maximum(found.high[unknowns], point)
        wide = found.high[unknowns] - found.low[unknowns] >= self.width - _SMALL
        self.doubt[unknowns[wide]] = False

    def _stretch(self, unknowns: np.ndarray, system: System, only=None) -> None:
        """Pull at many cells at once, then at each that is left."""
        model, n = _Model(system), len(unknowns)
        left = n + 1
        for _ in range(_MANY_ROUNDS if only is None else 0):
            doubt = self.doubt[unknowns]
            if not doubt.any() or doubt.sum() > 0.97 * left:
                break
            left = doubt.sum()
            picked = doubt & (self.rng.random(n) < max(_PICKED, 4 / left))
            pull = picked * self.rng.uniform(0.5, 1, n) * self.rng.choice([-1.0, 1.0], n)
            self._reach(unknowns, model.solve(pull))
            self._reach(unknowns, model.solve(-pull))
        for i in np.flatnonzero(self.doubt[unknowns]) if only is None else only:
            for sign in (1.0, -1.0):
                if self.doubt[unknowns[i]]:
                    pull = np.zeros(n)
                    pull[i] = sign
                    self._reach(unknowns, model.solve(pull))


def _surroundings(matrix, unknown: int) -> np.ndarray:
    """The unknowns nearest to one in the graph of rows, up to `_WHOLE` of them."""
    near = np.array([unknown])
    by_column = matrix.tocsc()
    while len(near) < _WHOLE:
        rows = np.unique(by_column[:, near].indices)
        wider = np.unique(np.append(near, matrix[rows].indices))
        if len(wider) == len(near) or (len(wider) > _WHOLE and len(near) > 50):
            break
        near = wider
    return near


class _Model:
    """A system in the solver, to be asked again and again with another objective."""

    def __init__(self, system: System) -> None:
        self.program = LinearProgram.of_system(system)

    def solve(self, pull: np.ndarray) -> np.ndarray:
        """A table that is as low as possible in the direction of `pull`."""
        table = self.program.cheapest(pull)
        if table is None:
            raise GeodataError(
                f"what is published about the hidden cells cannot be solved: {self.program.status}",
                "build the release again with this program",
            )
        return table
