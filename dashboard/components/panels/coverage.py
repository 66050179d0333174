"""Coverage: reach, capacity and use of one category side by side, against its written standard."""

from __future__ import annotations

from dash import html

from dashboard.components.lead import area_link
from dashboard.components.panels.figures import count_text, figure, ratio_text
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
        figure(t(lang, f"who_{standard.counts}"), count_text(coverage.elderly), people),
        figure(t(lang, "coverage_reached"), count_text(coverage.reached), share or ""),
        figure(t(lang, "coverage_beyond"), count_text(coverage.beyond), people, strong=True),
        figure(t(lang, "coverage_served"), count_text(nearness.served), people),
        figure(t(lang, "coverage_providers"), count_text(coverage.providers), ""),
        figure(t(lang, "coverage_capacity"), count_text(coverage.capacity), t(lang, "places_unit")),
        figure(t(lang, "coverage_capacity_per_1000"), ratio_text(coverage.capacity_per_1000), ""),
        figure(t(lang, "coverage_load"), ratio_text(coverage.load), t(lang, "load_unit")),
        figure(t(lang, "coverage_access"), ratio_text(nearness.access), t(lang, "times_unit")),
    ]
    if nearness.across:
        figures.append(figure(t(lang, "coverage_across"), count_text(nearness.across), people))
    if coverage.short_places is not None:
        places, meant = t(lang, "places_unit"), count_text(coverage.short_people)
        unit = t(lang, "coverage_short_for", places=places, people=meant)
        figures.append(
            figure(t(lang, "coverage_short"), count_text(coverage.short_places), unit, strong=True)
        )
    return figures


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
