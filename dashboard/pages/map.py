"""The map page: map in the middle, table and panels beside it, everything in one screen."""

from __future__ import annotations

from dash import html

from dashboard import ids
from dashboard.components.controls import controls, work_class
from dashboard.components.foot import foot, ribbon
from dashboard.components.header import header
from dashboard.components.lead import lead
from dashboard.components.state import state_parts
from dashboard.components.work import map_box, panel_box, table_box
from dashboard.dataset import Dataset
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.text import t
from dashboard.view import build_view
from dashboard.view_state import parse_view


def map_page(dataset: Dataset, search: str, settings: Settings, releases: Releases) -> html.Div:
    """The whole page for an address, controls set; the browser then asks for values and rows."""
    view = build_view(dataset, parse_view(search, dataset, settings.lang))
    work = html.Main(
        [map_box(view), table_box(view), panel_box(view)], className=work_class(view), id=ids.WORK
    )
    return html.Div(
        [
            html.A(t(view.state.lang, "skip_to_map"), href="#work", className="skip"),
            *state_parts(view),
            header(view, settings.prefix),
            *ribbon(view),
            html.Div(lead(view, settings.prefix), id=ids.LEAD, className="lead-block"),
            controls(view),
            work,
            html.Footer(foot(view, settings.prefix), id=ids.FOOT, className="foot"),
        ],
        className="atlas whole",
        lang=view.state.lang,
    )
