"""The atlas: one brief for every district of a province or of the region, with contents.

The briefs are made and set a few at a time and bound together: one document of 400 pages would
take gigabytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.exports.brief import compile_briefs, page_foot, plain_view
from dashboard.exports.brief_sheet import build_brief
from dashboard.exports.contents import PAGES_OF_A_BRIEF, lay_contents
from dashboard.exports.districts import atlas_districts
from dashboard.exports.glyphs import map_texts, replace_in, texts_of
from dashboard.exports.pdf import boundary_folder, origin_of
from dashboard.exports.typeface import missing_characters
from dashboard.exports.typesetting import forget_layouts, typeset
from dashboard.text import period_name, t
from dashboard.text.numbers import format_number
from geodata.progress import ProgressCallback, no_progress

if TYPE_CHECKING:
    from dashboard.exports.origin import Origin
    from dashboard.view import View

TEMPLATE = Path(__file__).with_name("contents.typ")
BRIEFS_A_PART = 5


def export_atlas(
    view: View,
    *,
    server: str = "",
    progress: ProgressCallback = no_progress,
) -> bytes:
    """The atlas of the view's area in the view's month.

    Parameters
    ----------
    view : View
        Its area, month and language count.
    server : str
        Address that the QR code leads to.
    progress : callable
        Told how many briefs are set, then how far the binding is.

    Raises
    ------
    BoundaryError
        If the area lies inside a district, or the release has no polygons of a district's natural
        level.
    """
    from dashboard.exports.binding import bind_pages  # costs the server's start time

    view = plain_view(view)
    dataset, lang = view.dataset, view.state.lang
    names, positions = dataset.names(lang), atlas_districts(view)
    groups = [names[dataset.trail(p)[-2]] for p in positions]
    lines = lay_contents(list(zip(groups, (names[p] for p in positions))))
    title = t(lang, "atlas_title", area=names[view.position])
    origin = origin_of(view, "atlas", "", server)
    contents = _contents(view, title, lines, len(positions), server, origin)
    pages, first_page = [], len(lines) + 1
    for start in range(0, len(positions), BRIEFS_A_PART):
        some = positions[start : start + BRIEFS_A_PART]
        pages.append(set_part(view, some, first_page + PAGES_OF_A_BRIEF * start, server))
        forget_layouts()
        progress("briefs", min(start + BRIEFS_A_PART, len(positions)), len(positions))
    progress("binding", 0, 1)
    content = bind_pages(contents, lines, pages, title=title)
    progress("binding", 1, 1)
    return content


def set_part(view: View, positions: Sequence[int], first_page: int, server: str) -> bytes:
    """The pages of a few briefs of the view's month, the first numbered `first_page`."""
    dataset, period, lang = view.dataset, view.state.period, view.state.lang
    folder = boundary_folder(dataset)
    briefs = [build_brief(dataset, folder, p, period, lang) for p in positions]
    return compile_briefs(briefs, view, title=briefs[0].title, server=server, first_page=first_page)


def _contents(
    view: View, title: str, lines: list, count: int, server: str, origin: Origin
) -> bytes:
    lang = view.state.lang
    data = {
        "title": title,
        "subtitle": period_name(lang, view.state.period),
        "count": t(lang, "atlas_count", count=format_number(count)),
        "contents": t(lang, "atlas_contents"),
        "pages": [[asdict(line) for line in page] for page in lines],
    }
    missing = missing_characters(texts_of(data))
    if missing:
        data = map_texts(data, replace_in(missing))
    return typeset(TEMPLATE, data | page_foot(view, server), origin=origin)
