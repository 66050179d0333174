"""The figures of one area: its own value of a measure, what changed, and the area above."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.dataset import Dataset
from dashboard.text import category_name, t
from dashboard.text.numbers import format_of
from dashboard.view.ranking import compute_change
from dashboard.view.wording import Wording
from geodata.measures import MEASURES, Measure, Values
from geodata.schema import CATEGORY_ALL, STATE_OK

NONE = "–"


@dataclass(frozen=True)
class AreaFigure:
    """One figure of an area, in finished texts.

    Attributes
    ----------
    key, name : str
        Of the measure; the name says the category where there is one.
    short : str
        The name in a table: the short one where the full one is long.
    number : float
        In data units, NaN without a number.
    text : str
        With unit unless the short name says it ("Cards: 4,093"), or why there is none.
    large : str
        The same for a sentence.
    state : int
    month_text, year_text : str
        Change on the month and on the year before, with sign; "–" where there is none.
    year : float
        Change on the year before as a share of 1; 0 where there is none.
    year_words : str
        The same in words, "" where there is none.
    above_text : str
        The same figure of the area above, "" for the region; as `text`.
    """

    key: str
    name: str
    short: str
    number: float
    text: str
    large: str
    state: int
    month_text: str
    year_text: str
    year: float
    year_words: str
    above_text: str


def area_figure(
    dataset: Dataset, position: int, key: str, period: str, lang: str, category: str = CATEGORY_ALL
) -> AreaFigure:
    """One figure of an area in a month.

    Parameters
    ----------
    position : int
        Of the area.
    key : str
        Of the measure.
    category : str
        Must be one that the measure takes.
    """
    measure = MEASURES[key]
    words = Wording(lang, t(lang, f"unit_{measure.unit}"), format_of(measure.unit), dataset.k)
    now = _own(dataset, measure, position, category, period)
    number, state = float(now.number[0]), int(now.state[0])
    kind = words.form.change
    month = _change(dataset, measure, position, category, period, 1, now, kind)
    year = _change(dataset, measure, position, category, period, 12, now, kind)
    known = int(year.state[0]) == STATE_OK
    trail = dataset.trail(position)
    above = ""
    if len(trail) > 1:
        own = _own(dataset, measure, trail[-2], category, period)
        above = words.value(float(own.number[0]), int(own.state[0]))
    short = _name(measure, lang, category, "name" if lang == "zh-CN" else "short")
    return AreaFigure(
        key=key,
        name=_name(measure, lang, category, "name"),
        short=short,
        number=number,
        text=_without(words.unit, short, words.value(number, state)),
        large=words.large(number, state),
        state=state,
        month_text=_change_text(words, month),
        year_text=_change_text(words, year),
        year=float(year.number[0]) if known else 0.0,
        year_words=words.change_words(float(year.number[0])) if known else "",
        above_text=_without(words.unit, short, above),
    )


def _without(unit: str, name: str, text: str) -> str:
    """A figure without a unit that its name says already, so that a table keeps its room."""
    spoken = unit.strip()
    return text.removesuffix(f" {spoken}") if spoken.lower() in name.lower() else text


def _own(dataset: Dataset, measure: Measure, position: int, category: str, period: str) -> Values:
    return dataset.values(
        measure, slice(position, position + 1), dataset.query(measure, category), period
    )


def _change(
    dataset: Dataset,
    measure: Measure,
    position: int,
    category: str,
    period: str,
    months: int,
    now: Values,
    kind: str,
) -> Values:
    earlier = None if dataset.is_timeless(measure.key) else dataset.earlier(period, months)
    before = _own(dataset, measure, position, category, earlier) if earlier else None
    return compute_change(now, before, kind)


def _change_text(words: Wording, change: Values) -> str:
    if int(change.state[0]) != STATE_OK:
        return NONE
    return words.change(float(change.number[0]))


def _name(measure: Measure, lang: str, category: str, which: str) -> str:
    name = measure.text(lang)[which]
    if category == CATEGORY_ALL:
        return name
    return t(lang, "measure_detail", measure=name, detail=category_name(lang, category))
