"""The line that says what a panel's numbers follow, and what to do where there is no standard."""

from __future__ import annotations

from dash import html

from dashboard.text import category_name, t
from dashboard.view import View
from dashboard.view.standard_words import standard_name
from geodata.coverage import Standard


def standard_line(view: View, standard: Standard) -> html.P:
    """Name of the standard, since when and for where, and how distance is counted."""
    lang, parts = view.state.lang, [standard_name(view.state.lang, standard)]
    if standard.radius_m is not None:
        detour = f"{standard.detour_factor:g}"
        parts.append(t(lang, "standard_detour", detour=detour))
    return html.P(t(lang, "subtitle_join").join(parts), className="note")


def without_standard(view: View) -> list:
    """Categories to choose from, or that an own walking distance is wanted."""
    lang, category = view.state.lang, view.state.category
    links = [
        html.Button(
            category_name(lang, code),
            type="button",
            className="tool",
            **{"data-atlas": "gap", "data-code": code},
        )
        for code in view.dataset.categories("gap_people")
    ]
    key = "coverage_pick" if category == "all" else "coverage_none"
    says = t(lang, key, category=category_name(lang, category))
    return [html.P(says), html.Div(links, className="tools")]


def without_radius(view: View, standard: Standard) -> list:
    """The standard asks for places only."""
    name = standard_name(view.state.lang, standard)
    return [html.P(t(view.state.lang, "coverage_no_radius", name=name))]


def reach_standard(view: View) -> tuple[Standard | None, list]:
    """The standard that says how far; else None and what the panel says instead."""
    standard = view.dataset.held(view.state)
    if standard is None:
        return None, without_standard(view)
    if standard.radius_m is None:
        return None, without_radius(view, standard)
    return standard, []


def show_gap(view: View) -> list:
    """A way to see on the map what the panel speaks of."""
    standard = view.dataset.held(view.state)
    if view.measure.needs == "radius" or standard is None or standard.radius_m is None:
        return []
    return [
        html.Button(
            t(view.state.lang, "coverage_show_gap"),
            type="button",
            className="tool",
            **{"data-atlas": "gap", "data-code": view.state.category},
        )
    ]
