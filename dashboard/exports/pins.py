"""The changes of a plan on a printed map: numbered pins, a dashed way to where one was moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard.coverage.effect import ADDED, CLOSED, MOVED
from dashboard.exports.ink import PAPER, text_svg
from dashboard.exports.paper import UNITS_PER_MM, Paper
from dashboard.view.plan_words import site_number
from geodata.crs import project_points

if TYPE_CHECKING:
    from dashboard.coverage import PlanEffect
    from dashboard.view import View

# Colours as on the screen; the shapes differ too, so that grey print tells them apart.
COLOURS = {ADDED: "#d1495b", MOVED: "#00798c", CLOSED: "#55606b"}
RADIUS, CLOSED_RADIUS = 2.1, 1.6  # mm
NUMBER_PT = 6.2


@dataclass(frozen=True)
class Pin:
    """One change of the plan; degrees in EPSG:4490."""

    text: str
    action: str
    lon: float
    lat: float
    before: tuple[float, float] | None = None


@dataclass(frozen=True)
class PlacedPin:
    """A pin in page mm."""

    text: str
    action: str
    x: float
    y: float
    before: tuple[float, float] | None = None

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in page mm: names keep clear of it."""
        return (self.x - RADIUS, self.y - RADIUS, self.x + RADIUS, self.y + RADIUS)


def plan_pins(view: View) -> tuple[Pin, ...]:
    """The changes of the view's plan that count, in order of the plan."""
    return pins_of(view.dataset.coverages.plan_effect(view.state, view.position))


def pins_of(effect: PlanEffect | None) -> tuple[Pin, ...]:
    """The pins of an effect; numbers are those of its table."""
    if effect is None:
        return ()
    return tuple(
        Pin(site_number(i), site.action, site.lon, site.lat, site.before)
        for i, site in enumerate(effect.sites)
        if site.counts
    )


def place_pins(paper: Paper, pins: tuple[Pin, ...]) -> tuple[PlacedPin, ...]:
    """Pins on a paper; those outside the frame are left out."""
    placed = []
    for pin in pins:
        x, y = _place(paper, pin.lon, pin.lat)
        if 0 <= x <= paper.width and 0 <= y <= paper.height:
            before = _place(paper, *pin.before) if pin.before else None
            placed.append(PlacedPin(pin.text, pin.action, x, y, before))
    return tuple(placed)


def _place(paper: Paper, lon: float, lat: float) -> tuple[float, float]:
    at = paper.place(project_points(np.array([lon]), np.array([lat])))
    return tuple(np.round(at[0], 2).tolist())


def pins_svg(pins: tuple[PlacedPin, ...]) -> str:
    """Ways first, then pins with their numbers; "" for none."""
    return "".join([*map(_way, pins), *map(_pin, pins)])


def _way(pin: PlacedPin) -> str:
    if pin.before is None:
        return ""
    ends = [round(UNITS_PER_MM * n) for n in (*pin.before, pin.x, pin.y)]
    return (
        f'<path d="M{ends[0]} {ends[1]}L{ends[2]} {ends[3]}" fill="none" '
        f'stroke="{COLOURS[MOVED]}" stroke-width="40" stroke-dasharray="100 70"/>'
        f'<circle cx="{ends[0]}" cy="{ends[1]}" r="70" fill="{PAPER}" '
        f'stroke="{COLOURS[MOVED]}" stroke-width="30"/>'
    )


def _pin(pin: PlacedPin) -> str:
    x, y = round(UNITS_PER_MM * pin.x), round(UNITS_PER_MM * pin.y)
    edge = f'fill="{COLOURS[pin.action]}" stroke="{PAPER}" stroke-width="35"'
    if pin.action == ADDED:
        shape = f'<circle cx="{x}" cy="{y}" r="{UNITS_PER_MM * RADIUS:.0f}" {edge}/>'
    else:  # a square one was moved, one on its corner is closed
        half = UNITS_PER_MM * (RADIUS if pin.action == MOVED else CLOSED_RADIUS) * 0.9
        turn = f' transform="rotate(45 {x} {y})"' if pin.action == CLOSED else ""
        shape = (
            f'<rect x="{x - half:.0f}" y="{y - half:.0f}" width="{2 * half:.0f}" '
            f'height="{2 * half:.0f}" {edge}{turn}/>'
        )
    return shape + text_svg(pin.text, pin.x, pin.y + 0.8, size=NUMBER_PT, ink=PAPER)
