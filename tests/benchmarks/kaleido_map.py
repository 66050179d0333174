"""The yardstick of the printed map: Plotly and Kaleido on the same polygons and numbers.

Kaleido draws in a Chromium, which is cut off from every network but this machine. It is given the
polygons of the release, as our page is, and once more those that were simplified for the screen.
"""

from __future__ import annotations

import itertools
import json
import shlex
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import shapely

from dashboard.exports.pdf import boundary_folder
from dashboard.view import View
from tests.serving import CHROMIUM_ARGUMENTS, system_chromium

SIZE = {"width": 1123, "height": 794}  # A4 lying at 96 pixels per inch
TIMES = 3


def measure_kaleido(view: View) -> tuple[float, float] | None:
    """Seconds of one warm PDF of the view's map, wall clock; None where the tools are missing.

    Returns
    -------
    (of the release's polygons, of those simplified for the screen)
    """
    browser = system_chromium()
    if browser is None or find_spec("kaleido") is None:
        return None
    import kaleido
    from kaleido import PageGenerator

    figures = [kaleido_figure(view, layer) for layer in (release_layer(view), screen_layer(view))]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        page = PageGenerator(mathjax=False, others=[_without_coasts(place)])
        kaleido.start_sync_server(
            n=1, page_generator=page, path=str(_walled(browser, place)), silence_warnings=True
        )
        try:
            return tuple(_seconds(kaleido.calc_fig_sync, figure) for figure in figures)
        finally:
            kaleido.stop_sync_server(silence_warnings=True)


def _seconds(draw: Callable[..., bytes], figure: dict[str, Any]) -> float:
    """The median of a few pages after the first."""
    times = []
    for _ in range(TIMES + 1):
        start = time.perf_counter()
        content = draw(figure, opts={"format": "pdf", **SIZE})
        times.append(time.perf_counter() - start)
        if not content.startswith(b"%PDF"):
            raise RuntimeError("Kaleido made no PDF")
    return median(times[1:])


def release_layer(view: View) -> np.ndarray:
    """The polygons that a printed page starts from, EPSG:4490."""
    drawn = np.arange(view.positions.start, view.positions.stop)
    return boundary_folder(view.dataset).read(view.state.level, drawn)[1]


def screen_layer(view: View) -> np.ndarray:
    """The polygons that the browser gets."""
    layer = json.loads((view.dataset.path / "geometry" / view.geometry.layer).read_bytes())
    features = layer["features"][view.geometry.first :][: view.geometry.count]
    return np.array([shapely.from_geojson(json.dumps(f["geometry"])) for f in features])


def kaleido_figure(view: View, polygons: np.ndarray) -> dict[str, Any]:
    """The view's map as Plotly draws it from polygons in degrees, (n_areas,)."""
    # d3 takes what lies right of a ring for its inside.
    shapes = shapely.to_geojson(shapely.orient_polygons(polygons, exterior_cw=True))
    features = [
        {"type": "Feature", "id": number, "properties": {}, "geometry": json.loads(shape)}
        for number, shape in enumerate(shapes)
    ]
    colours = view.classes.colours
    steps = np.linspace(0, 1, len(colours) + 1)
    scale = [[s, c] for c, pair in zip(colours, itertools.pairwise(steps)) for s in pair]
    trace = {
        "type": "choropleth",
        "geojson": {"type": "FeatureCollection", "features": features},
        "locations": list(range(len(features))),
        "z": view.classes.index.tolist(),
        "zmin": -0.5,
        "zmax": len(colours) - 0.5,
        "colorscale": scale,
        "marker": {"line": {"width": 0.2, "color": "#6f6f6f"}},
    }
    frame = {"fitbounds": "locations", "visible": False, "projection": {"type": "mercator"}}
    return {"data": [trace], "layout": {"geo": frame, "title": {"text": view.title}, **SIZE}}


def _without_coasts(folder: Path) -> str:
    """A script in place of the coastlines that Plotly would fetch from the internet."""
    names = ("coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits")
    nothing = {"type": "GeometryCollection", "geometries": []}
    world = {"type": "Topology", "arcs": [], "objects": dict.fromkeys(names, nothing)}
    script = folder / "coasts.js"
    assets = json.dumps({"topojson": {"world_110m": world}})
    script.write_text(f"window.PlotlyGeoAssets = {assets};\n")
    return str(script)


def _walled(browser: str, folder: Path) -> Path:
    """A command that starts the browser as the tests start it."""
    command = folder / "chromium"
    arguments = " ".join(map(shlex.quote, CHROMIUM_ARGUMENTS))
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(browser)} "$@" {arguments}\n')
    command.chmod(0o755)
    return command
