"""The printed map page as bytes: sheet, map, small map and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.exports.locator import locator_svg
from dashboard.exports.map_geometry import BoundaryFolder
from dashboard.exports.map_svg import MapSvg, draw_map
from dashboard.exports.origin import Origin, program_version
from dashboard.exports.page_format import A4_LANDSCAPE, PageFormat
from dashboard.exports.reopen import Reopening, reopening
from dashboard.exports.sheet import Sheet, build_map_content, build_sheet, name_missing
from dashboard.exports.short_code import full_query
from dashboard.exports.typesetting import typeset
from dashboard.text import LANGUAGES, t

if TYPE_CHECKING:
    from dashboard.dataset import Dataset
    from dashboard.view import View

TEMPLATE = Path(__file__).with_name("page.typ")
PICTURE_PPI = 200
NO_WAY_BACK = Reopening("", "", "")


def export_pdf(
    view: View,
    boundaries: Path | None = None,
    *,
    page: PageFormat = A4_LANDSCAPE,
    server: str = "",
) -> bytes:
    """One page of a view as vector PDF.

    The same view of the same release gives the same bytes, in any process.

    Parameters
    ----------
    view : View
    boundaries : Path, optional
        Folder of `<level>.parquet`; by default that of the view's release.
    page : PageFormat
        Paper and way up.
    server : str
        Address that the page's QR code leads to; without it the code holds the short code alone.

    Raises
    ------
    BoundaryError
        If the release has no polygons of the view's level.
    """
    return print_page(view, page, server, boundaries)


def export_png(
    view: View, *, page: PageFormat = A4_LANDSCAPE, server: str = "", ppi: float = PICTURE_PPI
) -> bytes:
    """The same page as a picture; raises as `export_pdf` does."""
    return print_page(view, page, server, picture_ppi=ppi)


def print_page(
    view: View,
    page: PageFormat,
    server: str,
    boundaries: Path | None = None,
    *,
    picture_ppi: float = 0,
    kind: str = "map",
    change: Callable[[Sheet], Sheet] = lambda sheet: sheet,
) -> bytes:
    """The page of a view, its words as they are or as `change` makes them."""
    folder = boundary_folder(view.dataset, boundaries)
    drawing = draw_map(folder, build_map_content(view, page.frame))
    return compile_page(
        name_missing(
            change(build_sheet(view, drawing.missing, drawing.dots.radius)), drawing.missing
        ),
        drawing,
        locator_svg(folder, view.position),
        page=page,
        back=reopening(view, server),
        origin=origin_of(view, kind, page.name, server),
        picture_ppi=picture_ppi,
    )


def compile_page(
    sheet: Sheet,
    drawing: MapSvg,
    locator: str = "",
    *,
    page: PageFormat = A4_LANDSCAPE,
    back: Reopening = NO_WAY_BACK,
    origin: Origin | None = None,
    picture_ppi: float = 0,
) -> bytes:
    """The PDF or PNG of a sheet, its map and the small map; same input, same bytes."""
    data = asdict(sheet) | {
        "map": {"width": drawing.width, "height": drawing.height},
        "format": asdict(page),
        "code": back.code,
        "qr": back.qr,
        "qr_mm": back.side_mm,
        "reopen": t(sheet.lang, "print_reopen"),
    }
    return typeset(
        TEMPLATE,
        data,
        drawings={"map": drawing.svg, "locator": locator},
        origin=origin,
        picture_ppi=picture_ppi,
    )


def boundary_folder(dataset: Dataset, folder: Path | None = None) -> BoundaryFolder:
    """The boundaries of a release, or of another folder, with its areas and names."""
    return BoundaryFolder(
        Path(folder or dataset.path / "boundaries"),
        dataset.tree,
        {lang: dataset.names(lang) for lang in LANGUAGES},
    )


def origin_of(view: View, kind: str, page: str = "", server: str = "") -> Origin:
    """What makes a file of a view again."""
    return Origin(
        kind=kind,
        release=view.dataset.release_id,
        view=full_query(view.state),
        page=page,
        address=server,
        program=program_version(),
    )
