"""The atlas: one brief for every district of a province or of the region, with contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.exports.brief import compile_briefs, plain_view
from dashboard.exports.brief_sheet import Brief, build_brief
from dashboard.exports.pdf import boundary_folder, origin_of
from dashboard.text import period_name, t
from dashboard.text.numbers import format_number
from geodata.progress import ProgressCallback, no_progress

if TYPE_CHECKING:
    from dashboard.view import View


def export_atlas(
    view: View, *, server: str = "", progress: ProgressCallback = no_progress
) -> bytes:
    """The atlas of the view's area in the view's month.

    Parameters
    ----------
    view : View
        Its area, month and language count.
    server : str
        Address that the QR code leads to.
    progress : callable
        Told how many briefs are made, then that the pages are set.

    Raises
    ------
    BoundaryError
        If the release has no polygons of a district's natural level.
    """
    view = plain_view(view)
    dataset, lang = view.dataset, view.state.lang
    districts = dataset.children(view.position, "district")
    folder, briefs = boundary_folder(dataset), []
    total = districts.stop - districts.start
    for position in range(districts.start, districts.stop):
        briefs.append(_brief(view, folder, position))
        progress("briefs", len(briefs), total)
    area = dataset.names(lang)[view.position]
    progress("pages", 0, 1)
    content = compile_briefs(
        briefs,
        view,
        title=t(lang, "atlas_title", area=area),
        origin=origin_of(view, "atlas", "", server),
        contents={
            "subtitle": period_name(lang, view.state.period),
            "count": t(lang, "atlas_count", count=format_number(total)),
        },
    )
    progress("pages", 1, 1)
    return content


def _brief(view: View, folder, position: int) -> Brief:
    return build_brief(view.dataset, folder, position, view.state.period, view.state.lang)
