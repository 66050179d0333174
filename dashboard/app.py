"""`create_app`: settings and releases in, a Dash application out; nothing is fetched."""

from __future__ import annotations

import logging
from pathlib import Path

from dash import Dash, Input, Output, State, set_props
from flask import Flask

from dashboard import ids
from dashboard.access import RefusedError, register_access
from dashboard.callbacks import register_callbacks
from dashboard.components.notice import notice
from dashboard.components.shell import shell
from dashboard.components.skeleton import skeleton
from dashboard.current_view import CurrentView
from dashboard.headers import register_headers
from dashboard.index import AtlasIndex
from dashboard.pages import page_for
from dashboard.plain_page import bootstrap_url
from dashboard.releases import Releases
from dashboard.routes import register_routes
from dashboard.settings import Settings
from dashboard.static_files import register_static

log = logging.getLogger(__name__)


def create_app(settings: Settings, releases: Releases) -> Dash:
    """Build the application.

    Parameters
    ----------
    settings : Settings
        Validated settings: prefix, language, who may embed.
    releases : Releases
        Where the current release is asked for; it may change while the application runs.

    Returns
    -------
    Dash
        `app.server` is the WSGI application.
    """
    app = AtlasIndex(
        __name__,
        server=Flask("dashboard"),
        assets_folder=str(assets_folder()),
        url_base_pathname=settings.prefix,
        serve_locally=True,
        compress=False,
        update_title=None,
        title="银龄地图 Silver Atlas",
        external_stylesheets=[bootstrap_url(settings.prefix)],
        on_error=show_notice,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.settings = settings
    app.layout = shell()
    app.validation_layout = skeleton()
    current = CurrentView(settings, releases)
    register_router(app, current)
    register_callbacks(app, current)
    register_routes(app, current)
    register_static(app.server, app, current)
    register_access(app.server, current.access, settings.prefix)
    register_headers(app, settings)
    return app


def register_router(app: Dash, current: CurrentView) -> None:
    """Path in, page out. The view's own changes of the address never reach this callback."""

    @app.callback(
        Output(ids.PAGE, "children"), Input(ids.ROUTE, "pathname"), State(ids.ROUTE, "search")
    )
    def fill_page(path: str | None, search: str | None):
        return page_for(path or "/", search or "", current)


def assets_folder() -> Path:
    """Where the CSS and scripts lie: inside the package when installed, beside it in a clone."""
    package = Path(__file__).parent
    inside = package / "assets"
    return inside if inside.is_dir() else package.parent / "assets"


def show_notice(error: Exception) -> None:
    """Log a callback's failure and tell the reader in one sentence, never with a traceback."""
    if isinstance(error, RefusedError):
        set_props(ids.NOTICE, notice(error.key))
        return
    log.error("callback failed", exc_info=error)
    set_props(ids.NOTICE, notice("error_callback"))
