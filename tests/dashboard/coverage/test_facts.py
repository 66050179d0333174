"""What a view under another standard or with a plan shows is what the methods themselves say."""

from __future__ import annotations

import calendar

import numpy as np
import pytest

from dashboard.view import build_view
from dashboard.view_state import parse_view
from geodata.coverage import Overview, apply_to_supply, compute_shortfall, read_region
from geodata.measures import MEASURES
from geodata.schema import STATE_COARSER, STATE_MISSING, STATE_OK, STATE_SUPPRESSED

LAST = "2026-06"
BASE = "area=110106&category=meals"
PLAN = "plan=a:meals,116.364,39.84348,80;a:meals,116.36933,39.82694,80"


def view_of(dataset, query):
    return build_view(dataset, parse_view(query, dataset))


@pytest.fixture(scope="module")
def region(demo_release):
    """Read apart from the dashboard's own."""
    return read_region(demo_release)


@pytest.mark.parametrize(
    "more", ["", "&walk=640&detour=1.1&who=80plus", f"&{PLAN}", f"&walk=700&{PLAN}"]
)
@pytest.mark.parametrize("key", ["reach_share", "served_share", "access_2sfca", "border_people"])
def test_the_map_shows_what_the_methods_say(demo_dataset, region, key, more):
    view = view_of(demo_dataset, f"{BASE}&measure={key}{more}")
    standard = demo_dataset.held(view.state)
    overview = Overview(apply_to_supply(region, view.state.plan), standard, LAST)
    rows = view.positions
    people = np.array([demo_dataset.cells(LAST, rows).aged(standard.counts)])[0]
    wanted = {
        "reach_share": lambda: overview.reached_count[rows] / people,
        "served_share": lambda: np.floor(overview.served_count[rows] + 0.5) / people,
        "access_2sfca": lambda: np.round(overview.access_ratio("2sfca")[rows], 3),
        "border_people": lambda: overview.border_count[rows],
    }[key]()
    assert (view.values.state == STATE_OK).all()
    np.testing.assert_allclose(view.values.number, wanted, rtol=1e-12, atol=1e-12)


def test_the_written_standard_without_a_plan_is_the_release_itself(demo_dataset):
    """Counting the same walk as an own value gives the release's own figures in every month."""
    written = view_of(demo_dataset, f"{BASE}&measure=reach_share")
    own = view_of(demo_dataset, f"{BASE}&measure=reach_share&norm=1")
    assert demo_dataset.held(own.state).id == "own"
    np.testing.assert_array_equal(own.values.number, written.values.number)
    np.testing.assert_array_equal(own.spark, written.spark)


def test_a_plan_is_said_everywhere_and_shrinks_the_gap(demo_dataset):
    before, after = (
        view_of(demo_dataset, f"{BASE}&measure=gap_people{m}") for m in ("", f"&{PLAN}")
    )
    assert after.values.number.sum() < before.values.number.sum()
    assert "按方案：新增2处" in after.subtitle
    change = view_of(demo_dataset, f"{BASE}&measure=gap_people&show=plan&{PLAN}")
    share = change.values.number
    moved = before.values.number > 0
    np.testing.assert_allclose(
        share[moved], (after.values.number / np.where(moved, before.values.number, 1) - 1)[moved]
    )
    cards = view_of(demo_dataset, f"{BASE}&measure=card_coverage&{PLAN}")
    assert "方案" not in cards.subtitle, "a plan changes no cards"


def test_places_short_of_a_norm(demo_dataset):
    view = view_of(demo_dataset, "area=110106&measure=capacity_gap&category=care_home")
    cells = demo_dataset.cells(LAST, view.positions)
    people = cells.aged("60plus")
    capacity = cells.provider("capacity", view.query)
    known = view.values.state == STATE_OK
    assert known.any()
    short = compute_shortfall(capacity, people, 40.0).places
    np.testing.assert_array_equal(view.values.number[known], short[known])
    assert np.isnan(short[~known]).all()


def test_the_four_fields_by_hand(demo_dataset):
    """Area by area with plain numbers: reach, load of a day, use against the region's rates."""
    bands = ("60-69", "70-79", "80plus")
    month = next(
        period
        for period in reversed(demo_dataset.periods)
        if all(
            int(demo_dataset.cells(period, 0).swipe("cards_count", "meals", b)) >= 0 for b in bands
        )
    )
    days = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
    view = view_of(demo_dataset, f"{BASE}&measure=use_field&period={month}")
    cells = demo_dataset.cells(month, view.positions)
    whole = demo_dataset.cells(month, 0)
    rate = {b: int(whole.swipe("cards_count", "meals", b)) / int(whole.issued(b)) for b in bands}
    seen = set()
    for i in range(len(view.codes)):
        reach = cells.covered("reached", view.query)[i] / cells.aged("60plus")[i]
        users, cards = (
            int(a[i]) for a in (cells.swipe("cards_count", "meals", "all"), cells.issued("all"))
        )
        by_band = [int(cells.issued(b)[i]) for b in bands]
        capacity = int(cells.provider("capacity", view.query)[i])
        swipes = int(cells.swipe("swipes_count", "meals", "all")[i])
        if reach < 0.5:
            wanted = 1
        elif capacity > 0 and swipes >= 0 and swipes / days / capacity > 0.85:
            wanted = 2
        elif users < 0 or min(by_band) < 0 or not sum(by_band):
            wanted = None
        else:
            expected = sum(n * rate[b] for n, b in zip(by_band, bands)) / sum(by_band)
            wanted = 3 if users / cards < 0.5 * expected else 0
        found = view.values.number[i]
        assert (None if np.isnan(found) else int(found)) == wanted, view.codes[i]
        seen.add(wanted)
    assert {0, 1} <= seen
    assert [label for label, n in zip(view.classes.labels, view.classes.counts) if n]
    assert "较好" in view.headline


def test_fields_at_communities_say_why_there_is_none(demo_dataset):
    view = view_of(demo_dataset, "area=110106001&measure=use_field&category=meals")
    states = set(view.values.state.tolist())
    assert states <= {STATE_OK, STATE_SUPPRESSED, STATE_MISSING, STATE_COARSER}
    unknown = view.values.state != STATE_OK
    assert np.isnan(view.values.number[unknown]).all()


@pytest.mark.parametrize("key", [k for k, m in MEASURES.items() if m.needs_category])
def test_every_measure_of_coverage_has_numbers_and_words(demo_dataset, key):
    view = view_of(demo_dataset, f"area=110106&measure={key}")
    assert (view.values.state == STATE_OK).any()
    assert view.notes.standard
    changed = view_of(demo_dataset, f"area=110106&measure={key}&show=year")
    assert changed.state.show == ("value" if MEASURES[key].fields else "year")
    if MEASURES[key].fields:
        assert (changed.change_year.state == STATE_MISSING).all()
    else:
        assert (changed.values.state == STATE_OK).any()


def test_a_category_without_a_standard_needs_an_own_distance(demo_dataset):
    assert "park" not in demo_dataset.categories("reach_share")
    view = view_of(demo_dataset, "area=110106&measure=reach_share&category=park&walk=500")
    assert (view.state.category, view.state.walk) == ("park", 500.0)
    assert (view.values.state == STATE_OK).all()
    assert "自定标准" in view.notes.standard
