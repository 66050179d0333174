"""The pages, by path. Each is a pure function of the release and the address."""

from __future__ import annotations

from collections.abc import Callable

from dash import html
from dash.development.base_component import Component

from dashboard.dataset import Dataset
from dashboard.pages.embed import embed_page
from dashboard.pages.map import map_page
from dashboard.pages.quality import quality_page
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.text import t
from geodata.errors import ReleaseError

Page = Callable[[Dataset, str, Settings, Releases], Component]
PAGES: dict[str, Page] = {"/": map_page, "/embed": embed_page, "/quality": quality_page}


def page_for(path: str, search: str, settings: Settings, releases: Releases) -> Component:
    """The page of a path with its query string; any path and query open something.

    Parameters
    ----------
    path : str
        As the browser has it, path prefix included.
    search : str
        "?area=..." or "".
    """
    inside = "/" + path.removeprefix(settings.prefix).strip("/")
    page = PAGES.get(inside)
    if page is None:
        return plain_page(settings, "error_not_found")
    try:
        dataset = releases.current()
    except ReleaseError:
        return plain_page(settings, "no_release")
    return page(dataset, search, settings, releases)


def plain_page(settings: Settings, key: str) -> html.Div:
    """One sentence and the way back."""
    lines = [html.P(t(lang, key)) for lang in ("zh-CN", "en")]
    back = html.A(t(settings.lang, "back_to_map"), href=settings.prefix)
    return html.Div([*lines, back], className="quality")
