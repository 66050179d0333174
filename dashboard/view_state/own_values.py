"""An analyst's own values in place of a standard's: read from text, kept only where sensible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from geodata.coverage import COUNTS, Standard

NUMBER = re.compile(r"\d{1,6}(\.\d{0,3})?", re.ASCII)
WALK_LIMITS = (50, 20_000)  # metres on foot
NORM_LIMITS = (0.1, 1_000)  # places per 1,000 people
DETOUR_LIMITS = (1, 3)
OWN_KEYS = ("walk", "who", "norm", "detour")


@dataclass(frozen=True)
class OwnValues:
    """Own values; None or "" where the standard's holds.

    Parameters
    ----------
    walk : float or None
        Walking distance in metres.
    who : str
        One of COUNTS.
    norm : float or None
        Places per 1,000 people.
    detour : float or None
        Walking distance over straight line.
    """

    walk: float | None = None
    who: str = ""
    norm: float | None = None
    detour: float | None = None

    def __bool__(self) -> bool:
        return self != OwnValues()


def read_own_values(
    wanted: Mapping[str, str], standard: Standard | None, detour: float
) -> OwnValues:
    """Own values from texts; what says the same as the standard is none.

    Parameters
    ----------
    wanted : mapping
        Texts of OWN_KEYS; anything else than a number inside the limits is passed over.
    standard : Standard or None
    detour : float
        The detour factor where there is no standard.
    """
    walk = _number(wanted.get("walk", ""), WALK_LIMITS)
    norm = _number(wanted.get("norm", ""), NORM_LIMITS)
    factor = _number(wanted.get("detour", ""), DETOUR_LIMITS)
    who = wanted.get("who", "")
    held_who = standard.counts if standard else COUNTS[0]
    return OwnValues(
        walk=None if standard and walk == standard.radius_m else walk,
        who=who if who in COUNTS and who != held_who else "",
        norm=None if standard and norm == standard.capacity_per_1000 else norm,
        detour=None if factor == (standard.detour_factor if standard else detour) else factor,
    )


def _number(text: str, limits: tuple[float, float]) -> float | None:
    if not NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if limits[0] <= number <= limits[1] else None
