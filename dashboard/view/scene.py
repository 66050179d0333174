"""A view: what is shown for one state, and what is computed from it on first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from dashboard.dataset import Dataset
from dashboard.geometry_files import GeometryRef
from dashboard.text import t
from dashboard.text.numbers import format_number
from dashboard.view.notes import Notes
from dashboard.view.parts import Classes, Crumb, Parent, Row
from dashboard.view.payload import make_payload
from dashboard.view.ranking import compute_change
from dashboard.view.wording import Wording
from dashboard.view_state import ViewState
from geodata.measures import MEASURES, Measure, Query, Values
from geodata.schema import MISSING, STATE_OK

WORST = 10
FEN_PER_YUAN = 100


def _kept(compute: Callable[[View], Any]) -> property:
    """A property computed on first use and shared by all views of the same scene."""

    def read(self: View) -> Any:
        memo = self.memo
        if compute.__name__ not in memo:
            memo[compute.__name__] = compute(self)
        return memo[compute.__name__]

    return property(read, doc=compute.__doc__)


@dataclass(frozen=True)
class View:
    """Everything shown for one state. Arrays are (n_areas,), in tree order, one per drawn area.

    Parameters
    ----------
    state : ViewState
    dataset : Dataset
    measure : Measure
    position : int
        Of the area shown, in the tree.
    positions : slice
        Of the areas drawn, in the tree.
    codes, names : list of str
        Of the areas drawn; names in the page's language.
    values : Values
        What is drawn: the measure, or its change. `number` float64 in data units (shares 0..1,
        yuan), NaN without a number; `state` uint8.
    words : Wording
        Makes texts of the numbers drawn: unit, decimals, language.
    present : Values
        The measure itself in the month shown; the same as `values` unless a change is drawn.
    measure_words : Wording
        Makes texts of the measure's own numbers.
    classes : Classes
    state_counts : mapping
        {"suppressed": n, "missing": n, "coarser": n}
    ranks : ndarray of int32
        1 is best by the measure's polarity (highest where it has none); 0 without a number.
    rank_count : int
        How many are ranked.
    parent : Parent
    crumbs : tuple of Crumb
        From the region down to the area shown.
    title, subtitle : str
        "北京市各区：持卡率", "2026年6月".
    headline : str
        The generated sentences.
    summary : str
        "16个区，343个街道和乡镇".
    notes : Notes
    memo : dict
        What was computed on first use; shared by views that differ in selection only.
    """

    state: ViewState
    dataset: Dataset
    measure: Measure
    position: int
    positions: slice
    codes: list[str]
    names: list[str]
    values: Values
    words: Wording
    present: Values
    measure_words: Wording
    classes: Classes
    state_counts: Mapping[str, int]
    ranks: np.ndarray
    rank_count: int
    parent: Parent
    crumbs: tuple[Crumb, ...]
    title: str
    subtitle: str
    headline: str
    summary: str
    notes: Notes
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def scale(self) -> float:
        """Screen number = data number * scale."""
        return self.words.form.scale

    @property
    def decimals(self) -> int:
        """Decimals of a screen number."""
        return self.words.form.decimals

    @property
    def unit_text(self) -> str:
        """What follows a screen number."""
        return self.words.unit

    @property
    def name(self) -> str:
        """Name of what is drawn: the measure, or its change."""
        return self._named("name")

    @property
    def short(self) -> str:
        """The same, short."""
        return self._named("short")

    def _named(self, key: str) -> str:
        text, show = self.measure.text(self.state.lang)[key], self.state.show
        return text if show == "value" else t(self.state.lang, f"measure_{show}", measure=text)

    @property
    def change_kind(self) -> str:
        """points: changes are differences of shares; ratio: relative changes."""
        return self.measure_words.form.change

    @_kept
    def change_month(self) -> Values:
        """Change on the month before, as a share of 1 (points or ratio)."""
        return self._change(1)

    @_kept
    def change_year(self) -> Values:
        """Change on the same month of the year before, as a share of 1 (points or ratio)."""
        return self._change(12)

    def _change(self, months: int) -> Values:
        period = None
        if not self.measure.fields and not self.dataset.is_timeless(self.measure.key):
            period = self.dataset.earlier(self.state.period, months)
        before = None
        if period:
            before = self._values(self.measure, period)
        return compute_change(self.present, before, self.change_kind)

    def _values(self, measure: Measure, period: str) -> Values:
        query = self.dataset.question(measure, self.state)
        return self.dataset.values(measure, self.positions, query, period)

    @property
    def query(self) -> Query:
        """The question put to the measure: category, age, standard and plan."""
        return self.dataset.question(self.measure, self.state)

    @_kept
    def base(self) -> np.ndarray:
        """What the measure is counted against, int64 (people, cards, yuan); negative: none."""
        facts = self.dataset.cells(self.state.period, self.positions)
        query = self.query
        if self.measure.denominator is not None:
            counts = self.measure.denominator(facts, query)
        elif self.measure.base == "standard":
            counts = facts.aged(query.counts)
        elif self.measure.base == "total":
            counts = facts.aged("total")
        else:
            counts = self.measure.numerator(facts, query)
        counts = np.asarray(counts, dtype=np.int64)
        if self.measure.base == "amount":
            counts = np.where(counts < 0, counts, counts // FEN_PER_YUAN)
        return counts

    @property
    def base_text(self) -> str:
        """Name of the base."""
        return self.measure.text(self.state.lang)["base"]

    @property
    def spark(self) -> np.ndarray:
        """All periods of every drawn area on screen scale, float32 (n_areas, n_periods)."""
        drawn = self.positions
        key = (self.measure.key, self.query, drawn.start, drawn.stop)
        return self.dataset.sparks.get(key, self._spark)

    def _spark(self) -> np.ndarray:
        found = self.dataset.series_of(self.measure, self.positions, self.query)
        return (found.number.T * self.measure_words.form.scale).astype(np.float32)

    @_kept
    def gap(self) -> np.ndarray | None:
        """People beyond reach of the category's standard, int64; None without a standard."""
        if self.measure.needs != "radius":
            return None
        found = self._values(MEASURES["gap_people"], self.state.period)
        return np.where(found.state == STATE_OK, np.nan_to_num(found.number), MISSING).astype(int)

    @_kept
    def worst(self) -> tuple[Row, ...]:
        """The ten to look at first: most people beyond reach, else the last by rank."""
        known = np.flatnonzero(self.values.state == STATE_OK)
        if self.gap is not None:
            known = known[self.gap[known] > 0]
            order = np.argsort(-self.gap[known], kind="stable")
        else:
            order = np.argsort(-self.ranks[known], kind="stable")
            if self.measure.fields:
                known = known[self.values.number[known] > 0]  # all but the good ones
                order = np.argsort(self.values.number[known], kind="stable")
            elif not self.measure.polarity:
                order = np.argsort(self.ranks[known], kind="stable")
        return tuple(self._row(int(i)) for i in known[order[:WORST]])

    def _row(self, index: int) -> Row:
        people = None if self.gap is None else int(self.gap[index])
        unit = t(self.state.lang, "unit_people")
        space = "" if self.state.lang == "zh-CN" else " "
        return Row(
            position=self.positions.start + index,
            code=self.codes[index],
            name=self.names[index],
            number=float(self.values.number[index]),
            text=self.value_text(index),
            rank=int(self.ranks[index]),
            gap_people=people,
            gap_text="" if people is None else f"{format_number(people)}{space}{unit}",
        )

    @property
    def geometry(self) -> GeometryRef:
        """The files that draw this view."""
        return self.dataset.geometry(self.position, self.state.level)

    @property
    def selected(self) -> int | None:
        """Number of the marked area among those drawn."""
        if not self.state.select:
            return None
        return self.dataset.tree.position[self.state.select] - self.positions.start

    def value_text(self, index: int) -> str:
        """Value of drawn area `index` with its unit, or why there is none."""
        return self.words.value(self.values.number[index], int(self.values.state[index]))

    def change_text(self, index: int, which: str) -> str:
        """Change of drawn area `index` on "month" or "year" with its sign, or why there is none."""
        change = self.change_month if which == "month" else self.change_year
        return self.measure_words.change(change.number[index], int(change.state[index]))

    def map_payload(self, prefix: str = "/") -> dict[str, Any]:
        """What the browser's map draws from, JSON-ready; see `components/map_view`."""
        return make_payload(self, prefix)

    def table_frame(self, rows: np.ndarray | None = None) -> pd.DataFrame:
        """The table, all rows or those given: numbers on screen scale, NaN without a number.

        Returns
        -------
        DataFrame
            code, name, value, state (0..3), text, base (negative: no number), rank,
            change_month, change_year (percent or points), spark (lists of numbers and None).
        """
        rows = np.arange(len(self.codes)) if rows is None else np.asarray(rows, dtype=int)
        spark = np.round(
            self.spark[rows].astype(np.float64), self.measure_words.form.decimals
        ).astype(object)
        spark[spark != spark] = None
        return pd.DataFrame(
            {
                "code": [self.codes[i] for i in rows],
                "name": [self.names[i] for i in rows],
                "value": np.round(self.values.number[rows] * self.scale, self.decimals) + 0.0,
                "state": self.values.state[rows],
                "text": [self.value_text(i) for i in rows],
                "base": self.base[rows],
                "rank": self.ranks[rows],
                "change_month": _percent(self.change_month, rows),
                "change_year": _percent(self.change_year, rows),
                "spark": spark.tolist(),
            }
        )


def _percent(change: Values, rows: np.ndarray) -> np.ndarray:
    return np.round(change.number[rows] * 100, 1) + 0.0  # no negative zero
