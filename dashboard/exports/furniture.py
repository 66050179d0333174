"""Scale bar and north arrow: their measures, a free corner of the map, and how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from dashboard.exports.ink import INK, PAPER, text_svg
from dashboard.exports.paper import Paper

BAR_HEIGHT, ARROW_BOX = 9.5, (9.0, 13.0)
LEAST_BAR_BOX, BESIDE_BAR = 33.0, 13.0  # mm: the scale in figures, the bar's unit
MAX_BAR = 38.0  # mm
INSET = 2.0
TEXT_SIZE = 6.5  # pt


@dataclass(frozen=True)
class Furniture:
    """Where scale bar and north arrow stand.

    Attributes
    ----------
    bar_at, arrow_at : (x, y)
        Top left corner of their boxes in page mm.
    bar_km : float
        Length of the whole bar on the ground.
    bar_mm : float
        The same on paper.
    north : float
        Lean of true north to the right of the vertical, degrees.
    scale_number : float
        N of 1 : N.
    """

    bar_at: tuple[float, float]
    arrow_at: tuple[float, float]
    bar_km: float
    bar_mm: float
    north: float
    scale_number: float

    @property
    def bar_box(self) -> tuple[float, float]:
        """Width and height of the bar with its figures, mm."""
        return _bar_box(self.bar_mm)

    def boxes(self) -> list[tuple[float, float, float, float]]:
        """Left, top, right, bottom of both, in page mm."""
        return [
            (x, y, x + width, y + height)
            for (x, y), (width, height) in ((self.bar_at, self.bar_box), (self.arrow_at, ARROW_BOX))
        ]


def place_furniture(paper: Paper, land: shapely.Geometry) -> Furniture:
    """Scale bar in the lower or upper corner that hides least of the area, arrow likewise.

    Parameters
    ----------
    paper : Paper
    land : geometry
        The area in page mm.
    """
    km, length = _bar_length(paper.mm_per_m * 1000)
    size = _bar_box(length)
    bar = _freest(paper, land, size, ("lower left", "lower right", "upper left", "upper right"))
    arrow = _freest(
        paper,
        land,
        ARROW_BOX,
        ("upper right", "upper left", "lower right", "lower left"),
        avoid=shapely.box(*bar, bar[0] + size[0], bar[1] + size[1]),
    )
    return Furniture(bar, arrow, km, length, paper.north_angle(), paper.scale_number)


def _bar_box(length: float) -> tuple[float, float]:
    return max(length + BESIDE_BAR, LEAST_BAR_BOX), BAR_HEIGHT


def _bar_length(mm_per_km: float) -> tuple[float, float]:
    """The longest 1, 2 or 5 times a power of ten that the bar may have, in km and mm."""
    steps = np.array([f * 10.0**p for p in range(-3, 5) for f in (1, 2, 5)])
    fits = steps[steps * mm_per_km <= MAX_BAR]
    km = float(fits[-1]) if len(fits) else float(steps[0])
    return km, km * mm_per_km


def _freest(
    paper: Paper,
    land: shapely.Geometry,
    size: tuple[float, float],
    corners: tuple[str, ...],
    avoid: shapely.Geometry | None = None,
) -> tuple[float, float]:
    width, height = size
    best, best_cost = (INSET, INSET), np.inf
    for rank, corner in enumerate(corners):
        x = INSET if "left" in corner else paper.width - INSET - width
        y = INSET if "upper" in corner else paper.height - INSET - height
        box = shapely.box(x, y, x + width, y + height)
        cost = shapely.area(shapely.intersection(box, land)) / box.area + rank * 0.01
        if avoid is not None and box.intersects(avoid):
            cost += 10
        if cost < best_cost:
            best, best_cost = (x, y), cost
    return best


def scale_bar_svg(furniture: Furniture, km_text: str, scale_text: str) -> str:
    """A bar in four alternating parts with its length, and the representative fraction."""
    x, y = furniture.bar_at
    left, top, part = x + 1.5, y + 3.9, furniture.bar_mm / 4
    plate = _rect(x, y, *furniture.bar_box, fill=PAPER, more=' fill-opacity="0.85"')
    edge = f' stroke="{INK}" stroke-width="12"'
    cells = "".join(
        _rect(left + i * part, top, part, 0.9, fill=(INK, PAPER)[i % 2], more=edge)
        for i in range(4)
    )
    km, middle, end = furniture.bar_km, left + furniture.bar_mm / 2, left + furniture.bar_mm
    texts = (
        text_svg("0", left, top - 0.7, size=TEXT_SIZE)
        + text_svg(f"{km / 2:g}", middle, top - 0.7, size=TEXT_SIZE)
        + text_svg(f"{km:g} {km_text}", end - 0.9, top - 0.7, size=TEXT_SIZE, anchor="start")
    )
    number = f"{scale_text} 1:{round_scale(furniture.scale_number):,}"
    fraction = text_svg(number, left, top + 3.7, size=TEXT_SIZE, anchor="start")
    return plate + cells + texts + fraction


def round_scale(number: float) -> int:
    """N of 1 : N in three figures, which is all that a fitted page can claim."""
    digits = 10 ** max(int(np.floor(np.log10(number))) - 2, 0)
    return round(number / digits) * digits


def north_arrow_svg(furniture: Furniture, north_text: str) -> str:
    """An arrow to true north at the middle of the map."""
    x, y = furniture.arrow_at
    middle_x, middle_y = 100 * (x + ARROW_BOX[0] / 2), 100 * (y + ARROW_BOX[1] / 2)
    tip = f"M{middle_x:.0f} {100 * y + 380:.0f}l"
    plate = _rect(x, y, *ARROW_BOX, fill=PAPER, more=' fill-opacity="0.85"')
    return (
        plate + f'<g transform="rotate({furniture.north:.2f} {middle_x:.0f} {middle_y:.0f})">'
        f'<path d="{tip}-200 620 200-130z" fill="{INK}" stroke="{INK}" stroke-width="12"/>'
        f'<path d="{tip}200 620-200-130z" fill="{PAPER}" stroke="{INK}" stroke-width="12"/></g>'
        + text_svg(north_text, x + ARROW_BOX[0] / 2, y + 3.0, size=TEXT_SIZE)
    )


def _rect(x: float, y: float, width: float, height: float, *, fill: str, more: str = "") -> str:
    return (
        f'<rect x="{100 * x:.0f}" y="{100 * y:.0f}" width="{100 * width:.0f}" '
        f'height="{100 * height:.0f}" fill="{fill}"{more}/>'
    )
