"""The QR code of a page as one vector path."""

from __future__ import annotations

from functools import lru_cache

import segno

QUIET = 4  # modules of white that the standard asks for around the code (ISO/IEC 18004)


@lru_cache(maxsize=512)
def qr_svg(text: str, *, error: str = "m") -> str:
    """SVG of a QR code, one unit a module, the quiet zone included; "" for no text.

    Parameters
    ----------
    text : str
        What the reader's phone gets.
    error : str
        Level of error correction: "m" restores 15 % of the modules.
    """
    if not text:
        return ""
    code = _qr(text, error)
    path = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            length = _run(row, x)
            if row[x]:
                path.append(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z")
            x += length
    side = len(code.matrix) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'width="{side}" height="{side}" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#ffffff"/>'
        f'<path d="{"".join(path)}" fill="#000000"/></svg>'
    )


def qr_side(text: str, *, error: str = "m") -> int:
    """Modules of a side, the quiet zone included; 0 for no text."""
    return len(_qr(text, error).matrix) + 2 * QUIET if text else 0


def _qr(text: str, error: str) -> segno.QRCode:
    return segno.make_qr(text, error=error, boost_error=False)


def _run(row: bytearray, start: int) -> int:
    """Length of the run of equal modules from `start` on."""
    stop = start
    while stop < len(row) and row[stop] == row[start]:
        stop += 1
    return stop - start
