"""Written service standards: standards.toml to validated values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from geodata.coverage.decay import RING_WEIGHTS, RINGS_M
from geodata.errors import StandardError
from geodata.findings import Finding, finding
from geodata.schema import CATEGORY_CODES

COUNTS = ("60plus", "65plus", "80plus")
OWN = "own"  # the id of a standard with somebody's own values; no written one may have it


@dataclass(frozen=True)
class Standard:
    """One standard: for whom, how far, how much.

    Attributes
    ----------
    id : str
    categories : tuple of str
        Categories whose providers count for it.
    counts : str
        The people it is about: 60plus, 65plus or 80plus.
    radius_m : float or None
        Walking distance in metres; None for a standard of capacity only, which says nothing
        about reach.
    capacity_per_1000 : float or None
        Places wanted for 1,000 of these people.
    min_demand : float or None
        People within the radius above which a provider is justified.
    detour_factor : float
        Walking distance over straight line, >= 1; that of the file where the standard has none.
    rings_m, ring_weights : tuple of float
        Rings of the enhanced floating catchment and their weights; () for those of the method,
        scaled to end at the radius.
    jurisdiction, valid_from, source, name_zh, name_en : str
    """

    id: str
    categories: tuple[str, ...]
    counts: str
    radius_m: float | None
    capacity_per_1000: float | None
    min_demand: float | None
    jurisdiction: str
    valid_from: str
    source: str
    name_zh: str
    name_en: str
    detour_factor: float = 1.0
    rings_m: tuple[float, ...] = ()
    ring_weights: tuple[float, ...] = ()

    @property
    def straight_m(self) -> float | None:
        """How far a provider may be as the crow flies, metres; None without a radius."""
        return None if self.radius_m is None else self.radius_m / self.detour_factor

    def rings(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Outer edges in metres on foot and weights of the enhanced floating catchment."""
        if self.rings_m:
            return self.rings_m, self.ring_weights
        return tuple(ring * self.radius_m / RINGS_M[-1] for ring in RINGS_M), RING_WEIGHTS


@dataclass(frozen=True)
class Standards:
    """All standards of a source.

    `detour_factor` is walking distance over straight line, an assumption of the atlas.
    """

    version: str
    date: str
    default: str
    detour_factor: float
    detour_note_zh: str
    detour_note_en: str
    items: tuple[Standard, ...]

    def of_category(self, category: str) -> Standard | None:
        """The standard a category is held against: the default if it applies, else the first."""
        fitting = [item for item in self.items if category in item.categories]
        fitting.sort(key=lambda item: item.radius_m is None)  # those that speak of reach first
        for item in fitting:
            if item.id == self.default:
                return item
        return fitting[0] if fitting else None

    def all_of_category(self, category: str) -> tuple[Standard, ...]:
        """Every standard a category can be held against, the one of `of_category` first."""
        first = self.of_category(category)
        others = (item for item in self.items if category in item.categories and item != first)
        return () if first is None else (first, *others)


def adjust_standard(
    standard: Standard | None,
    category: str,
    *,
    detour_factor: float,
    walk_m: float | None = None,
    counts: str = "",
    capacity_per_1000: float | None = None,
) -> Standard:
    """A standard with an analyst's own values; nobody's written standard any more.

    Parameters
    ----------
    standard : Standard or None
        What the own values replace; None where the category has no written standard.
    category : str
    detour_factor : float
    walk_m, counts, capacity_per_1000
        None or "" keeps the standard's.

    Returns
    -------
    Standard
        Its `id` is OWN and its source "": nothing may be cited for it.
    """
    base = standard or Standard(
        OWN, (category,), "60plus", None, None, None, "", "", "", "", "", detour_factor
    )
    return replace(
        base,
        id=OWN,
        source="",
        counts=counts or base.counts,
        radius_m=base.radius_m if walk_m is None else walk_m,
        capacity_per_1000=base.capacity_per_1000
        if capacity_per_1000 is None
        else capacity_per_1000,
        detour_factor=detour_factor,
        # Rings were written for the standard's own distance.
        rings_m=() if walk_m is not None else base.rings_m,
        ring_weights=() if walk_m is not None else base.ring_weights,
    )


