"""The panel; it waits for the map, because Plotly is heavier than everything before it."""

from __future__ import annotations

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard import ids
from dashboard.components.panels import panel
from dashboard.current_view import CurrentView


def register(app: Dash, current: CurrentView) -> None:
    """Register the panel."""

    @app.callback(
        Output(ids.PANEL, "children"),
        Input(ids.VIEW_STATE, "data"),
        Input(ids.MAP_READY, "data"),
        State(ids.ROUTE, "pathname"),
        prevent_initial_call=True,
    )
    def fill_panel(query: str, ready: int | None, path: str):
        if not ready or path.endswith("/embed"):
            raise PreventUpdate
        return panel(current(query), path)
