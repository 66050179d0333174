"""The state behind the URL: any query gives one, and it survives the way there and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.dataset import Dataset
from dashboard.view_state import (
    MAX_BREAKS,
    METHODS,
    SHOWN,
    TABS,
    URL_KEYS,
    Event,
    OwnValues,
    first_view,
    parse_view,
    read_breaks,
    reduce_view,
)
from geodata.measures import MEASURES
from geodata.schema import AGE_BANDS, CATEGORY_CODES, LEVELS


@pytest.fixture(scope="module")
def dataset(grid_release: Path) -> Dataset:
    return Dataset.open(grid_release)


def assert_sound(state, dataset) -> None:
    """Every field names something the release has and that fits the others."""
    position = dataset.tree.position[state.area]
    assert not dataset.is_filler(position)
    assert state.level in dataset.levels(position)
    assert state.measure in dataset.measure_keys()
    own = OwnValues(state.walk, state.who, state.norm, state.detour)
    assert state.category in dataset.categories(state.measure, own)
    standards = [item.id for item in dataset.book.all_of_category(state.category)]
    assert state.standard in (standards or [""])
    assert state.show in dataset.shows(state.measure, bool(state.plan))
    assert state.age in dataset.ages(state.measure)
    assert state.period in dataset.periods
    assert state.classes in METHODS
    assert state.show in SHOWN
    assert state.tab in TABS
    assert state.lang in ("zh-CN", "en")
    assert list(state.breaks) == sorted(set(state.breaks))
    assert not state.breaks or state.classes == "own"
    if state.select:
        drawn = dataset.children(position, state.level)
        assert drawn.start <= dataset.tree.position[state.select] < drawn.stop


def test_an_empty_query_is_the_first_view(dataset):
    state = first_view(dataset)
    assert state == parse_view("?", dataset) == parse_view({}, dataset)
    assert (state.area, state.level, state.measure) == ("jjj", "city", "card_coverage")
    assert (state.category, state.age, state.period) == ("all", "all", "2026-06")
    assert (state.classes, state.select, state.points, state.tab) == (
        "quantile",
        "",
        False,
        "trend",
    )
    assert state.to_query() == ""
    assert_sound(state, dataset)


def test_a_full_query_is_read_and_written_in_one_order(dataset):
    query = (
        "area=110101&measure=users_share&category=meals&age=80plus&period=2026-05"
        "&show=month&classes=own&breaks=10,12.5&select=110101003&points=1&tab=flows&lang=en"
    )
    state = parse_view(query, dataset)
    assert state.breaks == (10.0, 12.5)
    assert state.points is True
    assert state.level == "subdistrict"
    assert state.to_query() == query


def test_changes_can_be_written_without_a_new_state(dataset):
    state = first_view(dataset)
    assert state.to_query(lang="en", tab="flows") == "tab=flows&lang=en"


@pytest.mark.parametrize(
    ("query", "field", "expected"),
    [
        ("area=nowhere", "area", "jjj"),
        ("area=110101999", "area", "110101"),  # unknown below a known one
        ("area=110101006001", "area", "110101006"),  # a community is marked in its subdistrict
        ("area=110101006001", "select", "110101006001"),
        ("area=110101006001", "level", "community"),
        ("area=1101", "area", "11"),  # a filler is its province
        ("area=131071", "area", "131003"),  # a development zone is its host
        ("area=%20110101%20", "area", "110101"),
        ("area=11&area=110101", "area", "110101"),  # of a repeated key the last one counts
        ("area=11&level=city", "level", "district"),  # Beijing has no real city level
        ("area=11&level=province", "level", "district"),
        ("area=110101&level=region", "level", "subdistrict"),
        ("level=community", "level", "city"),  # not all communities of the region at once
        ("area=11&level=community", "level", "community"),
        ("measure=happiness", "measure", "card_coverage"),
        ("measure=reach_share", "category", "meals"),  # no "all": a standard has a category
        ("measure=reach_share&category=park", "category", "meals"),
        ("measure=reach_share&category=day_care", "category", "day_care"),
        ("measure=card_coverage&category=meals", "category", "all"),
        ("measure=users_share&category=meals", "category", "meals"),
        ("measure=providers_per_1000&category=bus", "category", "all"),  # buses have no sites
        ("measure=reach_share&age=80plus", "age", "all"),
        ("age=80%2B", "age", "all"),
        ("period=2019-01", "period", "2026-06"),
        ("classes=jenks", "classes", "quantile"),
        ("classes=own", "classes", "own"),
        ("classes=own&breaks=x", "breaks", ()),
        ("breaks=1,2", "breaks", ()),
        ("classes=own&breaks=20,10,10,nan,inf,1e5", "breaks", (10.0, 20.0)),
        ("select=110101", "select", ""),  # not among the cities drawn
        ("select=1301", "select", "1301"),
        ("points=yes", "points", False),
        ("tab=", "tab", "trend"),
        ("lang=de", "lang", "zh-CN"),
        ("LANG=en", "lang", "zh-CN"),
    ],
)
def test_what_a_broken_or_odd_query_opens(dataset, query, field, expected):
    state = parse_view(query, dataset)
    assert getattr(state, field) == expected
    assert_sound(state, dataset)


def test_keys_as_dash_hands_them_over(dataset):
    given_keys = {"area": ["11", "110101"], "tab": None, "lang": "en", "level": [], "x": 5}
    state = parse_view(given_keys, dataset)
    assert (state.area, state.tab, state.lang) == ("110101", "trend", "en")


def test_the_default_language_is_the_one_given_and_left_out(dataset):
    state = parse_view("", dataset, "en")
    assert state.lang == "en"
    assert state.to_query() == ""
    assert parse_view("lang=zh-CN", dataset, "en").to_query() == "lang=zh-CN"


@pytest.mark.parametrize(
    "query",
    [
        "area=%B1%B1%BE%A9&lang=%FF%FE",  # GBK, and no text at all
        "area=" + quote("北京"),
        "&&&===&;;area",
        "area=%00%0A&level=%",
        "a=" * 100_000,
        "area=11" + "&area=110101" * 50_000,
        "breaks=" + "9," * 3_000 + "&classes=own",
        "\ud800area=\udfff",
        "?lang=en?lang=zh-CN#frag",
    ],
)
def test_rubbish_opens_something_sensible(dataset, query):
    assert_sound(parse_view(query, dataset), dataset)


WORDS = st.one_of(
    st.sampled_from([*MEASURES, *CATEGORY_CODES, *AGE_BANDS, *LEVELS, *METHODS, *TABS]),
    st.sampled_from(
        ["a:meals,116.5,39.5,80", "c:P0001;a:park,1,2", "800", "0.5", "80plus", "plan"]
    ),
    st.sampled_from(["jjj", "11", "1101", "110101", "110101001", "110101001001", "131071", "13"]),
    st.sampled_from(["2026-06", "2025-06", "all", "0", "1", "en", "zh-CN", "10,20", "1,,2;x"]),
    st.text(max_size=20),
)
QUERIES = st.lists(st.tuples(st.sampled_from([*URL_KEYS, "x"]), WORDS), max_size=14)
QUIET = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@QUIET
@given(pairs=QUERIES, lang=st.sampled_from(["", "zh-CN", "en"]))
def test_every_state_survives_the_way_to_the_url_and_back(dataset, pairs, lang):
    state = parse_view(
        "&".join(f"{k}={quote(v, errors='replace')}" for k, v in pairs), dataset, lang
    )
    assert_sound(state, dataset)
    query = state.to_query()
    assert parse_view(query, dataset, lang) == state
    assert parse_view(query, dataset, lang).to_query() == query
    assert "%" not in query


@QUIET
@given(
    query=st.one_of(
        st.text(max_size=300), st.binary(max_size=200).map(lambda b: b.decode("latin-1"))
    )
)
def test_any_text_is_a_query(dataset, query):
    assert_sound(parse_view(query, dataset), dataset)


EVENTS = st.tuples(
    st.sampled_from([*URL_KEYS, "drill", "up", "crumb", "search", "refresh", "nonsense"]),
    st.one_of(WORDS, st.booleans(), st.none(), st.integers(), st.lists(st.floats(), max_size=3)),
)


@QUIET
@given(events=st.lists(EVENTS, max_size=8))
def test_any_chain_of_events_keeps_the_state_sound(dataset, events):
    state = first_view(dataset)
    for kind, value in events:
        state = reduce_view(state, Event(kind, value), dataset)
        assert_sound(state, dataset)
        assert parse_view(state.to_query(), dataset) == state


@pytest.mark.parametrize(
    ("query", "kind", "value", "after"),
    [
        # select
        ("", "select", "1301", "select=1301"),
        ("select=1301", "select", "", ""),
        ("select=1301", "select", "110101", "select=1301"),  # not drawn
        # drill
        ("", "drill", "1301", "area=1301"),
        ("", "drill", "1101", "area=11"),  # the filler is skipped
        ("level=district", "drill", "110101", "area=110101"),
        ("level=subdistrict", "drill", "110101002", "area=110101002"),
        ("area=110101002", "drill", "110101002003", "area=110101002&select=110101002003"),
        ("lang=en&measure=cards_count", "drill", "11", "area=11&measure=cards_count&lang=en"),
        ("", "drill", "nowhere", ""),
        ("select=1301", "drill", "1101", "area=11"),
        # up, with the place one comes from marked
        ("area=1301", "up", "", "area=13&select=1301"),
        ("area=110101", "up", "", "area=11&select=110101"),  # not 1101
        ("area=11", "up", "", "select=1101"),
        ("area=13", "up", "", ""),  # the region shows cities, and Hebei is none
        ("select=1301", "up", "", "select=1301"),
        # crumb and search
        ("area=110101002", "crumb", "jjj", "select=1101"),
        ("area=110101002", "crumb", "110101", "area=110101&select=110101002"),
        ("", "search", "131003008004", "area=131003008&select=131003008004"),
        ("area=110101&level=community", "search", "110105", "area=110105"),
        # measure: category and age follow
        ("", "measure", "reach_share", "measure=reach_share"),
        (
            "measure=users_share&category=day_care&age=80plus",
            "measure",
            "reach_share",
            "measure=reach_share&category=day_care",
        ),
        ("measure=reach_share&category=day_care", "measure", "card_coverage", ""),
        (
            "measure=users_share&category=bus",
            "measure",
            "providers_per_1000",
            "measure=providers_per_1000",
        ),
        ("classes=own&breaks=10,20", "measure", "cards_count", "measure=cards_count"),
        ("classes=natural", "measure", "cards_count", "measure=cards_count&classes=natural"),
        (
            "measure=cards_count&classes=own&breaks=5",
            "measure",
            "?",
            "measure=cards_count&classes=own&breaks=5",
        ),
        # the others
        ("measure=users_share", "category", "meals", "measure=users_share&category=meals"),
        ("", "category", "meals", ""),
        ("", "age", "80plus", "age=80plus"),
        ("age=80plus", "age", "", ""),
        ("", "period", "2026-01", "period=2026-01"),
        ("period=2026-01", "period", "1949-10", "period=2026-01"),
        ("area=110101", "level", "community", "area=110101&level=community"),
        ("area=110101", "level", "city", "area=110101"),
        ("select=1301", "level", "district", "level=district"),
        ("", "classes", "natural", "classes=natural"),
        ("", "classes", "own", "classes=own"),
        ("", "breaks", "20， 10", "classes=own&breaks=10,20"),
        ("", "breaks", [5, 2.5], "classes=own&breaks=2.5,5"),
        ("", "breaks", [1e-5, 1e11], "classes=own&breaks=0.00001,100000000000"),
        ("", "breaks", "110101001001", "classes=own&breaks=110101001001"),
        ("", "breaks", "soon", ""),
        ("", "breaks", None, ""),
        ("classes=own&breaks=10", "classes", "equal", "classes=equal"),
        ("", "points", True, "points=1"),
        ("points=1", "points", False, ""),
        ("", "tab", "coverage", "tab=coverage"),
        ("", "lang", "en", "lang=en"),
        ("lang=en", "refresh", "", "lang=en"),
        ("lang=en", "explode", "x", "lang=en"),
    ],
)
def test_what_an_event_does(dataset, query, kind, value, after):
    state = reduce_view(parse_view(query, dataset), Event(kind, value), dataset)
    assert state.to_query() == after
    assert_sound(state, dataset)


def test_an_event_without_effect_gives_an_equal_state(dataset):
    state = parse_view("area=110101&select=110101001", dataset)
    for event in (Event("select", "110101001"), Event("drill", "nowhere"), Event("refresh")):
        assert reduce_view(state, event, dataset) == state
    assert replace(state) == state


def test_breaks_are_read_as_people_write_them():
    assert read_breaks("10, 20，40；60 80") == (10, 20, 40, 60, 80)
    assert read_breaks("-5 .5 +3 1e9 0x10 ١٠") == (-5, 0.5, 3)
    assert read_breaks("0 -0") == (0,)
    assert len(read_breaks(" ".join(map(str, range(50))))) == MAX_BREAKS


MEALS = "measure=gap_people&category=meals"


@pytest.mark.parametrize(
    ("query", "field", "expected"),
    [
        (MEALS, "standard", "grid-meals"),
        (f"{MEALS}&standard=grid-day-care", "standard", "grid-meals"),  # another category's
        ("measure=card_coverage", "standard", ""),
        (f"{MEALS}&walk=800", "walk", 800.0),
        (f"{MEALS}&walk=1000", "walk", None),  # what the standard says anyway
        (f"{MEALS}&walk=5", "walk", None),
        (f"{MEALS}&walk=1e3", "walk", None),
        (f"{MEALS}&who=80plus", "who", "80plus"),
        (f"{MEALS}&who=60plus", "who", ""),
        (f"{MEALS}&who=everybody", "who", ""),
        (f"{MEALS}&norm=12.5", "norm", 12.5),
        (f"{MEALS}&detour=1.3", "detour", None),
        (f"{MEALS}&detour=1.15", "detour", 1.15),
        (f"{MEALS}&detour=9", "detour", None),
        (f"{MEALS}&show=plan", "show", "value"),  # no plan
        (f"{MEALS}&plan=a:meals,116,39.9&show=plan", "show", "plan"),
        ("measure=card_coverage&plan=a:meals,116,39.9&show=plan", "show", "value"),
        ("measure=use_field&category=meals&show=year", "show", "value"),
        ("measure=reach_share&category=park&walk=500", "category", "park"),
        ("measure=capacity_gap&category=park&norm=5", "category", "park"),
        ("measure=capacity_gap&category=park&walk=500", "category", "day_care"),
    ],
)
def test_standards_and_own_values(dataset, query, field, expected):
    state = parse_view(query, dataset)
    assert getattr(state, field) == expected
    assert_sound(state, dataset)
    assert parse_view(state.to_query(), dataset) == state


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a:meals,116.5,39.5,80", "a:meals,116.5,39.5,80"),
        ("a:meals,116.5,39.5;nonsense;c:NOBODY", "a:meals,116.5,39.5"),
        ("m:NOBODY,116,39", ""),
        ("x" * 5000, ""),
    ],
)
def test_a_plan_keeps_what_the_release_knows(dataset, text, kept):
    state = parse_view({"measure": "gap_people", "plan": text}, dataset)
    assert state.plan.to_text() == kept
    assert parse_view(state.to_query(), dataset) == state


def provider(dataset) -> str:
    return str(dataset.sites.frame["provider_id"].iloc[0])


def steps(dataset, query, *events) -> str:
    state = parse_view(query, dataset)
    for kind, value in events:
        state = reduce_view(state, Event(kind, value), dataset)
    return state.plan.to_text()


def test_a_plan_grows_and_shrinks_by_events(dataset):
    code = provider(dataset)
    add = ("plan_add", "116.5,39.5,80")
    assert steps(dataset, MEALS, add) == "a:meals,116.5,39.5,80"
    two = steps(dataset, MEALS, add, ("plan_add", "116.6,39.6"))
    assert two == "a:meals,116.5,39.5,80;a:meals,116.6,39.6"
    assert steps(dataset, f"{MEALS}&plan={two}", ("plan_drop", "+1")) == "a:meals,116.6,39.6"
    moved = steps(dataset, f"{MEALS}&plan={two}", ("plan_move", "+1,116.7,39.7"))
    assert moved == "a:meals,116.7,39.7,80;a:meals,116.6,39.6"
    assert steps(dataset, MEALS, ("plan_close", code)) == f"c:{code}"
    then = (("plan_close", code), ("plan_move", f"{code},116,39.5"))
    assert steps(dataset, MEALS, *then) == f"m:{code},116,39.5", "one change for a provider"
    assert steps(dataset, MEALS, ("plan_close", code), ("plan_drop", code)) == ""
    assert steps(dataset, f"{MEALS}&plan={two}", ("plan", "")) == ""


def test_a_site_in_the_middle_of_an_area(dataset):
    position = dataset.tree.position["110101003"]
    lon, lat = dataset.middle(position)
    text = steps(dataset, MEALS, ("plan_add", "110101003,70"))
    site = parse_view({"measure": "gap_people", "plan": text}, dataset).plan.added[0]
    assert (site.lon, site.lat, site.capacity) == (
        pytest.approx(lon, abs=1e-5),
        pytest.approx(lat, abs=1e-5),
        70,
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("plan_add", "somewhere"),
        ("plan_add", "116.5"),
        ("plan_add", "116.5,139.5"),
        ("plan_add", "116.5,39.5,many"),
        ("plan_add", "116.5,39.5,80;c:P1"),
        ("plan_close", "NOBODY"),
        ("plan_move", "NOBODY,116,39"),
        ("plan_move", "+7,116,39"),
        ("plan_drop", "+0"),
        ("plan_drop", "NOBODY"),
    ],
)
def test_events_that_make_no_sense_change_no_plan(dataset, kind, value):
    plan = "a:meals,116.5,39.5,80"
    assert steps(dataset, f"{MEALS}&plan={plan}", (kind, value)) == plan


def test_a_site_needs_a_category(dataset):
    assert steps(dataset, "measure=card_coverage", ("plan_add", "116.5,39.5")) == ""


def test_own_values_go_with_their_standard_and_by_event(dataset):
    state = parse_view(f"{MEALS}&walk=800&who=80plus&norm=3&detour=1.1", dataset)
    for event in (Event("written"), Event("category", "day_care")):
        after = reduce_view(state, event, dataset)
        assert (after.walk, after.who, after.norm, after.detour) == (None, "", None, None)
    assert reduce_view(state, Event("walk", 650), dataset).walk == 650.0
    assert reduce_view(state, Event("walk", None), dataset).walk is None
    assert reduce_view(state, Event("walk", "1"), dataset).walk is None


def test_the_way_to_the_gap_of_a_category(dataset):
    state = reduce_view(first_view(dataset), Event("gap", "day_care"), dataset)
    assert (state.measure, state.category) == ("gap_people", "day_care")
    assert reduce_view(state, Event("gap"), dataset) == state
