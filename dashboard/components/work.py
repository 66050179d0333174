"""The three boxes of the work area: map with title and legend, table, panel."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html

from dashboard import ids
from dashboard.components.area_table import table_head
from dashboard.components.legend import legend, map_title
from dashboard.components.map_view import map_view
from dashboard.components.plan_bar import plan_bar
from dashboard.components.standard_bar import standard_bar
from dashboard.text import t
from dashboard.view import View
from dashboard.view_state import TABS


def map_box(view: View, embed: bool = False) -> html.Section:
    """Map, title and legend laid over it."""
    return html.Section(
        [
            html.Div(
                [
                    map_view(view.state.lang, embed=embed),
                    html.Div(map_title(view), id=ids.MAP_TITLE, className="map-title"),
                ],
                className="map-holder",
            ),
            html.Aside(
                legend(view),
                id=ids.LEGEND,
                className="legend",
                **{"aria-label": t(view.state.lang, "legend_counts")},
            ),
        ],
        className="card-box map-box",
    )


def table_box(view: View) -> html.Section:
    """The table of the areas drawn; the grid comes after the map is drawn."""
    lang = view.state.lang
    return html.Section(
        [
            html.Div(table_head(view), id=ids.TABLE_HEAD, className="box-head"),
            html.Div(wait(lang), id=ids.TABLE_HOLDER, className="table-holder"),
        ],
        className="card-box table-box",
    )


def panel_box(view: View) -> html.Section:
    """The tabs; their content comes after the map is drawn."""
    lang = view.state.lang
    # Radio buttons, not dbc.Tabs: those cannot be reached by keyboard (every tab has tabindex -1).
    tabs = dbc.RadioItems(
        [{"label": t(lang, f"tab_{tab}"), "value": tab} for tab in TABS],
        value=view.state.tab,
        id=ids.TAB,
        class_name="panel-tabs",
        input_class_name="btn-check",
        label_class_name="panel-tab",
        label_checked_class_name="active",
    )
    return html.Section(
        [
            tabs,
            standard_bar(view),
            html.Div(
                [plan_bar(view), html.Div(wait(lang), id=ids.PANEL, className="panel")],
                className="panel-scroll",
                tabIndex="0",  # so that the keyboard can scroll what has no control in it
                role="region",
                **{"aria-label": t(lang, "panel_label")},
            ),
        ],
        className="card-box panel-box",
    )


def wait(lang: str) -> html.P:
    """What stands where something comes after the map."""
    return html.P(t(lang, "panel_wait"), className="note p-2")
