"""The table: mounted when the map is drawn, rows sent as they come into sight."""

from __future__ import annotations

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard import ids
from dashboard.components.area_table import area_table, table_head, table_page
from dashboard.current_view import CurrentView


def register(app: Dash, current: CurrentView) -> None:
    """Register heading, grid and rows."""

    @app.callback(
        Output(ids.TABLE_HEAD, "children"), Input(ids.SCENE, "data"), prevent_initial_call=True
    )
    def fill_table_head(scene: str):
        return table_head(current(scene))

    @app.callback(
        Output(ids.TABLE_HOLDER, "children"),
        Input(ids.SCENE, "data"),
        Input(ids.MAP_READY, "data"),
        State(ids.ROUTE, "pathname"),
        prevent_initial_call=True,
    )
    def fill_table(scene: str, ready: int | None, path: str):
        if not ready or path.endswith("/embed"):
            raise PreventUpdate
        return area_table(current(scene))

    @app.callback(
        Output(ids.TABLE, "getRowsResponse"),
        Input(ids.TABLE, "getRowsRequest"),
        State(ids.SCENE, "data"),
        prevent_initial_call=True,
    )
    def fill_rows(request: dict | None, scene: str):
        if request is None:
            raise PreventUpdate
        return table_page(current(scene), request)
