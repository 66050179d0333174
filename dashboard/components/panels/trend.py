"""The trend: the area in question against the area above it, month by month."""

from __future__ import annotations

import numpy as np
from dash import dcc, html

from dashboard import ids
from dashboard.components.panels.subject import name_of, parent_of, subject
from dashboard.figures import TREND_CONFIG, trend_figure
from dashboard.figures.trend import Line
from dashboard.text import date_name, t
from dashboard.text.numbers import format_of
from dashboard.view import View

ABSOLUTE = {"people", "cards"}
TICKS = {"people": ",.0f", "cards": ",.0f", "share": ".1f", "per_1000": ".2f"}


def trend_panel(view: View, path: str) -> list:
    """Heading, figure, and in words how many months the line leaves out, and why."""
    position = subject(view)
    lang, name = view.state.lang, name_of(view, position)
    heading = t(lang, "trend_title", area=name, measure=view.measure.text(lang)["name"])
    unit = view.measure_words.unit.strip()
    head = html.Div([html.B(heading), html.Span(f" ({unit})" if unit else "")])
    if not view.measure.by_month:
        return [head, html.P(t(lang, "trend_one_month"), className="note")]
    area = _line(view, position)
    if not np.isfinite(area.numbers).any():
        return [head, html.P(t(lang, "trend_none", area=name), className="note")]
    figure = trend_figure(
        view.dataset.periods,
        area,
        _parent_line(view, position),
        tickformat=TICKS.get(view.measure.unit, ".1f"),
        now=view.state.period,
    )
    graph = dcc.Graph(
        id=ids.TREND, figure=figure, config=TREND_CONFIG, responsive=True, className="graph"
    )
    return [head, graph, *_gap_note(view, area), *_fixed_note(view)]


def _line(view: View, position: int) -> Line:
    series = view.dataset.series(view.measure, position, view.query)
    form = format_of(view.measure.unit)
    numbers = np.round(series.number * form.scale, form.decimals + 1)
    texts = [f"{number:,.{form.decimals}f}{view.measure_words.unit}" for number in numbers]
    return Line(name_of(view, position), numbers, texts)


def _parent_line(view: View, position: int) -> Line | None:
    """The parent's line; none for counts, where the parent would flatten the area's own line."""
    parent = parent_of(view, position)
    if parent is None or view.measure.unit in ABSOLUTE:
        return None
    return _line(view, parent)


def _gap_note(view: View, area: Line) -> list:
    gaps = int((~np.isfinite(area.numbers)).sum())
    if not gaps:
        return []
    words = t(view.state.lang, "trend_gaps", count=gaps, k=view.dataset.k)
    return [html.P(words, className="note")]


def _fixed_note(view: View) -> list:
    """Measures of the population alone are the same in every month; a flat line is no finding."""
    if not view.dataset.is_timeless(view.measure.key):
        return []
    lang = view.state.lang
    as_of = date_name(lang, view.dataset.manifest["population"]["as_of"])
    return [html.P(t(lang, "trend_fixed", as_of=as_of), className="note")]
