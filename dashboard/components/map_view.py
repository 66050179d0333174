"""The map: a dash-leaflet map without tiles; scripts in assets/map_*.js draw on its canvas.

This module and those scripts are all that knows what draws the map. The rest of the dashboard
writes a payload (`View.map_payload`) into the store `MAP_DATA` and listens to `MAP_EVENT`.
"""

from __future__ import annotations

import dash_leaflet as dl
from dash import dcc, html

from dashboard import ids

# Where the map stands until the first payload brings its bounding box: Beijing-Tianjin-Hebei.
START_CENTRE = (39.3, 116.6)
START_ZOOM = 6.5
LABELS = {"zh-CN": "地图", "en": "Map"}


def map_view(lang: str = "zh-CN", embed: bool = False) -> html.Div:
    """The map with its stores; it fills its parent, which needs a height.

    Parameters
    ----------
    lang : str
        "zh-CN" or "en"; texts inside the map follow the payload's language.
    embed : bool
        For the page without chrome: may be smaller, no scale bar below 300 px.

    Returns
    -------
    html.Div
        Holds the map and the stores MAP_DATA, MAP_SELECT, MAP_EVENT, HOVER and MAP_READY.
    """
    stores = (ids.MAP_DATA, ids.MAP_SELECT, ids.MAP_EVENT, ids.HOVER, ids.MAP_READY)
    return html.Div(
        [_leaflet_map(), *(dcc.Store(id=store) for store in stores)],
        id=ids.MAP_FRAME,
        className="atlas-map is-embedded" if embed else "atlas-map",
        **{"aria-label": LABELS.get(lang, LABELS["zh-CN"])},
        role="group",
    )


def _leaflet_map() -> dl.Map:
    return dl.Map(
        [
            dl.ScaleControl(position="bottomleft", metric=True, imperial=False),
            # Says when the map is there: the scripts put their canvas on it.
            dl.LayerGroup(
                id=ids.MAP_ANCHOR,
                eventHandlers={"add": {"variable": "dashExtensions.silverAtlas.attach"}},
            ),
        ],
        id=ids.MAP,
        center=list(START_CENTRE),
        zoom=START_ZOOM,
        zoomSnap=0.1,
        zoomDelta=0.75,
        wheelPxPerZoomLevel=120,
        minZoom=0,
        maxZoom=16,
        preferCanvas=True,
        attributionControl=False,
        doubleClickZoom=False,
        boxZoom=False,  # Shift selects; boxes would swallow it
        trackViewport=False,  # moving the map is no business of the server
        style={"height": "100%", "width": "100%"},
    )
