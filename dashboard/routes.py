"""HTTP routes beside the pages: health, downloads, Bootstrap's CSS, error pages."""

from __future__ import annotations

import logging
from importlib.metadata import version
from importlib.resources import files

from dash import Dash
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from dashboard.current_view import CurrentView
from dashboard.exports.http import add_export_routes
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.text import t
from geodata.errors import GeodataError

log = logging.getLogger(__name__)
YEAR = 31_536_000
BOOTSTRAP = "static/bootstrap5/css/bootstrap.min.css"


def bootstrap_url(prefix: str) -> str:
    """Address of Bootstrap's CSS with the version of the package that carries it."""
    return f"{prefix}vendor/bootstrap-{version('bootstrap-flask')}.css"


def register_routes(app: Dash, current: CurrentView) -> None:
    """Add all routes under the path prefix, and the error pages."""
    routes = Blueprint("atlas", __name__, url_prefix=current.prefix.rstrip("/") or None)
    _health_routes(routes, current.releases)
    add_export_routes(routes, current)
    _style_route(routes)
    app.server.register_blueprint(routes)
    _error_pages(app, current.settings)


def _health_routes(routes: Blueprint, releases: Releases) -> None:
    @routes.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})

    @routes.get("/readyz")
    def readyz() -> Response:
        try:
            text, status = f"{releases.current().release_id}\n", 200
        except (GeodataError, OSError) as error:
            log.warning("not ready: %s", error)
            text, status = "no release is open\n", 503
        return Response(text, status, mimetype="text/plain", headers={"Cache-Control": "no-store"})


def _style_route(routes: Blueprint) -> None:
    content = files("flask_bootstrap").joinpath(BOOTSTRAP).read_bytes()

    @routes.get(f"/vendor/bootstrap-{version('bootstrap-flask')}.css")
    def bootstrap_css() -> Response:
        response = Response(content, mimetype="text/css")
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response


def _error_pages(app: Dash, settings: Settings) -> None:
    @app.server.errorhandler(Exception)
    def error_page(error: Exception) -> Response:
        status = error.code if isinstance(error, HTTPException) else 500
        if status >= 500:
            log.error("request failed: %s", request.path, exc_info=error)
        return Response(error_html(settings, status), status, mimetype="text/html")


def error_html(settings: Settings, status: int) -> str:
    """A short page in both languages; it never shows the cause, which is in the log."""
    key = "error_not_found" if status == 404 else "error_request"
    lines = "".join(f"<p>{t(lang, key)}</p>" for lang in ("zh-CN", "en"))
    back = f"{t('zh-CN', 'back_to_map')} · {t('en', 'back_to_map')}"
    return (
        "<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'>"
        "<title>银龄地图 Silver Atlas</title>"
        f"<link rel='stylesheet' href='{bootstrap_url(settings.prefix)}'></head>"
        f"<body class='p-5'><h1 class='h4'>银龄地图 Silver Atlas</h1>{lines}"
        f"<a href='{settings.prefix}'>{back}</a></body></html>"
    )
