"""Sentences and number formats, zh-CN and English, from tables with the same keys.

Each pair of files `<name>_zh.py` and `<name>_en.py` holds a dictionary `TEXT`; all pairs are
merged. A key that stands in two files, or in one language only, is an error of the tests.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from geodata.schema import CATEGORIES

LANGUAGES = ("zh-CN", "en")
SUFFIX = {"zh-CN": "_zh", "en": "_en"}


@cache
def text_table(lang: str) -> dict[str, str]:
    """All texts of one language by key.

    Raises
    ------
    ValueError
        If two files hold the same key.
    """
    merged: dict[str, str] = {}
    for module in sorted(item.name for item in iter_modules(__path__)):
        if not module.endswith(SUFFIX[lang]):
            continue
        part = import_module(f"{__name__}.{module}").TEXT
        if double := merged.keys() & part.keys():
            raise ValueError(f"text keys in two files: {', '.join(sorted(double))}")
        merged |= part
    return merged


def t(lang: str, key: str, **values: object) -> str:
    """The text of `key` in `lang` with its placeholders filled; unknown languages give zh-CN.

    Raises
    ------
    KeyError
        If there is no such key: a fault of the program, found by the tests.
    """
    text = text_table(lang if lang in SUFFIX else "zh-CN")[key]
    return text.format(**values) if values else text


def level_name(lang: str, level: str) -> str:
    """Name of a level, singular: 街道和乡镇, "subdistrict"."""
    return t(lang, f"level_{level}")


def category_name(lang: str, category: str) -> str:
    """Name of a category of use; "all" included."""
    for known in CATEGORIES:
        if known.code == category:
            return known.zh if lang == "zh-CN" else known.en
    return t(lang, "category_all")


def age_name(lang: str, age: str) -> str:
    """Name of an age band; "all" included."""
    return t(lang, f"age_{age.replace('-', '_')}")


def period_name(lang: str, period: str) -> str:
    """A month in words: 2026年6月, "June 2026"."""
    year, month = period.split("-")
    return t(lang, "period", year=year, month=t(lang, f"month_{int(month)}"))


def date_name(lang: str, date: str) -> str:
    """A day or month "YYYY-MM[-DD]" in words; anything else as it is."""
    parts = date.split("-")
    if len(parts) == 2:
        return period_name(lang, date)
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return date
    year, month, day = parts
    return t(lang, "date", year=year, month=t(lang, f"month_{int(month)}"), day=int(day))


def state_text(lang: str, state: int, k: int = 10) -> str:
    """Why there is no number: 1 suppressed, 2 missing, 3 not published at this level."""
    return t(lang, ("", "state_suppressed", "state_missing", "state_coarser")[state], k=k)
