"""What is on the screen, in thirteen words: the state behind the URL, how an event changes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from dashboard.text import LANGUAGES

if TYPE_CHECKING:  # only what a state may be asked against, never read here
    from dashboard.dataset import Dataset

SHOWN = ("value", "month", "year")  # the measure itself, its change on last month, on last year
METHODS = ("quantile", "natural", "equal", "own")
TABS = ("trend", "coverage", "flows")
DEFAULT_MEASURE = "card_coverage"
MAX_QUERY = 4_000  # characters; a longer query is not ours
MAX_BREAKS = 8
NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,6})?|\.\d{1,6})", re.ASCII)
URL_KEYS = (
    "area",
    "level",
    "measure",
    "category",
    "age",
    "period",
    "show",
    "classes",
    "breaks",
    "select",
    "points",
    "tab",
    "lang",
)
SETTABLE = (
    "select",
    "measure",
    "category",
    "age",
    "period",
    "level",
    "show",
    "classes",
    "tab",
    "lang",
)


@dataclass(frozen=True)
class ViewState:
    """One view, complete and allowed: every field names something the release has.

    Make it with `parse_view`, `first_view` or `reduce_view`, never by hand: they see to it that
    the fields agree with each other and with the release.

    Parameters
    ----------
    area : str
        Code of the area shown; it always has areas below it and is no filler.
    level : str
        Level of the areas drawn, below `area`.
    measure, category, age, period : str
        What is drawn. `category` and `age` are "all" where the measure knows none.
    show : str
        One of SHOWN; always "value" for what has no months.
    classes : str
        One of METHODS.
    breaks : tuple of float
        Inner class breaks in screen units (percent, yuan), ascending; only with classes="own".
    select : str
        Code of the marked area among those drawn, or "".
    points : bool
        Whether providers are drawn.
    tab : str
        One of TABS.
    lang : str
        "zh-CN" or "en".
    defaults : tuple of (key, text)
        What a query leaves out, for this area, measure and release.
    """

    area: str
    level: str
    measure: str
    category: str
    age: str
    period: str
    show: str = "value"
    classes: str = "quantile"
    breaks: tuple[float, ...] = ()
    select: str = ""
    points: bool = False
    tab: str = "trend"
    lang: str = "zh-CN"
    defaults: tuple[tuple[str, str], ...] = ()

    def to_query(self, **changes: object) -> str:
        """The state as a query string without "?": short, readable, defaults left out."""
        state = replace(self, **changes) if changes else self
        usual = dict(state.defaults)
        pairs = ((key, _as_text(getattr(state, key))) for key in URL_KEYS)
        return "&".join(f"{k}={quote(v, safe=',-.')}" for k, v in pairs if v != usual.get(k, ""))


@dataclass(frozen=True)
class Event:
    """What the reader did. Kinds and values:

    | kind | value |
    |---|---|
    | select | code of a drawn area, "" for none |
    | drill | code of any area: it becomes the area shown; a community is marked in its parent |
    | crumb, search | the same as drill, from the breadcrumb or the search box |
    | up | nothing |
    | measure, category, age, period, level, show, classes, tab, lang | the new value |
    | breaks | text "10, 20, 40" or numbers in screen units; also sets classes to own |
    | points | bool |
    | refresh | nothing |
    """

    kind: str
    value: object = ""


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return ",".join(_plain(number) for number in value)
    return str(value)


def _plain(number: float) -> str:
    """A number as `read_breaks` reads it back: never with an exponent."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


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
    return _complete(wanted, dataset, lang if lang in LANGUAGES else LANGUAGES[0])


def _last(value: object) -> str:
    if isinstance(value, list | tuple):
        value = value[-1] if value else ""
    return value if isinstance(value, str) else ""


