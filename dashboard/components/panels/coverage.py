"""Coverage: reach, capacity and use of one category side by side, against its written standard."""

from __future__ import annotations

from dash import html

from dashboard.components.lead import area_link
from dashboard.components.panels.subject import name_of, subject
from dashboard.coverage import Coverage
from dashboard.text import category_name, t
from dashboard.view import View


def coverage_panel(view: View, path: str) -> list:
    """The panel; without a citable standard it says so and computes nothing."""
    state = view.state
    standard = view.dataset.standard_of(state.category)
    if standard is None:
        return [html.P(_no_standard(view))]
    coverage = view.dataset.coverage(
        subject(view), standard.id, state.period, category=state.category
    )
    head = html.B(
        f"{name_of(view, subject(view))} · {category_name(state.lang, coverage.category)}"
    )
    return [
        html.Div(head),
        html.P(_standard_line(view, coverage), className="note"),
        html.Div(_figures(view, coverage), className="figures"),
        *_worst(view, coverage, path),
        html.P(_caveat(view), className="note"),
    ]


def _no_standard(view: View) -> str:
    lang = view.state.lang
    codes = view.dataset.standard_by_category
    names = ("、" if lang == "zh-CN" else ", ").join(category_name(lang, code) for code in codes)
    if view.state.category == "all":
        return t(lang, "coverage_pick", names=names)
    return t(lang, "coverage_none", category=category_name(lang, view.state.category))


def _standard_line(view: View, coverage: Coverage) -> str:
    lang, standard = view.state.lang, coverage.standard
    name = standard.name_en if lang == "en" else standard.name_zh
    if standard.radius_m is None:  # a standard of capacity alone
        return name
    return f"{name} · {t(lang, 'coverage_radius', metres=f'{standard.radius_m:g}')}"


def _caveat(view: View) -> str:
    return t(view.state.lang, "coverage_caveat", detour=f"{view.dataset.book.detour_factor:g}")


def _figures(view: View, coverage: Coverage) -> list[html.Div]:
    lang = view.state.lang
    people = t(lang, "people_unit")
    share = None if coverage.share is None else f"{coverage.share:.1%}"
    return [
        _figure(t(lang, "coverage_elderly"), _count(coverage.elderly), people),
        _figure(t(lang, "coverage_reached"), _count(coverage.reached), share or ""),
        _figure(t(lang, "coverage_beyond"), _count(coverage.beyond), people, strong=True),
        _figure(t(lang, "coverage_providers"), _count(coverage.providers), ""),
        _figure(t(lang, "coverage_capacity"), _count(coverage.capacity), t(lang, "places_unit")),
        _figure(t(lang, "coverage_capacity_per_1000"), _ratio(coverage.capacity_per_1000), ""),
        _figure(t(lang, "coverage_load"), _ratio(coverage.load), t(lang, "load_unit")),
    ]


def _figure(label: str, number: str, unit: str, strong: bool = False) -> html.Div:
    known = number != "—"
    value = html.B([number, html.Span(unit) if known and unit else ""])
    return html.Div([html.Small(label), value], className="figure strong" if strong else "figure")


def _count(number: int | None) -> str:
    return "—" if number is None else f"{number:,}"


def _ratio(number: float | None) -> str:
    return "—" if number is None else f"{number:,.2f}"


def _worst(view: View, coverage: Coverage, path: str) -> list:
    rows = [row for row in coverage.worst if row.beyond]
    if not rows:
        return []
    most = max(row.beyond for row in rows)
    lang = view.state.lang
    return [
        html.H3(t(lang, "coverage_worst")),
        html.Div([_worst_row(view, row, most, path) for row in rows]),
    ]


def _worst_row(view: View, row, most: int, path: str) -> html.Div:
    name = row.name_en if view.state.lang == "en" and row.name_en else row.name
    bar = html.Div(html.I(style={"width": f"{100 * row.beyond / most:.1f}%"}), className="bar gap")
    number = f"{row.beyond:,}"
    if row.share is not None:
        number = t(view.state.lang, "coverage_row", count=number, share=f"{row.share:.0%}")
    return html.Div(
        [
            area_link(view, row.code, name, path, className="name", title=name),
            bar,
            html.Span(number),
        ],
        className="bar-row",
    )
