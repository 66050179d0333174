"""Scenarios as text."""

import math
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.coverage import AddedSite, MovedProvider, Scenario, parse_scenario
from geodata.coverage.scenario import MOST_CHANGES
from geodata.schema import CATEGORY_CODES

lon, lat = st.floats(-180, 180), st.floats(-90, 90)
provider_ids = st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=6)
added = st.builds(
    AddedSite, st.sampled_from(CATEGORY_CODES), lon, lat, st.none() | st.integers(0, 10**6)
)


@st.composite
def scenarios(draw):
    names = draw(provider_ids)
    cut = draw(st.integers(0, len(names)))
    moved = tuple(MovedProvider(name, draw(lon), draw(lat)) for name in names[:cut])
    return Scenario(tuple(draw(st.lists(added, max_size=4))), moved, tuple(names[cut:]))


def test_text_is_short_and_readable():
    scenario = Scenario(
        (AddedSite("meals", 116.4123449, 39.9, 80),), (MovedProvider("P1", 116, 40),), ("P2",)
    )
    assert scenario.to_text() == "a:meals,116.41234,39.9,80;m:P1,116,40;c:P2"
    assert Scenario().to_text() == ""
    assert not Scenario()


@given(scenarios())
def test_round_trip_through_a_url(scenario):
    query = urlencode({"sites": scenario.to_text()})
    text = parse_qs(query).get("sites", [""])[0]
    assert parse_scenario(text) == (scenario, ())


@given(st.text())
def test_any_text_has_an_answer(text):
    scenario, dropped = parse_scenario(text)
    assert parse_scenario(scenario.to_text()) == (scenario, ())
    assert all(part in text for part in dropped)


@given(st.text("amc:;,.0123456789-e%Pmeals"))
def test_nearly_right_text_has_an_answer(text):
    scenario, _ = parse_scenario(text)
    for site in (*scenario.added, *scenario.moved):
        assert math.isfinite(site.lon)
        assert abs(site.lat) <= 90


@pytest.mark.parametrize(
    "part",
    ["a:meals,116", "a:soup,116,40", "a:meals,nan,40", "a:meals,116,91", "a:meals,inf,40",
     "a:meals,116,40,-5", "a:meals,116,40,9999999", "a:meals,116,40,1.5", "x:P1", "c:", "m:P1",
     "m:P1,116", "c:P1,5", "a:meals,116,40,８"],
)  # fmt: skip
def test_parts_that_say_nothing_are_dropped_and_named(part):
    scenario, dropped = parse_scenario(f"c:P9;{part}")
    assert scenario == Scenario(closed=("P9",))
    assert dropped == (part,)


def test_a_provider_is_changed_once():
    assert parse_scenario("c:P1;m:P1,116,40;c:P1")[0] == Scenario(closed=("P1",))


def test_there_is_an_end_to_changes():
    scenario, dropped = parse_scenario(";".join(f"c:P{i}" for i in range(MOST_CHANGES + 3)))
    assert (len(scenario.closed), len(dropped)) == (MOST_CHANGES, 3)
