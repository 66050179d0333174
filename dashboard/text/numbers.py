"""Numbers as people read them; the minus sign is a real one, a missing number never "nan"."""

from __future__ import annotations

from dataclasses import dataclass

MINUS = "−"
WAN = 10_000


@dataclass(frozen=True)
class NumberFormat:
    """How a unit is shown.

    Parameters
    ----------
    scale : float
        Screen number = data number * scale.
    decimals : int
    change : str
        "ratio": changes are shown in percent of the earlier value; "points": as a difference.
    signed : bool
        Whether a number above zero carries a plus sign: it is itself a change.
    """

    scale: float
    decimals: int
    change: str
    signed: bool = False


FORMATS = {
    "people": NumberFormat(1, 0, "ratio"),
    "cards": NumberFormat(1, 0, "ratio"),
    "share": NumberFormat(100, 1, "points"),
    "per_1000": NumberFormat(1, 2, "ratio"),
    "per_card": NumberFormat(1, 2, "ratio"),
    "yuan": NumberFormat(1, 1, "ratio"),
    "places": NumberFormat(1, 0, "ratio"),
    "places_per_1000": NumberFormat(1, 2, "ratio"),
    "per_place": NumberFormat(1, 2, "ratio"),
    "times": NumberFormat(1, 2, "ratio"),
    "field": NumberFormat(1, 0, "ratio"),
}
PLAIN = NumberFormat(1, 2, "ratio")
CHANGE = NumberFormat(100, 1, "points", signed=True)


def format_of(unit: str) -> NumberFormat:
    """The format of a measure's unit; an unknown unit has two decimals."""
    return FORMATS.get(unit, PLAIN)


def format_number(number: float, decimals: int = 0) -> str:
    """1234567.8 as 1,234,568; a number that rounds to zero has no sign."""
    text = f"{number:,.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else MINUS + text[1:]
    return text


def format_signed(number: float, decimals: int = 1) -> str:
    """+1.2, −1.2, 0.0."""
    text = format_number(number, decimals)
    return "+" + text if number > 0 and text.strip("0.,") else text


def format_large(lang: str, number: float) -> str:
    """For sentences: 2211.3万 in Chinese from ten thousand on, 22.11 million in English."""
    size = abs(number)
    if lang == "zh-CN" and size >= WAN:
        decimals = 2 if size < 10 * WAN else 1 if size < 1000 * WAN else 0
        return f"{format_number(number / WAN, decimals)}万"
    if lang == "en" and size >= 1_000_000:
        return f"{format_number(number / 1_000_000, 2)} million"
    return format_number(number, 0)
