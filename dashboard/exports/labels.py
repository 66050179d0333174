"""Names on the map: the largest areas first, none over another, as many as fit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import shapely

from dashboard.exports.ink import MM_PER_PT
from dashboard.exports.typeface import typeface

GAP_MM = 0.35  # white between two labels
# Candidate shifts from the label point, in label widths and heights; nearest first.
SHIFTS = np.array(
    [(0, 0), (0, -0.7), (0, 0.7), (-0.2, 0), (0.2, 0), (0, -1.4), (0, 1.4)]
    + [(x, y) for x in (-0.25, 0.25, -0.45, 0.45) for y in (0, -0.8, 0.8)]
)
# More of them where a name has to find its way between marks.
SHIFTS_BETWEEN_MARKS = np.concatenate(
    [SHIFTS, [(x, y) for y in np.arange(-2.1, 2.2, 0.35) for x in np.arange(-0.6, 0.7, 0.2)]]
)
# A name may reach over its own border only where the map is crowded.
SHARE_INSIDE, SHARE_INSIDE_SMALLEST = 0.92, 0.6

_LONG_ENDINGS = (
    (re.compile(r"(社区|村)(居民委员会|居委会|村民委员会|村委会|委员会|委会)$"), r"\1"),
    (re.compile(r"(居民委员会|居委会)$"), ""),
    (re.compile(r"(村民委员会|村委会)$"), "村"),
    (re.compile(r"(地区)?办事处$|街道$"), ""),
    (re.compile(r"(满族|回族|蒙古族)+自治县$|(满族|回族|蒙古族)+乡$"), ""),
    (re.compile(r"( (Manchu|Mongol|Hui|and))+ (Autonomous County|Ethnic Township|Township)$"), ""),
    (
        re.compile(
            r" (District|County|City|Subdistrict|Town|Township|Community|Village|Municipality"
            r"|Province|Autonomous County|(Residents'|Villagers') Committee)$"
        ),
        "",
    ),
)


@dataclass(frozen=True)
class Label:
    """One placed name.

    Attributes
    ----------
    text : str
    owner : int
        Which of the given areas it names.
    x, y : float
        Middle of the label in page mm.
    size : float
        Type size in pt.
    width, height : float
        Box in mm.
    """

    text: str
    owner: int
    x: float
    y: float
    size: float
    width: float
    height: float

    @property
    def base_line(self) -> float:
        """Y of the base line in page mm."""
        return self.y + 0.36 * self.size * MM_PER_PT

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in page mm."""
        return (
            self.x - self.width / 2,
            self.y - self.height / 2,
            self.x + self.width / 2,
            self.y + self.height / 2,
        )


def short_name(name: str) -> str:
    """The name as maps write it when the full one does not fit: without the kind of area.

    >>> short_name("多福巷社区居委会")
    '多福巷社区'
    >>> short_name("东华门街道")
    '东华门'
    """
    for pattern, ending in _LONG_ENDINGS:
        shorter = pattern.sub(ending, name)
        if shorter != name and len(shorter) >= 2:
            return shorter
    return name


def text_box(text: str, size: float) -> tuple[float, float]:
    """Width and height in mm of one line of text at a size in pt."""
    em = size * MM_PER_PT
    return typeface().width_em(text) * em, em * 1.02


def label_sizes(count: int) -> tuple[float, ...]:
    """Type sizes in pt to try for that many areas, largest first."""
    for limit, sizes in ((24, (8.5, 7.0, 6.0)), (80, (7.5, 6.5, 5.5))):
        if count <= limit:
            return sizes
    return (6.5, 5.8, 5.0)