def parse_standards(raw: Mapping[str, Any]) -> Standards:
    """Standards from the content of standards.toml.

    Raises
    ------
    StandardError
        Naming the standard, the key and what is allowed.
    """
    detour = _number(raw, "detour_factor", "standards.toml", least=1.0)
    entries = raw.get("standard", [])
    if not isinstance(entries, list):
        raise StandardError("standards.toml: standard is no list", "write [[standard]]")
    items = tuple(_parse_one(entry, detour) for entry in entries)
    ids = [item.id for item in items]
    doubles = {key for key in ids if ids.count(key) > 1}
    if doubles:
        raise StandardError(f"standards.toml: id {sorted(doubles)[0]!r} twice", "rename one")
    default = str(raw.get("default", ids[0] if ids else ""))
    if ids and default not in ids:
        raise StandardError(
            f"standards.toml: default {default!r} is no standard", f"use one of {', '.join(ids)}"
        )
    return Standards(
        version=_text(raw, "version", "standards.toml"),
        date=_text(raw, "date", "standards.toml"),
        default=default,
        detour_factor=detour,
        detour_note_zh=str(raw.get("detour_note_zh", "")),
        detour_note_en=str(raw.get("detour_note_en", "")),
        items=items,
    )


def check_standards(raw: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with standards.toml, as findings."""
    try:
        parse_standards(raw)
    except StandardError as error:
        return [finding("broken_standards", "standards.toml", 1, error.message, fix=error.fix)]
    return []


def _parse_one(entry: Mapping[str, Any], detour: float) -> Standard:
    where = f"standard {entry.get('id', '?')!r}"
    if entry.get("id") == OWN:
        raise StandardError(f"{where}: this id is kept for own values", "use another id")
    categories = entry.get("categories", [entry["category"]] if "category" in entry else [])
    if not isinstance(categories, list) or not categories:
        raise StandardError(f"{where}: no category", "write category or categories = [...]")
    unknown = [c for c in categories if c not in CATEGORY_CODES]
    if unknown:
        raise StandardError(
            f"{where}: unknown category {unknown[0]!r}", f"use one of {', '.join(CATEGORY_CODES)}"
        )
    counts = entry.get("counts", "60plus")
    if counts not in COUNTS:
        raise StandardError(f"{where}: counts is {counts!r}", f"use one of {', '.join(COUNTS)}")
    if entry.get("status", "found") != "found":
        raise StandardError(
            f"{where}: status is {entry['status']!r}", "use verified standards only (found)"
        )
    radius = _optional(entry, "radius_m", where, 1.0)
    capacity = _optional(entry, "capacity_per_1000", where, 0.0)
    if radius is None and capacity is None:
        raise StandardError(
            f"{where}: neither radius_m nor capacity_per_1000", "write at least one of them"
        )
    return Standard(
        id=_text(entry, "id", where),
        categories=tuple(categories),
        counts=counts,
        radius_m=radius,
        capacity_per_1000=capacity,
        min_demand=_optional(entry, "min_demand", where, 0.0),
        jurisdiction=str(entry.get("jurisdiction", "")),
        valid_from=str(entry.get("valid_from", "")),
        source=_text(entry, "source", where),
        name_zh=_text(entry, "name_zh", where),
        name_en=_text(entry, "name_en", where),
        detour_factor=_optional(entry, "detour_factor", where, 1.0) or detour,
        **_parse_rings(entry, radius, where),
    )


def _parse_rings(entry: Mapping[str, Any], radius: float | None, where: str) -> dict[str, tuple]:
    """Rings and weights: both or neither, ascending, the last ring at the radius."""
    rings, weights = entry.get("rings_m", []), entry.get("ring_weights", [])
    lists = isinstance(rings, list) and isinstance(weights, list)
    numbers = lists and all(
        isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n)
        for n in [*rings, *weights]
    )
    if not numbers or len(rings) != len(weights) or any(w < 0 for w in weights):
        raise StandardError(
            f"{where}: rings_m {rings!r} with ring_weights {weights!r}",
            "write as many weights of at least 0 as rings, both as lists of numbers",
        )
    steps = [0.0, *rings]
    if rings and (any(b <= a for a, b in zip(steps, rings)) or rings[-1] != radius):
        raise StandardError(
            f"{where}: rings_m {rings!r} and radius_m {radius!r}",
            "ascending distances above 0, the last one equal to radius_m",
        )
    return {"rings_m": tuple(map(float, rings)), "ring_weights": tuple(map(float, weights))}


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = str(entry.get(key, "")).strip()
    if not value:
        raise StandardError(f"{where}: {key} is missing", f'write {key} = "..."')
    return value


def _number(entry: Mapping[str, Any], key: str, where: str, least: float) -> float:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
        raise StandardError(f"{where}: {key} is {value!r}", f"a number of at least {least:g}")
    return float(value)


def _optional(entry: Mapping[str, Any], key: str, where: str, least: float) -> float | None:
    return None if entry.get(key) in (None, "") else _number(entry, key, where, least)
