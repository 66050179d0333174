"""Characters that the shipped faces lack, found and named in any nest of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dashboard.exports.typeface import character_name, replace_missing

DRAWINGS = ("svg", "swatch", "trend")  # keys whose text is a drawing, not words


def map_texts(part: Any, change: Callable[[str], str]) -> Any:
    """The same nest of dicts, lists and tuples with every text changed, drawings excepted."""
    if isinstance(part, str):
        return change(part)
    if isinstance(part, dict):
        return {
            key: value if key in DRAWINGS else map_texts(value, change)
            for key, value in part.items()
        }
    if isinstance(part, list | tuple):
        return [map_texts(item, change) for item in part]
    return part


def texts_of(part: Any) -> list[str]:
    """Every text of a nest, drawings excepted."""
    found: list[str] = []
    map_texts(part, lambda text: found.append(text) or text)
    return found


def replace_in(missing: Iterable[str]) -> Callable[[str], str]:
    """What puts the printers' mark for each missing character."""
    marks = tuple(missing)
    return lambda text: replace_missing(text, marks)


def name_characters(missing: Iterable[str]) -> str:
    """The names of characters in one line."""
    return ", ".join(character_name(character) for character in missing)
