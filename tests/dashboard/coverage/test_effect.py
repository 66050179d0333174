"""A plan's effect in the dashboard: its sites, neighbours and areas."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.coverage.effect import ADDED, CLOSED, MOVED
from dashboard.view_state import parse_view
from geodata.coverage import Overview, apply_to_supply

LAST = "2026-06"


def effect_of(dataset, query: str):
    state = parse_view(query, dataset)
    return state, dataset.coverages.plan_effect(state, dataset.tree.find(state.area))


@pytest.fixture(scope="module")
def busy(demo_dataset) -> str:
    """The meal point of 丰台区 with the most people in reach."""
    facts = demo_dataset.coverage_facts
    base = facts.baseline(demo_dataset.standard_of("meals"), LAST)
    inside = set(
        demo_dataset.providers(demo_dataset.tree.find("110106"), "meals", LAST)["provider_id"]
    )
    order = np.argsort(-base.asked)
    return next(str(base.provider_ids[i]) for i in order if base.provider_ids[i] in inside)


def test_without_a_plan_there_is_no_effect(demo_dataset):
    assert effect_of(demo_dataset, "area=110106&measure=gap_people")[1] is None
    capacity_only = "measure=capacity_gap&category=care_home&plan=a:care_home,116.3,39.8,9"
    assert effect_of(demo_dataset, capacity_only)[1] is None


def test_added_moved_and_closed(demo_dataset, busy):
    query = (
        "area=110106&measure=gap_people&category=meals&plan=a:meals,116.364,39.84348,80;"
        f"a:day_care,116.3,39.85,9;m:{busy},116.4,39.82"
    )
    state, effect = effect_of(demo_dataset, query)
    added, other, moved = effect.sites
    assert (added.id, added.action, added.capacity, added.counts) == ("+1", ADDED, 80, True)
    assert added.newly > 0
    assert added.people >= added.newly
    assert added.justified is (added.people >= 2000)
    assert demo_dataset.tree.codes[added.community].startswith("110106")
    assert (other.id, other.counts, other.people) == ("+2", False, None)
    name, where, capacity = demo_dataset.sites.describe(busy)
    assert (moved.id, moved.action, moved.name, moved.before) == (busy, MOVED, name, where)
    assert moved.capacity == capacity
    assert effect.lost > 0, "people around its old place"
    standard = demo_dataset.held(state)
    region = demo_dataset.coverage_facts.region
    before = Overview(region, standard, LAST).reached_count[0]
    after = Overview(apply_to_supply(region, state.plan), standard, LAST).reached_count[0]
    assert effect.gained - effect.lost == after - before


def test_a_closed_one_loses_people_and_loads_its_neighbours(demo_dataset, busy):
    query = f"area=110106&measure=gap_people&category=meals&plan=c:{busy}"
    _, effect = effect_of(demo_dataset, query)
    (site,) = effect.sites
    assert (site.action, site.people, site.counts) == (CLOSED, None, True)
    assert effect.gained == 0
    assert effect.neighbours
    assert all(item.after > item.before for item in effect.neighbours)
    assert all(item.name for item in effect.neighbours)
    assert sum(a.gap_after - a.gap_before for a in effect.areas) == effect.lost


def test_areas_are_those_of_the_level_the_most_changed_first(demo_dataset):
    plan = "plan=a:meals,116.364,39.84348,80;a:meals,116.36933,39.82694,80"
    _, effect = effect_of(demo_dataset, f"area=110106&measure=gap_people&category=meals&{plan}")
    changes = [area.gap_before - area.gap_after for area in effect.areas]
    assert changes == sorted(changes, key=abs, reverse=True)
    assert {demo_dataset.tree.level(area.position) for area in effect.areas} == {"subdistrict"}
    assert effect.own.gap_before - effect.own.gap_after == sum(changes) == effect.gained


def test_borders_rank_the_neighbours_providers(demo_dataset):
    """People of 三河市 in Hebei whom only other provinces' providers reach."""
    state = parse_view("area=131082&measure=gap_people&category=meals&walk=20000", demo_dataset)
    found = demo_dataset.coverages.border_providers(state, demo_dataset.tree.find("131082"), 50)
    overview = demo_dataset.coverage_facts.overview(demo_dataset.held(state), None, LAST)
    across = overview.border_count[demo_dataset.tree.find("131082")]
    counts = [item.newly for item in found]
    assert counts == sorted(counts, reverse=True)
    assert (across > 0) == bool(found)
    if found:
        assert max(counts) <= across
        assert all(demo_dataset.tree.codes[i.community][:2] != "13" for i in found)


def test_openings_and_closings_are_those_of_the_table(demo_dataset, demo_source):
    import pandas as pd

    state = parse_view("area=110106&measure=gap_people&category=meals", demo_dataset)
    found = demo_dataset.coverages.supply_events(state, demo_dataset.tree.find("110106"), 500)
    table = (
        pd.read_csv(next(demo_source.glob("providers.*")), dtype=str, keep_default_na=False)
        if (demo_source / "providers.csv").exists()
        else pd.read_parquet(demo_source / "providers.parquet")
    )
    table = table[
        (table["category"] == "meals") & table["provider_id"].isin(demo_dataset.sites.rows)
    ]
    inside = set(demo_dataset.sites.frame["provider_id"])
    months = demo_dataset.periods[1:-1]
    wanted = set()
    for row in table.itertuples():
        code = str(row.community_code or "")
        if row.provider_id not in inside or not code.startswith("110106"):
            continue
        for action, month in (("opened", row.opened), ("closed", row.closed)):
            if month in months:
                wanted.add((row.provider_id, action, month))
    assert {(e.provider_id, e.action, e.period) for e in found} == wanted
    assert [e.period for e in found] == sorted((e.period for e in found), reverse=True)
    opened = [e for e in found if e.action == "opened" and e.reach is not None]
    assert opened
    assert all(e.reach.surroundings[1] >= e.reach.surroundings[0] - 1e-9 for e in opened)
    assert any(e.use is not None for e in found)
