"""The map as one SVG in page space: fills by class, patterns, boundaries, names, scale, north."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dashboard.exports.annotation import annotate, labels_svg
from dashboard.exports.edges import OUTLINE
from dashboard.exports.furniture import Furniture, north_arrow_svg, scale_bar_svg
from dashboard.exports.hatch import PATTERNS, fall_pattern, hatch_path, hatch_svg
from dashboard.exports.ink import INK, MARK, NEIGHBOUR_FILL, NEIGHBOUR_LINE, PAPER, path_svg
from dashboard.exports.labels import Label
from dashboard.exports.map_geometry import FRAME, BoundaryFolder, MapGeometry, map_geometry
from dashboard.exports.paper import Frame
from dashboard.exports.pins import Pin, pins_svg, place_pins
from dashboard.exports.sites import NO_DOTS, NO_SITES, Dots, dots_svg, lay_dots
from dashboard.exports.typeface import FAMILY
from geodata.schema import LEVELS

# Width in mm and colour of a boundary by how far above the drawn areas the parted level lies.
# Each has a white casing, without which it drowns between two dark areas of one class.
FINEST_LINE, UPPER_LINES = (0.09, "#6f6f6f"), ((0.2, "#4a4a4a"), (0.34, "#333333"))
CASING = 0.09  # mm on each side
CROWDED, CROWDED_LINE = 1000, (0.05, "#a9a9a9")  # no room for a casing
OUTLINE_WIDTH = 0.5


@dataclass(frozen=True)
class MapContent:
    """What one page's map shows; with the geometry it gives the SVG.

    Attributes
    ----------
    area : int
        Position of the area in the tree.
    level : str
        Level of the drawn areas.
    colours : tuple of str
        "#rrggbb" per class.
    class_index : int array, (n,)
        Class per drawn area in tree order, -1 where it has no number.
    lacking : dict
        Pattern name to bool array (n,): the areas of that kind of "no number".
    lang : str
        Language of the names.
    selected : int
        Position of the marked area, -1 for none.
    km_text, scale_text, north_text : str
        "公里"/"km", "比例尺约"/"Scale about", "北"/"N".
    frame : Frame
        Room on the page.
    falls : tuple of int
        Classes that are a fall and carry lines.
    sites : float array, (n, 2)
        Longitude and latitude of the provider sites that are drawn.
    pins : tuple of Pin
        The changes of a plan.
    """

    area: int
    level: str
    colours: tuple[str, ...]
    class_index: np.ndarray
    lacking: dict[str, np.ndarray]
    lang: str
    selected: int
    km_text: str
    scale_text: str
    north_text: str
    frame: Frame = FRAME
    falls: tuple[int, ...] = ()
    sites: np.ndarray = field(default_factory=NO_SITES.copy)
    pins: tuple[Pin, ...] = ()


@dataclass(frozen=True)
class MapSvg:
    """The drawing, its size in mm, the names that found room, characters without a glyph, sites."""

    svg: str
    width: float
    height: float
    labels: tuple[Label, ...]
    furniture: Furniture
    missing: tuple[str, ...] = ()
    dots: Dots = NO_DOTS


def draw_map(boundaries: BoundaryFolder, content: MapContent) -> MapSvg:
    """The map of one page.

    Raises
    ------
    BoundaryError
        If the release has no polygons of that area at that level.
    """
    geometry = map_geometry(boundaries, content.area, content.level, content.frame)
    paper = geometry.paper
    dots = lay_dots(paper, geometry.land, content.sites)
    pins = place_pins(paper, content.pins)
    annotation = annotate(
        boundaries,
        content.area,
        content.level,
        content.lang,
        content.frame,
        dots,
        tuple(pin.box for pin in pins),
    )
    body = [
        path_svg(geometry.neighbour_path, fill=NEIGHBOUR_FILL, stroke=NEIGHBOUR_LINE, width=0.12),
        *_class_fills(geometry, content),
        *_patterns(geometry, content),
        *_boundaries(geometry, content),
        dots_svg(dots),
        labels_svg(annotation, content.colours, content.class_index),
        pins_svg(pins),
        *_furniture(annotation.furniture, content),
        _frame(paper.width, paper.height),
    ]
    width, height = paper.width, paper.height
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {100 * width:g} {100 * height:g}" font-family="{FAMILY}" '
        f'stroke-linejoin="round">{"".join(body)}</svg>'
    )
    names = (*annotation.labels, *annotation.outside)
    return MapSvg(svg, width, height, names, annotation.furniture, annotation.missing, dots)


def _furniture(furniture: Furniture, content: MapContent) -> list[str]:
    if content.frame.plain:
        return []
    return [
        scale_bar_svg(furniture, content.km_text, content.scale_text),
        north_arrow_svg(furniture, content.north_text),
    ]


def _class_fills(geometry: MapGeometry, content: MapContent) -> list[str]:
    """One path per class; a hairline of the same colour closes the seams between neighbours."""
    fills = []
    for number, colour in enumerate(content.colours):
        members = np.flatnonzero(content.class_index == number).tolist()
        path = "".join(geometry.child_paths[i] for i in members)
        fills.append(path_svg(path, fill=colour, stroke=colour, width=0.05))
        if number in content.falls:
            pattern = fall_pattern(colour)
            lines = hatch_path(geometry.children.polygons[members], pattern)
            fills.append(hatch_svg(lines, pattern))
    return fills


def _patterns(geometry: MapGeometry, content: MapContent) -> list[str]:
    parts = []
    for kind, lacks in content.lacking.items():
        pattern, members = PATTERNS[kind], np.flatnonzero(lacks)
        ground = "".join(geometry.child_paths[i] for i in members.tolist())
        parts.append(path_svg(ground, fill=pattern.ground, stroke=pattern.ground, width=0.05))
        lines = hatch_path(geometry.children.polygons[members], pattern)
        parts.append(hatch_svg(lines, pattern))
    return parts


def _boundaries(geometry: MapGeometry, content: MapContent) -> list[str]:
    """Finest lines first, the outline and the marked area last."""
    finest, crowded = LEVELS.index(content.level), len(geometry.child_paths) > CROWDED
    lines = []
    for rank in sorted((r for r in geometry.edges if r != OUTLINE), reverse=True):
        above, path = finest - rank, geometry.edges[rank]
        width, colour = UPPER_LINES[min(above, len(UPPER_LINES)) - 1] if above else FINEST_LINE
        if crowded and not above:
            width, colour = CROWDED_LINE
        else:
            lines.append(path_svg(path, stroke=PAPER, width=width + 2 * CASING))
        lines.append(path_svg(path, stroke=colour, width=width))
    lines.append(path_svg(geometry.edges.get(OUTLINE, ""), stroke="#222222", width=OUTLINE_WIDTH))
    marked = np.flatnonzero(geometry.children.positions == content.selected)
    if len(marked):
        lines.append(path_svg(geometry.child_paths[marked[0]], stroke=MARK, width=0.6))
    return lines


def _frame(width: float, height: float) -> str:
    edge = 10
    return (
        f'<rect x="{edge}" y="{edge}" width="{100 * width - 2 * edge:g}" '
        f'height="{100 * height - 2 * edge:g}" fill="none" stroke="{INK}" stroke-width="25"/>'
    )
