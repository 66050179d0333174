"""How the reader changes the plan: a provider added, moved, closed, taken back.

| kind | value |
|---|---|
| plan | the whole plan as text, "" for none |
| plan_add | "lon,lat" or "lon,lat,places", or "code" or "code,places" of an area: in its middle |
| plan_move | "provider,lon,lat"; an added one is "+2" for the second |
| plan_close | the provider |
| plan_drop | "+2", or the provider: as if this change had not been made |
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from geodata.coverage import Scenario, parse_scenario
from geodata.schema import CATEGORY_ALL

if TYPE_CHECKING:
    from dashboard.dataset import Dataset
    from dashboard.view_state.state import ViewState

PLAN_EVENTS = ("plan", "plan_add", "plan_move", "plan_close", "plan_drop")
ADDED = "+"


def change_plan(state: ViewState, kind: str, value: str, dataset: Dataset) -> Scenario:
    """The plan after an event; the same plan when the event makes no sense.

    Parameters
    ----------
    state : ViewState
    kind : str
        One of PLAN_EVENTS.
    value : str
    dataset : Dataset
        Where the middle of an area and the providers there are looked up.
    """
    plan = state.plan
    if kind == "plan":
        return parse_scenario(value)[0]
    if ";" in value:  # one change at a time
        return plan
    if kind == "plan_add":
        return _add(plan, state.category, value, dataset)
    if kind == "plan_drop":
        return _drop(plan, value)
    provider, _, place = value.partition(",")
    if kind == "plan_move" and provider.startswith(ADDED):
        return _move_added(plan, provider, place)
    if provider not in dataset.sites:
        return plan
    letter = "m" if kind == "plan_move" else "c"
    text = f"{letter}:{quote(provider, safe='')}" + (f",{place}" if letter == "m" else "")
    return _append(_drop(plan, provider), text) or plan


def _add(plan: Scenario, category: str, value: str, dataset: Dataset) -> Scenario:
    if category == CATEGORY_ALL:
        return plan
    head, _, rest = value.partition(",")
    position = dataset.tree.position.get(head)
    if position is not None:
        degrees = [f"{degree:.5f}" for degree in dataset.middle(position)]
        value = ",".join([*degrees, *filter(None, [rest])])
    return _append(plan, f"a:{category},{value}") or plan


def _append(plan: Scenario, part: str) -> Scenario | None:
    """The plan with one more part; None when the part says nothing or there is no room for it."""
    changed, dropped = parse_scenario(";".join(filter(None, [plan.to_text(), part])))
    return None if dropped else changed


def _number(plan: Scenario, provider: str) -> int | None:
    """Index among the added of "+2", if there is one."""
    text = provider.removeprefix(ADDED)
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= len(plan.added):
        return None
    return int(text) - 1


def _drop(plan: Scenario, provider: str) -> Scenario:
    if provider.startswith(ADDED):
        index = _number(plan, provider)
        return replace(plan, added=tuple(site for i, site in enumerate(plan.added) if i != index))
    return replace(
        plan,
        moved=tuple(move for move in plan.moved if move.provider_id != provider),
        closed=tuple(code for code in plan.closed if code != provider),
    )


def _move_added(plan: Scenario, provider: str, place: str) -> Scenario:
    index = _number(plan, provider)
    if index is None:
        return plan
    old = plan.added[index]
    places = "" if old.capacity is None else f",{old.capacity}"
    moved, dropped = parse_scenario(f"a:{old.category},{place}{places}")
    if dropped or not moved.added:
        return plan
    return replace(
        plan,
        added=tuple(moved.added[0] if i == index else s for i, s in enumerate(plan.added)),
    )
