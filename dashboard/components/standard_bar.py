"""Which standard coverage is held against, and an analyst's own values in its place."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html

from dashboard import ids
from dashboard.text import t
from dashboard.view import View
from dashboard.view.standard_words import standard_name
from dashboard.view_state import WALK_LIMITS
from dashboard.view_state.own_values import DETOUR_LIMITS, NORM_LIMITS
from geodata.coverage import COUNTS
from geodata.schema import CATEGORY_ALL

TABS = ("coverage", "plan", "changes")  # that speak of a standard
NUMBERS = {
    ids.WALK: ("walk", WALK_LIMITS, 1),
    ids.NORM: ("norm", NORM_LIMITS, "any"),
    ids.DETOUR: ("detour", DETOUR_LIMITS, "any"),
}
STANDARD_PROPS = (
    (ids.STANDARD, "value"),
    (ids.STANDARD, "options"),
    (ids.STANDARD, "disabled"),
    (ids.WALK, "value"),
    (ids.WALK, "placeholder"),
    (ids.WHO, "value"),
    (ids.NORM, "value"),
    (ids.NORM, "placeholder"),
    (ids.DETOUR, "value"),
    (ids.DETOUR, "placeholder"),
    (ids.STANDARD_BAR, "className"),
)


def standard_props(view: View) -> dict[tuple[str, str], object]:
    """Every property of STANDARD_PROPS for this view; placeholders show the standard's values."""
    state, dataset = view.state, view.dataset
    written, held = dataset.standards.get(state.standard), dataset.held(state)
    options = standard_options(view)
    detour = written.detour_factor if written else dataset.book.detour_factor
    return {
        (ids.STANDARD, "value"): state.standard,
        (ids.STANDARD, "options"): options,
        (ids.STANDARD, "disabled"): len(options) < 2,
        (ids.WALK, "value"): _number(state.walk),
        (ids.WALK, "placeholder"): _hint(written and written.radius_m),
        (ids.WHO, "value"): held.counts if held else COUNTS[0],
        (ids.NORM, "value"): _number(state.norm),
        (ids.NORM, "placeholder"): _hint(written and written.capacity_per_1000),
        (ids.DETOUR, "value"): _number(state.detour),
        (ids.DETOUR, "placeholder"): _hint(detour),
        (ids.STANDARD_BAR, "className"): _class_name(view),
    }


def standard_options(view: View) -> list[dict]:
    """The written standards of the category."""
    lang = view.state.lang
    found = view.dataset.book.all_of_category(view.state.category)
    return [{"label": standard_name(lang, item), "value": item.id} for item in found]


def standard_bar(view: View) -> html.Div:
    """The row of controls, shown with the tabs that speak of a standard."""
    lang, props = view.state.lang, {}
    for (name, prop), value in standard_props(view).items():
        props.setdefault(name, {})[prop] = value
    who = [{"label": t(lang, f"who_{counts}"), "value": counts} for counts in COUNTS]
    none = t(lang, "standard_none")
    select = dbc.Select(id=ids.STANDARD, placeholder=none, **props[ids.STANDARD])
    people = dbc.Select(id=ids.WHO, options=who, **props[ids.WHO])
    own = [
        _own_number(lang, ids.WALK, props),
        _control(t(lang, "who"), ids.WHO, people),
        _own_number(lang, ids.NORM, props),
        _own_number(lang, ids.DETOUR, props),
        html.Button(
            t(lang, "standard_reset"),
            title=t(lang, "standard_reset_title"),
            className="reset",
            type="button",
            **{"data-atlas": "written", "data-code": ""},
        ),
    ]
    bar_class = props[ids.STANDARD_BAR]["className"]
    return html.Div(
        [
            _control(t(lang, "standard"), ids.STANDARD, select, "wide"),
            html.Details(
                [html.Summary(t(lang, "standard_own_values")), html.Div(own)],
                open="is-own" in bar_class,
                className="own",
            ),
        ],
        id=ids.STANDARD_BAR,
        className=bar_class,
    )


def _own_number(lang: str, name: str, props: dict) -> html.Div:
    key, (least, most), step = NUMBERS[name]
    box = dbc.Input(
        id=name, type="number", min=least, max=most, step=step, debounce=True, **props[name]
    )
    title = t(lang, f"{key}_title", least=f"{least:,}", most=f"{most:,}")
    return _control(t(lang, key), name, box, "narrow", title)


def _control(label: str, name: str, box: object, more: str = "", title: str = "") -> html.Div:
    return html.Div(
        [html.Label(label, htmlFor=name), box], className=f"control {more}".strip(), title=title
    )


def _class_name(view: View) -> str:
    state = view.state
    useless = state.category == CATEGORY_ALL  # a standard belongs to a category
    hidden = "" if state.tab in TABS and not useless else " hidden"
    held = view.dataset.held(state)
    own = " is-own" if held is not None and held.id != state.standard else ""
    return f"standard-bar{own}{hidden}"


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _hint(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
