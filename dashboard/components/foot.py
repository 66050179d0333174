"""The papers of every view: approval number or internal-use line, source, date, release."""

from __future__ import annotations

from dash import html

from dashboard.components.links import address
from dashboard.text import t
from dashboard.view import View


def foot(view: View, prefix: str) -> list:
    """Footer lines; the approval number or the internal-use line comes first, lower left."""
    notes = view.notes
    lines = [notes.data_date, notes.release, notes.base, notes.method, notes.standard]
    lang = view.state.lang
    query = f"lang={lang}"
    return [
        html.Span(notes.papers, className="approval"),
        *[html.Span(text) for text in lines if text],
        html.Span(notes.source, className="source", title=notes.source),
        html.A(t(lang, "quality_link"), href=address(prefix + "quality", query)),
    ]


def ribbon(view: View) -> list:
    """The demonstration mark, on every screen made from synthetic data."""
    mark = view.notes.demonstration
    return [html.Div(mark, className="ribbon", role="note")] if mark else []
