"""What the search box answers."""

from __future__ import annotations

from collections.abc import Callable

from dash import html

from dashboard.area_search import Hit
from dashboard.components.lead import area_link
from dashboard.text import t
from dashboard.view import View

MAX_HITS = 12


def search_hits(view: View, text: str, path: str, opens: Callable[[int], bool]) -> list:
    """Hits as links, each with the areas above it; a plain line when there is none.

    `opens` tells whether the reader may open the area at a position.
    """
    if not text.strip():
        return []
    found = view.dataset.search(text, MAX_HITS, opens)
    if not found:
        return [html.Div(t(view.state.lang, "search_none", text=text.strip()), className="none")]
    return [_hit(view, hit, path) for hit in found]


def _hit(view: View, hit: Hit, path: str) -> html.A:
    english = view.state.lang == "en"
    words = [hit.name_en or hit.name, html.Small(f"{hit.name} · {hit.path_en}")]
    if not english:
        words = [hit.name, html.Small(hit.path)]
    return area_link(view, hit.code, words, path, className="hit")
