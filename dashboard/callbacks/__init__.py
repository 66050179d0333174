"""Callbacks: one reducer writes the state, the address and the controls; all others read it."""

from __future__ import annotations

from dash import Dash

from dashboard.callbacks import browser, panel, parts, search, siting, table, view_state
from dashboard.current_view import CurrentView


def register_callbacks(app: Dash, current: CurrentView) -> None:
    """Register every callback on `app`."""
    view_state.register(app, current)
    parts.register(app, current)
    table.register(app, current)
    panel.register(app, current)
    search.register(app, current)
    siting.register(app, current)
    browser.register(app)
