"""The embedded page: the same view without chrome, for another site's iframe.

All controls are there but hidden, so that the one reducer serves both pages.
"""

from __future__ import annotations

from dash import html

from dashboard import ids
from dashboard.components.controls import controls
from dashboard.components.foot import foot, ribbon
from dashboard.components.header import month, search_box
from dashboard.components.lead import lead
from dashboard.components.state import state_parts
from dashboard.components.work import map_box, panel_box, table_box
from dashboard.dataset import Dataset
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.view import build_view
from dashboard.view_state import parse_view


def embed_page(dataset: Dataset, search: str, settings: Settings, releases: Releases) -> html.Div:
    """Breadcrumb, map with legend and papers; it tells its height to the site around it."""
    view = build_view(dataset, parse_view(search, dataset, settings.lang))
    lang = view.state.lang
    hidden = [
        search_box(lang),
        month(view),
        html.Div(id=ids.LINKS),
        controls(view),
        table_box(view),
        panel_box(view),
    ]
    return html.Div(
        [
            *state_parts(view),
            *ribbon(view),
            html.Div(lead(view, settings.prefix + "embed"), id=ids.LEAD, className="lead-block"),
            html.Div(id=ids.WORK),
            html.Main(map_box(view, embed=True), className="embed-map"),
            html.Footer(foot(view, settings.prefix), id=ids.FOOT, className="foot"),
            html.Div(hidden, className="hidden", **{"aria-hidden": "true"}),
        ],
        className="atlas embed",
        lang=lang,
    )
