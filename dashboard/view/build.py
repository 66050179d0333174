"""`build_view`: values, classes, ranks and sentences of one state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dashboard.dataset import Dataset
from dashboard.text import age_name, category_name, date_name, level_name, period_name, t
from dashboard.text.numbers import CHANGE, format_number, format_of, format_signed
from dashboard.view.headline import Beyond, Story, count_states, count_text, write_headline
from dashboard.view.notes import write_notes
from dashboard.view.parts import Classes, Crumb, Parent
from dashboard.view.ranking import compute_change, compute_ranks
from dashboard.view.scene import View
from dashboard.view.wording import Wording
from dashboard.view_state import ViewState
from geodata.classify import classify_values
from geodata.measures import MEASURES, Measure, Values
from geodata.schema import AGE_ALL, CATEGORY_ALL, LEVELS

CHANGE_MONTHS = {"month": 1, "year": 12}


def build_view(dataset: Dataset, state: ViewState) -> View:
    """The view of a state.

    Parameters
    ----------
    dataset : Dataset
    state : ViewState
        As `parse_view` or `reduce_view` gave it for this dataset.

    Returns
    -------
    View
        Views that differ in selection, tab or points only share everything computed.
    """
    scene = replace(state, select="", tab="trend", points=False)
    view = dataset.views.get(scene, lambda: _build(dataset, scene))
    return view if scene == state else replace(view, state=state)


def _build(dataset: Dataset, state: ViewState) -> View:
    measure = MEASURES[state.measure]
    position = dataset.tree.find(state.area)
    drawn = dataset.children(position, state.level)
    names = dataset.names(state.lang)
    words = Wording(
        state.lang, t(state.lang, f"unit_{measure.unit}"), format_of(measure.unit), dataset.k
    )
    present = _values(dataset, state, measure, drawn)
    measure_words, words = words, _drawn_words(state, words)
    values = _drawn_values(dataset, state, measure, drawn, present, measure_words)
    shown = np.round(values.number * words.form.scale, words.form.decimals) + 0.0
    ranks, rank_count = compute_ranks(Values(shown, values.state), measure.polarity)
    here = slice(position, position + 1)
    own_present = _values(dataset, state, measure, here)
    own = _drawn_values(dataset, state, measure, here, own_present, measure_words)
    level = noun_level(dataset, position, state.level)
    story = Story(
        area=names[position],
        measure=_measure_name(state, measure),
        level=level,
        own=(float(own.number[0]), int(own.state[0])),
        year=_own_year_change(dataset, state, measure, here, own_present, measure_words),
        names=names[drawn],
        values=values,
        state_counts=count_states(values),
        beyond=_beyond(dataset, state, measure, drawn),
    )
    return View(
        state=state,
        dataset=dataset,
        measure=measure,
        position=position,
        positions=drawn,
        codes=dataset.tree.codes[drawn],
        names=story.names,
        values=values,
        words=words,
        present=present,
        measure_words=measure_words,
        classes=_classes(state, shown, words),
        state_counts=story.state_counts,
        ranks=ranks,
        rank_count=rank_count,
        parent=Parent(state.area, story.area, *story.own, words.value(*story.own)),
        crumbs=tuple(
            Crumb(dataset.tree.codes[p], names[p], dataset.tree.level(p))
            for p in dataset.trail(position)
        ),
        title=_title(state, measure, story.area, level),
        subtitle=_subtitle(dataset, state, measure),
        headline=write_headline(words, story),
        summary=_summary(dataset, position, state.lang),
        notes=write_notes(dataset, state, measure, position, drawn),
    )


def _values(
    dataset: Dataset, state: ViewState, measure: Measure, positions: slice, period: str = ""
) -> Values:
    return dataset.values(measure, positions, state.category, state.age, period or state.period)


def _drawn_words(state: ViewState, words: Wording) -> Wording:
    """The words of what is drawn: the measure's own, or those of a change."""
    if state.show == "value":
        return words
    unit = t(state.lang, "points_unit") if words.form.change == "points" else "%"
    return replace(words, unit=unit, form=CHANGE)


def _drawn_values(
    dataset: Dataset,
    state: ViewState,
    measure: Measure,
    positions: slice,
    present: Values,
    words: Wording,
) -> Values:
    """What is drawn: the measure itself, or its change on last month or last year."""
    if state.show == "value":
        return present
    period = dataset.earlier(state.period, CHANGE_MONTHS[state.show])
    before = _values(dataset, state, measure, positions, period) if period else None
    return compute_change(present, before, words.form.change)


def _classes(state: ViewState, shown: np.ndarray, words: Wording) -> Classes:
    """Classes of the numbers as they are shown.

    Breaks are moved down to the last number that can be shown, which changes no area's class:
    so a legend's edges never overlap and never disagree with the table.
    """
    scale, decimals = words.form.scale, words.form.decimals
    own = state.breaks if state.classes == "own" else ()
    method = "quantile" if state.classes == "own" and not own else state.classes
    diverging = state.show != "value"
    found = classify_values(shown, method, own=own, diverging=diverging)
    if not own and len(found.edges) > 2:
        inner = np.array(found.edges[1:-1])
        inner = np.where((inner < 0) & (inner > -1e-9), -(10.0**-decimals), inner)  # just below 0
        inner = np.unique(_shown_below(inner, decimals))
        found = classify_values(shown, "own", own=inner.tolist(), diverging=diverging)
    labels = _labels(words, np.array(found.edges))
    breaks = tuple(edge / scale for edge in found.edges)
    return Classes(state.classes, breaks, labels, found.counts, found.colours, found.index)


