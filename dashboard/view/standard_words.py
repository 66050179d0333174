"""The words of a standard: its name, or whose own values it is, and what it asks for."""

from __future__ import annotations

from dashboard.text import t
from dashboard.text.numbers import format_number
from geodata.coverage import OWN, Standard


def own_standard(standard: Standard) -> bool:
    """Whether somebody's own values stand in place of the written ones."""
    return standard.id == OWN


def standard_name(lang: str, standard: Standard) -> str:
    """Its name; with own values what they are, and what they stand in place of."""
    name = standard.name_zh if lang == "zh-CN" else standard.name_en
    if not own_standard(standard):
        return name
    asked = standard_demands(lang, standard)
    if not name:
        return t(lang, "standard_own_free", asked=asked)
    return t(lang, "standard_own", asked=asked, name=name)


def standard_demands(lang: str, standard: Standard) -> str:
    """Who is counted, how far, how much: 60岁及以上，步行1,000米，每千人40位."""
    parts = [t(lang, f"who_{standard.counts}")]
    if standard.radius_m is not None:
        parts.append(t(lang, "standard_walk", metres=format_number(standard.radius_m)))
    if standard.capacity_per_1000 is not None:
        parts.append(t(lang, "standard_norm", norm=f"{standard.capacity_per_1000:g}"))
    return t(lang, "detail_join").join(parts)
