"""A month's hidden counts that linear programming does not prove free, and what to hide then.

Bounds along rows and exact sums do not see every proof that takes ten or twenty rows at once.
Linear programming sees all of them, but takes minutes for a month of a whole region.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.disclosure.knowledge import PLAIN
from geodata.disclosure.money_cells import MoneyCells
from geodata.disclosure.month_cells import MonthCells, only_wanted
from geodata.disclosure.proof import are_flows, settle
from geodata.disclosure.repair import Outward, Sums, find_in_proofs
from geodata.disclosure.system import System
from geodata.disclosure.system_builder import Shown
from geodata.disclosure.tighten import tighten
from geodata.errors import ProtectionError

Cells = Mapping[str, np.ndarray]
LOOKS = 20  # of which each hides something; months of a whole region need three to six
# Small months are proved whatever the source asks for: there only the first helps.
_REMEDY = (
    'raise k, or publish fewer levels; where source.toml asks for proof = "linear", '
    'proof = "bounds" does without it'
)
_LATE, _REST = 3, 50  # looks after which so many that are left are looked at to the end
_FEW = 200  # in doubt, up to which each is looked at with many around it; as many more a look
TRIES = 6  # to loosen the rows around one unknown, each with twice as many cells


class Settler:
    """Tells the unknowns that are not free; what was free stays so when more is hidden.

    Parameters
    ----------
    cells : MonthCells or MoneyCells
    width : float
    nothing : bool
        Whether an unknown that may be zero is free as well.

    Attributes
    ----------
    rows : dict of int to ndarray of int
        Of what was found out at the last look, the rows of the system that prove it; of some that
        stayed undecided, those that hold it while only what is near may move.
    found_out : ndarray of int
        Unknowns that are known at the last look to be told too narrowly.
    """

    def __init__(
        self, cells: MonthCells | MoneyCells, width: float, *, nothing: bool = False
    ) -> None:
        self.knowledge, self.values = cells.knowledge, cells.values
        self.width, self.nothing, self.rows = width, nothing, {}
        # Looked at closely, more with each look: around some it does not help to hide more.
        self.few = 0
        self.found_out = np.zeros(0, dtype=int)
        self.free = {
            kind: np.zeros(len(counts), dtype=bool) for kind, counts in self.values.items()
        }

    def find_weak(
        self,
        system: System,
        bounds: tuple[np.ndarray, np.ndarray],
        among: np.ndarray,
        *,
        thorough: bool = False,
    ) -> np.ndarray:
        """Of the unknowns `among` those found out or undecided, but flows of nobody.

        `thorough`: to decide about each, however long it takes.
        """
        self.few += _FEW
        start = system.of_unknowns(self.values).astype(float)
        seen = system.of_unknowns(self.free)
        outside = are_flows(system) & (start == 0)
        beside = np.ones(system.n_hidden, dtype=bool)
        beside[among] = False
        tight = np.zeros(system.n_hidden, dtype=bool)
        options = {
            "outside": outside,
            "seen": seen | beside,
            "nothing": self.nothing,
            "few": np.inf if thorough else self.few,
        }
        verdict = settle(self.knowledge, system, bounds, tight, start, self.width, **options)
        free, self.rows = verdict.free, verdict.held | verdict.proofs
        self.found_out = np.flatnonzero(verdict.tight)
        for kind, found in system.by_kind(np.flatnonzero(free & ~beside)).items():
            self.free[kind][found] = True
        return np.flatnonzero(~free & ~outside & ~beside)


class LinearProof:
    """Looks for such counts of a month until there are none.

    Parameters
    ----------
    cells : MonthCells
    width : float
    """

    def __init__(self, cells: MonthCells, width: float) -> None:
        self.cells, self.settler = cells, Settler(cells, width)
        self.outward, self.looks = Outward(cells.weights), 0
        self.tries = {k: np.zeros(len(v), dtype=np.int16) for k, v in cells.values.items()}

    def find_further(self, masks: Cells) -> dict[str, np.ndarray] | None:
        """Cells to hide, as `repair.find_further` returns them; None when all are free.

        Raises
        ------
        ProtectionError
            If one is neither found out nor proved free and nothing is left to hide around it, or
            more was hidden `LOOKS` times and there still are some.
        """
        system, sums = self.cells.system(Shown(self.cells.values, masks), PLAIN)
        bounds = tighten(system)
        among = only_wanted(self.cells.wanted, system, np.arange(system.n_hidden))
        weak = self.settler.find_weak(system, bounds, among)
        if self.looks >= _LATE and 0 < len(weak) <= _REST:
            # Hiding around them did not help: what holds them lies further away.
            weak = self.settler.find_weak(system, bounds, weak, thorough=True)
        if not len(weak):
            return None
        self.looks += 1
        if self.looks > LOOKS:
            raise ProtectionError(
                f"{len(weak)} hidden cells of a month are not proved safe after more was hidden "
                f"around such cells {LOOKS} times",
                _REMEDY,
            )
        further = self._around(system, sums, weak, masks)
        if any(map(len, further.values())):
            return further
        # Mostly a month of a few cards, in which all is hidden: then it pays to know about each.
        weak = self.settler.find_weak(system, bounds, weak, thorough=True)
        if len(weak) and not np.isin(weak, self.settler.found_out).any():
            raise ProtectionError(
                f"{len(weak)} hidden cells of a month could not be proved safe, and nothing is "
                "left to hide",
                _REMEDY,
            )
        return further if len(weak) else None

    def _around(self, system: System, sums: Sums, weak: np.ndarray, masks: Cells) -> Cells:
        """What to hide around weak unknowns: in the sums that hold them, else further outward."""
        known = self._with_rows(system)
        rows = [self.settler.rows[unknown] for unknown in known]
        many = 2 ** (system.of_unknowns(self.tries)[known] - 1)
        further = find_in_proofs(system, sums, rows, many, self.cells.weights, masks)
        others = np.setdiff1d(weak, known)
        if len(others) or not any(map(len, further.values())):
            others = others if len(others) else weak
            around = self.outward.find_further(system, sums, others, masks)
            further = {kind: np.union1d(cells, around[kind]) for kind, cells in further.items()}
        return further

    def _with_rows(self, system: System) -> np.ndarray:
        """Unknowns whose rows are to be broken; where that did not help, they are left."""
        known = np.array(sorted(self.settler.rows), dtype=int)
        known = known[system.of_unknowns(self.tries)[known] < TRIES]
        for kind, cells in system.by_kind(known).items():
            self.tries[kind][cells] += 1
        return known
