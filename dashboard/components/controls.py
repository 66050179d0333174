"""The controls, and what each of them holds for a view."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html

from dashboard import ids
from dashboard.components.options import (
    age_options,
    category_options,
    class_options,
    level_options,
    measure_options,
    show_options,
)
from dashboard.components.plan_bar import plan_class
from dashboard.components.standard_bar import STANDARD_PROPS, standard_props
from dashboard.text import t
from dashboard.view import View

TALL_TABS = ("coverage", "plan", "changes", "help")
_ASK_FIRST = ("coverage", "changes")  # which only ask for a service where none is chosen

# What the reducer writes besides the state and the address: (id, property), in this order.
CONTROL_PROPS = (
    (ids.MEASURE, "value"),
    (ids.CATEGORY, "value"),
    (ids.CATEGORY, "options"),
    (ids.CATEGORY, "disabled"),
    (ids.AGE, "value"),
    (ids.AGE, "options"),
    (ids.AGE, "disabled"),
    (ids.LEVEL, "value"),
    (ids.LEVEL, "options"),
    (ids.PERIOD, "value"),
    (ids.SHOW, "value"),
    (ids.SHOW, "options"),
    (ids.SHOW, "disabled"),
    (ids.CLASSES, "value"),
    (ids.BREAKS, "value"),
    (ids.BREAKS_BOX, "className"),
    (ids.POINTS, "value"),
    (ids.TAB, "value"),
    *STANDARD_PROPS,
    (ids.PLAN_BAR, "className"),
    (ids.WORK, "className"),
)


def control_props(view: View) -> dict[tuple[str, str], object]:
    """Every property of CONTROL_PROPS for this view."""
    state = view.state
    categories, ages = category_options(view), age_options(view)
    shows = show_options(view)
    return {
        (ids.MEASURE, "value"): state.measure,
        (ids.CATEGORY, "value"): state.category,
        (ids.CATEGORY, "options"): categories,
        (ids.CATEGORY, "disabled"): len(categories) < 2,
        (ids.AGE, "value"): state.age,
        (ids.AGE, "options"): ages,
        (ids.AGE, "disabled"): len(ages) < 2,
        (ids.LEVEL, "value"): state.level,
        (ids.LEVEL, "options"): level_options(view),
        (ids.PERIOD, "value"): state.period,
        (ids.SHOW, "value"): state.show,
        (ids.SHOW, "options"): shows,
        (ids.SHOW, "disabled"): len(shows) < 2,
        (ids.CLASSES, "value"): state.classes,
        (ids.BREAKS, "value"): ", ".join(f"{number:g}" for number in state.breaks),
        (ids.BREAKS_BOX, "className"): "control" if state.classes == "own" else "control hidden",
        (ids.POINTS, "value"): state.points,
        (ids.TAB, "value"): state.tab,
        **standard_props(view),
        (ids.PLAN_BAR, "className"): plan_class(view),
        (ids.WORK, "className"): work_class(view),
    }


def work_class(view: View) -> str:
    """Class of the work area: the panel is higher where it has much to show."""
    tab = view.state.tab
    asks = tab in _ASK_FIRST and view.dataset.held(view.state) is None
    return "work tall-panel" if tab in TALL_TABS and not asks else "work"


def controls(view: View) -> html.Div:
    """The row of controls, set to this view."""
    props: dict[str, dict] = {}
    for (name, prop), value in control_props(view).items():
        props.setdefault(name, {})[prop] = value
    lang = view.state.lang
    rows = [
        _select(lang, "measure", ids.MEASURE, props, "wide", options=measure_options(view)),
        _select(lang, "category", ids.CATEGORY, props),
        _select(lang, "age", ids.AGE, props),
        _select(lang, "level", ids.LEVEL, props),
        _select(lang, "show", ids.SHOW, props),
        _select(lang, "classes", ids.CLASSES, props, options=class_options(lang)),
        _breaks(lang, props),
        _points(lang, props[ids.POINTS]["value"]),
    ]
    return html.Div(rows, className="controls")


def _select(lang: str, key: str, name: str, props: dict, more: str = "", **fixed) -> html.Div:
    return html.Div(
        [html.Label(t(lang, key), htmlFor=name), dbc.Select(id=name, **fixed, **props[name])],
        className=f"control {more}".strip(),
    )


def _breaks(lang: str, props: dict) -> html.Div:
    box = dbc.Input(
        id=ids.BREAKS,
        type="text",
        debounce=True,
        maxLength=80,
        placeholder=t(lang, "breaks_placeholder"),
        value=props[ids.BREAKS]["value"],
    )
    label = html.Label(t(lang, "breaks"), htmlFor=ids.BREAKS)
    return html.Div([label, box], id=ids.BREAKS_BOX, className=props[ids.BREAKS_BOX]["className"])


def _points(lang: str, value: bool) -> html.Div:
    tick = dbc.Checkbox(id=ids.POINTS, label=t(lang, "points"), value=value)
    return html.Div(tick, className="control tick", title=t(lang, "points_title"))
