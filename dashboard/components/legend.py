"""Title and legend laid over the map."""

from __future__ import annotations

from dash import html

from dashboard.text import state_text, t
from dashboard.view import View

STATES = (("suppressed", 1), ("missing", 2), ("coarser", 3))


def map_title(view: View) -> list:
    """What the map shows, and of when."""
    return [html.B(view.title), html.Span(view.subtitle)]


def legend(view: View) -> list:
    """Class breaks with counts, then each kind of area without a number, then the parent."""
    lang = view.state.lang
    rows = [_class_row(view, i) for i in reversed(range(len(view.classes.labels)))]
    rows += _state_rows(view)
    parent = t(lang, "legend_parent", name=view.parent.name, value=view.parent.text)
    return [
        html.H3(measure_short(view)),
        html.Ul(rows),
        html.Div(parent, className="parent"),
    ]


def measure_short(view: View) -> str:
    """Short name of the measure; class labels carry the unit."""
    return view.short


def _class_row(view: View, i: int) -> html.Li:
    classes = view.classes
    swatch = html.I(className="swatch", style={"background": classes.colours[i]})
    count = html.Span(str(classes.counts[i]), className="count")
    return html.Li([swatch, classes.labels[i], count], **{"data-legend-class": str(i)})


def _state_rows(view: View) -> list[html.Li]:
    found = [(name, state) for name, state in STATES if view.state_counts.get(name)]
    lang, k = view.state.lang, view.dataset.k
    return [
        html.Li(
            [
                html.I(className=f"swatch state-{state}"),
                state_text(lang, state, k),
                html.Span(str(view.state_counts[name]), className="count"),
            ],
            title=t(lang, "suppressed_why", k=k) if name == "suppressed" else None,
            **{"data-legend-class": name},
        )
        for name, state in found
    ]
