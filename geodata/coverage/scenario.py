"""A what-if: providers added, moved and closed, as values and as text for the URL."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from geodata.schema import CATEGORY_CODES

DECIMALS = 5  # of a degree: one metre
MOST_CHANGES = 200
MOST_PLACES = 1_000_000


@dataclass(frozen=True)
class AddedSite:
    """A provider that does not exist yet; degrees in EPSG:4490, `capacity` None if not planned."""

    category: str
    lon: float
    lat: float
    capacity: int | None = None

    def __post_init__(self) -> None:
        _round_place(self)


@dataclass(frozen=True)
class MovedProvider:
    """An existing provider at another place, with its own capacity."""

    provider_id: str
    lon: float
    lat: float

    def __post_init__(self) -> None:
        _round_place(self)


@dataclass(frozen=True)
class Scenario:
    """Changes to the providers of a release; the release itself is never touched.

    A provider is named at most once among `moved` and `closed`.
    """

    added: tuple[AddedSite, ...] = ()
    moved: tuple[MovedProvider, ...] = ()
    closed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.moved or self.closed)

    def to_text(self) -> str:
        """One line: `a:meals,116.41,39.92,80;m:P1,116.4,39.9;c:P2`; "" without changes."""
        parts = [_added_text(site) for site in self.added]
        parts += [
            f"m:{_quote(m.provider_id)},{_degrees(m.lon)},{_degrees(m.lat)}" for m in self.moved
        ]
        parts += [f"c:{_quote(provider)}" for provider in self.closed]
        return ";".join(parts)


@dataclass
class _Reading:
    added: list[AddedSite] = field(default_factory=list)
    moved: list[MovedProvider] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    dropped: list[str] = field(default_factory=list)


def parse_scenario(text: str) -> tuple[Scenario, tuple[str, ...]]:
    """Read a scenario from text; any text has an answer.

    Returns
    -------
    scenario : Scenario
    dropped : tuple of str
        Parts that say nothing: unknown kind or category, no place on earth, a provider named
        before, or more than `MOST_CHANGES`.
    """
    reading = _Reading()
    parts = [part for part in text.split(";") if part]
    for part in parts[:MOST_CHANGES]:
        kind, _, rest = part.partition(":")
        if not _read_part(kind, rest.split(","), reading):
            reading.dropped.append(part)
    reading.dropped += parts[MOST_CHANGES:]
    scenario = Scenario(tuple(reading.added), tuple(reading.moved), tuple(reading.closed))
    return scenario, tuple(reading.dropped)


def _read_part(kind: str, cells: list[str], reading: _Reading) -> bool:
    if kind == "a" and len(cells) in (3, 4) and cells[0] in CATEGORY_CODES:
        place, capacity = _read_place(cells[1:3]), _read_capacity(cells[3:])
        if place is None or capacity == "":
            return False
        reading.added.append(AddedSite(cells[0], *place, capacity))
        return True
    provider = unquote(cells[0])
    if not provider or provider in reading.named:
        return False
    if kind == "m" and len(cells) == 3 and (place := _read_place(cells[1:])):
        reading.moved.append(MovedProvider(provider, *place))
    elif kind == "c" and len(cells) == 1:
        reading.closed.append(provider)
    else:
        return False
    reading.named.add(provider)
    return True


def _read_place(cells: Iterable[str]) -> tuple[float, float] | None:
    try:
        lon, lat = (float(cell) for cell in cells)
    except ValueError:
        return None
    fits = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
    return (lon, lat) if fits else None


def _read_capacity(cells: list[str]) -> int | str | None:
    """Places; None where none are given, "" where the text is no number of places."""
    if not cells:
        return None
    plain = cells[0].isascii() and cells[0].isdigit() and len(cells[0]) <= len(str(MOST_PLACES))
    return int(cells[0]) if plain and int(cells[0]) <= MOST_PLACES else ""


def _added_text(site: AddedSite) -> str:
    text = f"a:{site.category},{_degrees(site.lon)},{_degrees(site.lat)}"
    return text if site.capacity is None else f"{text},{site.capacity}"


def _degrees(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def _quote(provider_id: str) -> str:
    return quote(provider_id, safe="")


def _round_place(site: AddedSite | MovedProvider) -> None:
    # Plus zero: no -0.0, which text would turn into another value.
    object.__setattr__(site, "lon", round(float(site.lon), DECIMALS) + 0.0)
    object.__setattr__(site, "lat", round(float(site.lat), DECIMALS) + 0.0)
