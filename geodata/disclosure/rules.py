"""The suppression rules as data: they are written into the manifest of every release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields


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

    version: str = "2026-2"
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

    @classmethod
    def from_manifest(cls, entry: Mapping[str, object]) -> DisclosureRule:
        """The rule a release was built with."""
        known = {item.name for item in fields(cls)}
        return cls(**{key: value for key, value in entry.items() if key in known})

    def to_manifest(self) -> dict[str, object]:
        """The rule in plain words and numbers."""
        return {
            **asdict(self),
            "primary": "cells resting on 1 to k-1 distinct cards are hidden; zero is shown",
            "complementary": "no published sum over areas, ages or categories holds exactly one "
            "hidden cell, or hidden cells with less than k-2 to share beyond one card each",
            "all_sums": "bounds passed along all published sums and inequalities of a month leave "
            f"each hidden count an interval of at least {self.width}",
            "complement": "cells where 1 to k-1 of the issued cards were not used are hidden",
        }


DISCLOSURE_RULE = DisclosureRule()
