"""The brief (简报) of one area as PDF: one or two pages made from the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.exports.brief_sheet import Brief, build_brief
from dashboard.exports.glyphs import map_texts, name_characters, replace_in, texts_of
from dashboard.exports.line_breaks import BREAK, breakable
from dashboard.exports.pdf import boundary_folder, origin_of
from dashboard.exports.reopen import reopening
from dashboard.exports.sheet import narrow_quotes
from dashboard.exports.typeface import missing_characters
from dashboard.exports.typesetting import typeset
from dashboard.text import t
from dashboard.view import build_view
from dashboard.view_state import parse_view

if TYPE_CHECKING:
    from dashboard.exports.origin import Origin
    from dashboard.view import View

TEMPLATE = Path(__file__).with_name("brief.typ")
# GB/T 9704-2012; English sentences are longer and the standard is not about them.
TOP_MM = {"zh-CN": 37.0, "en": 30.0}
TABLES = ("figures", "children", "coverage", "flows")


def export_brief(view: View, *, server: str = "") -> bytes:
    """The brief of the view's area in the view's month.

    Parameters
    ----------
    view : View
        Its area, month and language count; its level, measure and classes do not.
    server : str
        Address that the QR code leads to.

    Raises
    ------
    BoundaryError
        If the release has no polygons of the area's natural level.
    """
    view = plain_view(view)
    folder = boundary_folder(view.dataset)
    brief = build_brief(view.dataset, folder, view.position, view.state.period, view.state.lang)
    return compile_briefs(
        [brief],
        view,
        title=brief.title,
        server=server,
        origin=origin_of(view, "brief", "", server),
    )


def plain_view(view: View) -> View:
    """The view that stands for a brief: area, month and language, all else by default."""
    state = view.state
    asked = {"area": state.area, "period": state.period, "lang": state.lang}
    return build_view(view.dataset, parse_view(asked, view.dataset))


def compile_briefs(
    briefs: Sequence[Brief],
    view: View,
    *,
    title: str,
    server: str = "",
    origin: Origin | None = None,
    first_page: int = 1,
) -> bytes:
    """The PDF of one or many briefs.

    Parameters
    ----------
    briefs : sequence of Brief
    view : View
        Whose papers and way back stand on every page.
    title : str
        Of the document.
    server : str
        Address that the QR code leads to.
    origin : Origin, optional
        Seals the file.
    first_page : int
        Number of the first page.
    """
    lang, notes = view.state.lang, view.notes
    data: dict[str, Any] = {
        "title": title,
        "notes": [text for text in (notes.base, notes.standard, notes.demonstration) if text],
        "briefs": [_with_breaks(asdict(brief)) for brief in briefs],
        "break_mark": BREAK,
        "words": _words(lang),
    }
    if lang != "zh-CN":
        data = map_texts(data, narrow_quotes)
    missing = sorted({*missing_characters(texts_of(data)), *_missing_on_maps(briefs)})
    if missing:
        data = map_texts(data, replace_in(missing))
        data["notes"] = [
            *data["notes"],
            t(lang, "print_missing_glyphs", names=name_characters(missing)),
        ]
    fixed = page_foot(view, server) | {"top": TOP_MM[lang], "first_page": first_page}
    return typeset(TEMPLATE, data | fixed, origin=origin)


def page_foot(view: View, server: str = "") -> dict[str, Any]:
    """What stands at the foot of every page: papers, sources, mark, way back; language and date."""
    lang, notes = view.state.lang, view.notes
    back = reopening(view, server)
    return {
        "lang": lang,
        "date": str(view.dataset.manifest.get("data_date", "")),
        "mark": t(lang, "demonstration_short") if notes.demonstration else "",
        "papers": notes.papers,
        "sources": [notes.source, notes.data_date, notes.release, t(lang, "print_projection")],
        "code": back.code,
        "qr": back.qr,
        "reopen": t(lang, "print_reopen"),
    }


def _with_breaks(brief: dict[str, Any]) -> dict[str, Any]:
    """A brief whose tables say where a long word may be broken."""
    return brief | {name: map_texts(brief[name], breakable) for name in TABLES}


def _words(lang: str) -> dict[str, str]:
    heads = ("figures", "maps", "children", "coverage", "flows")
    words = {name: t(lang, f"brief_head_{name}") for name in heads}
    return words | {"mark": t(lang, "brief_mark")}


def _missing_on_maps(briefs: Sequence[Brief]) -> set[str]:
    return {character for brief in briefs for character in brief.missing}
