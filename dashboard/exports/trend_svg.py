"""The trend of an area against the area above it, as lines on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.exports.ink import INK, text_svg
from dashboard.exports.typeface import FAMILY

LEFT, RIGHT, TOP, BOTTOM = 10.0, 3.0, 3.0, 6.0  # mm around the plot
SIZE = 6.0  # pt
GRID, ABOVE = "#d5d5d5", "#8a8a8a"
TARGET_TICKS = 4


@dataclass(frozen=True)
class TrendLine:
    """Numbers on screen scale, one a month, NaN where there is none."""

    name: str
    numbers: np.ndarray


def trend_svg(
    periods: Sequence[str],
    area: TrendLine,
    above: TrendLine | None,
    *,
    width: float,
    height: float,
    tick_text: Callable[[float, int], str],
) -> str:
    """SVG of the chart; "" when the area has fewer than two numbers.

    Parameters
    ----------
    periods : sequence of "YYYY-MM"
    area : TrendLine
        A full dark line, its last number marked.
    above : TrendLine or None
        A dashed grey line.
    width, height : float
        In mm.
    tick_text : callable
        Number on screen scale and decimals to the text of a tick.
    """
    lines = [line for line in (above, area) if line is not None]
    known = np.concatenate([line.numbers[np.isfinite(line.numbers)] for line in lines])
    if np.isfinite(area.numbers).sum() < 2:
        return ""
    ticks = nice_ticks(float(known.min()), float(known.max()))
    low, high = ticks[0], ticks[-1]
    decimals = max(0, -int(np.floor(np.log10(ticks[1] - ticks[0]) + 1e-9)))
    steps = max(len(periods) - 1, 1)

    def place(months: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        x = LEFT + (width - LEFT - RIGHT) * months / steps
        y = TOP + (height - TOP - BOTTOM) * (high - numbers) / (high - low)
        return np.column_stack([x, y])

    heights = place(np.zeros(len(ticks)), np.array(ticks))[:, 1]
    parts = [_tick(width, y, tick_text(n, decimals)) for y, n in zip(heights, ticks)]
    parts += _years(periods, place, height)
    for line, colour, dash in ((above, ABOVE, "90 60"), (area, INK, "")):
        if line is not None:
            parts.append(_line(place(np.arange(len(periods)), line.numbers), colour, dash))
    last = int(np.flatnonzero(np.isfinite(area.numbers))[-1])
    x, y = place(np.array([last]), area.numbers[last : last + 1])[0]
    parts.append(f'<circle cx="{100 * x:.0f}" cy="{100 * y:.0f}" r="70" fill="{INK}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {100 * width:g} {100 * height:g}" font-family="{FAMILY}" '
        f'stroke-linejoin="round">{"".join(parts)}</svg>'
    )


def nice_ticks(low: float, high: float) -> list[float]:
    """Round numbers that enclose a range, about five of them.

    >>> nice_ticks(71.2, 78.9)
    [70.0, 72.0, 74.0, 76.0, 78.0, 80.0]
    """
    span = max(high - low, abs(high) * 1e-3, 1e-6)
    power = 10.0 ** np.floor(np.log10(span / TARGET_TICKS))
    step = next(f * power for f in (1, 2, 5, 10) if f * power * TARGET_TICKS >= span * 0.999)
    first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    return [float(round(step * n, 10)) for n in np.arange(first, last + 1)]


def _line(points: np.ndarray, colour: str, dash: str) -> str:
    """A polyline that is broken wherever a month has no number."""
    path, pen_up = [], True
    for x, y in points:
        if np.isfinite(y):
            path.append(f"{'M' if pen_up else 'L'}{100 * x:.0f} {100 * y:.0f}")
        pen_up = not np.isfinite(y)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{"".join(path)}" fill="none" stroke="{colour}" stroke-width="32"{dashes}/>'


def _tick(width: float, y: float, text: str) -> str:
    return (
        f'<path d="M{100 * LEFT:.0f} {100 * y:.0f}H{100 * (width - RIGHT):.0f}" '
        f'stroke="{GRID}" stroke-width="10"/>'
        + text_svg(text, LEFT - 1, y + 0.75, size=SIZE, anchor="end")
    )


def _years(periods: Sequence[str], place: Callable, height: float) -> list[str]:
    """A mark and a name at the first month, at every January and at the last month."""
    marks, taken = [], -np.inf
    wanted = [i for i, p in enumerate(periods) if i == 0 or p.endswith("-01")]
    for i in [*wanted, len(periods) - 1]:
        x = float(place(np.array([i]), np.zeros(1))[0, 0])
        marks.append(
            f'<path d="M{100 * x:.0f} {100 * (height - BOTTOM):.0f}v80" '
            f'stroke="{INK}" stroke-width="12"/>'
        )
        if x - taken >= 9.5:
            anchor = "end" if i == len(periods) - 1 else "middle"
            marks.append(text_svg(periods[i], x, height - BOTTOM + 3.2, size=SIZE, anchor=anchor))
            taken = x
    return marks
