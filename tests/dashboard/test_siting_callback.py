"""The search for sites behind its button: answers at once, progress, stop, limits, refusals."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from dashboard import ids, siting_jobs
from dashboard.callbacks.siting import look_at_search, read_form, show_search, start_search
from dashboard.coverage.siting import MOST_SITES, SitingQuestion
from dashboard.current_view import CurrentView
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.siting_jobs import SitingDesk, read_siting
from dashboard.view_state import parse_view
from geodata.coverage.scenario import MOST_CHANGES
from geodata.errors import SchemaError

QUERY = "area=110106&measure=gap_people&category=meals&tab=plan"
FORM = {
    ids.SITING_GOAL: "people",
    ids.SITING_COUNT: 3,
    ids.SITING_PLACES: None,
    ids.SITING_LIST: "",
    ids.PLAN_PLACES: 80,
}


@pytest.fixture(scope="module")
def current(demo_releases) -> CurrentView:
    """Views of the small demonstration."""
    return CurrentView(Settings(releases=demo_releases), Releases(demo_releases))


@pytest.fixture
def desk(tmp_path: Path) -> SitingDesk:
    return SitingDesk(tmp_path / "searches")


@pytest.fixture(autouse=True)
def request_context():
    """Callbacks run inside a request."""
    with Flask("test").test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        yield


def text_of(parts) -> str:
    return "".join(
        part if isinstance(part, str) else text_of(getattr(part, "children", None) or [])
        for part in (parts if isinstance(parts, list | tuple) else [parts])
    )


def test_a_district_is_answered_at_once_and_becomes_the_plan(current, desk):
    answer, number, quiet, button, plan = start_search(desk, current, QUERY, FORM)
    assert "再开3处" in text_of(answer)
    assert (number, quiet, button) == (None, True, "tool hidden")
    state = parse_view(f"{QUERY}&plan={plan['plan']}", current.releases.current())
    assert [site.capacity for site in state.plan.added] == [80, 80, 80]


def test_sites_are_put_to_the_plan_that_is_there_when_the_answer_comes(current, desk):
    dataset = current.releases.current()
    asked = parse_view(QUERY, dataset)
    job = desk.start("127.0.0.1", dataset, asked, SitingQuestion(1))
    now = f"{QUERY}&plan=a:meals,116.1,39.8,5"
    plan = show_search(current, now, job)[-1]["plan"]
    assert plan.startswith("a:meals,116.1,39.8,5;a:meals,")


class Slow:
    """A search that waits until it is told to end."""

    def __init__(self, found) -> None:
        self.go, self.found = threading.Event(), found

    def __call__(self, *args, report, stop, **more):
        while not (self.go.is_set() or stop()):
            time.sleep(0.01)
        return self.found


@pytest.fixture
def slow(monkeypatch, current, desk):
    dataset = current.releases.current()
    quick = read_siting(desk.start("x", dataset, parse_view(QUERY, dataset), SitingQuestion(2)))
    search = Slow(quick)
    monkeypatch.setattr(siting_jobs, "seek_sites", search)
    monkeypatch.setattr(siting_jobs, "AT_ONCE_S", 0.05)
    yield search
    search.go.set()


def look(desk, current, number):
    for _ in range(500):
        props = look_at_search(desk, current, QUERY, number)
        if props[1] is None:
            return props
        time.sleep(0.01)
    raise AssertionError("the search does not end")


def test_a_long_search_is_watched_and_stopped_with_the_best_found(current, desk, slow):
    answer, number, quiet, button, _ = start_search(desk, current, QUERY, FORM)
    assert "正在计算" in text_of(answer)
    assert number and quiet is False and button == "tool"
    assert look_at_search(desk, current, QUERY, number)[1] == number
    desk.stop(number, "127.0.0.1")
    props = look(desk, current, number)
    assert "再开2处" in text_of(props[0])
    assert props[4]["plan"].count("a:meals") == 2


def test_the_same_question_again_is_the_same_search(current, desk, slow):
    first = start_search(desk, current, QUERY, FORM)[1]
    assert start_search(desk, current, QUERY, FORM)[1] == first
    other = start_search(desk, current, QUERY, {**FORM, ids.SITING_COUNT: 5})
    assert "太多" in text_of(other[0]), "one search a person"


def test_nobody_sees_another_ones_search(current, desk, slow):
    number = start_search(desk, current, QUERY, FORM)[1]
    assert desk.find(number, "somebody else") is None


def test_a_search_that_breaks_says_so(current, desk, monkeypatch):
    def broken(*args, **more):
        raise ZeroDivisionError

    monkeypatch.setattr(siting_jobs, "seek_sites", broken)
    answer, number, quiet, _, _ = start_search(desk, current, QUERY, FORM)
    assert "没有完成" in text_of(answer)
    assert (number, quiet) == (None, True)


def test_a_share_that_cannot_be_reached_names_what_can(current, desk):
    form = {**FORM, ids.SITING_GOAL: "share", ids.SITING_COUNT: 100, ids.SITING_LIST: "116.3,39.85"}
    answer = text_of(start_search(desk, current, QUERY, form)[0])
    assert "所有候选点全部开设也只能达到" in answer
    assert "%" in answer


@pytest.mark.parametrize(
    ("query", "form", "says"),
    [
        ("area=110106", {}, "步行距离"),
        ("area=110106&measure=capacity_gap&category=care_home", {}, "步行距离"),
        (QUERY, {ids.SITING_COUNT: None}, "处数"),
        (QUERY, {ids.SITING_COUNT: 0}, "处数"),
        (QUERY, {ids.SITING_COUNT: MOST_SITES + 1}, str(MOST_SITES)),
        (QUERY, {ids.SITING_GOAL: "share", ids.SITING_COUNT: 101}, "可达率"),
        (QUERY, {ids.SITING_LIST: "116.3,39.8\nhere"}, "第2行"),
    ],
)
def test_what_is_asked_wrongly_is_said_with_a_remedy(current, desk, query, form, says):
    props = start_search(desk, current, query, FORM | form)
    assert says in text_of(props[0])
    assert props[1:4] == [None, True, "tool hidden"]


def test_the_form_as_a_question():
    assert read_form(FORM) == SitingQuestion(3, None, None, (), 80)
    limited = read_form({**FORM, ids.SITING_PLACES: 50, ids.PLAN_PLACES: None})
    assert limited == SitingQuestion(3, None, 50, (), None)
    share = read_form({**FORM, ids.SITING_GOAL: "share", ids.SITING_COUNT: 80})
    assert share == SitingQuestion(MOST_SITES, 0.8, None, (), 80)
    with pytest.raises(SchemaError):
        read_form({**FORM, ids.SITING_LIST: "x"})


def test_what_a_plan_has_no_room_for_is_said(current, desk, monkeypatch):
    """Far more sites than a plan holds: the best are put on the map, and the answer says so."""
    dataset = current.releases.current()
    quick = read_siting(desk.start("x", dataset, parse_view(QUERY, dataset), SitingQuestion(2)))
    places = tuple((116.0 + i / 1000, 39.8) for i in range(MOST_CHANGES + 50))
    many = replace(quick, places=places, gains=tuple(range(len(places), 0, -1)), fewest=200)
    monkeypatch.setattr(siting_jobs, "seek_sites", lambda *args, **more: many)
    query = f"{QUERY}&plan=a:meals,116.1,39.85,5"
    answer, *_, plan = start_search(desk, current, query, FORM)
    assert f"前{MOST_CHANGES - 1}处" in text_of(answer)
    state = parse_view(f"{QUERY}&plan={plan['plan']}", dataset)
    assert len(state.plan.added) == MOST_CHANGES
    assert state.plan.added[1].lon == 116.0
    bars = [part for part in answer[-1]._traverse() if getattr(part, "className", "") == "bars"]
    assert len(bars[0].children) <= 60
