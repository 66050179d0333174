"""Vectors that keep all sums, from those of a smaller set of sums.

Most hidden counts need no solver: one that occurs in a single sum makes up for whatever the
others do, and of two that share a sum the one follows from the other. Taken out step by step
they leave a core of half the sums, in which a solver finds its way faster and more exactly.

Source: the presolve of linear programs (Andersen and Andersen 1995: singleton rows, free column
singletons, doubleton equations).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

_NOTHING = 1e-9  # a coefficient that has cancelled out
_MOST_STEPS = 60


class Elimination:
    """Takes unknowns out of sums.

    Parameters
    ----------
    sums : csr_array, (n_sums, n_unknowns)

    Attributes
    ----------
    sums : csr_array, (n_left, n_unknowns)
        What is left of them.
    core : ndarray of int
        Unknowns that occur in them.
    """

    def __init__(self, sums: sparse.csr_array) -> None:
        self.sums = sums
        self.n_unknowns = sums.shape[1]
        self._steps: list[tuple] = []
        for number in range(_MOST_STEPS):
            self._keep_rows(np.diff(self.sums.indptr) > 0)
            if not (self._take_known() or self._take_single() or self._take_twins(number)):
                break
        self.core = np.flatnonzero(self._occurrences())

    def extend(self, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A vector that keeps all sums from one of the core that keeps what is left of them.

        Parameters
        ----------
        counts : ndarray of float, (n_core,)
        rng : numpy.random.Generator
            For unknowns that occur in no sum.

        Returns
        -------
        ndarray of float, (n_unknowns,)
        """
        vector = rng.normal(size=self.n_unknowns)
        vector[self.core] = counts
        for unknowns, rows, factors in reversed(self._steps):
            vector[unknowns] = 0
            if rows is not None:
                vector[unknowns] = (rows @ vector) * factors
        return vector

    def _take_known(self) -> bool:
        """Unknowns alone in a sum follow from it: no vector has anything there."""
        alone = np.flatnonzero(np.diff(self.sums.indptr) == 1)
        if not len(alone):
            return False
        known = np.zeros(self.n_unknowns, dtype=bool)
        known[self.sums.indices[self.sums.indptr[alone]]] = True
        self._keep_entries(~known[self.sums.indices])
        self._steps.append((np.flatnonzero(known), None, None))
        return True

    def _take_single(self) -> bool:
        """In each sum one unknown that occurs in no other: it makes up for the rest of the sum."""
        entries = np.flatnonzero(self._occurrences()[self.sums.indices] == 1)
        if not len(entries):
            return False
        rows = np.searchsorted(self.sums.indptr, entries, side="right") - 1
        rows, first = np.unique(rows, return_index=True)
        entries = entries[first]
        unknowns, factors = self.sums.indices[entries], -1 / self.sums.data[entries]
        self._steps.append((unknowns, self.sums[rows], factors))
        keep = np.ones(self.sums.shape[0], dtype=bool)
        keep[rows] = False
        self._keep_rows(keep)
        return True

    def _take_twins(self, seed: int) -> bool:
        """Of two unknowns that make up a sum one; none of a pair of which the other goes too."""
        sums = self.sums
        twos = np.flatnonzero(np.diff(sums.indptr) == 2)
        if not len(twos):
            return False
        first = sums.indptr[twos]
        pair, factor = (np.stack([a[first], a[first + 1]]) for a in (sums.indices, sums.data))
        rank = np.random.default_rng(seed).permutation(self.n_unknowns)
        turned = rank[pair[0]] > rank[pair[1]]
        stays, goes = np.where(turned, pair[::-1], pair)
        ratio = -np.where(turned, factor[1] / factor[0], factor[0] / factor[1])
        goes, once = np.unique(goes, return_index=True)
        stays, ratio = stays[once], ratio[once]
        going = np.zeros(self.n_unknowns, dtype=bool)
        going[goes] = True
        fine = ~going[stays]
        stays, goes, ratio = stays[fine], goes[fine], ratio[fine]
        self._replace(goes, stays, ratio)
        one = sparse.csr_array(
            (np.ones(len(goes)), stays, np.arange(len(goes) + 1)), (len(goes), self.n_unknowns)
        )
        self._steps.append((goes, one, ratio))
        return True

    def _replace(self, goes: np.ndarray, stays: np.ndarray, ratio: np.ndarray) -> None:
        number, factor = np.arange(self.n_unknowns), np.ones(self.n_unknowns)
        number[goes], factor[goes] = stays, ratio
        old = self.sums
        parts = old.data * factor[old.indices], number[old.indices], old.indptr.copy()
        self.sums = sparse.csr_array(parts, old.shape)
        self.sums.sum_duplicates()  # in place
        self._keep_entries(np.abs(self.sums.data) > _NOTHING)

    def _occurrences(self) -> np.ndarray:
        return np.bincount(self.sums.indices, minlength=self.n_unknowns)

    def _keep_entries(self, keep: np.ndarray) -> None:
        before = np.concatenate([[0], np.cumsum(keep)])
        parts = self.sums.data[keep], self.sums.indices[keep], before[self.sums.indptr]
        self.sums = sparse.csr_array(parts, self.sums.shape)

    def _keep_rows(self, keep: np.ndarray) -> None:
        if not keep.all():
            self.sums = self.sums[np.flatnonzero(keep)]
