"""The search for sites as an official asks it: best, fewest, limited, from a list, stopped."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from dashboard.coverage.siting import SitingQuestion, read_candidates, seek_sites
from dashboard.view_state import parse_view
from geodata.coverage import AddedSite, Scenario
from geodata.coverage.siting import TargetError
from geodata.errors import SchemaError

LAST = "2026-06"


@pytest.fixture(scope="module")
def seek(demo_dataset):
    def ask(area: str = "110106", query: str = "", **question):
        state = parse_view(f"area={area}&measure=gap_people&category=meals&{query}", demo_dataset)
        more = {k: question.pop(k) for k in ("report", "stop") if k in question}
        return seek_sites(
            demo_dataset.coverage_facts,
            demo_dataset.held(state),
            state.plan,
            state.period,
            demo_dataset.tree.find(area),
            SitingQuestion(**question),
            **more,
        )

    return ask


def gap(dataset, area: str, plan: Scenario | None = None) -> int:
    standard = dataset.standard_of("meals")
    overview = dataset.coverage_facts.overview(standard, plan, LAST)
    at = dataset.tree.find(area)
    people = dataset.cells(LAST, at).aged(standard.counts)
    return int(people - overview.reached_count[at])


def plan_of(siting) -> Scenario:
    return Scenario(tuple(AddedSite("meals", *place, 80) for place in siting.places))


def test_the_answer_closes_the_gap_by_what_it_says(demo_dataset, seek):
    found = seek(n_sites=3)
    assert len(found.places) == 3
    assert list(found.gains) == sorted(found.gains, reverse=True)
    assert found.gap_share == 0
    before, after = gap(demo_dataset, "110106"), gap(demo_dataset, "110106", plan_of(found))
    # Points stand for fractions of people, areas for whole ones.
    assert before - after == pytest.approx(sum(found.gains), abs=len(found.places) * 20)
    assert found.total - found.before == pytest.approx(before, abs=50)


def test_no_other_choice_of_communities_is_better(demo_dataset, seek):
    """Every pair of communities of a subdistrict, counted one by one."""
    area = "110106008"
    best = sum(seek(area, n_sites=2).gains)
    facts = demo_dataset.coverage_facts
    own = demo_dataset.tree.descendants(demo_dataset.tree.find(area), "community")
    first = demo_dataset.tree.level_slices["community"].start
    overview = facts.overview(demo_dataset.standard_of("meals"), None, LAST)
    points = facts.region.points
    rows = np.flatnonzero(
        (points.community >= own.start - first) & (points.community < own.stop - first)
    )
    reached = np.zeros(len(points.xy), bool)
    reached[overview.distances.point] = True
    people = np.where(reached, 0, overview.living)[rows]
    single = [seek(area, n_sites=1, candidates=(place,)) for place in candidates_of(seek, area)]
    assert max(sum(s.gains) for s in single) == seek(area, n_sites=1).gains[0]
    places = candidates_of(seek, area)
    pairs = [
        sum(seek(area, n_sites=2, candidates=pair).gains) for pair in combinations(places[:8], 2)
    ]
    assert max(pairs, default=0) <= best + 1
    assert best <= people.sum() + 1


def candidates_of(seek, area: str) -> list[tuple[float, float]]:
    """Places of a search with as many sites as there are candidates that add anybody."""
    return list(seek(area, n_sites=100).places)


def test_the_plan_is_locked(seek):
    first = seek(n_sites=2)
    plan = plan_of(first).to_text()
    second = seek(query=f"plan={plan}", n_sites=1)
    three = seek(n_sites=3)
    assert second.before == pytest.approx(first.before + sum(first.gains), abs=3)
    assert sum(first.gains) + sum(second.gains) <= sum(three.gains) + 3


def test_fewest_sites_for_a_share(seek):
    found = seek(share=0.75)
    assert found.curve[-1] >= 0.75
    assert found.curve[-2] < 0.75
    assert 1 <= found.fewest <= len(found.places)
    assert found.gap_share is None
    nothing = seek(share=0.1)
    assert nothing.places == ()
    with pytest.raises(TargetError) as error:
        seek(share=1.0, candidates=((116.3, 39.85),))
    assert 0 < error.value.most < 1


def test_limited_places_serve_no_more_than_they_hold(seek):
    found = seek(n_sites=3, places=500)
    assert all(0 < gain <= 500 for gain in found.gains)
    assert found.before < found.total
    assert sum(found.gains) <= 1500


def test_only_given_places_are_used(seek):
    places = ((116.364, 39.84348), (116.36933, 39.82694))
    found = seek(n_sites=5, candidates=places)
    assert set(found.places) <= set(places)
    assert found.places


def test_it_can_be_stopped_and_keeps_the_best(seek):
    told = []
    found = seek(n_sites=40, report=told.append, stop=lambda: True)
    assert found.stopped
    assert found.places, "the greedy start"
    assert told
    assert told[0].stage == "greedy"


def test_an_area_that_lacks_nobody_has_no_sites(seek):
    assert seek("110106", "walk=20000", n_sites=3).places == ()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", ()),
        ("116.41, 39.92", ((116.41, 39.92),)),
        ("116.41，39.92\n\n 115 38.5 ", ((116.41, 39.92), (115.0, 38.5))),
    ],
)
def test_lists_of_candidates_are_read(text, places):
    assert read_candidates(text) == places


@pytest.mark.parametrize(
    ("text", "line"), [("here", "1"), ("116,39\n39.9,116.4,5", "2"), ("1,95", "1")]
)
def test_a_line_that_is_no_place_is_named(text, line):
    with pytest.raises(SchemaError) as error:
        read_candidates(text)
    assert error.value.message == line
