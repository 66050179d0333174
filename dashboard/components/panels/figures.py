"""The boxes of a panel that show one number each, and how their numbers are written."""

from __future__ import annotations

from dash import html

UNKNOWN = "—"


def figure(label: str, number: str, unit: str, strong: bool = False) -> html.Div:
    """One number under its label; an unknown one has no unit."""
    value = html.B([number, html.Span(unit) if unit and number != UNKNOWN else ""])
    return html.Div([html.Small(label), value], className="figure strong" if strong else "figure")


def count_text(number: int | None) -> str:
    """1,234; a missing number as a dash."""
    return UNKNOWN if number is None else f"{number:,}"


def ratio_text(number: float | None) -> str:
    """1.23; a missing number as a dash."""
    return UNKNOWN if number is None else f"{number:,.2f}"
