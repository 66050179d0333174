"""Random rounding: like noise an alternative to hiding, for tables that leave for everybody.

Every count becomes one of the two multiples of the base around it, the nearer one more often, so
that there is no bias; zero and multiples stay. Which of the two is drawn by a cell key, so the
same count is rounded the same way in every table. Totals are rounded on their own.

Source: Fellegi (1975), "Controlled random rounding", for rounding without bias; Fraser and Wooton
(2005) for cell keys.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.errors import SourceError

LEAST_BASE, MOST_BASE = 3, 1_000


@dataclass(frozen=True)
class CellKeyRounding:
    """How coarse.

    Parameters
    ----------
    base : int
        Results are multiples of it.

    Raises
    ------
    SourceError
        If the base is out of range.
    """

    base: int = 10

    def __post_init__(self) -> None:
        if not LEAST_BASE <= self.base <= MOST_BASE:
            raise SourceError(
                f"base {self.base} is not between {LEAST_BASE} and {MOST_BASE}", "use 10"
            )

    def perturb(self, counts: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Rounded counts; parameters as of `CellKeyNoise.perturb`."""
        counts = np.asarray(counts)
        above = counts % self.base
        up = np.asarray(keys) < above / self.base
        return np.where(counts > 0, counts - above + np.where(up, self.base, 0), counts)
