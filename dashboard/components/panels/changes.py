"""Openings and closings: reach and use around them before and after, against areas alike."""

from __future__ import annotations

from dash import html

from dashboard.components.panels.standard_line import (
    reach_standard,
    standard_line,
)
from dashboard.components.panels.subject import name_of, subject
from dashboard.coverage import SupplyEvent
from dashboard.text import category_name, period_name, t
from dashboard.text.numbers import format_signed
from dashboard.view import View
from geodata.coverage import BeforeAfter


def changes_panel(view: View, path: str) -> list:
    """The latest openings and closings in the area."""
    state, lang = view.state, view.state.lang
    standard, instead = reach_standard(view)
    if standard is None:
        return instead
    position = subject(view)
    events = view.dataset.coverages.supply_events(state, position)
    name = f"{name_of(view, position)} · {category_name(lang, state.category)}"
    head = [html.Div(html.B(name), className="panel-head"), standard_line(view, standard)]
    if not events:
        return [*head, html.P(t(lang, "changes_none"))]
    heads = ("month", "provider", "reach", "use")
    return [
        *head,
        html.Table(
            [
                html.Thead(html.Tr([html.Th(t(lang, f"changes_{h}")) for h in heads])),
                html.Tbody([_row(view, event) for event in events]),
            ],
            className="plain changes",
        ),
        html.P(t(lang, "changes_note"), className="note"),
    ]


def _row(view: View, event: SupplyEvent) -> html.Tr:
    lang = view.state.lang
    site = view.dataset.sites.describe(event.provider_id)[0] or event.provider_id
    where = name_of(view, event.community)
    action = t(lang, f"changes_{event.action}")
    return html.Tr(
        [
            html.Td(f"{period_name(lang, event.period)} {action}"),
            html.Td([site, html.Small(where)]),
            html.Td(_compared(lang, event.reach)),
            html.Td(_compared(lang, event.use)),
        ]
    )


def _compared(lang: str, found: BeforeAfter | None) -> list | str:
    """Around it, in areas alike, and the difference of the two changes."""
    if found is None:
        return t(lang, "changes_unknown")
    low, high = found.usual
    change = found.surroundings[1] - found.surroundings[0]
    key = "changes_usual" if low <= change <= high else "changes_unusual"
    return [
        t(
            lang,
            "from_to",
            before=_percent(found.surroundings[0]),
            after=_percent(found.surroundings[1]),
        ),
        html.Small(
            t(
                lang,
                "changes_alike",
                before=_percent(found.comparable[0]),
                after=_percent(found.comparable[1]),
                count=found.n_comparable,
                months=found.months,
            )
        ),
        html.Small(t(lang, key, difference=format_signed(100 * found.difference))),
    ]


def _percent(share: float) -> str:
    return f"{share:.1%}"
