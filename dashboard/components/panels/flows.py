"""Flows: where holders of an area use their cards, and whose cards are used there."""

from __future__ import annotations

from dash import html

from dashboard.components.lead import area_link
from dashboard.components.panels.subject import name_of, subject
from dashboard.flows import FlowRow, Flows
from dashboard.text import state_text, t
from dashboard.view import View
from geodata.schema import STATE_SUPPRESSED


def flows_panel(view: View, path: str) -> list:
    """Two lists of districts with bars; a protected row is named but has no number."""
    state = view.state
    flows = view.dataset.flows(subject(view), state.period, state.category)
    if not flows.out and not flows.into:
        return [html.P(t(state.lang, "flows_empty"))]
    lists = [
        _list(view, t(state.lang, "flows_out"), flows.out, path),
        _list(view, t(state.lang, "flows_in"), flows.into, path),
    ]
    return [
        html.Div(html.B(name_of(view, flows.position))),
        *_remarks(view, flows),
        html.Div([part for part in lists if part], className="lists"),
        html.P(t(state.lang, "flows_base"), className="note mt-1"),
    ]


def _remarks(view: View, flows: Flows) -> list:
    lang = view.state.lang
    remarks = []
    if not flows.exact:
        name = name_of(view, flows.position)
        remarks.append(html.P(t(lang, "flows_none", name=name), className="note"))
    if flows.partners != "district":
        remarks.append(html.P(t(lang, "flows_summed"), className="note"))
    if flows.outside_share is not None and flows.cross_share is not None:
        shares = {"share": f"{flows.outside_share:.1%}", "province": f"{flows.cross_share:.1%}"}
        remarks.append(html.P(t(lang, "flows_outside", **shares)))
    return remarks


def _list(view: View, heading: str, rows: tuple[FlowRow, ...], path: str) -> html.Div | None:
    if not rows:
        return None
    most = max((row.swipes or 0 for row in rows), default=0) or 1
    lines = [_row(view, row, most, path) for row in rows]
    return html.Div([html.H3(heading), *lines], className="list")


def _row(view: View, row: FlowRow, most: int, path: str) -> html.Div:
    lang = view.state.lang
    name = row.name_en if lang == "en" and row.name_en else row.name
    label = html.Span(t(lang, "flows_other"), className="name", title=t(lang, "flows_other_title"))
    if row.name:
        label = area_link(view, row.code, name, path, className="name", title=name)
    if row.swipes is None:
        return html.Div(
            [label, html.Div(), html.Small(state_text(lang, STATE_SUPPRESSED, view.dataset.k))],
            className="bar-row",
        )
    bar = html.Div(html.I(style={"width": f"{100 * row.swipes / most:.1f}%"}), className="bar")
    number = f"{row.swipes:,}" if row.share is None else f"{row.share:.1%}"
    return html.Div([label, bar, html.Span(number, title=f"{row.swipes:,}")], className="bar-row")
