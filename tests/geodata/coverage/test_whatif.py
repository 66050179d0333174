"""A scenario's effect, against counting everything anew."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.areas import AreaTree, order_areas
from geodata.coverage import (
    AddedSite,
    DemandPoints,
    MovedProvider,
    Scenario,
    apply_scenario,
    compute_distances,
    index_places,
    prepare_baseline,
)
from geodata.crs import project_points
from geodata.schema import LEVELS
from tests.geodata.coverage import oracles

STRAIGHT_M = 800.0
WEST, SOUTH, STEP = 116.0, 40.0, 0.01  # about 850 m by 1,110 m


def make_tree():
    """One chain down to two subdistricts of eight communities each."""
    rows = [("jjj", "", "region"), ("11", "jjj", "province"), ("1101", "11", "city")]
    rows += [("110101", "1101", "district")]
    for s in ("001", "002"):
        rows.append((f"110101{s}", "110101", "subdistrict"))
        rows += [(f"110101{s}{c:03d}", f"110101{s}", "community") for c in range(1, 9)]
    frame = pd.DataFrame(rows, columns=["area_code", "parent_code", "level"])
    return AreaTree(order_areas(frame.assign(name=frame["area_code"])))


TREE = make_tree()
# Communities on a 4 x 4 grid, two points each; the last has no place, the one before no number.
LON = np.repeat(WEST + STEP * (np.arange(16) % 4), 2) + np.tile([0, 0.004], 16)
LAT = np.repeat(SOUTH + STEP * (np.arange(16) // 4), 2)
PEOPLE = np.array([*range(11, 25), -2, 9])
COUNTS = np.array([2] * 15 + [0])
POINTS = DemandPoints(project_points(LON, LAT)[:30], np.repeat(np.arange(15), 2), COUNTS)

degrees = st.tuples(st.integers(-5, 35), st.integers(-5, 35))


def place(cell):
    return WEST + cell[0] / 1000, SOUTH + cell[1] / 1000


def make_baseline(cells, capacity=None):
    lonlat = np.array([place(cell) for cell in cells]).reshape(-1, 2)
    sites = project_points(*lonlat.T)
    return prepare_baseline(
        TREE, POINTS, index_places(POINTS.xy), PEOPLE, ("meals",), STRAIGHT_M,
        compute_distances(POINTS.xy, sites, STRAIGHT_M),
        np.array([f"P{i}" for i in range(len(cells))], dtype=str),
        np.full(len(cells), 50.0) if capacity is None else np.array(capacity),
    )  # fmt: skip


@st.composite
def cases(draw):
    cells = draw(st.lists(degrees, max_size=6))
    kinds = [draw(st.sampled_from(["keep", "move", "close"])) for _ in cells]
    moved = {i: draw(degrees) for i, kind in enumerate(kinds) if kind == "move"}
    added = draw(st.lists(degrees, max_size=3))
    scenario = Scenario(
        tuple(AddedSite("meals", *place(cell), 30) for cell in added),
        tuple(MovedProvider(f"P{i}", *place(cell)) for i, cell in moved.items()),
        tuple(f"P{i}" for i, kind in enumerate(kinds) if kind == "close"),
    )
    kept = [cell for cell, kind in zip(cells, kinds) if kind == "keep"]
    return cells, scenario, [*kept, *added, *moved.values()], kinds


def metres(cells):
    return project_points(*np.array([place(c) for c in cells]).reshape(-1, 2).T)


def sums(values):
    """Known values of the communities added over the tree, code by code."""
    total = dict.fromkeys(TREE.codes, 0)
    for code, value in zip(TREE.codes[TREE.level_slices["community"]], values):
        for end in (3, 2, 4, 6, 9, 12):
            if value >= 0:
                total["jjj" if end == 3 else code[:end]] += value
    return total


@settings(max_examples=60)
@given(cases())
def test_effect_is_what_counting_anew_gives(case):
    cells, scenario, after, _ = case
    effect = apply_scenario(make_baseline(cells), scenario)
    known = np.where((PEOPLE >= 0) & (COUNTS > 0), PEOPLE, 0)
    before = oracles.reached(POINTS, metres(cells), known, STRAIGHT_M)
    then = oracles.reached(POINTS, metres(after), known, STRAIGHT_M)
    assert effect.gained_count == np.maximum(then - before, 0).sum()
    assert effect.lost_count == np.maximum(before - then, 0).sum()
    old, new = sums(before), sums(then)
    rows = effect.areas.set_index("area_code")
    assert dict(rows["reached_before"]) == {code: old[code] for code in rows.index}
    assert dict(rows["reached_after"]) == {code: new[code] for code in rows.index}
    changed = {code for code in TREE.codes if old[code] != new[code]}
    assert changed <= set(rows.index)
    assert (rows["gap_after"] == rows["people_count"] - rows["reached_after"]).all()


@settings(max_examples=60)
@given(cases())
def test_load_is_what_counting_anew_gives(case):
    cells, scenario, after, kinds = case
    effect = apply_scenario(make_baseline(cells), scenario)
    kept = [f"P{i}" for i, kind in enumerate(kinds) if kind == "keep"]
    added = [str(i + 1) for i in range(len(scenario.added))]
    asked = ask(after)
    names = [*kept, *added, *(m.provider_id for m in scenario.moved)]
    wanted = dict(zip(names, asked))
    before = dict(zip([f"P{i}" for i in range(len(cells))], ask(cells)))
    sites = effect.sites.set_index("site")
    for name in sites.index:
        assert sites.loc[name, "asked"] == pytest.approx(wanted[name])
    near = effect.neighbours.set_index("provider_id")
    for name in kept:
        if name in near.index:
            assert near.loc[name, "asked_before"] == pytest.approx(before[name])
            assert near.loc[name, "asked_after"] == pytest.approx(wanted[name])
            assert near.loc[name, "load_after"] == pytest.approx(wanted[name] / 50)
        else:
            assert wanted[name] == pytest.approx(before[name])
    assert set(near.index) <= set(kept)


def ask(cells):
    """People who ask each site when everyone spreads evenly over those in reach."""
    sites = metres(cells)
    asked = np.zeros(len(cells))
    for xy, community in zip(POINTS.xy, POINTS.community):
        near = [j for j, q in enumerate(sites) if math.dist(xy, q) <= STRAIGHT_M]
        for j in near:
            asked[j] += max(PEOPLE[community], 0) / 2 / len(near)
    return asked


def test_nothing_changes_without_changes():
    effect = apply_scenario(make_baseline([(0, 0)]), Scenario())
    assert (effect.gained_count, effect.lost_count) == (0, 0)
    assert len(effect.areas) == len(effect.sites) == len(effect.neighbours) == 0


def test_what_does_not_count_is_named():
    scenario = Scenario((AddedSite("park", 116, 40),), (MovedProvider("PX", 116, 40),), ("PY",))
    effect = apply_scenario(make_baseline([(0, 0)]), scenario)
    assert effect.ignored == ("park", "PX", "PY")
    assert len(effect.areas) == 0


@pytest.mark.parametrize("where", [(10.0, 50.0), (-64.0, -40.0), (0.0, 90.0), (180.0, -90.0)])
def test_a_site_far_away_reaches_nobody(where):
    effect = apply_scenario(make_baseline([]), Scenario((AddedSite("meals", *where, 0),)))
    assert effect.sites["people_in_reach"].tolist() == [0]
    assert effect.gained_count == 0


def test_unknown_capacity_leaves_the_load_open():
    effect = apply_scenario(
        make_baseline([(0, 0)], [-2.0]), Scenario((AddedSite("meals", *place((0, 0))),))
    )
    assert np.isnan(effect.sites["load"]).all()
    assert np.isnan(effect.neighbours["load_after"]).all()
    assert (
        effect.neighbours["asked_after"].tolist()
        == (effect.neighbours["asked_before"] / 2).tolist()
    )


def test_the_baseline_stays_as_it_is():
    baseline = make_baseline([(0, 0), (10, 10)])
    before = [baseline.in_reach.copy(), baseline.asked.copy(), baseline.reached_by_area.copy()]
    apply_scenario(baseline, Scenario((AddedSite("meals", *place((1, 1)), 5),), (), ("P0",)))
    for old, now in zip(before, (baseline.in_reach, baseline.asked, baseline.reached_by_area)):
        np.testing.assert_array_equal(old, now)


def test_levels_come_in_tree_order():
    effect = apply_scenario(make_baseline([]), Scenario((AddedSite("meals", *place((0, 0)), 5),)))
    assert effect.areas["position"].is_monotonic_increasing
    assert effect.areas["level"].drop_duplicates().tolist() == list(LEVELS)
