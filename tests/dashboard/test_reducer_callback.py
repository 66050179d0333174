"""The reducer's wiring: inputs to events, state to screen; the reducer itself is tested apart."""

from __future__ import annotations

import json

import pytest

from dashboard import ids
from dashboard.callbacks.view_state import (
    CONTROL_EVENTS,
    INPUTS,
    OUTPUTS,
    is_refresh,
    map_event,
    next_state,
    screen_props,
)
from dashboard.components.controls import control_props
from dashboard.components.state import scene_query
from dashboard.current_view import CurrentView
from dashboard.releases import Releases
from dashboard.settings import Settings


@pytest.fixture(scope="module")
def current(grid_releases) -> CurrentView:
    """Views of the grid release."""
    return CurrentView(Settings(releases=grid_releases), Releases(grid_releases))


NO_EVENT = {ids.MAP_EVENT: None, ids.SITING_PLAN: None}


def shown(current, query, **changes):
    """All inputs as they stand on the screen for a query, with what the reader changed."""
    props = control_props(current(query))
    values = {name: props[name, "value"] for name in CONTROL_EVENTS}
    return {**values, ids.ADDRESS: f"?{query}", **NO_EVENT, **changes}


def after(current, query, triggered, **changes):
    state = current.state(query)
    return next_state(state, triggered, shown(current, query, **changes), current).to_query()


def test_nothing_done_changes_nothing(current):
    for query in ("", "area=11", "area=110101&measure=reach_share&tab=coverage"):
        assert after(current, query, []) == current.state(query).to_query()


@pytest.mark.parametrize("tab", ["trend", "flows", "coverage", "changes", "plan", "help"])
def test_the_table_gives_room_to_panels_with_much_to_show(current, tab):
    def room(query):
        return control_props(current(f"tab={tab}{query}"))[ids.WORK, "className"]

    asks_for_a_service = tab in ("coverage", "changes")
    tall = tab not in ("trend", "flows")
    assert ("tall-panel" in room("")) == (tall and not asks_for_a_service)
    assert ("tall-panel" in room("&category=meals&measure=reach_share")) == tall


CASES = [
    ("", ids.MEASURE, "silent_card_share", "measure=silent_card_share"),
    ("area=11", ids.LEVEL, "subdistrict", "area=11&level=subdistrict"),
    ("", ids.TAB, "flows", "tab=flows"),
    ("", ids.POINTS, True, "points=1"),
    ("", ids.BREAKS, "10, 20", "classes=own&breaks=10,20"),
    ("area=11", ids.AGE, "80plus", "area=11&age=80plus"),
    ("area=11", ids.AGE, "rubbish", "area=11"),
    ("area=11", ids.LEVEL, None, "area=11"),
]


@pytest.mark.parametrize("query, control, value, expected", CASES)
def test_a_control_changes_its_key(current, query, control, value, expected):
    assert after(current, query, [control], **{control: value}) == expected


@pytest.mark.parametrize(
    "kind, code, expected",
    [
        ("drill", "11", "area=11"),
        ("select", "11", "select=11"),
        ("drill", "nowhere", ""),
        ("unknown", "11", ""),
        ("up", "", ""),
    ],
)
def test_an_event_of_the_map(current, kind, code, expected):
    query = "level=province" if kind == "select" else ""
    found = after(
        current, query, [ids.MAP_EVENT], **{ids.MAP_EVENT: {"kind": kind, "code": code, "n": 1}}
    )
    assert found == "&".join(filter(None, [query, expected]))


def test_the_address_wins_over_controls_that_lag_behind(current):
    new = {ids.ADDRESS: "?area=110101", ids.MEASURE: "silent_card_share"}
    assert after(current, "", [ids.ADDRESS], **new) == "area=110101"


def test_a_change_whose_answer_was_dropped_is_not_lost(current):
    """Measure and month changed before the first answer came: only the month asks."""
    periods = current.releases.current().periods
    found = after(
        current, "", [ids.PERIOD], **{ids.MEASURE: "silent_card_share", ids.PERIOD: periods[0]}
    )
    assert found == f"measure=silent_card_share&period={periods[0]}"


def test_empty_and_broken_events_are_none():
    for value in (None, {}, {"code": "11"}, "drill", []):
        assert map_event(value) is None


def test_screen_has_one_value_for_each_output(current):
    props = screen_props(current("area=11"), "")
    assert len(props) == len(OUTPUTS)
    assert len(INPUTS) == len(CONTROL_EVENTS) + 3


def test_marking_an_area_leaves_the_scene_alone(current):
    view = current("area=11&select=110101&tab=flows")
    assert scene_query(view) == scene_query(current("area=11"))
    written = screen_props(view, scene_query(view))
    assert type(written[1]).__name__ == "NoUpdate"
    assert written[2] == "110101"


def test_a_refresh_draws_the_same_scene_anew(current):
    event = {ids.MAP_EVENT: {"kind": "refresh", "n": 1}}
    new = shown(current, "area=11", **event)
    assert is_refresh([ids.MAP_EVENT], new)
    assert not is_refresh([ids.MEASURE], new)
    assert after(current, "area=11", [ids.MAP_EVENT], **event) == "area=11"
    assert screen_props(current("area=11"), "")[1] == scene_query(current("area=11"))


def test_over_http_the_answer_holds_state_and_address(grid_releases):
    from dashboard.app import create_app

    app = create_app(Settings(releases=grid_releases), Releases(grid_releases))
    client = app.server.test_client()
    dependencies = client.get("/_dash-dependencies").get_json()
    output = next(d["output"] for d in dependencies if f"{ids.VIEW_STATE}.data" in d["output"])
    current = CurrentView(Settings(releases=grid_releases), Releases(grid_releases))
    values = shown(current, "area=11", **{ids.MEASURE: "silent_card_share"})
    inputs = [
        {"id": item.component_id, "property": item.component_property, "value": values[name]}
        for name, item in INPUTS.items()
    ]
    state = [
        {"id": name, "property": "data", "value": "area=11"} for name in (ids.VIEW_STATE, ids.SCENE)
    ]
    names = [part.split(".") for part in output.strip(".").split("...")]
    body = {
        "output": output,
        "outputs": [{"id": name, "property": prop} for name, prop in names],
        "inputs": inputs,
        "changedPropIds": [f"{ids.MEASURE}.value"],
        "state": state,
    }
    answer = client.post("/_dash-update-component", json=body)
    found = json.loads(answer.data)["response"]
    assert found[ids.VIEW_STATE]["data"] == "area=11&measure=silent_card_share"
    assert found[ids.ADDRESS]["data"] == "?area=11&measure=silent_card_share"
