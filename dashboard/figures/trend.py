"""The trend of one area against its parent, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ACCENT, PARENT, GRID, INK = "#0f5c66", "#9aa7ad", "#e6ebed", "#51626a"
FONT = '"Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif'
TREND_CONFIG = {
    "displaylogo": False,
    "displayModeBar": False,
    "responsive": True,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "scrollZoom": False,
}


@dataclass(frozen=True)
class Line:
    """One line: a name, a number a month (NaN where none may or can be shown), its text."""

    name: str
    numbers: np.ndarray
    texts: Sequence[str]


def trend_figure(
    periods: Sequence[str], area: Line, parent: Line | None, *, tickformat: str, now: str
) -> dict:
    """A Plotly figure with a gap wherever a month has no number.

    Parameters
    ----------
    periods : sequence of str
        "YYYY-MM", ascending.
    area, parent : Line, (n_periods,)
        `parent` is None at the root, or where the measure has another scale there.
    tickformat : str
        d3 format of the value axis.
    now : str
        The month on the map, marked by a dot.

    Returns
    -------
    dict
        `data` and `layout`; lines are never joined over a gap.
    """
    lines = [_trace(periods, area, ACCENT, 2.2)]
    if parent is not None:
        lines.insert(0, _trace(periods, parent, PARENT, 1.6, dash="dot"))
    if now in periods:
        at = list(periods).index(now)
        if np.isfinite(area.numbers[at]):
            lines.append(_dot(now, float(area.numbers[at])))
    return {"data": lines, "layout": _layout(tickformat)}


def _trace(periods: Sequence[str], line: Line, colour: str, width: float, dash: str = "solid"):
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": line.name,
        "x": list(periods),
        "y": [float(number) if np.isfinite(number) else None for number in line.numbers],
        "text": list(line.texts),
        "hovertemplate": "%{x|%Y-%m}  %{text}<extra>" + line.name + "</extra>",
        "connectgaps": False,
        "line": {"color": colour, "width": width, "dash": dash},
        "marker": {"size": 3.5, "color": colour},
    }


def _dot(period: str, number: float) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [period],
        "y": [number],
        "hoverinfo": "skip",
        "showlegend": False,
        "marker": {"size": 10, "color": "#d97706", "line": {"color": "#fff", "width": 1.5}},
    }


def _layout(tickformat: str) -> dict:
    axis = {"gridcolor": GRID, "linecolor": "#c3ced3", "zeroline": False, "automargin": True}
    return {
        "autosize": True,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": INK},
        "hovermode": "x unified",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {**axis, "type": "date", "tickformat": "%Y-%m", "showgrid": False, "nticks": 7},
        "yaxis": {**axis, "tickformat": tickformat, "rangemode": "normal", "nticks": 6},
    }
