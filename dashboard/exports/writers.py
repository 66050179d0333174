"""Every kind of file that a view can become, by kind and ending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from dashboard.exports.page_format import A4_LANDSCAPE, PageFormat
from geodata.progress import ProgressCallback, no_progress

if TYPE_CHECKING:
    from dashboard.view import View


ENCODINGS = ("UTF-8", "GB18030")  # of a Shapefile's table


@dataclass(frozen=True)
class Choices:
    """What an export can be asked beside the view.

    Attributes
    ----------
    page : PageFormat
        Of maps.
    server : str
        Address that QR codes lead to.
    encoding : str
        Of a Shapefile's table.
    progress : callable
        Told how far a long export is.
    """

    page: PageFormat = A4_LANDSCAPE
    server: str = ""
    encoding: str = ENCODINGS[0]
    progress: ProgressCallback = field(default=no_progress, compare=False)


# Module and function, and which choices it takes. Modules are imported when they are first used:
# a map page must not wait for the libraries of workbooks and GIS files.
WRITERS: Mapping[tuple[str, str], tuple[str, str, tuple[str, ...]]] = {
    ("map", "pdf"): ("pdf", "export_pdf", ("page", "server")),
    ("map", "png"): ("pdf", "export_png", ("page", "server")),
    ("map", "svg"): ("map_picture", "export_svg", ("page",)),
    ("table", "csv"): ("table_csv", "export_csv", ()),
    ("table", "xlsx"): ("table_xlsx", "export_xlsx", ()),
    ("layer", "gpkg"): ("layers", "export_gpkg", ()),
    ("layer", "zip"): ("layers", "export_shapefile", ("encoding",)),
    ("layer", "geojson"): ("layers", "export_geojson", ()),
    ("plan", "pdf"): ("plan_page", "export_plan_page", ("page", "server")),
    ("plan", "csv"): ("plan_csv", "export_plan_csv", ()),
    ("brief", "pdf"): ("brief", "export_brief", ("server",)),
    ("atlas", "pdf"): ("atlas", "export_atlas", ("server", "progress")),
}
MIME_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "zip": "application/zip",
    "geojson": "application/geo+json",
}
LONG_KINDS = ("atlas",)  # minutes of work: a job, never an answer to a request


def kind_of(ending: str) -> str:
    """The kind of file that an ending alone asks for: a PDF is a map page."""
    return next((kind for kind, known in WRITERS if known == ending), "")


def write_export(view: View, kind: str, ending: str, choices: Choices | None = None) -> bytes:
    """A view as a file.

    Raises
    ------
    KeyError
        If there is no such kind with that ending.
    BoundaryError
        If the kind needs polygons that the release lacks.
    PlanError
        If the kind needs a plan that the view lacks.
    """
    module, function, taken = WRITERS[kind, ending]
    write = getattr(import_module(f"dashboard.exports.{module}"), function)
    chosen = choices or Choices()
    return write(view, **{name: getattr(chosen, name) for name in taken})
