"""Cell-key noise: the alternative to hiding, for tables that leave the house for everybody.

Every count gets a small whole number added that is drawn from a secret key and from what the
count is about, so the same count carries the same noise in every table and every release, and
asking twice does not average it away. Zero stays zero, and no result is 1 to `least` - 1. Totals
are perturbed on their own and are no longer the exact sums of their parts.

Source: Fraser and Wooton (2005) and Thompson, Broadfoot and Elazar (2013) for the cell key;
Marley and Leaver (2011) for the distribution of largest entropy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import least_squares

from geodata.errors import SourceError

LEAST_SECRET_BYTES = 16


@dataclass(frozen=True)
class CellKeyNoise:
    """How much noise.

    Parameters
    ----------
    most : int
        Largest number added or taken away.
    variance : float
    least : int
        No result lies between zero and this.
    """

    most: int = 6
    variance: float = 4.0
    least: int = 3

    @cached_property
    def table(self) -> np.ndarray:
        """Cumulative chances, (most + least + 1, 2 most + 1): rows are counts, the last for all
        above; columns what is added, from -most.
        """
        rows = [self._distribution(count) for count in range(self.most + self.least + 1)]
        return np.cumsum(rows, axis=1)

    def perturb(self, counts: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Noisy counts.

        Parameters
        ----------
        counts : ndarray of int, (n,)
            Negative ones, which stand for no number, stay as they are.
        keys : ndarray of float, (n,)
            From `cell_keys`, in [0, 1).
        """
        counts = np.asarray(counts)
        row = self.table[np.clip(counts, 0, len(self.table) - 1)]
        added = (row <= np.asarray(keys)[:, None]).sum(axis=1) - self.most
        return np.where(counts > 0, counts + np.minimum(added, self.most), counts)

    def _distribution(self, count: int) -> np.ndarray:
        """Of largest entropy with no bias and the variance, on the results that are allowed."""
        added = np.arange(-self.most, self.most + 1)
        result = count + added
        allowed = (result == 0) | (result >= self.least)
        if count == 0:
            return (added == 0).astype(float)
        x = added[allowed].astype(float)

        def chances(multipliers: np.ndarray) -> np.ndarray:
            exponent = multipliers[0] * x + multipliers[1] * x**2
            weight = np.exp(exponent - exponent.max())
            return weight / weight.sum()

        def misfit(multipliers: np.ndarray) -> list[float]:
            p = chances(multipliers)
            # Unbiased first; a small count may not allow the variance as well.
            return [100 * (p @ x), p @ x**2 - self.variance]

        solution = least_squares(misfit, [0.0, -0.1], bounds=([-20, -20], [20, 5]))
        full = np.zeros(len(added))
        full[allowed] = chances(solution.x)
        return full


def cell_keys(secret: bytes, names: Sequence[str], counts: np.ndarray) -> np.ndarray:
    """One number in [0, 1) for each count, from the secret, what it is about, and its value.

    The value is part of it: with the same noise before and after a revision the difference of
    two releases would be exact.

    Raises
    ------
    SourceError
        If the secret is too short.
    """
    if len(secret) < LEAST_SECRET_BYTES:
        raise SourceError(
            f"the secret has {len(secret)} bytes, at least {LEAST_SECRET_BYTES} are needed",
            "make one with: head -c 32 /dev/urandom > secret",
        )
    digest = [
        hashlib.blake2b(f"{name}\t{count}".encode(), digest_size=8, key=secret[:64]).digest()
        for name, count in zip(names, np.asarray(counts).tolist())
    ]
    numbers = np.frombuffer(b"".join(digest), dtype=">u8")
    return (numbers >> np.uint64(11)).astype(float) / 2**53
