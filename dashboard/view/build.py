"""`build_view`: values, classes, ranks and sentences of one state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dashboard.dataset import Dataset
from dashboard.text import category_name, t
from dashboard.text.numbers import CHANGE, format_of
from dashboard.view.breaks import make_classes
from dashboard.view.headline import Beyond, Story, count_states, count_text, write_headline
from dashboard.view.notes import write_notes
from dashboard.view.parts import Crumb, Parent
from dashboard.view.ranking import compute_change, compute_ranks
from dashboard.view.scene import View
from dashboard.view.titles import measure_name, write_subtitle, write_title
from dashboard.view.wording import Wording
from dashboard.view_state import ViewState
from geodata.coverage import Scenario
from geodata.measures import MEASURES, Measure, Values
from geodata.schema import LEVELS

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
        state.lang,
        "" if measure.fields else t(state.lang, f"unit_{measure.unit}"),
        format_of(measure.unit),
        dataset.k,
        tuple(t(state.lang, f"field_{field}") for field in measure.fields),
    )
    present = _values(dataset, state, measure, drawn)
    measure_words, words = words, _drawn_words(state, words)
    values = _drawn_values(dataset, state, measure, drawn, present, measure_words)
    shown = np.round(values.number * words.form.scale, words.form.decimals) + 0.0
    ranks, rank_count = compute_ranks(Values(shown, values.state), measure.polarity)
    if measure.fields:  # no amount: nobody is first
        ranks, rank_count = np.zeros_like(ranks), 0
    here = slice(position, position + 1)
    own_present = _values(dataset, state, measure, here)
    own = _drawn_values(dataset, state, measure, here, own_present, measure_words)
    level = noun_level(dataset, position, state.level)
    story = Story(
        area=names[position],
        measure=measure_name(state, measure),
        level=level,
        own=(float(own.number[0]), int(own.state[0])),
        year=None
        if measure.fields
        else _own_year_change(dataset, state, measure, here, own_present, measure_words),
        names=names[drawn],
        values=values,
        state_counts=count_states(values),
        beyond=_beyond(dataset, state, measure, drawn, names),
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
        classes=make_classes(state, shown, words),
        state_counts=story.state_counts,
        ranks=ranks,
        rank_count=rank_count,
        parent=Parent(state.area, story.area, *story.own, words.value(*story.own)),
        crumbs=tuple(
            Crumb(dataset.tree.codes[p], names[p], dataset.tree.level(p))
            for p in dataset.trail(position)
        ),
        title=write_title(state, measure, story.area, level),
        subtitle=write_subtitle(dataset, state, measure),
        headline=write_headline(words, story),
        summary=_summary(dataset, position, state.lang),
        notes=write_notes(dataset, state, measure, position, drawn),
    )


def _values(
    dataset: Dataset, state: ViewState, measure: Measure, positions: slice, period: str = ""
) -> Values:
    query = dataset.question(measure, state)
    return dataset.values(measure, positions, query, period or state.period)


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
    """What is drawn: the measure itself, or its change on last month, last year, by the plan."""
    if state.show == "value":
        return present
    if state.show == "plan":
        before = _values(dataset, replace(state, plan=Scenario()), measure, positions)
        return compute_change(present, before, words.form.change)
    period = dataset.earlier(state.period, CHANGE_MONTHS[state.show])
    before = _values(dataset, state, measure, positions, period) if period else None
    return compute_change(present, before, words.form.change)


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


def _beyond(
    dataset: Dataset, state: ViewState, measure: Measure, drawn: slice, names: list[str]
) -> Beyond | None:
    """Who lives beyond reach in the areas drawn, for the measures of coverage."""
    if measure.needs != "radius":
        return None
    query = dataset.question(measure, state)
    facts = dataset.cells(state.period, drawn)
    elderly, reached = facts.aged(query.counts), facts.covered("reached", query)
    known = (elderly >= 0) & (reached >= 0)
    beyond = np.where(known, elderly - reached, 0)
    none = np.flatnonzero(known & (elderly > 0) & (reached == 0))
    none = none[np.argsort(-elderly[none], kind="stable")]
    return Beyond(
        category=category_name(state.lang, state.category),
        some_count=int((beyond > 0).sum()),
        all_names=[names[drawn.start + i] for i in none.tolist()],
        all_people=int(elderly[none].sum()),
        people=int(beyond.sum()),
        known_count=int(known.sum()),
    )


def noun_level(dataset: Dataset, position: int, level: str) -> str:
    """Which noun a level takes: districts of Beijing and Tianjin hold no counties, and these two
    are cities only when they stand beside others.
    """
    inside = dataset.children(position, level)
    if level == "city" and inside.stop - inside.start > 1:
        mixed = any(dataset.is_filler(p) for p in range(inside.start, inside.stop))
        return "city_mixed" if mixed else level
    if level != "district":
        return level
    own = dataset.tree.codes[position][:2]
    return "district_city" if own in ("11", "12") else level


def _summary(dataset: Dataset, position: int, lang: str) -> str:
    """How many areas of each level the area holds: 16个区，343个街道和乡镇."""
    texts = []
    for level in LEVELS[1:]:
        inside = dataset.children(position, level)
        count = inside.stop - inside.start
        if level == "city":
            count = sum(not dataset.is_filler(p) for p in range(inside.start, inside.stop))
        if inside.start != position and count > 0:
            noun = level if level == "city" else noun_level(dataset, position, level)
            texts.append(count_text(lang, noun, count))
    return t(lang, "summary_join").join(texts)
