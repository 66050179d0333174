"""Patterns for areas without a number: real lines, so that they survive grey print and zoom."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from dashboard.exports.ink import ink_on
from dashboard.exports.paper import dissolve, line_paths, to_units


@dataclass(frozen=True)
class Pattern:
    """How one kind of "no number" looks on paper.

    Attributes
    ----------
    ground : str
        Fill colour under the lines.
    ink : str
        Line colour.
    slope : int
        Rise of the lines: 1 for 45 degrees, 0 for level lines, -1 for 135 degrees.
    spacing, width : float
        Millimetres, measured across the lines.
    dash : tuple of float
        Dash and gap in mm; () for full lines. A dash of 0 with round caps makes dots.
    """

    ground: str
    ink: str
    slope: int
    spacing: float
    width: float
    dash: tuple[float, ...] = ()


PATTERNS = {
    "suppressed": Pattern("#ffffff", "#4a4a4a", 1, 0.95, 0.16),
    "missing": Pattern("#e4e4e4", "#7d7d7d", 0, 0.9, 0.28, (0.0, 0.9)),
    "coarser": Pattern("#ffffff", "#a8a8a8", -1, 1.6, 0.12, (1.2, 0.6)),
}


# Classes of a fall: level lines, so that a fall is no rise where colours become greys.
FALL = Pattern("", "", 0, 1.1, 0.12)


def fall_pattern(colour: str) -> Pattern:
    """The lines of a fall over the colour of its class."""
    return replace(FALL, ground=colour, ink=ink_on(colour))


def hatch_path(polygons: np.ndarray, pattern: Pattern) -> str:
    """Path string of the pattern's lines inside the polygons.

    The lines lie on one grid over the whole page, so that they run on from polygon to polygon.

    Parameters
    ----------
    polygons : array of (multi)polygons, (n,)
        In page millimetres.
    """
    if not len(polygons):
        return ""
    ground = dissolve(polygons)
    # One overlay for all lines: line by line each would walk through the whole ground anew.
    rulings = shapely.multilinestrings(_rulings(ground.bounds, pattern))
    lines = shapely.intersection(rulings, ground)
    parts = shapely.get_parts(lines)
    parts = parts[(shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0.05)]
    if not len(parts):
        return ""
    return line_paths(shapely.transform(parts, to_units))


def hatch_svg(path: str, pattern: Pattern) -> str:
    """SVG element of a `hatch_path`; "" if there is nothing to draw."""
    if not path:
        return ""
    dash = ""
    if pattern.dash:
        lengths = " ".join(f"{100 * length:g}" for length in pattern.dash)
        dash = f' stroke-dasharray="{lengths}" stroke-linecap="round"'
    return (
        f'<path d="{path}" fill="none" stroke="{pattern.ink}" '
        f'stroke-width="{100 * pattern.width:g}"{dash}/>'
    )


def _rulings(bounds: tuple[float, float, float, float], pattern: Pattern) -> np.ndarray:
    """Parallel lines across a box, on a grid that hangs on the page's origin."""
    left, top, right, bottom = bounds
    pitch = pattern.spacing * np.hypot(1, pattern.slope)
    # y = c - slope * x with y downwards: slope 1 rises to the right on paper.
    ends = np.array(
        [
            top + pattern.slope * left,
            top + pattern.slope * right,
            bottom + pattern.slope * left,
            bottom + pattern.slope * right,
        ]
    )
    steps = np.arange(np.floor(ends.min() / pitch), np.ceil(ends.max() / pitch) + 1) * pitch
    if pattern.dash:
        left = np.floor(left / sum(pattern.dash)) * sum(pattern.dash)
    starts = np.column_stack([np.full(len(steps), left), steps - pattern.slope * left])
    stops = np.column_stack([np.full(len(steps), right), steps - pattern.slope * right])
    return shapely.linestrings(np.stack([starts, stops], axis=1))
