"""The pages, by path. Each is a pure function of the release and the address."""

from __future__ import annotations

from collections.abc import Callable

from dash import html
from dash.development.base_component import Component

from dashboard.access import RefusedError
from dashboard.current_view import CurrentView
from dashboard.dataset import Dataset
from dashboard.pages.embed import embed_page
from dashboard.pages.map import map_page
from dashboard.pages.quality import quality_page
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.text import t
from geodata.errors import ReleaseError
from geodata.schema import LEVELS

Page = Callable[[Dataset, str, Settings, Releases], Component]
PAGES: dict[str, Page] = {"/": map_page, "/embed": embed_page, "/quality": quality_page}


def page_for(path: str, search: str, current: CurrentView) -> Component:
    """The page of a path with its query string; any path and query open something.

    A view outside the request's scope opens a page that says so; the page on data quality is about
    the whole release and open to those who may see all of it.

    Parameters
    ----------
    path : str
        As the browser has it, path prefix included.
    search : str
        "?area=..." or "".
    current : CurrentView
        Settings, releases and the gate.
    """
    settings, access = current.settings, current.access
    inside = "/" + path.removeprefix(settings.prefix).strip("/")
    page = PAGES.get(inside)
    if page is None:
        return plain_page(settings, "error_not_found")
    try:
        dataset = current.releases.current()
        if page is quality_page:
            access.require_area(dataset, 0, LEVELS[-1])
        else:
            current.state_in(dataset, search)
            search = access.at_home(dataset, search)
    except ReleaseError:
        return plain_page(settings, "no_release")
    except RefusedError as refused:
        return plain_page(settings, refused.key)
    return page(dataset, search, settings, current.releases)


def plain_page(settings: Settings, key: str) -> html.Div:
    """One sentence and the way back."""
    lines = [html.P(t(lang, key)) for lang in ("zh-CN", "en")]
    back = html.A(t(settings.lang, "back_to_map"), href=settings.prefix)
    return html.Div([*lines, back], className="quality")