def _shown_below(numbers: np.ndarray, decimals: int) -> np.ndarray:
    """The last number with so many decimals that is not above each number."""
    step = 10.0**decimals
    return np.floor(numbers * step + 1e-6) / step


def _labels(words: Wording, edges: np.ndarray) -> tuple[str, ...]:
    """First and last number that can be in each class; edges are on screen scale."""
    if not len(edges):
        return ()
    decimals = words.form.decimals
    highs = _shown_below(edges[1:], decimals)
    lows = np.concatenate([edges[:1], _shown_below(edges[1:-1], decimals) + 10.0**-decimals])
    return tuple(_label(words, low, high) for low, high in zip(lows, highs))


def _label(words: Wording, low: float, high: float) -> str:
    write = format_signed if words.form.signed else format_number
    left, right = (write(number, words.form.decimals) for number in (low, high))
    last = words.value(high / words.form.scale)
    if left == right:
        return last
    key = "class_label_signed" if words.form.signed else "class_label"  # no dash between signs
    return t(words.lang, key, low=left, high=last)


def _own_year_change(
    dataset: Dataset,
    state: ViewState,
    measure: Measure,
    here: slice,
    own: Values,
    words: Wording,
) -> tuple[float, int] | None:
    """Change of the area shown on the same month last year.

    None when there is no such month, or when a change is what is shown anyway.
    """
    period = dataset.earlier(state.period, 12)
    if period is None or dataset.is_timeless(measure.key) or state.show != "value":
        return None
    before = _values(dataset, state, measure, here, period)
    change = compute_change(own, before, words.form.change)
    return float(change.number[0]), int(change.state[0])


def _beyond(dataset: Dataset, state: ViewState, measure: Measure, drawn: slice) -> Beyond | None:
    """Who lives beyond reach in the areas drawn, for the measures of coverage."""
    if not measure.needs_category:
        return None
    query = dataset.query(measure, state.category, state.age)
    facts = dataset.cells(state.period, drawn)
    elderly, reached = facts.aged(query.counts), facts.reached(query.standard)
    known = (elderly >= 0) & (reached >= 0)
    beyond = np.where(known, elderly - reached, 0)
    return Beyond(
        category=category_name(state.lang, state.category),
        some_count=int((beyond > 0).sum()),
        all_count=int((known & (elderly > 0) & (reached == 0)).sum()),
        people=int(beyond.sum()),
        known_count=int(known.sum()),
    )


def noun_level(dataset: Dataset, position: int, level: str) -> str:
    """Which noun a level takes: districts of Beijing and Tianjin hold no counties."""
    if level != "district":
        return level
    own = dataset.tree.codes[position][:2]
    return "district_city" if own in ("11", "12") else level


def _measure_name(state: ViewState, measure: Measure) -> str:
    """Name with what narrows it: 使用率（老年助餐，80岁及以上）."""
    name, detail = measure.text(state.lang)["name"], _detail(state)
    if detail:
        name = t(state.lang, "measure_detail", measure=name, detail=detail)
    return name if state.show == "value" else t(state.lang, f"measure_{state.show}", measure=name)


def _detail(state: ViewState) -> str:
    parts = []
    if state.category != CATEGORY_ALL:
        parts.append(category_name(state.lang, state.category))
    if state.age != AGE_ALL:
        parts.append(age_name(state.lang, state.age))
    return t(state.lang, "detail_join").join(parts)


def _title(state: ViewState, measure: Measure, area: str, level: str) -> str:
    name = _measure_name(state, measure)
    return t(state.lang, "title", area=area, level=level_name(state.lang, level), measure=name)


def _subtitle(dataset: Dataset, state: ViewState, measure: Measure) -> str:
    """The month; for census measures what the census is and its date."""
    if not dataset.is_timeless(measure.key):
        return t(state.lang, "subtitle", period=period_name(state.lang, state.period))
    population = dataset.manifest.get("population", {})
    base = t(state.lang, f"base_{population.get('base') or 'resident'}")
    date = date_name(state.lang, str(population.get("as_of", "")))
    return t(state.lang, "subtitle_fixed", base=base, date=date)


def _summary(dataset: Dataset, position: int, lang: str) -> str:
    """How many areas of each level the area holds: 16个区，343个街道和乡镇."""
    texts = []
    for level in LEVELS[1:]:
        inside = dataset.children(position, level)
        count = inside.stop - inside.start
        if level == "city":
            count = sum(not dataset.is_filler(p) for p in range(inside.start, inside.stop))
        if inside.start != position and count > 0:
            texts.append(count_text(lang, noun_level(dataset, position, level), count))
    return t(lang, "summary_join").join(texts)