def _complete(wanted: Mapping[str, str], dataset: Dataset, lang: str) -> ViewState:
    """Each wanted value where it is allowed, else the default; coarse choices before fine ones."""
    position, select = _area_shown(dataset, wanted.get("area", ""))
    measures = dataset.measure_keys()
    usual = {"measure": DEFAULT_MEASURE if DEFAULT_MEASURE in measures else measures[0]}
    measure = _one_of(wanted.get("measure"), measures, usual["measure"])
    levels = dataset.levels(position)
    usual["level"] = dataset.natural_level(position)
    categories, ages = dataset.categories(measure), dataset.ages(measure)
    moves = not dataset.is_timeless(measure)
    usual |= {
        "area": dataset.tree.codes[0],
        "category": categories[0],
        "age": ages[0],
        "period": dataset.periods[-1],
        "show": SHOWN[0],
        "classes": METHODS[0],
        "points": "0",
        "tab": TABS[0],
        "lang": lang,
    }
    level = _one_of(wanted.get("level"), levels, usual["level"])
    classes, breaks = _class_breaks(wanted.get("classes"), wanted.get("breaks", ""))
    return ViewState(
        area=dataset.tree.codes[position],
        level=level,
        measure=measure,
        category=_one_of(wanted.get("category"), categories, categories[0]),
        age=_one_of(wanted.get("age"), ages, ages[0]),
        period=_one_of(wanted.get("period"), dataset.periods, dataset.periods[-1]),
        show=_one_of(wanted.get("show"), SHOWN, SHOWN[0]) if moves else SHOWN[0],
        classes=classes,
        breaks=breaks,
        select=_drawn(dataset, wanted.get("select") or select, position, level),
        points=wanted.get("points") == "1",
        tab=_one_of(wanted.get("tab"), TABS, TABS[0]),
        lang=_one_of(wanted.get("lang"), LANGUAGES, lang),
        defaults=tuple(sorted(usual.items())),
    )


def _one_of(value: str | None, allowed: Sequence[str], usual: str) -> str:
    return value if value in allowed else usual


def _area_shown(dataset: Dataset, code: str) -> tuple[int, str]:
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


def reduce_view(state: ViewState, event: Event, dataset: Dataset) -> ViewState:
    """The state after an event; the same state when the event changes nothing or makes no sense."""
    kind, value = event.kind, event.value
    if kind in ("drill", "crumb", "search"):
        return _go(state, str(value), dataset)
    if kind == "up":
        trail = dataset.trail(dataset.tree.find(state.area))
        return _go(state, dataset.tree.codes[trail[-2]], dataset) if len(trail) > 1 else state
    if kind == "breaks":
        text = _breaks_text(value)
        return _change(state, dataset, classes="own", breaks=text) if read_breaks(text) else state
    if kind == "points":
        return _change(state, dataset, points="1" if value else "0")
    if kind in SETTABLE:
        return _set(state, dataset, kind, str(value or ""))
    return state


def _breaks_text(value: object) -> str:
    if not isinstance(value, list | tuple):
        return str(value)
    return ",".join(_plain(v) if isinstance(v, int | float) else str(v) for v in value)


def _set(state: ViewState, dataset: Dataset, key: str, value: str) -> ViewState:
    """One key set; "" gives its default, a value that is not allowed changes nothing."""
    changes = {key: value}
    if key in ("measure", "show") and state.breaks and value != getattr(state, key):
        changes |= {"classes": "", "breaks": ""}  # what is drawn now has other units
    changed = _change(state, dataset, **changes)
    return changed if value in ("", getattr(changed, key)) else state


def _change(state: ViewState, dataset: Dataset, **changes: str) -> ViewState:
    wanted = {key: _as_text(getattr(state, key)) for key in URL_KEYS}
    return _complete(wanted | changes, dataset, dict(state.defaults)["lang"])


def _go(state: ViewState, code: str, dataset: Dataset) -> ViewState:
    """Show another area at its natural level; going up marks where one came from."""
    target = dataset.find_area(code)
    if target is None:
        return state
    position, select = _area_shown(dataset, code)
    tree = dataset.tree
    if not select:
        select = _came_from(tree.find(state.area), dataset, dataset.natural_level(position))
    return _change(state, dataset, area=code, level="", select=select)


def _came_from(position: int, dataset: Dataset, level: str) -> str:
    """The area of `level` that holds or stands for the area left behind, if any."""
    above = dataset.tree.ancestor(position, level)
    if above is None:
        inside = dataset.children(position, level)
        if inside.stop - inside.start == 1 and dataset.is_filler(inside.start):
            above = inside.start
    return "" if above is None else dataset.tree.codes[above]
