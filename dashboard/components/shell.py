"""What never changes while the reader moves: the address, the page's place, the notice."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard import ids


def shell() -> html.Div:
    """The outermost frame. `ROUTE` only hears which page is wanted; views write their address."""
    return html.Div(
        [
            dcc.Location(id=ids.ROUTE, refresh=False),
            html.Div(id=ids.PAGE),
            dbc.Alert(
                id=ids.NOTICE,
                is_open=False,
                dismissable=True,
                duration=8000,
                color="warning",
                class_name="notice",
            ),
        ]
    )
