"""What the measure on the map says, how it is counted and from where; then every standard."""

from __future__ import annotations

from dash import html

from dashboard.text import category_name, t
from dashboard.text.numbers import format_number
from dashboard.view import View
from geodata.coverage import Standard


def help_panel(view: View, path: str) -> list:
    """The measure in words, and the standards of the release with their sources."""
    lang, measure = view.state.lang, view.measure
    words = measure.text(lang)
    rows = [
        ("help_what", words["what"]),
        ("help_formula", words["formula"]),
        ("help_unit", view.measure_words.unit.strip() or t(lang, "help_no_unit")),
        ("help_base", view.notes.texts["base"]),
        ("help_method", t(lang, f"method_{measure.key}") if measure.needs == "radius" else ""),
        ("help_standard", view.notes.texts["standard"]),
        ("help_source", view.notes.texts["source"]),
        ("help_release", view.notes.texts["release"]),
    ]
    lines = [(t(lang, key), text) for key, text in rows if text]
    return [
        html.Div(html.B(words["name"])),
        html.Dl([part for name, text in lines for part in (html.Dt(name), html.Dd(text))]),
        html.H3(t(lang, "help_standards", date=view.dataset.book.date)),
        *[_standard(view, item) for item in view.dataset.book.items],
        html.P(t(lang, "coverage_caveat"), className="note"),
    ]


def _standard(view: View, item: Standard) -> html.P:
    lang = view.state.lang
    join = t(lang, "detail_join")
    parts = [join.join(category_name(lang, code) for code in item.categories)]
    parts.append(t(lang, f"who_{item.counts}"))
    if item.radius_m is not None:
        parts.append(t(lang, "standard_walk", metres=format_number(item.radius_m)))
        parts.append(t(lang, "standard_detour", detour=f"{item.detour_factor:g}"))
    if item.capacity_per_1000 is not None:
        parts.append(t(lang, "standard_norm", norm=f"{item.capacity_per_1000:g}"))
    if item.min_demand is not None:
        parts.append(t(lang, "standard_demand", people=format_number(item.min_demand)))
    if item.valid_from:
        parts.append(t(lang, "standard_since", date=item.valid_from))
    name = item.name_zh if lang == "zh-CN" else item.name_en
    return html.P(
        [html.B(name), html.Br(), join.join(parts), html.Small(item.source)], className="standard"
    )
