"""HTTP routes beside the pages: health, downloads, Bootstrap's CSS, error pages."""

from __future__ import annotations

import logging

from dash import Dash
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from dashboard.access import RefusedError
from dashboard.current_view import CurrentView
from dashboard.exports.http import add_export_routes
from dashboard.plain_page import BOOTSTRAP_PATH, NAME, bootstrap_css, plain_page
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.text import t
from geodata.errors import GeodataError

log = logging.getLogger(__name__)
YEAR = 31_536_000


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
    content = bootstrap_css()

    @routes.get(f"/{BOOTSTRAP_PATH}")
    def bootstrap() -> Response:
        response = Response(content, mimetype="text/css")
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response


def _error_pages(app: Dash, settings: Settings) -> None:
    @app.server.errorhandler(Exception)
    def error_page(error: Exception) -> Response:
        status = error.code if isinstance(error, HTTPException) else 500
        if status >= 500:
            log.error("request failed: %s", request.path, exc_info=error)
        reason = error.key if isinstance(error, RefusedError) else ""
        return Response(error_html(settings, status, reason), status, mimetype="text/html")


def error_html(settings: Settings, status: int, reason: str = "") -> str:
    """A short page in both languages; it never shows the cause, which is in the log.

    `reason` is the key of a text that says more than the status, "" for none.
    """
    key = reason or ("error_not_found" if status == 404 else "error_request")
    lines = "".join(f"<p>{t(lang, key)}</p>" for lang in ("zh-CN", "en"))
    return plain_page("zh-CN", settings.prefix, NAME, f"<section>{lines}</section>")
