"""Callbacks that run in the browser: named functions in assets/, no string of script here."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input

from dashboard import ids


def register(app: Dash) -> None:
    """Register what follows a store without asking the server; none of them has an output."""
    # One function a store: of two callbacks without output on the same input Dash keeps one.
    follow = {
        ids.MAP_DATA: ("atlas_map", "drawMap"),
        ids.MAP_SELECT: ("atlas_page", "followSelection"),
        ids.ADDRESS: ("atlas_address", "followAddress"),
        ids.HOVER: ("atlas_page", "followPointer"),
    }
    for store, (namespace, name) in follow.items():
        app.clientside_callback(ClientsideFunction(namespace, name), Input(store, "data"))
    app.clientside_callback(
        ClientsideFunction("atlas_page", "reloadRows"), Input(ids.TABLE_HOLDER, "children")
    )
