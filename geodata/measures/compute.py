"""From coded counts to a measure: what is hidden or missing in a part is so in the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from geodata.schema import (
    AGE_ALL,
    CATEGORY_ALL,
    COARSER,
    MISSING,
    STATE_COARSER,
    STATE_MISSING,
    STATE_OK,
    STATE_SUPPRESSED,
    SUPPRESSED,
)

if TYPE_CHECKING:  # only what a question carries, never asked here
    from geodata.coverage.scenario import Scenario
    from geodata.coverage.standards import Standard
    from geodata.measures.measure import Measure


class Facts(Protocol):
    """Counts of some areas (or periods); every answer has the same shape.

    Integers; SUPPRESSED, MISSING or COARSER where there is no number.
    """

    def swipe(self, field: str, category: str, age: str) -> np.ndarray:
        """A field of `SWIPE_FIELDS`."""

    def issued(self, age: str) -> np.ndarray:
        """Issued cards."""

    def silent(self, age: str) -> np.ndarray:
        """Issued cards without any use in three months."""

    def aged(self, band: str) -> np.ndarray:
        """People: "60plus", "65plus", "80plus", "60-69", "70-79", or "total" of all ages."""

    def provider(self, field: str, query: Query) -> np.ndarray:
        """`providers_count` or `capacity` of the category, with the question's plan."""

    def covered(self, field: str, query: Query) -> np.ndarray:
        """What follows from the question's standard and plan.

        People `reached`, `served` or reached only across a `border`; `places_short` of the norm;
        thousandths of the region's mean `access_2sfca`, `access_e2sfca`, `access_gravity`; the
        number of the `use_field`.
        """

    def flow(self, field: str, category: str) -> np.ndarray:
        """`swipes_total`, `swipes_outside_district` or `swipes_outside_province`."""


@dataclass(frozen=True)
class Query:
    """What is asked of a measure besides where and when.

    `standard` is what a measure of coverage is held against, `plan` the what-if it is asked for;
    both None where the measure has nothing to do with them.
    """

    category: str = CATEGORY_ALL
    age: str = AGE_ALL
    standard: Standard | None = None
    plan: Scenario | None = None

    @property
    def counts(self) -> str:
        """The people the standard is about."""
        return self.standard.counts if self.standard else "60plus"


@dataclass(frozen=True)
class Values:
    """A measure as numbers with their states.

    Attributes
    ----------
    number : ndarray of float64
        In data units (shares 0 to 1, money in yuan); NaN where `state` is not STATE_OK.
    state : ndarray of uint8
        STATE_OK, STATE_SUPPRESSED, STATE_MISSING or STATE_COARSER.
    """

    number: np.ndarray
    state: np.ndarray

    def __len__(self) -> int:
        return len(self.number)

    def __getitem__(self, key) -> Values:
        return Values(self.number[key], self.state[key])

    @property
    def ok(self) -> np.ndarray:
        """Mask of the areas that have a number."""
        return self.state == STATE_OK


def compute_measure(measure: Measure, facts: Facts, query: Query) -> Values:
    """A measure for all areas (or periods) the facts are about.

    Parameters
    ----------
    measure : Measure
    facts : Facts
    query : Query
        Category and age band; a measure ignores what it does not distinguish.

    Returns
    -------
    Values
        Where a count it rests on is not published at this level the result is COARSER, else
        where one is hidden SUPPRESSED, else where one is missing (or the denominator is zero)
        MISSING.
    """
    numerator = np.asarray(measure.numerator(facts, query))
    codes = np.minimum(numerator, 0)
    if measure.denominator is None:
        number = numerator * float(measure.scale)
    else:
        denominator = np.asarray(measure.denominator(facts, query))
        codes = combine_codes(
            codes, np.where(denominator == 0, MISSING, np.minimum(denominator, 0))
        )
        number = numerator * float(measure.scale) / np.where(codes == 0, denominator, 1)
    state = _STATE_OF[-codes]
    return Values(np.where(state == STATE_OK, number, np.nan), state)


_STATE_OF = np.zeros(4, dtype=np.uint8)
_STATE_OF[[-SUPPRESSED, -MISSING, -COARSER]] = STATE_SUPPRESSED, STATE_MISSING, STATE_COARSER


def combine_codes(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The code that stands for two: COARSER before SUPPRESSED before MISSING before a number."""
    either = [(left == code) | (right == code) for code in (COARSER, SUPPRESSED, MISSING)]
    return np.select(either, [COARSER, SUPPRESSED, MISSING], 0)


def subtract(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Left - right of coded counts, not below zero."""
    left, right = np.asarray(left), np.asarray(right)
    codes = combine_codes(np.minimum(left, 0), np.minimum(right, 0))
    return np.where(codes < 0, codes, np.maximum(left - right, 0))
