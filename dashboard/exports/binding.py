"""Many PDF files bound into one, with links from the contents and bookmarks."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import Fit, NameObject, StreamObject, TextStringObject

from dashboard.exports.contents import Line
from dashboard.exports.origin import Origin, seal_file

POINTS_PER_MM = 72 / 25.4
PAGE_HEIGHT = 297.0
XMP = Path(__file__).with_name("binding.xmp")


def bind_pages(
    contents: bytes,
    lines: Sequence[Sequence[Line]],
    parts: Iterable[bytes],
    *,
    title: str,
    lang: str,
    origin: Origin,
) -> bytes:
    """One sealed file of the contents and all parts.

    Parameters
    ----------
    contents : bytes
        PDF of the pages of contents.
    lines : lines of each page of the contents
        Each becomes a link over its place, and a bookmark.
    parts : iterable of bytes
        PDFs of the following pages, taken one after another.
    """
    writer = PdfWriter()
    for part in (contents, *parts):
        writer.append(PdfReader(io.BytesIO(part)), import_outline=False)
    writer.compress_identical_objects(remove_unreferenced=True)
    writer.add_outline_item(title=title, page_number=0)
    for number, on_page in enumerate(lines):
        for line in on_page:
            writer.add_outline_item(title=line.text, page_number=line.page - 1)
            link = Link(rect=_rectangle(line), target_page_index=line.page - 1, fit=Fit.fit())
            writer.add_annotation(number, link)
    writer.add_metadata({"/Title": title})
    writer.root_object[NameObject("/Lang")] = TextStringObject(lang)
    writer.root_object[NameObject("/Metadata")] = writer._add_object(_metadata(title, origin))
    stream = io.BytesIO()
    writer.write(stream)
    return seal_file(stream.getvalue())


def _rectangle(line: Line) -> tuple[float, float, float, float]:
    """Left, bottom, right, top in points from the lower left corner."""
    return tuple(
        round(POINTS_PER_MM * n, 2)
        for n in (
            line.x,
            PAGE_HEIGHT - line.y - line.height + 1.2,
            line.x + line.width,
            PAGE_HEIGHT - line.y + 1.2,
        )
    )


def _metadata(title: str, origin: Origin) -> StreamObject:
    """XMP with the origin, not compressed: the seal is put in afterwards."""
    words = ", ".join(origin.keywords())
    stream = StreamObject()
    stream[NameObject("/Type")] = NameObject("/Metadata")
    stream[NameObject("/Subtype")] = NameObject("/XML")
    stream.set_data(
        XMP.read_text(encoding="utf-8")
        .format(title=escape(title), keywords=escape(words))
        .encode("utf-8")
    )
    return stream
