"""The invisible parts: the address and the stores that hold the view state."""

from __future__ import annotations

from dash import dcc

from dashboard import ids
from dashboard.view import View


def state_parts(view: View) -> list:
    """Address and stores, filled for a view."""
    return [
        dcc.Store(id=ids.ADDRESS),
        dcc.Store(id=ids.VIEW_STATE, data=view.state.to_query()),
        dcc.Store(id=ids.SCENE, data=scene_query(view)),
    ]


def scene_query(view: View) -> str:
    """The state without selection and tab: while it stays the same, map and table stay too."""
    return view.state.to_query(select="", tab="trend")
