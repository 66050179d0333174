"""Files and small data for the map over HTTP: layer files, provider points, lasting caches."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
from dash import Dash
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import NotFound

from dashboard.compression import accepted_encoding, register_compression
from dashboard.current_view import CurrentView
from dashboard.releases import Releases
from dashboard.view_state import parse_view

YEAR_S = 31_536_000
LASTING = f"public, max-age={YEAR_S}, immutable"
# Names carry a content hash, so a name stands for one content for ever.
LAYER_NAME = re.compile(r"(?:context-)?[a-z]+@[0-9a-z]+-([0-9a-f]{8})\.geojson")
SUFFIXES = {"br": ".br", "gzip": ".gz"}
NAMES_AT_MOST = 4000  # more providers than this are always drawn as clusters first


def register_static(server: Flask, app: Dash, current: CurrentView) -> None:
    """Add geometry, provider points, lasting caches for named files, and compression.

    Call it before the security headers are registered: Flask runs these hooks last to first.
    """
    prefix = app.config.routes_pathname_prefix
    routes = Blueprint("map_files", __name__, url_prefix=prefix.rstrip("/") or None)
    _geometry_route(routes, current.releases)
    _providers_route(routes, current)
    server.register_blueprint(routes)
    files = ("_dash-component-suites/", "assets/", "vendor/")
    register_compression(server, tuple(prefix + folder for folder in files))
    _register_lasting_caches(server, prefix)


def _geometry_route(routes: Blueprint, releases: Releases) -> None:
    @routes.get("/geometry/<name>")
    def geometry(name: str) -> Response:
        match = LAYER_NAME.fullmatch(name)
        path = find_layer(releases, name) if match else None
        if path is None:
            raise NotFound
        return layer_response(path, match[1])


def find_layer(releases: Releases, name: str) -> Path | None:
    """A layer file by name: in the current release, else in an older one still on disk."""
    newest = releases.current().path
    older = (path for path in Path(releases.root).iterdir() if not path.name.startswith("."))
    for release in (newest, *older):
        path = release / "geometry" / name
        if path.is_file():
            return path
    return None


def layer_response(path: Path, tag: str) -> Response:
    """A layer file in the best encoding that lies beside it, cached for ever by the browser."""
    encoding = accepted_encoding()
    packed = path.with_name(path.name + SUFFIXES[encoding]) if encoding else path
    if not packed.is_file():
        packed, encoding = path, None
    response = Response(packed.read_bytes(), mimetype="application/geo+json")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = LASTING
    response.set_etag(tag, weak=True)
    return response.make_conditional(request)


def _providers_route(routes: Blueprint, current: CurrentView) -> None:
    @routes.get("/data/providers")
    def providers() -> Response:
        dataset = current.releases.current()
        state = parse_view(request.args.to_dict(), dataset)
        current.access.require_area(dataset, dataset.tree.find(state.area))
        category = request.args.get("category", "")
        known = category if category in dataset.manifest["categories"] else "all"
        frame = dataset.providers(dataset.tree.find(state.area), known, state.period)
        content = json.dumps(provider_columns(frame), ensure_ascii=False, separators=(",", ":"))
        response = Response(content, mimetype="application/json")
        exact = request.args.get("release") == dataset.release_id
        response.headers["Cache-Control"] = "private, max-age=86400" if exact else "no-cache"
        return response


def provider_columns(frame) -> dict[str, list]:
    """Provider points as the browser takes them.

    Parameters
    ----------
    frame : DataFrame, (n, ...)
        `lon`, `lat` in degrees (EPSG:4490), `name`, `capacity` (negative where unknown).

    Returns
    -------
    dict
        `lon`, `lat`: integers of 1e-5 degrees, each the difference to the one before;
        `capacity`; `name` and `id`, left out when there are more than NAMES_AT_MOST points.
    """
    lon = np.round(frame["lon"].to_numpy(float) * 1e5).astype(np.int64)
    lat = np.round(frame["lat"].to_numpy(float) * 1e5).astype(np.int64)
    order = np.lexsort((lon, lat // 2000))
    columns = {
        "lon": np.diff(lon[order], prepend=0).tolist(),
        "lat": np.diff(lat[order], prepend=0).tolist(),
        "capacity": frame["capacity"].to_numpy()[order].astype(int).tolist(),
    }
    if len(frame) <= NAMES_AT_MOST:
        columns["name"] = frame["name"].to_numpy(object)[order].tolist()
        columns["id"] = frame["provider_id"].to_numpy(object)[order].tolist()
    return columns


def _register_lasting_caches(server: Flask, prefix: str) -> None:
    """Files asked for with their version or time in the address may be kept for ever."""

    @server.after_request
    def keep(response: Response) -> Response:
        if response.status_code != 200:
            return response
        asset = request.path.startswith(f"{prefix}assets/") and "m" in request.args
        suite = request.path.startswith(f"{prefix}_dash-component-suites/")
        versioned = suite and "max-age=31536000" in response.headers.get("Cache-Control", "")
        if asset or versioned:
            response.headers["Cache-Control"] = LASTING
        return response
