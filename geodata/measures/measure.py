"""The declaration of a measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from geodata.measures.compute import Facts, Query

Counts = Callable[[Facts, Query], np.ndarray]


@dataclass(frozen=True)
class Measure:
    """What can be mapped: numerator / denominator * scale.

    Attributes
    ----------
    key : str
    unit : str
        people, cards, share (0 to 1), per_1000, places_per_1000, per_card, per_place, places,
        times, yuan, or field: no amount but a number in `fields`.
    polarity : int
        +1 high is good, -1 high is bad, 0 neither.
    base : str
        What it is counted against: 60plus, total, cards (issued), users (cards in use), swipes,
        amount, or standard (the people the standard is about).
    numerator, denominator : callable (Facts, Query) -> coded counts
        `denominator` None: a count.
    text_zh, text_en : mapping
        name; short (for legends); what (one line); formula (in words); base.
    scale : float
    by_category, by_age : bool
        Whether it distinguishes categories of use, age bands.
    needs_category : bool
        Whether "all" is no answer: a standard belongs to a category.
    needs : str
        What the standard must name: "radius", "capacity" (a norm of places), or "" for a measure
        that follows no standard.
    plannable : bool
        Whether a plan of providers changes it.
    by_month : bool
        Whether it is counted for every month; else only for the month asked for.
    fields : tuple of str
        Keys of the words for the unit "field", in order of their numbers.
    levels_from : str
        The finest level it is published at.
    """

    key: str
    unit: str
    polarity: int
    base: str
    numerator: Counts
    denominator: Counts | None
    text_zh: Mapping[str, str]
    text_en: Mapping[str, str]
    scale: float = 1.0
    by_category: bool = False
    by_age: bool = False
    needs_category: bool = False
    needs: str = ""
    plannable: bool = False
    by_month: bool = True
    fields: tuple[str, ...] = ()
    levels_from: str = "community"

    def text(self, lang: str) -> Mapping[str, str]:
        """The words in a language: zh-CN or en."""
        return self.text_en if lang.startswith("en") else self.text_zh
