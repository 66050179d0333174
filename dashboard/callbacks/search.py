"""The answers of the search box."""

from __future__ import annotations

from functools import partial

from dash import Dash, Input, Output, State

from dashboard import ids
from dashboard.components.search_hits import search_hits
from dashboard.current_view import CurrentView


def register(app: Dash, current: CurrentView) -> None:
    """Register the search."""

    @app.callback(
        Output(ids.SEARCH_HITS, "children"),
        Input(ids.SEARCH, "value"),
        State(ids.VIEW_STATE, "data"),
        State(ids.ROUTE, "pathname"),
        prevent_initial_call=True,
    )
    def fill_search_hits(text: str | None, query: str, path: str):
        view = current(query)
        opens = partial(current.access.opens, view.dataset)
        return search_hits(view, (text or "")[:40], path, opens)
