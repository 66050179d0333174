"""The way back from paper: address, short code and QR code of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.exports.qr_code import qr_side, qr_svg
from dashboard.exports.short_code import encode_view

if TYPE_CHECKING:
    from dashboard.view import View

OPEN_PATH = "open/"
LONGEST_TYPED = 120  # letters that somebody may be asked to type
LONGEST_CODE = 400  # letters: some twenty sites of a plan; beyond it the QR code fills the foot
MODULE_MM = 0.28  # of a QR code on an office printer


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
    side_mm : float
        How large the QR code must be printed for a phone to read it; 0 for none.
    """

    code: str
    address: str
    qr: str
    side_mm: float = 0.0


def reopening(view: View, server: str = "") -> Reopening:
    """The way back to a view; empty for a plan that no code on a page can hold.

    Parameters
    ----------
    view : View
    server : str
        Address of the atlas with its path prefix, e.g. "https://portal.example.cn/atlas/".
    """
    code = encode_view(view.state, view.dataset)
    if len(code) > LONGEST_CODE:
        return Reopening("", "", "")
    address = f"{server.rstrip('/')}/{OPEN_PATH}{code.replace('-', '')}" if server else ""
    held, printed = address or code, code if len(code) <= LONGEST_TYPED else ""
    return Reopening(printed, address, qr_svg(held), qr_side(held) * MODULE_MM)
