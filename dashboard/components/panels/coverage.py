"""Coverage: reach, capacity and use of one category side by side, against its written standard."""

from __future__ import annotations

from dash import html

from dashboard.components.lead import area_link
from dashboard.components.panels.standard_line import (
    show_gap,
    standard_line,
    without_radius,
    without_standard,
)
from dashboard.components.panels.subject import name_of, subject
from dashboard.coverage import Coverage, Nearness
from dashboard.text import category_name, t
from dashboard.view import View
from geodata.measures import Query


def coverage_panel(view: View, path: str) -> list:
    """The panel; without a standard it says so and offers the categories that have one."""
    state, lang = view.state, view.state.lang
    standard = view.dataset.held(state)
    if standard is None:
        return without_standard(view)
    position, query = subject(view), Query(state.category, state.age, standard, state.plan)
    coverage = view.dataset.coverages.summary(position, query, state.period)
    nearness = view.dataset.coverages.nearness(position, query, state.period)
    name = f"{name_of(view, position)} · {category_name(lang, coverage.category)}"
    return [
        html.Div([html.B(name), *show_gap(view)], className="panel-head"),
        standard_line(view, standard),
        *(without_radius(view, standard) if standard.radius_m is None else []),
        html.Div(_figures(view, coverage, nearness), className="figures"),
        *_worst(view, coverage, path),
        *_borders(view, path),
        html.P(t(lang, "coverage_caveat"), className="note"),
    ]


def _figures(view: View, coverage: Coverage, nearness: Nearness) -> list[html.Div]:
    lang, standard = view.state.lang, coverage.standard
    people = t(lang, "people_unit")
    share = None if coverage.share is None else f"{coverage.share:.1%}"
    figures = [
        _figure(t(lang, f"who_{standard.counts}"), _count(coverage.elderly), people),
        _figure(t(lang, "coverage_reached"), _count(coverage.reached), share or ""),
        _figure(t(lang, "coverage_beyond"), _count(coverage.beyond), people, strong=True),
        _figure(t(lang, "coverage_served"), _count(nearness.served), people),
        _figure(t(lang, "coverage_providers"), _count(coverage.providers), ""),
        _figure(t(lang, "coverage_capacity"), _count(coverage.capacity), t(lang, "places_unit")),
        _figure(t(lang, "coverage_capacity_per_1000"), _ratio(coverage.capacity_per_1000), ""),
        _figure(t(lang, "coverage_load"), _ratio(coverage.load), t(lang, "load_unit")),
        _figure(t(lang, "coverage_access"), _ratio(nearness.access), t(lang, "times_unit")),
    ]
    if nearness.across:
        figures.append(_figure(t(lang, "coverage_across"), _count(nearness.across), people))
    if coverage.short_places is not None:
        places, meant = t(lang, "places_unit"), _count(coverage.short_people)
        unit = t(lang, "coverage_short_for", places=places, people=meant)
        figures.append(
            _figure(t(lang, "coverage_short"), _count(coverage.short_places), unit, strong=True)
        )
    return figures


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


def _borders(view: View, path: str) -> list:
    """Neighbours' providers by the people here whom they would newly reach."""
    lang, found = (
        view.state.lang,
        view.dataset.coverages.border_providers(view.state, subject(view)),
    )
    if not found:
        return []
    most = max(item.newly for item in found)
    rows = []
    for item in found:
        where = name_of(view, item.community) if item.community >= 0 else ""
        label = f"{item.name} · {where}" if where else item.name
        bar = html.Div(html.I(style={"width": f"{100 * item.newly / most:.1f}%"}), className="bar")
        number = t(lang, "borders_row", count=f"{item.newly:,}")
        name = html.Span(label, className="name", title=label)
        rows.append(html.Div([name, bar, html.Span(number)], className="bar-row"))
    return [
        html.H3(t(lang, "borders_title")),
        html.Div(rows),
        html.P(t(lang, "borders_note"), className="note"),
    ]
