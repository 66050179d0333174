"""Where the current view can go: print, CSV, other files, embed, the other language."""

from __future__ import annotations

from dash import html

from dashboard.text import t
from dashboard.view import View


def links(view: View, prefix: str) -> list:
    """Links of the top bar for this view."""
    lang = view.state.lang
    query = view.state.to_query()
    other = "zh-CN" if lang == "en" else "en"
    return [
        _link(t(lang, "print"), prefix + "export/map.pdf", query, "print", t(lang, "print_title")),
        _link(t(lang, "csv"), prefix + "export/table.csv", query, "csv", t(lang, "csv_title")),
        _link(t(lang, "formats"), prefix + "export", query, "formats", t(lang, "formats_title")),
        _link(
            t(lang, "embed"),
            prefix + "embed",
            query,
            "embed",
            t(lang, "embed_title"),
            target="_blank",
        ),
        html.A(
            t(lang, "other_language"),
            href=address(prefix, language_query(view, other)),
            className="lang",
            lang=other,
            hrefLang=other,
        ),
    ]


def language_query(view: View, lang: str) -> str:
    """The same view in another language; the language is always named, whatever is usual here."""
    query = view.state.to_query(lang=lang)
    return query if "lang=" in query else "&".join(filter(None, [query, f"lang={lang}"]))


def address(path: str, query: str) -> str:
    """`path?query`, without a bare question mark."""
    return f"{path}?{query}" if query else path


def _link(
    text: str, path: str, query: str, name: str, title: str, target: str | None = None
) -> html.A:
    more = {"target": target} if target else {}
    return html.A(text, href=address(path, query), title=title, className=f"link-{name}", **more)
