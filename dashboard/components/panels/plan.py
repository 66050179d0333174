"""What the plan changes: people, its sites, the neighbours' load, the areas."""

from __future__ import annotations

from dash import html

from dashboard.components.lead import area_link
from dashboard.components.links import address
from dashboard.components.panels.figures import (
    UNKNOWN,
    count_text,
    figure,
    ratio_text,
)
from dashboard.components.panels.standard_line import (
    reach_standard,
    show_gap,
    standard_line,
)
from dashboard.components.panels.subject import name_of, subject
from dashboard.coverage import PlanEffect, PlanSite
from dashboard.coverage.effect import CLOSED
from dashboard.text import category_name, t
from dashboard.text.numbers import format_number
from dashboard.view import View
from dashboard.view.plan_words import site_number, site_place

AREAS = 8


def plan_panel(view: View, path: str) -> list:
    """The effect of the plan in the address; without one, how to make one."""
    state, lang = view.state, view.state.lang
    standard, instead = reach_standard(view)
    if standard is None:
        return instead
    position = subject(view)
    effect = view.dataset.coverages.plan_effect(state, position)
    name = f"{name_of(view, position)} · {category_name(lang, state.category)}"
    head = [html.Div([html.B(name), *show_gap(view)], className="panel-head")]
    if effect is None:
        return [*head, standard_line(view, standard), html.P(t(lang, "plan_empty"))]
    return [
        *head,
        standard_line(view, standard),
        html.Div(_figures(lang, effect), className="figures"),
        _sites(view, effect),
        _ways_out(view, path),
        *_neighbours(lang, effect),
        *_areas(view, effect, path),
        html.P(t(lang, "plan_caveat"), className="note"),
    ]


def _figures(lang: str, effect: PlanEffect) -> list[html.Div]:
    own, people = effect.own, t(lang, "people_unit")
    share = _share_text(lang, own.elderly, own.gap_before, own.gap_after)
    figures = [
        figure(t(lang, "plan_gained"), f"{effect.gained:,}", people, strong=True),
        figure(
            t(lang, "plan_gap"),
            t(lang, "from_to", before=f"{own.gap_before:,}", after=f"{own.gap_after:,}"),
            people,
        ),
        figure(t(lang, "plan_share"), share, ""),
    ]
    if effect.lost:
        figures.insert(1, figure(t(lang, "plan_lost"), f"{effect.lost:,}", people, strong=True))
    return figures


def _share_text(lang: str, elderly: int, before: int, after: int) -> str:
    if not elderly:
        return UNKNOWN
    texts = [f"{1 - gap / elderly:.1%}" for gap in (before, after)]
    return t(lang, "from_to", before=texts[0], after=texts[1])


def _sites(view: View, effect: PlanEffect) -> html.Table:
    lang = view.state.lang
    heads = ("site", "where", "places", "in_reach", "newly", "site_load", "")
    return html.Table(
        [
            html.Caption(t(lang, "plan_sites")),
            html.Thead(html.Tr([html.Th(t(lang, f"plan_{h}") if h else "") for h in heads])),
            html.Tbody([_site_row(view, i, site) for i, site in enumerate(effect.sites)]),
        ],
        className="plain sites",
    )


def _site_row(view: View, index: int, site: PlanSite) -> html.Tr:
    lang = view.state.lang
    label = html.B(site_number(index), className=f"pin {site.action}")
    drop = html.Button(
        "×",
        type="button",
        className="drop",
        title=t(lang, "plan_drop"),
        **{"data-atlas": "plan_drop", "data-code": site.id},
        **{"aria-label": f"{t(lang, 'plan_drop')} {site_number(index)}"},
    )
    if not site.counts:
        cells = [html.Td(t(lang, "plan_ignored"), colSpan=4, className="note")]
    elif site.action == CLOSED:
        cells = [html.Td(count_text(site.capacity), className="n"), html.Td("", colSpan=3)]
    else:
        enough = "" if site.justified is not False else t(lang, "plan_too_few")
        cells = [
            html.Td(count_text(site.capacity), className="n"),
            html.Td([count_text(site.people), html.Small(enough)], className="n"),
            html.Td(count_text(site.newly), className="n"),
            html.Td(ratio_text(site.load), className="n"),
        ]
    where = site_place(view, site)
    action = html.Small(t(lang, f"action_{site.action}"))
    return html.Tr([html.Td([label, action]), html.Td(where, title=where), *cells, html.Td(drop)])


def _ways_out(view: View, path: str) -> html.Div:
    lang, query = view.state.lang, view.state.to_query()
    prefix = path.removesuffix("embed")
    return html.Div(
        [
            html.A(t(lang, "plan_print"), href=address(prefix + "export/plan.pdf", query)),
            html.A(t(lang, "plan_csv"), href=address(prefix + "export/plan.csv", query)),
            html.Button(
                t(lang, "plan_clear"),
                type="button",
                className="tool",
                **{"data-atlas": "plan", "data-code": ""},
            ),
        ],
        className="tools",
    )


def _neighbours(lang: str, effect: PlanEffect) -> list:
    rows = [item for item in effect.neighbours if item.load_before is not None]
    if not rows:
        return []
    lines = [
        html.Tr(
            [
                html.Td(item.name or item.id),
                html.Td(
                    t(
                        lang,
                        "from_to",
                        before=f"{item.load_before:,.2f}",
                        after=f"{item.load_after:,.2f}",
                    ),
                    className="n",
                ),
            ]
        )
        for item in rows
    ]
    head = html.Thead(html.Tr([html.Th(t(lang, "plan_provider")), html.Th(t(lang, "plan_load"))]))
    return [
        html.Table(
            [html.Caption(t(lang, "plan_neighbours")), head, html.Tbody(lines)],
            className="plain paired",
        )
    ]


def _areas(view: View, effect: PlanEffect, path: str) -> list:
    lang = view.state.lang
    rows = effect.areas[:AREAS]
    if not rows:
        return []
    lines = [
        html.Tr(
            [
                html.Td(
                    area_link(
                        view,
                        view.dataset.tree.codes[item.position],
                        name_of(view, item.position),
                        path,
                    )
                ),
                html.Td(
                    t(
                        lang,
                        "from_to",
                        before=format_number(item.gap_before),
                        after=format_number(item.gap_after),
                    ),
                    className="n",
                ),
            ]
        )
        for item in rows
    ]
    head = html.Thead(html.Tr([html.Th(t(lang, "col_name")), html.Th(t(lang, "plan_gap_people"))]))
    return [
        html.Table(
            [html.Caption(t(lang, "plan_areas")), head, html.Tbody(lines)], className="plain paired"
        )
    ]
