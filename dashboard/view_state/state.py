"""The state of a view and how it is written into an address."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import quote

from geodata.coverage import Scenario

SHOWN = ("value", "month", "year", "plan")  # the measure itself, or its change: on last month, ...
METHODS = ("quantile", "natural", "equal", "own")
TABS = ("trend", "coverage", "plan", "changes", "flows", "help")
DEFAULT_MEASURE = "card_coverage"
MAX_QUERY = 8_000  # characters; a longer query is not ours
MAX_BREAKS = 8
URL_KEYS = (
    "area",
    "level",
    "measure",
    "category",
    "age",
    "period",
    "show",
    "classes",
    "breaks",
    "select",
    "points",
    "standard",
    "walk",
    "who",
    "norm",
    "detour",
    "plan",
    "tab",
    "lang",
)


@dataclass(frozen=True)
class ViewState:
    """One view, complete and allowed: every field names something the release has.

    Make it with `parse_view`, `first_view` or `reduce_view`, never by hand: they see to it that
    the fields agree with each other and with the release.

    Parameters
    ----------
    area : str
        Code of the area shown; it always has areas below it and is no filler.
    level : str
        Level of the areas drawn, below `area`.
    measure, category, age, period : str
        What is drawn. `category` and `age` are "all" where the measure knows none.
    show : str
        One of SHOWN; always "value" for what has no months, never "plan" without a plan.
    classes : str
        One of METHODS.
    breaks : tuple of float
        Inner class breaks in screen units (percent, yuan), ascending; only with classes="own".
    select : str
        Code of the marked area among those drawn, or "".
    points : bool
        Whether providers are drawn.
    standard : str
        Id of the written standard of the category; "" where it has none.
    walk, who, norm, detour
        Own values in place of the standard's, see `OwnValues`.
    plan : Scenario
        Providers added, moved and closed to see what it does; empty without.
    tab : str
        One of TABS.
    lang : str
        "zh-CN" or "en".
    defaults : tuple of (key, text)
        What a query leaves out, for this area, measure and release.
    """

    area: str
    level: str
    measure: str
    category: str
    age: str
    period: str
    show: str = "value"
    classes: str = "quantile"
    breaks: tuple[float, ...] = ()
    select: str = ""
    points: bool = False
    standard: str = ""
    walk: float | None = None
    who: str = ""
    norm: float | None = None
    detour: float | None = None
    plan: Scenario = field(default_factory=Scenario)
    tab: str = "trend"
    lang: str = "zh-CN"
    defaults: tuple[tuple[str, str], ...] = ()

    def to_query(self, **changes: object) -> str:
        """The state as a query string without "?": short, readable, defaults left out."""
        state = replace(self, **changes) if changes else self
        usual = dict(state.defaults)
        pairs = ((key, as_text(getattr(state, key))) for key in URL_KEYS)
        return "&".join(f"{k}={quote(v, safe=',-.:;')}" for k, v in pairs if v != usual.get(k, ""))


def as_text(value: object) -> str:
    """A field as it stands in a query."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Scenario):
        return value.to_text()
    if isinstance(value, tuple):
        return ",".join(plain(number) for number in value)
    return plain(value) if isinstance(value, float) else str(value)


def plain(number: float) -> str:
    """A number as it is read back: never with an exponent."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
