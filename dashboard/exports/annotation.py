"""Names, scale bar and north arrow of a map: they depend on geometry and language alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dashboard.exports.furniture import Furniture, place_furniture
from dashboard.exports.ink import INK, NEIGHBOUR_FILL, NEIGHBOUR_INK, PAPER, ink_on, text_svg
from dashboard.exports.labels import Label, label_sizes, place_labels
from dashboard.exports.map_geometry import FRAME, BoundaryFolder, Places, map_geometry
from dashboard.exports.paper import Frame
from dashboard.exports.sites import NO_DOTS, Dots
from dashboard.exports.typeface import missing_characters, replace_missing

# More areas than this on A4 and a page shows the names of the level above instead.
MAX_CHILD_LABELS = 320
PLAIN_SIZES = (5.5, 4.8)  # pt, on small maps


@dataclass(frozen=True)
class Annotation:
    """What is written on a map whatever its values are.

    Attributes
    ----------
    furniture : Furniture
    labels, outside : tuple of Label
        Names of the areas and of the neighbours.
    of_children : bool
        Whether `labels` name the drawn areas or the level above.
    missing : tuple of str
        Characters of these names that the faces lack.
    """

    furniture: Furniture
    labels: tuple[Label, ...]
    outside: tuple[Label, ...]
    of_children: bool
    missing: tuple[str, ...]


def max_child_labels(frame: Frame) -> int:
    """How many areas a map in that frame can name: in proportion to its room."""
    room = frame.height * frame.max_width / (FRAME.height * FRAME.max_width)
    return round(MAX_CHILD_LABELS * max(room, 1))


@lru_cache(maxsize=16)
def annotate(
    boundaries: BoundaryFolder,
    area: int,
    level: str,
    lang: str,
    frame: Frame = FRAME,
    dots: Dots = NO_DOTS,
    pins: tuple[tuple[float, float, float, float], ...] = (),
) -> Annotation:
    """Furniture, names of the areas and names of the neighbours, clear of the sites if possible.

    `pins` are boxes (left, top, right, bottom in page mm) that no name may cover.
    """
    geometry, names = map_geometry(boundaries, area, level, frame), boundaries.names[lang]
    furniture = place_furniture(geometry.paper, geometry.land)
    size = (geometry.paper.width, geometry.paper.height)
    crowded = len(geometry.children.positions) > max_child_labels(frame)
    of_children = not (crowded and len(geometry.overview.positions))
    named = geometry.children if of_children else geometry.overview
    printed = [names[p] for p in (*named.positions, *geometry.neighbours.positions)]
    missing = missing_characters(printed)
    texts = [replace_missing(text, missing) for text in printed]
    inner, outer = texts[: len(named.positions)], texts[len(named.positions) :]
    if frame.plain:
        labels = _place(named, inner, size, list(pins), dots, sizes=PLAIN_SIZES)
        return Annotation(furniture, tuple(labels), (), of_children, missing)
    taken = [*furniture.boxes(), *pins]
    labels = _place(named, inner, size, taken, dots)
    taken += [label.box for label in labels]
    outside = _place(geometry.neighbours, outer, size, taken, dots, sizes=(7.0, 6.0))
    return Annotation(furniture, tuple(labels), tuple(outside), of_children, missing)


def _place(
    places: Places,
    texts: list[str],
    frame: tuple[float, float],
    taken: list[tuple[float, float, float, float]],
    dots: Dots,
    sizes: tuple[float, ...] = (),
) -> list[Label]:
    return place_labels(
        texts,
        places.points,
        places.polygons,
        sizes=sizes or label_sizes(len(places.positions)),
        frame=frame,
        taken=taken,
        marks=dots.middles,
        mark_radius=dots.radius,
    )


def labels_svg(annotation: Annotation, colours: Sequence[str], class_index: np.ndarray) -> str:
    """All names: neighbours first; a halo takes the area's own colour, the ink stands out from it.

    Parameters
    ----------
    annotation : Annotation
    colours : sequence of "#rrggbb"
        Per class.
    class_index : int array, (n,)
        Class per drawn area, -1 where it has no number.
    """
    parts = [_label_svg(label, NEIGHBOUR_INK, NEIGHBOUR_FILL) for label in annotation.outside]
    for label in annotation.labels:
        number = class_index[label.owner] if annotation.of_children else -1
        halo = colours[number] if number >= 0 else PAPER
        parts.append(_label_svg(label, ink_on(halo) if number >= 0 else INK, halo))
    return "".join(parts)


def _label_svg(label: Label, ink: str, halo: str) -> str:
    return text_svg(label.text, label.x, label.base_line, size=label.size, ink=ink, halo=halo)
