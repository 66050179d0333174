"""The generated sentences: how the area stands, who is highest and lowest, what is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.text import t
from dashboard.text.numbers import format_large, format_number
from dashboard.view.ranking import find_extremes
from dashboard.view.wording import Wording
from geodata.measures import Values
from geodata.schema import STATE_OK

NAMED_AT_MOST = 6  # areas in one sentence


@dataclass(frozen=True)
class Beyond:
    """For coverage measures: areas with people beyond reach, with all beyond, people in all.

    `all_names` are the areas with all beyond, most people first, and `all_people` theirs.
    """

    category: str
    some_count: int
    all_names: Sequence[str]
    all_people: int
    people: int
    known_count: int


@dataclass(frozen=True)
class Story:
    """What a headline is made of. `year` is the change of the area itself, None if timeless."""

    area: str
    measure: str
    level: str
    own: tuple[float, int]
    year: tuple[float, int] | None
    names: Sequence[str]
    values: Values
    state_counts: Mapping[str, int]
    beyond: Beyond | None = None


def count_text(lang: str, level: str, count: int) -> str:
    """16个区, "16 districts", "1 district"; `level` may be "district_city"."""
    ending = "_one" if count == 1 else ""
    return t(lang, f"count_{level}{ending}", count=format_number(count))


def write_headline(words: Wording, story: Story) -> str:
    """Two or three sentences in the reader's language."""
    lang = words.lang
    sentences = [_own_sentence(words, story), _range_sentence(words, story)]
    if story.beyond and story.beyond.known_count:
        sentences.append(_beyond_sentence(words, story))
    stop = t(lang, "head_stop")
    return ("" if lang == "zh-CN" else " ").join(_capital(s) + stop for s in sentences if s)


def _own_sentence(words: Wording, story: Story) -> str:
    lang, (number, state) = words.lang, story.own
    names = {"area": story.area, "measure": story.measure}
    if state != STATE_OK:
        return t(lang, "head_no_value", reason=words.reason(state), **names)
    text = t(lang, "head_value", value=words.large(number), **names)
    if story.year is None:
        return text
    change, change_state = story.year
    if change_state == STATE_OK:
        year = t(lang, "head_year", change=words.change_words(change))
        return text + t(lang, "head_list") + year
    return text


def _range_sentence(words: Wording, story: Story) -> str:
    lang, counted = words.lang, count_text(words.lang, story.level, len(story.names))
    hidden = [
        t(lang, f"head_{name}", count=format_number(count))
        for name, count in story.state_counts.items()
        if count
    ]
    if not len(story.names):
        return ""
    return t(lang, "head_join").join([_range_clause(words, story, counted), *hidden])


def _range_clause(words: Wording, story: Story, counted: str) -> str:
    lang, values = words.lang, story.values
    found = find_extremes(values, words.form.scale, words.form.decimals)
    if found is None:
        return t(lang, "head_none", count=counted)
    high, high_ties, low, low_ties = found
    known = int((values.state == STATE_OK).sum())
    if words.labels:
        return _fields_clause(words, values, counted)
    text = words.value(values.number[high])
    if len(story.names) == 1:
        return t(lang, "head_single", name=story.names[high], value=text)
    if known == 1:
        return t(lang, "head_only", count=counted, name=story.names[high], value=text)
    if high_ties == known:
        return t(lang, "head_same", count=count_text(lang, story.level, known), value=text)
    return t(
        lang,
        "head_range",
        count=counted,
        high=_tied(lang, story.names[high], high_ties),
        high_value=text,
        low=_tied(lang, story.names[low], low_ties),
        low_value=words.value(values.number[low]),
    )


def _fields_clause(words: Wording, values: Values, counted: str) -> str:
    """How many areas are in each field."""
    numbers = values.number[values.state == STATE_OK].astype(int)
    counts = np.bincount(numbers, minlength=len(words.labels))
    parts = [
        t(words.lang, "head_field", field=label, count=format_number(count))
        for label, count in zip(words.labels, counts.tolist())
        if count
    ]
    return t(
        words.lang, "head_fields", count=counted, fields=t(words.lang, "name_join").join(parts)
    )


def _tied(lang: str, name: str, count: int) -> str:
    return t(lang, "head_tied", name=name, count=format_number(count)) if count > 1 else name


def _beyond_sentence(words: Wording, story: Story) -> str:
    lang, beyond = words.lang, story.beyond
    if not beyond.some_count:
        count = count_text(lang, story.level, beyond.known_count)
        return t(lang, "head_beyond_none", count=count, category=beyond.category)
    text = t(
        lang,
        "head_beyond",
        count=count_text(lang, story.level, beyond.some_count),
        category=beyond.category,
        people=format_large(lang, beyond.people),
    )
    if beyond.all_names:
        text += t(lang, "head_join") + _none_in_reach(lang, beyond)
    return text


def _none_in_reach(lang: str, beyond: Beyond) -> str:
    """The areas without anybody in reach by name: what the official came for."""
    names = t(lang, "name_join").join(beyond.all_names[:NAMED_AT_MOST])
    count = len(beyond.all_names)
    if count > NAMED_AT_MOST:
        names = t(lang, "head_and_more", names=names, count=format_number(count))
    return t(lang, "head_beyond_all", names=names, people=format_large(lang, beyond.all_people))


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def count_states(values: Values) -> dict[str, int]:
    """How many areas are suppressed, missing, coarser."""
    counts = np.bincount(values.state, minlength=4)
    return {name: int(counts[i]) for i, name in enumerate(("suppressed", "missing", "coarser"), 1)}
