"""The top bar: name, search box, month, downloads, language."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard import ids
from dashboard.components.links import address, links
from dashboard.text import period_name, t
from dashboard.view import View


def header(view: View, prefix: str) -> html.Header:
    """The top bar of the map page."""
    lang = view.state.lang
    ways_out = html.Nav(links(view, prefix), id=ids.LINKS, className="links")
    return html.Header(
        [brand(lang, prefix), search_box(lang), month(view), ways_out], className="topbar"
    )


def brand(lang: str, prefix: str) -> html.A:
    """Mark and both names; a link to the first view."""
    names = [html.B(t("zh-CN", "brand")), html.Span(t("en", "brand"))]
    if lang == "en":
        names = [html.B(t("en", "brand")), html.Span(t("zh-CN", "brand"))]
    image = html.Img(src=f"{prefix}assets/mark.svg", alt="")
    return html.A([image, *names], href=address(prefix, f"lang={lang}"), className="brand")


def search_box(lang: str) -> html.Div:
    """A box that answers while one types; hits are links, so they open in a new tab too."""
    box = dcc.Input(
        id=ids.SEARCH,
        type="search",
        value="",
        autoComplete="off",
        placeholder=t(lang, "search_placeholder"),
        maxLength=40,
    )
    label = html.Label(t(lang, "search_label"), htmlFor=ids.SEARCH, className="visually-hidden")
    hits = html.Div(id=ids.SEARCH_HITS, className="hits")
    return html.Div([label, box, hits], className="search", role="search")


def month(view: View) -> html.Div:
    """All months of the release, newest first."""
    lang = view.state.lang
    return html.Div(
        [
            html.Label(t(lang, "month"), htmlFor=ids.PERIOD),
            dbc.Select(id=ids.PERIOD, options=month_options(view), value=view.state.period),
        ],
        className="month push",
    )


def month_options(view: View) -> list[dict]:
    """Options of the month control, newest first."""
    lang = view.state.lang
    return [{"label": period_name(lang, p), "value": p} for p in reversed(view.dataset.periods)]
