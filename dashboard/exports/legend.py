"""The legend: one entry per class and per kind of "no number", with how many areas each holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from dashboard.exports.hatch import PATTERNS, Pattern, fall_pattern, hatch_path, hatch_svg
from dashboard.exports.sites import dot_svg, site_points, site_words
from dashboard.text import state_text
from dashboard.text.numbers import format_number
from geodata.schema import STATE_COARSER, STATE_MISSING, STATE_SUPPRESSED

if TYPE_CHECKING:
    from dashboard.view import View

LACKING_STATES = {
    "suppressed": STATE_SUPPRESSED,
    "missing": STATE_MISSING,
    "coarser": STATE_COARSER,
}
SWATCH = (7.0, 3.6)  # mm


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend.

    Attributes
    ----------
    label : str
    count : int
        Areas of this kind on the map.
    count_text : str
        The same as it is printed.
    swatch : str
        SVG of the colour or pattern, SWATCH mm.
    """

    label: str
    count: int
    count_text: str
    swatch: str


def legend_entries(view: View) -> tuple[LegendEntry, ...]:
    """Classes from low to high, then what has no number; kinds that do not occur are left out."""
    classes = view.classes
    falls = falling_classes(view)
    entries = [
        _entry(label, int(count), _colour_swatch(colour, fall=number in falls))
        for number, (label, count, colour) in enumerate(
            zip(classes.labels, classes.counts, classes.colours)
        )
    ]
    rules = view.dataset.manifest.get("rules", {}).get("disclosure", {})
    for kind, state in LACKING_STATES.items():
        count = int((view.values.state == state).sum())
        if count:
            text = state_text(view.state.lang, state, int(rules.get("k", 10)))
            entries.append(_entry(text, count, _pattern_swatch(kind)))
    return tuple(entries)


def _entry(label: str, count: int, swatch: str) -> LegendEntry:
    return LegendEntry(label, count, format_number(count), swatch)


def site_entry(view: View, radius: float) -> LegendEntry | None:
    """What the points are and how many; None when the view shows none.

    Parameters
    ----------
    view : View
    radius : float
        Of the points on the map, mm: those of the legend are as large.
    """
    if not view.state.points:
        return None
    middle = (SWATCH[0] / 2, SWATCH[1] / 2)
    return _entry(site_words(view), len(site_points(view)), _drawing(dot_svg(*middle, radius)))


def falling_classes(view: View) -> tuple[int, ...]:
    """Numbers of the classes below zero where a change is drawn."""
    if view.state.show == "value":
        return ()
    shown_as_zero = 0.5 * 10.0**-view.decimals / view.scale
    return tuple(i for i, high in enumerate(view.classes.breaks[1:]) if high < -shown_as_zero)


def _colour_swatch(colour: str, fall: bool = False) -> str:
    ground = f'<rect width="100%" height="100%" fill="{colour}"/>'
    return _swatch(ground + (_lines(fall_pattern(colour)) if fall else ""))


def _lines(pattern: Pattern) -> str:
    width, height = SWATCH
    return hatch_svg(hatch_path(shapely.box([0], [0], [width], [height]), pattern), pattern)


def _pattern_swatch(kind: str) -> str:
    pattern = PATTERNS[kind]
    ground = f'<rect width="100%" height="100%" fill="{pattern.ground}"/>'
    return _swatch(ground + _lines(pattern))


def _swatch(body: str) -> str:
    width, height = SWATCH
    edge = (
        f'<rect x="6" y="6" width="{100 * width - 12:g}" height="{100 * height - 12:g}" '
        'fill="none" stroke="#6f6f6f" stroke-width="12"/>'
    )
    return _drawing(body + edge)


def _drawing(body: str) -> str:
    width, height = SWATCH
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {100 * width:g} {100 * height:g}">{body}</svg>'
    )
