"""The suppression rules as data: they are written into the manifest of every release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np

from geodata.errors import SourceError

LEAST_K, MOST_K = 3, 1_000
MOST_PROVIDERS = 100
MONEY = ("amount_fen", "subsidy_fen")
SHOWN, HIDDEN = "shown", "hidden"
BOUNDS, LINEAR = "bounds", "linear"


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
        A cell resting on 1 to k - 1 distinct cards is hidden.
    zeros : str
        "shown": a cell of nobody is shown; "hidden": it is hidden like a cell of few.
    proof : str
        "bounds": what is hidden is held against bounds and exact sums; a few counts in a hundred
        thousand can be told to within less. "linear": linear programming over all sums of a month
        proves each hidden count free as well.
    least_providers : int
        An amount paid to fewer providers is hidden, where the source says how many; 0: none is.
    turnover_share : float
        An amount hidden for its providers cannot be told to within this part of it.
    money_fen : int
        The interval of another hidden amount is at least as wide, or reaches down to nothing.
    """

    version: str = "2026-10"
    name: str = "standard"
    k: int = 10
    zeros: str = SHOWN
    proof: str = BOUNDS
    least_providers: int = 3
    turnover_share: float = 0.1
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

    @property
    def linked_width(self) -> int:
        """The same for who has an earlier release and guesses that nothing else has changed.

        Half of it: with all of it, what protects a cell is chased up the tree until nothing is
        left to hide, because a cell that becomes nothing narrows all that it was hidden with.
        """
        return -(-self.width // 2)

    @property
    def floor(self) -> int:
        """What everybody knows a hidden count to be at least: 1 where zero is shown."""
        return 1 if self.zeros == SHOWN else 0

    def is_small(self, cards: np.ndarray) -> np.ndarray:
        """Whether cells rest on too few cards; negative counts, which stand for none, never."""
        return (cards >= self.floor) & (cards < self.k)

    def rests_on_few(self, amounts: np.ndarray, providers: np.ndarray) -> np.ndarray:
        """Whether amounts were paid to too few providers; negative numbers are not known."""
        return (amounts > 0) & (providers >= 0) & (providers < self.least_providers)

    def is_narrow(
        self, lower: np.ndarray, upper: np.ndarray, few_providers: np.ndarray
    ) -> np.ndarray:
        """Whether intervals of hidden amounts are too narrow.

        Parameters
        ----------
        lower, upper : ndarray of float, (n,)
            In fen.
        few_providers : ndarray of bool, (n,)
            Which are hidden for their providers.
        """
        width = upper - lower
        turnover = few_providers & (width < self.turnover_share * upper)
        return turnover | (width < np.minimum(self.money_fen, upper))

    @classmethod
    def from_config(cls, section: Mapping[str, object]) -> DisclosureRule:
        """The rule a source asks for in the section [disclosure] of source.toml.

        Raises
        ------
        SourceError
            If a key is unknown or a value out of range.
        """
        known = ("name", "k", "zeros", "proof", "least_providers")
        unknown = sorted(set(section) - set(known))
        if unknown:
            raise SourceError(
                f"source.toml: [disclosure] has no key {unknown[0]}",
                f"use {', '.join(known)} only",
            )
        rule = cls(**section)
        if not isinstance(rule.name, str) or not rule.name:
            raise SourceError("source.toml: [disclosure] name is not text", "put it in quotes")
        _require_whole("k", rule.k, LEAST_K, MOST_K, "write k = 10, or what your rules ask for")
        _require_whole(
            "least_providers",
            rule.least_providers,
            0,
            MOST_PROVIDERS,
            "write least_providers = 3; 0 asks for none",
        )
        for key, words in (("zeros", (SHOWN, HIDDEN)), ("proof", (BOUNDS, LINEAR))):
            if getattr(rule, key) not in words:
                raise SourceError(
                    f"source.toml: [disclosure] {key} = {getattr(rule, key)!r} is not known",
                    f'write {key} = "{words[0]}" or "{words[1]}"',
                )
        return rule

    @classmethod
    def from_manifest(cls, entry: Mapping[str, object]) -> DisclosureRule:
        """The rule a release was built with."""
        known = {item.name for item in fields(cls)}
        return cls(**{key: value for key, value in entry.items() if key in known})

    def to_manifest(self) -> dict[str, object]:
        """The rule in plain words and numbers."""
        zero = "zero is shown" if self.zeros == SHOWN else "and so are cells of nobody"
        dominance = "not asked for"
        if self.least_providers:
            dominance = (
                "amounts paid to fewer than least_providers providers are hidden where the source "
                "says how many there are, and cannot be told to within turnover_share of them; "
                "no amount is published by place of service"
            )
        return {
            **asdict(self),
            "primary": f"cells resting on 1 to k-1 distinct cards are hidden; {zero}",
            "complementary": "no published sum over areas, ages or categories holds exactly one "
            "hidden cell, or hidden cells with less than k-2 to share beyond what each is known "
            "to be at least",
            "all_sums": "bounds passed along all published sums and inequalities of a month leave "
            f"each hidden count an interval of at least {self.width}"
            + "; each lies on a cycle with that much room in its tables of two dimensions"
            + (
                "; linear programming over all of them says so too"
                if self.proof == LINEAR
                else "; linear programming over all of them was not asked, and may tell a few"
            ),
            "dominance": dominance,
            "money": "bounds passed along all published sums of an amount leave each hidden one "
            "an interval of at least money_fen, or one that reaches down to nothing",
            "complement": "cells where 1 to k-1 of the issued cards were not used are hidden",
        }


def _require_whole(key: str, value: object, least: int, most: int, remedy: str) -> None:
    if type(value) is not int or not least <= value <= most:
        raise SourceError(
            f"source.toml: [disclosure] {key} = {value!r} is no whole number from {least} "
            f"to {most}",
            remedy,
        )


DISCLOSURE_RULE = DisclosureRule()
