"""The parts of the screen that follow the view: one callback each, all of the same shape."""

from __future__ import annotations

from collections.abc import Callable

from dash import Dash, Input, Output, State

from dashboard import ids
from dashboard.components.foot import foot
from dashboard.components.lead import lead
from dashboard.components.legend import legend, map_title
from dashboard.components.links import links
from dashboard.current_view import CurrentView
from dashboard.view import View

# Part of the screen -> what fills it, from the view and the path of the page.
SCENE_PARTS: dict[str, Callable[[View, str], list]] = {
    ids.LEAD: lead,
    ids.MAP_TITLE: lambda view, path: map_title(view),
    ids.LEGEND: lambda view, path: legend(view),
}


def register(app: Dash, current: CurrentView) -> None:
    """Register one callback per part."""
    for part, fill in SCENE_PARTS.items():
        _fill_from_scene(app, current, part, fill)

    @app.callback(
        Output(ids.MAP_DATA, "data"), Input(ids.SCENE, "data"), State(ids.VIEW_STATE, "data")
    )
    def fill_map(scene: str, query: str):
        return current(query).map_payload(current.prefix)

    @app.callback(Output(ids.LINKS, "children"), Input(ids.VIEW_STATE, "data"))
    def fill_links(query: str):
        return links(current(query), current.prefix)

    @app.callback(Output(ids.FOOT, "children"), Input(ids.SCENE, "data"))
    def fill_foot(scene: str):
        return foot(current(scene), current.prefix)


def _fill_from_scene(app: Dash, current: CurrentView, part: str, fill: Callable) -> None:
    @app.callback(
        Output(part, "children"),
        Input(ids.SCENE, "data"),
        State(ids.ROUTE, "pathname"),
        prevent_initial_call=True,
    )
    def fill_part(scene: str, path: str):
        return fill(current(scene), path)
