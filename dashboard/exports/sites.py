"""Provider sites on a printed map: a real circle each, as large as their number allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dashboard.exports.paper import UNITS_PER_MM, Paper
from dashboard.text import category_name, period_name, t
from geodata.crs import project_points

if TYPE_CHECKING:
    from dashboard.view import View

FILL, EDGE = "#22313b", "#ffffff"  # as on the screen: stands out on every palette, in grey too
SMALLEST, LARGEST = 0.2, 0.95  # radius in mm
INK_SHARE = 0.1  # of the land that the circles may cover together
EDGE_SHARE = 0.3  # of the radius
EDGELESS = 0.45  # mm; a smaller circle would be more edge than ink
LEGIBLE = 0.4  # mm; a legend shows no smaller one


@dataclass(frozen=True)
class Dots:
    """Circles on a page; hashable, so that the names placed around them can be kept.

    Attributes
    ----------
    packed : bytes
        Middles in page mm, float64 (n, 2).
    radius : float
        In mm, edge included.
    """

    packed: bytes = b""
    radius: float = LARGEST

    @property
    def middles(self) -> np.ndarray:
        """Middles in page mm, (n, 2)."""
        return np.frombuffer(self.packed, dtype=np.float64).reshape(-1, 2)


NO_SITES, NO_DOTS = np.empty((0, 2)), Dots()


def site_points(view: View) -> np.ndarray:
    """Longitude and latitude (EPSG:4490) of what the view shows as points, (n, 2)."""
    state = view.state
    if not state.points:
        return NO_SITES
    sites = view.dataset.providers(view.position, state.category, state.period)
    return sites[["lon", "lat"]].to_numpy(dtype=float)


def site_words(view: View) -> str:
    """What the points are, and of when: 服务点（老年助餐，2026年6月）."""
    lang, state = view.state.lang, view.state
    category, month = category_name(lang, state.category), period_name(lang, state.period)
    return t(lang, "print_sites", category=category, period=month)


def lay_dots(paper: Paper, land: shapely.Geometry, sites: np.ndarray) -> Dots:
    """Circles for the sites on a paper: the more there are on the land, the smaller.

    Parameters
    ----------
    paper : Paper
    land : geometry
        The area in page mm.
    sites : float array, (n, 2)
        Degrees, EPSG:4490.
    """
    if not len(sites):
        return NO_DOTS
    middles = paper.place(project_points(sites[:, 0], sites[:, 1]))
    # From top to bottom, so that the same sites in another order give the same page.
    middles = middles[np.lexsort((middles[:, 0], middles[:, 1]))]
    wanted = np.sqrt(INK_SHARE * land.area / (np.pi * len(middles)))
    radius = round(float(np.clip(wanted, SMALLEST, LARGEST)), 2)
    return Dots(np.ascontiguousarray(middles, dtype=np.float64).tobytes(), radius)


def dots_svg(dots: Dots) -> str:
    """All circles in one group; "" for none."""
    if not dots.packed:
        return ""
    edge = EDGE_SHARE * dots.radius if dots.radius >= EDGELESS else 0.0
    inner = UNITS_PER_MM * (dots.radius - edge / 2)
    units = np.rint(dots.middles * UNITS_PER_MM).astype(int).tolist()
    circles = "".join(f'<circle cx="{x}" cy="{y}" r="{inner:.0f}"/>' for x, y in units)
    line = f' stroke="{EDGE}" stroke-width="{UNITS_PER_MM * edge:.0f}"' if edge else ""
    return f'<g fill="{FILL}"{line}>{circles}</g>'


def dot_svg(x: float, y: float, radius: float) -> str:
    """One circle, for a legend."""
    middle = np.array([[x, y]], dtype=np.float64)
    return dots_svg(Dots(middle.tobytes(), max(radius, LEGIBLE)))
