"""The way back from paper: address, short code and QR code of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.exports.qr_code import qr_svg
from dashboard.exports.short_code import encode_view

if TYPE_CHECKING:
    from dashboard.view import View

OPEN_PATH = "open/"


@dataclass(frozen=True)
class Reopening:
    """How a reader of the page gets back to its view.

    Attributes
    ----------
    code : str
        Short code, always there.
    address : str
        "https://atlas.example.cn/open/…"; "" when the server's address is not known.
    qr : str
        SVG of the QR code of `address`, else of the code alone.
    """

    code: str
    address: str
    qr: str


def reopening(view: View, server: str = "") -> Reopening:
    """The way back to a view.

    Parameters
    ----------
    view : View
    server : str
        Address of the atlas with its path prefix, e.g. "https://portal.example.cn/atlas/".
    """
    code = encode_view(view.state, view.dataset)
    address = f"{server.rstrip('/')}/{OPEN_PATH}{code.replace('-', '')}" if server else ""
    return Reopening(code, address, qr_svg(address or code))
