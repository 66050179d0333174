"""The amounts of one field of a month as one outsider sees them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.disclosure.knowledge import Knowledge
from geodata.disclosure.system import System
from geodata.disclosure.system_builder import Shown

Cells = Mapping[str, np.ndarray]


class MoneyCells:
    """Amounts of all cells; the one kind is their field.

    Parameters
    ----------
    knowledge : Knowledge
    field : str
    amounts : ndarray of int, (n_cells,)
        In fen.
    known, wanted : ndarray of bool, (n_cells,), optional
        What he knows from an earlier release, and what he must not find out; default: nothing,
        and all.
    """

    def __init__(self, knowledge: Knowledge, field: str, amounts, known=None, wanted=None) -> None:
        every = np.ones(len(amounts), dtype=bool)
        self.knowledge, self.field, self.values = knowledge, field, {field: amounts}
        self.may_be_unknown = knowledge.may_be_paid(amounts)
        if known is not None:
            self.may_be_unknown &= ~known
        self.wanted = {field: every if wanted is None else wanted}

    def unknown(self, mask: np.ndarray) -> dict[str, np.ndarray]:
        """What he does not know of what is hidden."""
        return {self.field: mask & self.may_be_unknown}

    def system(
        self, shown: Shown, rows: str = "", near: Cells | None = None
    ) -> tuple[System, list]:
        """What he knows when these cells are shown: sums, whatever rows are asked for."""
        return self.knowledge.money_shown(self.field, shown, near)
