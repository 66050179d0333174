"""The suppression rules as data: they are written into the manifest of every release."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class DisclosureRule:
    """What is hidden.

    Parameters
    ----------
    version : str
        Changes whenever the same source would publish other cells.
    k : int
        A cell resting on 1 to k - 1 distinct cards is hidden; 0 is shown.
    """

    version: str = "2026-1"
    k: int = 10

    @property
    def room(self) -> int:
        """By how much a hidden cell must be free to move in each published sum.

        k - 2: then a hidden cell can still be k - 1 different numbers, as many as the primary
        rule hides, and the cells hidden together are never fewer than k cards.
        """
        return self.k - 2

    @property
    def width(self) -> int:
        """How wide the interval of a hidden cell must stay, all published sums taken together."""
        return self.k - 2

    def to_manifest(self) -> dict[str, object]:
        """The rule in plain words and numbers."""
        return {
            **asdict(self),
            "primary": "cells resting on 1 to k-1 distinct cards are hidden; zero is shown",
            "complementary": "no published sum over areas, ages or categories holds exactly one "
            "hidden cell, or hidden cells with less than k-2 to share beyond one card each",
        }


DISCLOSURE_RULE = DisclosureRule()
