"""What is on the screen: the state behind the URL, and how an event changes it."""

from dashboard.view_state.own_values import WALK_LIMITS, OwnValues
from dashboard.view_state.parse import first_view, parse_view, read_breaks
from dashboard.view_state.reduce import Event, reduce_view
from dashboard.view_state.state import (
    DEFAULT_MEASURE,
    MAX_BREAKS,
    MAX_QUERY,
    METHODS,
    SHOWN,
    TABS,
    URL_KEYS,
    ViewState,
)

__all__ = [
    "DEFAULT_MEASURE",
    "MAX_BREAKS",
    "MAX_QUERY",
    "METHODS",
    "SHOWN",
    "TABS",
    "URL_KEYS",
    "WALK_LIMITS",
    "Event",
    "OwnValues",
    "ViewState",
    "first_view",
    "parse_view",
    "read_breaks",
    "reduce_view",
]
