"""Paper sizes and ways up of a map page, and the room that each leaves for the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from dashboard.exports.map_geometry import FRAME
from dashboard.exports.paper import Frame

PAGE_KEY = "page"  # of an export's address, beside the keys of the view


@dataclass(frozen=True)
class PageFormat:
    """A paper and its way up.

    Attributes
    ----------
    name : str
        "a4-landscape"; the value of the address key `page`.
    paper : str
        Typst's name of the paper.
    landscape : bool
    size : (width, height)
        In mm, as it lies.
    frame : Frame
        Room for the map.
    type_scale : float
        Sizes of the type in relation to A4: an A3 page is read from further away.
    """

    name: str
    paper: str
    landscape: bool
    size: tuple[int, int]
    frame: Frame
    type_scale: float = 1.0


A4_LANDSCAPE = PageFormat("a4-landscape", "a4", True, (297, 210), FRAME)
PAGE_FORMATS: Mapping[str, PageFormat] = {
    page.name: page
    for page in (
        A4_LANDSCAPE,
        PageFormat("a4-portrait", "a4", False, (210, 297), Frame(150.0, 186.0, 186.0, 105.0)),
        PageFormat("a3-landscape", "a3", True, (420, 297), Frame(242.0, 190.0, 268.0), 1.25),
        PageFormat("a3-portrait", "a3", False, (297, 420), Frame(226.0, 273.0, 273.0, 160.0), 1.25),
    )
}


def read_page_format(text: str) -> PageFormat:
    """The format a text names ("a3", "A4-portrait"); anything else is A4 landscape."""
    words = text.lower().replace("_", "-").split("-")
    paper = "a3" if "a3" in words else "a4"
    way = "portrait" if "portrait" in words else "landscape"
    return PAGE_FORMATS[f"{paper}-{way}"]


def page_format_of(query: str) -> PageFormat:
    """The format that an address asks for by `page=`."""
    asked = dict(parse_qsl(query.lstrip("?")[:4000], errors="replace"))
    return read_page_format(asked.get(PAGE_KEY, ""))
