"""The suppression rules as data: they are written into the manifest of every release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np

from geodata.errors import SourceError

LEAST_K, MOST_K = 3, 1_000
MONEY = ("amount_fen", "subsidy_fen")


@dataclass(frozen=True)
class DisclosureRule:
    """What is hidden.

    Parameters
    ----------
    version : str
        Changes whenever the same source would publish other cells.
    name : str
        What an organisation calls its rule.
    k : int
        A cell resting on 1 to k - 1 distinct cards is hidden; 0 is shown.
    money_fen : int
        The interval of a hidden amount is at least as wide, or reaches down to nothing.
    """

    version: str = "2026-2"
    name: str = "standard"
    k: int = 10
    money_fen: int = 1_000

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

    def is_narrow(self, kind: str, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
        """Whether intervals of a kind of count or amount are too narrow."""
        if kind in MONEY:
            return upper - lower < np.minimum(self.money_fen, upper)
        return upper - lower < self.width

    @classmethod
    def from_config(cls, section: Mapping[str, object]) -> DisclosureRule:
        """The rule a source asks for in the section [disclosure] of source.toml.

        Raises
        ------
        SourceError
            If a key is unknown or a value out of range.
        """
        unknown = sorted(set(section) - {"name", "k"})
        if unknown:
            raise SourceError(
                f"source.toml: [disclosure] has no key {unknown[0]}", "use name and k only"
            )
        rule = cls(**section)
        if not isinstance(rule.name, str) or not rule.name:
            raise SourceError("source.toml: [disclosure] name is not text", "put it in quotes")
        if type(rule.k) is not int or not LEAST_K <= rule.k <= MOST_K:
            raise SourceError(
                f"source.toml: [disclosure] k = {rule.k!r} is no whole number from {LEAST_K} "
                f"to {MOST_K}",
                "write k = 10, or what your rules ask for",
            )
        return rule

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
            "dominance": "not checked: the source does not say how many providers a cell rests on",
            "money": "bounds passed along all published sums of an amount leave each hidden one "
            "an interval of at least money_fen, or one that reaches down to nothing",
            "complement": "cells where 1 to k-1 of the issued cards were not used are hidden",
        }


DISCLOSURE_RULE = DisclosureRule()
