"""Breadcrumb, what the area holds, and the generated sentence."""

from __future__ import annotations

from dash import html

from dashboard import ids
from dashboard.components.links import address
from dashboard.view import View
from dashboard.view_state import Event, reduce_view


def lead(view: View, path: str) -> list:
    """Breadcrumb and headline; every step up is a link and an event."""
    steps: list = []
    for crumb in view.crumbs[:-1]:
        steps += [area_link(view, crumb.code, crumb.name, path), html.Span("›", className="sep")]
    steps += [html.B(view.crumbs[-1].name), html.Span(view.summary, className="holds")]
    return [
        html.H1(steps, id=ids.CRUMBS, className="crumbs"),
        html.P(view.headline, id=ids.HEADLINE, className="headline"),
    ]


def area_link(view: View, code: str, name: str, path: str, **more) -> html.A:
    """A link that moves to another area: an event on a plain click, a new tab on a middle click."""
    target = reduce_view(view.state, Event("drill", code), view.dataset)
    return html.A(
        name,
        href=address(path, target.to_query()),
        **{"data-atlas": "drill", "data-code": code},
        **more,
    )
