"""The reducer: the only writer of the view state, the address and the controls."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dash import Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from dashboard import ids
from dashboard.access import OUTSIDE
from dashboard.components.controls import CONTROL_PROPS, control_props
from dashboard.components.notice import notice
from dashboard.components.state import scene_query
from dashboard.current_view import CurrentView
from dashboard.view import View
from dashboard.view_state import Event, ViewState, parse_view, reduce_view

# Which event a changed control means.
CONTROL_EVENTS = {
    ids.MEASURE: "measure",
    ids.CATEGORY: "category",
    ids.AGE: "age",
    ids.PERIOD: "period",
    ids.LEVEL: "level",
    ids.SHOW: "show",
    ids.CLASSES: "classes",
    ids.BREAKS: "breaks",
    ids.POINTS: "points",
    ids.TAB: "tab",
    ids.STANDARD: "standard",
    ids.WALK: "walk",
    ids.WHO: "who",
    ids.NORM: "norm",
    ids.DETOUR: "detour",
}


INPUTS = {
    ids.ADDRESS: Input(ids.ADDRESS, "data"),
    ids.MAP_EVENT: Input(ids.MAP_EVENT, "data"),
    ids.SITING_PLAN: Input(ids.SITING_PLAN, "data"),
    **{name: Input(name, "value") for name in CONTROL_EVENTS},
}
OUTPUTS = [
    Output(ids.VIEW_STATE, "data"),
    Output(ids.SCENE, "data"),
    Output(ids.MAP_SELECT, "data"),
    Output(ids.ADDRESS, "data"),
    *(Output(name, prop) for name, prop in CONTROL_PROPS),
]


def register(app: Dash, current: CurrentView) -> None:
    """Register the one reducer."""

    @app.callback(
        OUTPUTS,
        inputs={
            "new": INPUTS,
            "old": State(ids.VIEW_STATE, "data"),
            "scene": State(ids.SCENE, "data"),
        },
        prevent_initial_call=True,
    )
    def write_view_state(new: dict, old: str, scene: str):
        before = current.state(old)
        triggered = [prop.rpartition(".")[0] for prop in ctx.triggered_prop_ids]
        after = next_state(before, triggered, new, current)
        if after == before and triggered == [ids.ADDRESS]:
            raise PreventUpdate  # the address says what is shown already
        drawn, travelled = "" if is_refresh(triggered, new) else scene, ids.ADDRESS in triggered
        if not current.may_see(after):  # the controls and the address go back to what is shown
            set_props(ids.NOTICE, notice(OUTSIDE))
            after, travelled = before, False
        return screen_props(current.of(after), drawn, travelled)


def next_state(
    state: ViewState, triggered: Collection[str], new: Mapping[str, object], current: CurrentView
) -> ViewState:
    """The state after everything the reader did.

    A changed address is the whole truth. Otherwise every control that differs from the state
    counts, not only the one that asked: when a reader is quicker than the server, Dash drops the
    answer to the first change, and the second must not lose it.

    Parameters
    ----------
    state : ViewState
        Before.
    triggered : collection of str
        Ids of what changed.
    new : mapping
        All input values by id.
    """
    dataset = current.releases.current()
    if ids.ADDRESS in triggered:
        return parse_view(new[ids.ADDRESS] or "", dataset, current.settings.lang)
    shown = control_props(current.of(state))
    for name, kind in CONTROL_EVENTS.items():
        if not same_value(new[name], shown[name, "value"]):
            state = reduce_view(state, Event(kind, new[name]), dataset)
    if ids.SITING_PLAN in triggered and new[ids.SITING_PLAN]:
        state = reduce_view(state, Event("plan", new[ids.SITING_PLAN]["plan"]), dataset)
    event = map_event(new[ids.MAP_EVENT]) if ids.MAP_EVENT in triggered else None
    return state if event is None else reduce_view(state, event, dataset)


def same_value(new: object, shown: object) -> bool:
    """Whether a control shows what it should; an emptied number box holds None or ""."""
    return new == shown or (new in (None, "") and shown in (None, ""))


def is_refresh(triggered: Collection[str], new: Mapping[str, object]) -> bool:
    """Whether the map asks for everything anew: its files went with an older release."""
    event = map_event(new[ids.MAP_EVENT])
    return ids.MAP_EVENT in triggered and event is not None and event.kind == "refresh"


def map_event(value: object) -> Event | None:
    """What was done on the map, a link or a row; None for an empty store."""
    if not isinstance(value, Mapping) or not value.get("kind"):
        return None
    return Event(str(value["kind"]), str(value.get("code") or ""))


def screen_props(view: View, scene: str, travelled: bool = False) -> list:
    """What the reducer writes for a view, in the order of OUTPUTS.

    The scene is written only when it changes: marking an area or turning to another tab sends
    neither values nor rows again. The address is not written when it is what the view was made
    from (`travelled`): an answer that comes after the reader has pressed Back once more would
    push him forward again.
    """
    query, wanted = view.state.to_query(), scene_query(view)
    props = control_props(view)
    return [
        query,
        no_update if wanted == scene else wanted,
        view.state.select,
        no_update if travelled else f"?{query}" if query else "",
        *(props[key] for key in CONTROL_PROPS),
    ]
