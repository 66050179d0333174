"""Which hidden counts of a month are too narrow, found again each time more are hidden.

All sums together are bounded once. To hide more only widens intervals, so the next looks are at
the cells that were narrow or have been hidden since, and at those that share a sum with them; all
others keep their bounds. Bounds of which no row asks for narrower ones lie within what `tighten`
would find for the whole month, so a cell that is wide here is wide there.

Who knows a little more of the same month than another begins with the bounds of that one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from geodata.disclosure.knowledge import DERIVED, PLAIN
from geodata.disclosure.money_cells import MoneyCells
from geodata.disclosure.month_cells import MonthCells, only_wanted
from geodata.disclosure.system import System
from geodata.disclosure.system_builder import Shown
from geodata.disclosure.tighten import tighten, tighten_from

_ROUNDS = 200  # as of `tighten`: bounds are true whenever it stops
_FOLLOWED = 20_000  # cells; to see what follows from more takes as long as to look at them all
_MANY = 0.02  # of the hidden cells: what is near to more is most of the month
Cells = Mapping[str, np.ndarray]
Bounds = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Look:
    """What was looked at.

    Attributes
    ----------
    system : System
        Of the cells looked at and those around them.
    sums : list
        The sums its rows come from.
    bounds : tuple of ndarray of float, (n_unknowns,)
    weak : ndarray of int
        Unknowns whose interval is narrower than the protection width.
    """

    system: System
    sums: list
    bounds: Bounds
    weak: np.ndarray


class Widths:
    """Bounds of the hidden counts, or of the hidden amounts of a field, of one month.

    Parameters
    ----------
    cells : MonthCells or MoneyCells
    are_narrow : callable
        Given a system and bounds of its unknowns: which intervals are too narrow, (n_unknowns,).
        What is wide enough for it must stay so when the interval is widened.
    """

    def __init__(
        self,
        cells: MonthCells | MoneyCells,
        are_narrow: Callable[[System, Bounds], np.ndarray],
    ) -> None:
        self.cells, self.are_narrow = cells, are_narrow
        self.bounds: dict[str, Bounds] = {}
        self.watched: dict[str, np.ndarray] = {}
        self.hidden: dict[str, np.ndarray] = {}

    def look(self, hidden: Cells) -> Look:
        """Bound what has to be bounded; `hidden` holds all that was hidden at the last call."""
        shown = Shown(self.cells.values, hidden)
        near = self._near(shown) if self.hidden else None
        system, sums = self.cells.system(shown, DERIVED, near)
        if near is not None:
            system = self._with_known_bounds(system, near)
        bounds = tighten(system)
        weak = self._weak(system, bounds)
        self._note(system, bounds, weak, hidden)
        return Look(system, sums, bounds, weak)

    def follow(self, look: Look, hidden: Cells) -> None:
        """Begin with what another found who does not know some cells that this one knows.

        The first look is then like a later one. Nothing is taken over where this one knows so much
        more that it would not pay.

        Parameters
        ----------
        look : Look
            The first one of the other, at all cells of the same month.
        hidden : mapping of kind to ndarray of bool, (n_cells,)
            As of `look`; all of it is hidden to the other too.
        """
        more = np.flatnonzero(~look.system.of_unknowns(hidden))
        if len(more) > _FOLLOWED:
            return
        cells = self._cells(look.system, more, hidden)
        shown = Shown(self.cells.values, hidden)
        closer, _ = self.cells.system(shown, DERIVED, self.cells.knowledge.families_of(cells))
        counts = look.system.of_unknowns(shown.values)[more].astype(float)
        bounds = _narrowed(look, more, counts, closer)
        weak = np.setdiff1d(self._weak(look.system, bounds), more, assume_unique=True)
        self._note(look.system, bounds, weak, hidden)

    def _weak(self, system: System, bounds: Bounds) -> np.ndarray:
        """Unknowns that are too narrow, of those that must not be found out."""
        weak = np.flatnonzero(self.are_narrow(system, bounds))
        return only_wanted(self.cells.wanted, system, weak)

    def _near(self, shown: Shown) -> dict[str, np.ndarray] | None:
        """Cells that were narrow or are newly hidden, and those that share a row with them.

        None for all, where that is quicker. Cells that share a derived row only keep their
        bounds: those hold still, though they may be wider by now.
        """
        hidden = shown.hidden
        near = {k: self.watched[k] | (mask & ~self.hidden[k]) for k, mask in hidden.items()}
        seeds, every = (sum(int(m.sum()) for m in masks.values()) for masks in (near, hidden))
        if seeds > _MANY * every:
            return None
        system, _ = self.cells.system(shown, PLAIN, near)
        return self._cells(system, np.arange(system.n_hidden), hidden)

    def _with_known_bounds(self, system: System, near: Cells) -> System:
        """The system with the bounds of the cells that are not looked at."""
        lower, upper = system.lower.copy(), system.upper.copy()
        for number, kind in enumerate(system.kinds):
            own = np.flatnonzero(system.kind == number)
            own = own[~near[kind][system.cell[own]]]
            cells = system.cell[own]
            lower[own], upper[own] = (side[cells] for side in self.bounds[kind])
        return System(**{**vars(system), "lower": lower, "upper": upper})

    def _note(self, system: System, bounds: Bounds, weak: np.ndarray, hidden: Cells) -> None:
        for number, kind in enumerate(system.kinds):
            own = system.kind == number
            cells = system.cell[own]
            if kind not in self.bounds:
                self.bounds[kind] = np.zeros(len(hidden[kind])), np.zeros(len(hidden[kind]))
            for side, values in zip(self.bounds[kind], bounds):
                side[cells] = values[own]
        self.watched = self._cells(system, weak, hidden)
        self.hidden = {kind: mask.copy() for kind, mask in hidden.items()}

    @staticmethod
    def _cells(system: System, unknowns: np.ndarray, hidden: Cells) -> dict[str, np.ndarray]:
        """Masks of the cells of some unknowns by kind."""
        masks = {kind: np.zeros(len(mask), dtype=bool) for kind, mask in hidden.items()}
        for kind, cells in system.by_kind(unknowns).items():
            masks[kind][cells] = True
        return masks


def _narrowed(look: Look, more: np.ndarray, counts: np.ndarray, closer: System) -> Bounds:
    """Bounds of a look's unknowns for who knows some of them, passed along until nothing changes.

    Parameters
    ----------
    look : Look
        At all cells of the month.
    more : ndarray of int
        Unknowns that are known.
    counts : ndarray of float, (n_more,)
        What they are.
    closer : System
        Rows about the other unknowns as he sees them, at least those that are others to him.
    """
    lower, upper = (side.copy() for side in look.bounds)
    lower[more] = upper[more] = counts
    place = np.concatenate([look.system.find(k, closer.cells_of(k)) for k in closer.kinds])
    for _ in range(_ROUNDS):
        if not len(more):
            break
        lower, upper = tighten_from(look.system, (lower, upper), more)
        before = np.maximum(lower[place], closer.lower), np.minimum(upper[place], closer.upper)
        least, most = tighten(replace(closer, lower=before[0], upper=before[1]))
        more = place[(least > lower[place]) | (most < upper[place])]
        lower[place], upper[place] = least, most
    return lower, upper
