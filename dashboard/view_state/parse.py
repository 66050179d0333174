"""Any query, however broken, as a state the release can show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from dashboard.text import LANGUAGES
from dashboard.view_state.own_values import read_own_values
from dashboard.view_state.state import (
    DEFAULT_MEASURE,
    MAX_BREAKS,
    MAX_QUERY,
    METHODS,
    SHOWN,
    TABS,
    URL_KEYS,
    ViewState,
)
from geodata.coverage import Scenario, parse_scenario

if TYPE_CHECKING:  # only what a state may be asked against, never read here
    from dashboard.dataset import Dataset

NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,6})?|\.\d{1,6})", re.ASCII)


def first_view(dataset: Dataset, lang: str = "") -> ViewState:
    """The view of an empty query."""
    return parse_view("", dataset, lang)


def parse_view(query: str | Mapping[str, object], dataset: Dataset, lang: str = "") -> ViewState:
    """Any query, however broken, as a state this release can show.

    Parameters
    ----------
    query : str or mapping
        Query string with or without "?", or the keys as Dash hands them to a layout (values str,
        list or None). Of a repeated key the last value counts; unknown keys and values that this
        release does not have fall back to the default, one by one.
    dataset : Dataset
        What there is to show.
    lang : str, optional
        Language when the query names none; else zh-CN.

    Returns
    -------
    ViewState
        `parse_view(state.to_query(), dataset, lang) == state` for every state parsed with `lang`.
    """
    if isinstance(query, Mapping):
        pairs = [(key, _last(value)) for key, value in query.items()]
    else:
        text = query.lstrip("?")[:MAX_QUERY]
        pairs = parse_qsl(text, keep_blank_values=True, errors="replace")
    wanted = {key: value.strip() for key, value in pairs if key in URL_KEYS}
    return complete_view(wanted, dataset, lang if lang in LANGUAGES else LANGUAGES[0])


def _last(value: object) -> str:
    if isinstance(value, list | tuple):
        value = value[-1] if value else ""
    return value if isinstance(value, str) else ""


def complete_view(wanted: Mapping[str, str], dataset: Dataset, lang: str) -> ViewState:
    """Each wanted value where it is allowed, else the default; coarse choices before fine ones."""
    position, select = area_shown(dataset, wanted.get("area", ""))
    measures = dataset.measure_keys()
    usual = {"measure": DEFAULT_MEASURE if DEFAULT_MEASURE in measures else measures[0]}
    measure = _one_of(wanted.get("measure"), measures, usual["measure"])
    levels = dataset.levels(position)
    usual["level"] = dataset.natural_level(position)
    loose = read_own_values(wanted, None, dataset.book.detour_factor)
    categories, ages = dataset.categories(measure, loose), dataset.ages(measure)
    category = _one_of(wanted.get("category"), categories, categories[0])
    standards = [item.id for item in dataset.book.all_of_category(category)]
    usual |= {
        "area": dataset.tree.codes[0],
        "category": categories[0],
        "age": ages[0],
        "period": dataset.periods[-1],
        "show": SHOWN[0],
        "classes": METHODS[0],
        "points": "0",
        "standard": standards[0] if standards else "",
        "tab": TABS[0],
        "lang": lang,
    }
    level = _one_of(wanted.get("level"), levels, usual["level"])
    classes, breaks = _class_breaks(wanted.get("classes"), wanted.get("breaks", ""))
    standard = _one_of(wanted.get("standard"), standards, usual["standard"])
    own = read_own_values(wanted, dataset.standards.get(standard), dataset.book.detour_factor)
    plan = known_plan(wanted.get("plan", ""), dataset)
    shows = dataset.shows(measure, bool(plan))
    return ViewState(
        area=dataset.tree.codes[position],
        level=level,
        measure=measure,
        category=category,
        age=_one_of(wanted.get("age"), ages, ages[0]),
        period=_one_of(wanted.get("period"), dataset.periods, dataset.periods[-1]),
        show=_one_of(wanted.get("show"), shows, SHOWN[0]),
        classes=classes,
        breaks=breaks,
        select=_drawn(dataset, wanted.get("select") or select, position, level),
        points=wanted.get("points") == "1",
        standard=standard,
        walk=own.walk,
        who=own.who,
        norm=own.norm,
        detour=own.detour,
        plan=plan,
        tab=_one_of(wanted.get("tab"), TABS, TABS[0]),
        lang=_one_of(wanted.get("lang"), LANGUAGES, lang),
        defaults=tuple(sorted(usual.items())),
    )


def known_plan(text: str, dataset: Dataset) -> Scenario:
    """The plan of a text; what it says of providers that the release lacks is left out."""
    plan, _ = parse_scenario(text)
    return replace(
        plan,
        moved=tuple(move for move in plan.moved if move.provider_id in dataset.sites),
        closed=tuple(code for code in plan.closed if code in dataset.sites),
    )


def _one_of(value: str | None, allowed: Sequence[str], usual: str) -> str:
    return value if value in allowed else usual


def area_shown(dataset: Dataset, code: str) -> tuple[int, str]:
    """The area to show for a code, and the area to mark in it (a place with nothing below)."""
    position = dataset.find_area(code)
    if position is None:
        return 0, ""
    select = ""
    while not dataset.levels(position) and position:
        select = select or dataset.tree.codes[position]
        position = int(dataset.tree.parents[position])
    if dataset.is_filler(position):
        position = int(dataset.tree.parents[position])
    return position, select


def _drawn(dataset: Dataset, code: str, position: int, level: str) -> str:
    """The code when it is one of the areas drawn, else ""."""
    drawn = dataset.children(position, level)
    found = dataset.tree.position.get(code, -1)
    return code if drawn.start <= found < drawn.stop else ""


def _class_breaks(method: str | None, text: str) -> tuple[str, tuple[float, ...]]:
    """Own classes without breaks stay own: the reader is about to write some."""
    if method not in METHODS:
        return METHODS[0], ()
    return method, read_breaks(text) if method == "own" else ()


def read_breaks(text: str) -> tuple[float, ...]:
    """Class breaks from "10, 20，40": ascending, each once, at most MAX_BREAKS; () if none."""
    numbers = set()
    for part in re.split(r"[,，;；、\s]+", text):
        if NUMBER.fullmatch(part):
            numbers.add(float(part) + 0.0)  # -0.0 and 0.0 are one break
    return tuple(sorted(numbers)[:MAX_BREAKS])
