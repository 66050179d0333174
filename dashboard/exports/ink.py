"""Colours of the page's map, and the two SVG elements that all of it is made of."""

from __future__ import annotations

from html import escape

MM_PER_PT = 25.4 / 72
INK, PAPER = "#1c1c1c", "#ffffff"
NEIGHBOUR_FILL, NEIGHBOUR_LINE, NEIGHBOUR_INK = "#f3f0ea", "#cbc5b9", "#857d70"
MARK = "#a8322a"
DARK = 0.25  # luminance below which white letters read better than black ones


def path_svg(d: str, *, stroke: str, width: float, fill: str = "none") -> str:
    """A path of whole path units; `width` in mm; "" for an empty path."""
    if not d:
        return ""
    return (
        f'<path d="{d}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" '
        f'stroke-width="{100 * width:g}"/>'
    )


def text_svg(
    text: str,
    x: float,
    y: float,
    *,
    size: float,
    anchor: str = "middle",
    ink: str = INK,
    halo: str = "",
) -> str:
    """A line of text with its base line at (x, y) in mm, `size` in pt."""
    em = 100 * size * MM_PER_PT
    # paint-order keeps halo and letters one run, which a search finds once.
    edge = f' stroke="{halo}" stroke-width="{0.18 * em:.0f}" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{100 * x:.0f}" y="{100 * y:.0f}" font-size="{em:.0f}" '
        f'text-anchor="{anchor}" fill="{ink}"{edge}>{escape(text)}</text>'
    )


def ink_on(colour: str) -> str:
    """What reads better on "#rrggbb": dark ink or the white of the paper."""
    return INK if lightness(colour) > DARK else PAPER


def lightness(colour: str) -> float:
    """Relative luminance 0..1 of "#rrggbb" (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
