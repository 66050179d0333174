"""The trend figure as a plain dict, checked by Plotly's own schema."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.trend import TREND_CONFIG, Line, trend_figure

PERIODS = ("2026-01", "2026-02", "2026-03", "2026-04")


def line(name, *numbers):
    return Line(name, np.array(numbers, dtype=float), [f"{number}%" for number in numbers])


def figure(now="2026-04", parent=None):
    area = line("东城区", 10.0, np.nan, 12.5, 13.0)
    return trend_figure(PERIODS, area, parent, tickformat=".1f", now=now)


def test_a_protected_month_is_a_gap_and_is_never_bridged():
    trace = figure()["data"][0]
    assert trace["y"] == [10.0, None, 12.5, 13.0]
    assert trace["connectgaps"] is False


def test_parent_lies_below_the_area():
    names = [trace.get("name") for trace in figure(parent=line("北京市", 1, 2, 3, 4))["data"]]
    assert names[:2] == ["北京市", "东城区"]


def test_the_month_on_the_map_is_marked_unless_it_is_a_gap():
    assert figure(now="2026-03")["data"][-1]["y"] == [12.5]
    assert len(figure(now="2026-02")["data"]) == 1
    assert len(figure(now="1999-01")["data"]) == 1


def test_plotly_takes_it_without_complaint():
    built = go.Figure(figure(parent=line("北京市", 1, 2, 3, 4)), skip_invalid=False)
    assert len(built.data) == 3


def test_no_cloud_button_and_no_address():
    assert TREND_CONFIG["displaylogo"] is False
    assert TREND_CONFIG["plotlyServerURL"] == ""
    assert "http" not in str(figure())
