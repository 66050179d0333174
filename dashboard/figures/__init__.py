"""Figures as plain dicts in Plotly's schema: data in, dict out, no Plotly import on the server."""

from dashboard.figures.trend import TREND_CONFIG, trend_figure

__all__ = ["TREND_CONFIG", "trend_figure"]
