"""How an event changes the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.view_state.own_values import OWN_KEYS
from dashboard.view_state.parse import area_shown, complete_view, read_breaks
from dashboard.view_state.plan_events import PLAN_EVENTS, change_plan
from dashboard.view_state.state import URL_KEYS, ViewState, as_text, plain

if TYPE_CHECKING:
    from dashboard.dataset import Dataset

SETTABLE = (
    "select",
    "measure",
    "category",
    "age",
    "period",
    "level",
    "show",
    "classes",
    "standard",
    "tab",
    "lang",
)


@dataclass(frozen=True)
class Event:
    """What the reader did. Kinds and values:

    | kind | value |
    |---|---|
    | select | code of a drawn area, "" for none |
    | drill | code of any area: it becomes the area shown; a community is marked in its parent |
    | crumb, search | the same as drill, from the breadcrumb or the search box |
    | up | nothing |
    | measure, category, age, period, level, show, classes, standard, tab, lang | the new value |
    | walk, who, norm, detour | text of an own value, "" for the standard's |
    | breaks | text "10, 20, 40" or numbers in screen units; also sets classes to own |
    | points | bool |
    | written | nothing: own values go, the written standard holds |
    | gap | a category, "" for the present one: the map shows who lives beyond its reach |
    | plan, plan_add, plan_move, plan_close, plan_drop | see `plan_events` |
    | refresh | nothing |
    """

    kind: str
    value: object = ""


def reduce_view(state: ViewState, event: Event, dataset: Dataset) -> ViewState:
    """The state after an event; the same state when the event changes nothing or makes no sense."""
    kind, value = event.kind, event.value
    if kind in ("drill", "crumb", "search"):
        return _go(state, str(value), dataset)
    if kind == "up":
        trail = dataset.trail(dataset.tree.find(state.area))
        return _go(state, dataset.tree.codes[trail[-2]], dataset) if len(trail) > 1 else state
    if kind == "breaks":
        text = _breaks_text(value)
        return _change(state, dataset, classes="own", breaks=text) if read_breaks(text) else state
    if kind == "points":
        return _change(state, dataset, points="1" if value else "0")
    if kind == "written":
        return _change(state, dataset, **dict.fromkeys(OWN_KEYS, ""))
    if kind == "gap":
        seen = _set(state, dataset, "measure", "gap_people")
        return _set(seen, dataset, "category", str(value)) if value else seen
    if kind in OWN_KEYS:
        return _change(state, dataset, **{kind: str(value if value is not None else "").strip()})
    if kind in PLAN_EVENTS:
        plan = change_plan(state, kind, str(value), dataset)
        return _change(state, dataset, plan=plan.to_text())
    if kind in SETTABLE:
        return _set(state, dataset, kind, str(value or ""))
    return state


def _breaks_text(value: object) -> str:
    if not isinstance(value, list | tuple):
        return str(value)
    return ",".join(plain(v) if isinstance(v, int | float) else str(v) for v in value)


def _set(state: ViewState, dataset: Dataset, key: str, value: str) -> ViewState:
    """One key set; "" gives its default, a value that is not allowed changes nothing."""
    changes = {key: value}
    if key in ("measure", "show") and state.breaks and value != getattr(state, key):
        changes |= {"classes": "", "breaks": ""}  # what is drawn now has other units
    if key in ("category", "standard") and value != getattr(state, key):
        changes |= dict.fromkeys(OWN_KEYS, "")  # own values stood in place of another standard's
    changed = _change(state, dataset, **changes)
    return changed if value in ("", getattr(changed, key)) else state


def _change(state: ViewState, dataset: Dataset, **changes: str) -> ViewState:
    wanted = {key: as_text(getattr(state, key)) for key in URL_KEYS}
    return complete_view(wanted | changes, dataset, dict(state.defaults)["lang"])


def _go(state: ViewState, code: str, dataset: Dataset) -> ViewState:
    """Show another area at its natural level; going up marks where one came from."""
    target = dataset.find_area(code)
    if target is None:
        return state
    position, select = area_shown(dataset, code)
    tree = dataset.tree
    if not select:
        select = _came_from(tree.find(state.area), dataset, dataset.natural_level(position))
    return _change(state, dataset, area=code, level="", select=select)


def _came_from(position: int, dataset: Dataset, level: str) -> str:
    """The area of `level` that holds or stands for the area left behind, if any."""
    above = dataset.tree.ancestor(position, level)
    if above is None:
        inside = dataset.children(position, level)
        if inside.stop - inside.start == 1 and dataset.is_filler(inside.start):
            above = inside.start
    return "" if above is None else dataset.tree.codes[above]
