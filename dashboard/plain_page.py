"""Pages without the application: errors, the list of formats, the progress of a long export."""

from __future__ import annotations

from html import escape
from importlib.metadata import version
from importlib.resources import files

from dashboard.text import t

NAME = "银龄地图 Silver Atlas"
BOOTSTRAP = "static/bootstrap5/css/bootstrap.min.css"
BOOTSTRAP_PATH = f"vendor/bootstrap-{version('bootstrap-flask')}.css"


def bootstrap_css() -> bytes:
    """Bootstrap's CSS as the package Bootstrap-Flask carries it."""
    return files("flask_bootstrap").joinpath(BOOTSTRAP).read_bytes()


def bootstrap_url(prefix: str) -> str:
    """Address of Bootstrap's CSS with the version of the package that carries it."""
    return f"{prefix}{BOOTSTRAP_PATH}"


def plain_page(
    lang: str,
    prefix: str,
    title: str,
    body: str,
    *,
    refresh_s: int = 0,
    back: str = "",
    mark: str = "",
    papers: str = "",
) -> str:
    """A page of plain HTML that looks like the rest and needs no script.

    Parameters
    ----------
    lang : str
    prefix : str
        Path before every address; ends with "/".
    title : str
        Heading, as text.
    body : str
        What stands under it, as HTML: one or more sections.
    refresh_s : int
        Seconds after which the page asks for itself again; 0 never.
    back : str
        Query of the view that the link to the map leads to.
    mark, papers : str
        The demonstration mark and the line of approval or internal use, for a page about a view.
    """
    home = escape(f"{prefix}?{back}" if back else prefix)
    ribbon = f"<div class='ribbon' role='note'>{escape(mark)}</div>" if mark else ""
    foot = f"<footer class='foot'><span class='approval'>{escape(papers)}</span></footer>"
    again = f"<meta http-equiv='refresh' content='{refresh_s}'>" if refresh_s else ""
    return (
        f"<!DOCTYPE html><html lang='{lang}'><head><meta charset='utf-8'>{again}"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)} · {NAME}</title>"
        f"<link rel='icon' href='{prefix}assets/mark.svg'>"
        f"<link rel='stylesheet' href='{bootstrap_url(prefix)}'>"
        f"<link rel='stylesheet' href='{prefix}assets/style.css'></head><body>"
        f"<div class='atlas'><header class='topbar'><a class='brand' href='{prefix}'>"
        f"<img src='{prefix}assets/mark.svg' alt=''><b>银龄地图</b><span>Silver Atlas</span></a>"
        f"<nav class='links push'><a href='{home}'>{t(lang, 'back_to_map')}</a></nav></header>"
        f"{ribbon}<main class='quality'><h1>{escape(title)}</h1>"
        f"{body}{foot if papers else ''}</main></div>"
        "</body></html>"
    )
