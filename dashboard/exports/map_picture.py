"""The map with its papers as one SVG whose texts stay texts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from dashboard.exports.ink import INK, text_svg
from dashboard.exports.legend import SWATCH, legend_entries, site_entry
from dashboard.exports.map_svg import draw_map
from dashboard.exports.page_format import A4_LANDSCAPE, PageFormat
from dashboard.exports.pdf import boundary_folder
from dashboard.exports.sheet import build_map_content, legend_title
from dashboard.exports.typeface import FAMILY, typeface

if TYPE_CHECKING:
    from dashboard.view import View

MARGIN, HEAD, LEGEND_WIDTH, LINE, ROW = 6.0, 16.0, 62.0, 3.6, 5.6  # mm
SMALL = 6.5  # pt


def export_svg(view: View, *, page: PageFormat = A4_LANDSCAPE) -> bytes:
    """Map, legend and papers; raises as `export_pdf` does."""
    folder = boundary_folder(view.dataset)
    drawing = draw_map(folder, build_map_content(view, page.frame))
    width = drawing.width + LEGEND_WIDTH + 3 * MARGIN
    lines = [line for note in _foot(view) for line in _wrap(note, width - 2 * MARGIN)]
    height = MARGIN + HEAD + drawing.height + 4 + LINE * len(lines) + MARGIN
    body = [
        f'<rect width="{100 * width:.0f}" height="{100 * height:.0f}" fill="#ffffff"/>',
        text_svg(view.title, MARGIN, MARGIN + 5, size=14, anchor="start"),
        text_svg(view.subtitle, MARGIN, MARGIN + 11, size=9, anchor="start"),
        # A browser without the face must take another without serifs.
        _nested(
            drawing.svg.replace(f'"{FAMILY}"', f'"{FAMILY}, sans-serif"', 1),
            MARGIN,
            MARGIN + HEAD,
        ),
        *_legend(view, drawing.width + 2 * MARGIN, MARGIN + HEAD, drawing.dots.radius),
    ]
    first = MARGIN + HEAD + drawing.height + 6
    body += [
        text_svg(line, MARGIN, first + LINE * i, size=SMALL, anchor="start")
        for i, line in enumerate(lines)
    ]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {100 * width:g} {100 * height:g}" '
        f'font-family="{FAMILY}, sans-serif" fill="{INK}"><title>{escape(view.title)}</title>'
        f"{''.join(body)}</svg>\n"
    ).encode()


def _legend(view: View, x: float, y: float, dot_radius: float) -> list[str]:
    parts = [text_svg(legend_title(view), x, y + 4, size=8.5, anchor="start")]
    sites = site_entry(view, dot_radius)
    for i, entry in enumerate((*legend_entries(view), *([sites] if sites else []))):
        top = y + 8 + ROW * i
        label = f"{entry.label}  ({entry.count_text})"
        parts.append(_nested(entry.swatch, x, top))
        parts.append(text_svg(label, x + SWATCH[0] + 2, top + 2.7, size=7.5, anchor="start"))
    return parts


def _foot(view: View) -> list[str]:
    notes = view.notes
    return [
        *(text for text in (notes.method, notes.standard, notes.base, notes.demonstration) if text),
        "  ·  ".join((notes.source, notes.data_date, notes.release)),
        notes.papers,
    ]


def _nested(svg: str, x: float, y: float) -> str:
    """A drawing placed inside another: its own viewBox keeps its scale."""
    head, rest = svg.split(">", 1)
    sized = head.replace('mm"', '"')
    for name in ("width", "height"):
        before, after = sized.split(f' {name}="', 1)
        number, tail = after.split('"', 1)
        sized = f'{before} {name}="{100 * float(number):g}"{tail}'
    return f'{sized} x="{100 * x:g}" y="{100 * y:g}">{rest}'


def _wrap(text: str, width: float) -> list[str]:
    """Lines that fit `width` mm; breaks after spaces and between ideographs."""
    em, lines, line = SMALL * 25.4 / 72, [], ""
    for word in _pieces(text):
        if line and typeface().width_em(line + word) * em > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for sign in text:
        wide = ord(sign) > 0x2E7F
        if pieces and not wide and not pieces[-1].endswith(" ") and ord(pieces[-1][-1]) <= 0x2E7F:
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces
