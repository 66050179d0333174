"""Every id once, with its component type but without content.

Dash checks callbacks against this in the browser and sends it with each page: the real layouts
would weigh a hundred times as much. A contract test compares it with them.
"""

from __future__ import annotations

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
import dash_leaflet as dl
from dash import dcc, html

from dashboard import ids
from dashboard.components.shell import shell

STORES = (
    ids.ADDRESS,
    ids.VIEW_STATE,
    ids.SCENE,
    ids.MAP_EVENT,
    ids.MAP_DATA,
    ids.MAP_SELECT,
    ids.MAP_READY,
    ids.HOVER,
    ids.SITING_JOB,
    ids.SITING_PLAN,
)
SELECTS = (ids.PERIOD, ids.MEASURE, ids.CATEGORY, ids.AGE, ids.LEVEL, ids.SHOW, ids.CLASSES)
SELECTS += (ids.STANDARD, ids.WHO, ids.SITING_GOAL)
NUMBERS = (ids.WALK, ids.NORM, ids.DETOUR, ids.PLAN_PLACES, ids.SITING_COUNT, ids.SITING_PLACES)
BLOCKS = (
    ids.SEARCH_HITS,
    ids.LINKS,
    ids.LEAD,
    ids.BREAKS_BOX,
    ids.MAP_FRAME,
    ids.MAP_TITLE,
    ids.LEGEND,
    ids.TABLE_HEAD,
    ids.TABLE_HOLDER,
    ids.PANEL,
    ids.FOOT,
    ids.WORK,
    ids.STANDARD_BAR,
    ids.PLAN_BAR,
    ids.SITING_ANSWER,
)


def skeleton() -> html.Div:
    """The validation layout."""
    return html.Div(
        [
            shell(),
            *(dcc.Store(id=name) for name in STORES),
            *(dbc.Select(id=name) for name in SELECTS),
            *(html.Div(id=name) for name in BLOCKS),
            dcc.Input(id=ids.SEARCH),
            dbc.Input(id=ids.BREAKS),
            *(dbc.Input(id=name, type="number") for name in NUMBERS),
            dbc.Textarea(id=ids.SITING_LIST),
            *(html.Button(id=name) for name in (ids.SITING_START, ids.SITING_STOP)),
            dcc.Interval(id=ids.SITING_TICK, disabled=True),
            dbc.Checkbox(id=ids.POINTS),
            dbc.RadioItems(id=ids.TAB),
            dl.Map(id=ids.MAP, children=dl.LayerGroup(id=ids.MAP_ANCHOR)),
            dag.AgGrid(id=ids.TABLE),
        ]
    )
