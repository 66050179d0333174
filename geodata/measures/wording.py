"""How the words of a measure are written down: name, short name, what it says, formula, base."""

from __future__ import annotations

KEYS = ("name", "short", "what", "formula", "base")
RESIDENTS = ("常住老年人（普查时点）", "resident elderly people (at the census date)")


def words(zh: tuple[str, ...], en: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """The words of one measure in both languages, in the order of KEYS."""
    return {"zh": dict(zip(KEYS, zh, strict=True)), "en": dict(zip(KEYS, en, strict=True))}
