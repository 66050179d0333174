"""The pieces of a view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Classes:
    """Class breaks, and which area is in which class.

    Parameters
    ----------
    method : str
        What was asked for: quantile, natural, equal, own.
    breaks : tuple of float, (n + 1,)
        Edges in data units, ascending; empty when no area has a number.
    labels : tuple of str, (n,)
        "12.0–18.5%" in the page's language.
    counts : tuple of int, (n,)
        Areas in each class.
    colours : tuple of str, (n,)
        "#rrggbb", low to high.
    index : ndarray of int8, (n_areas,)
        Class of each area, -1 where it has no number.
    """

    method: str
    breaks: tuple[float, ...]
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    colours: tuple[str, ...]
    index: np.ndarray


@dataclass(frozen=True)
class Row:
    """One line of the worst ten.

    `text` is the value with its unit; `gap_people`, `gap_text` are the people beyond reach for
    coverage measures, else None and "".
    """

    position: int
    code: str
    name: str
    number: float
    text: str
    rank: int
    gap_people: int | None = None
    gap_text: str = ""


@dataclass(frozen=True)
class Parent:
    """The area shown, with its own value: what every child is held against."""

    code: str
    name: str
    number: float
    state: int
    text: str


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb, top down; fillers are not in it."""

    code: str
    name: str
    level: str