def place_labels(
    names: list[str],
    points: np.ndarray,
    polygons: np.ndarray,
    *,
    sizes: tuple[float, ...],
    frame: tuple[float, float],
    taken: list[tuple[float, float, float, float]] | None = None,
    marks: np.ndarray | None = None,
    mark_radius: float = 0.0,
) -> list[Label]:
    """Names at their polygons, greedily from the largest polygon down.

    A name lies over no mark where any place and size allows that, else over as few as possible.

    Parameters
    ----------
    names : list of str, (n,)
    points : float array, (n, 2)
        Label points in page mm.
    polygons : array of (multi)polygons, (n,)
        In page mm.
    sizes : tuple of float
        Type sizes in pt, largest first.
    frame : (width, height)
        Of the map in mm; no label leaves it.
    taken : list of boxes, optional
        Left, top, right, bottom in mm of what is there already.
    marks : float array, (k, 2), optional
        Middles in page mm of points that a name had better not cover.
    mark_radius : float
        In mm.

    Returns
    -------
    list of Label
        Without overlaps; names that fit nowhere are left out.
    """
    boxes = _Boxes(frame, taken or [])
    around = _Marks(marks, mark_radius) if marks is not None and len(marks) else None
    order = np.argsort(-shapely.area(polygons), kind="stable")
    labels: list[Label] = []
    for at in order.tolist():
        label = _place_one(names[at], points[at], polygons[at], sizes, boxes, around)
        if label:
            label = replace(label, owner=at)
            labels.append(label)
            boxes.take(label.box)
    return labels


def _place_one(
    name: str,
    point: np.ndarray,
    polygon: shapely.Geometry,
    sizes: tuple[float, ...],
    boxes: _Boxes,
    marks: _Marks | None,
) -> Label | None:
    variants = list(dict.fromkeys((name, short_name(name))))
    tries = [(text, size, SHARE_INSIDE) for size in sizes for text in variants]
    tries.append((variants[-1], sizes[-1], SHARE_INSIDE_SMALLEST))
    best, fewest = None, np.inf
    for text, size, share in tries:
        width, height = text_box(text, size)
        middles = point + (SHIFTS if marks is None else SHIFTS_BETWEEN_MARKS) * (width, height)
        half = np.array([width / 2, height / 2])
        rectangles = np.column_stack([middles - half, middles + half])
        free = boxes.free(rectangles)
        if not free.any():
            continue
        inside = shapely.area(shapely.intersection(shapely.box(*rectangles[free].T), polygon))
        good = np.flatnonzero(free)[inside >= share * width * height]
        if not len(good):
            continue
        covered = np.zeros(len(good)) if marks is None else marks.count(rectangles[good])
        at = int(covered.argmin())
        if covered[at] < fewest:
            x, y = middles[good[at]]
            best, fewest = Label(text, -1, float(x), float(y), size, width, height), covered[at]
        if fewest == 0:
            break
    return best


class _Marks:
    """Points that names had better not cover, in a tree."""

    def __init__(self, middles: np.ndarray, radius: float) -> None:
        self.tree, self.radius = shapely.STRtree(shapely.points(middles)), radius

    def count(self, rectangles: np.ndarray) -> np.ndarray:
        """How many marks each of the (k, 4) rectangles touches."""
        wide = rectangles + np.array([-1, -1, 1, 1]) * self.radius
        hit, _ = self.tree.query(shapely.box(*wide.T), predicate="intersects")
        return np.bincount(hit, minlength=len(rectangles))


class _Boxes:
    """Boxes already taken, as one array."""

    def __init__(
        self, frame: tuple[float, float], taken: list[tuple[float, float, float, float]]
    ) -> None:
        self.frame = frame
        self.array = np.array(taken, dtype=float).reshape(-1, 4)

    def take(self, box: tuple[float, float, float, float]) -> None:
        self.array = np.vstack([self.array, box])

    def free(self, rectangles: np.ndarray) -> np.ndarray:
        """Which of the (k, 4) rectangles lie in the frame and touch nothing taken."""
        width, height = self.frame
        edge = 0.8
        inside = (rectangles[:, :2] >= edge).all(axis=1)
        inside &= (rectangles[:, 2] <= width - edge) & (rectangles[:, 3] <= height - edge)
        left, top, right, bottom = (rectangles[:, i, None] for i in range(4))
        hit = (
            (left < self.array[:, 2] + GAP_MM)
            & (right > self.array[:, 0] - GAP_MM)
            & (top < self.array[:, 3] + GAP_MM)
            & (bottom > self.array[:, 1] - GAP_MM)
        )
        return inside & ~hit.any(axis=1)
