"""What is near some unknowns: what shares a row with them, and so on outward."""

from __future__ import annotations

import numpy as np

from geodata.disclosure.proof.reached import Reached


class Near:
    """Finds blocks of unknowns around one, or around several.

    Parameters
    ----------
    reached : Reached
    """

    def __init__(self, reached: Reached) -> None:
        self.rows, self.columns = reached.rows, reached.columns

    def find(self, unknowns: int | np.ndarray, size: int) -> np.ndarray:
        """The nearest unknowns, about `size` of them, sorted; those themselves are among them."""
        near = np.unique(unknowns)
        while len(near) < size:
            rows = np.unique(self.columns[:, near].indices)
            wider = np.unique(np.append(near, self.rows[rows].indices))
            if len(wider) == len(near) or (len(wider) > 2 * size and len(near) > size // 8):
                break
            near = wider
        return near
