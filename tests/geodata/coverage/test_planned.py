"""A plan in the supply: counted anew it says what the quick effect says, for every area."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.coverage import (
    METHODS,
    AddedSite,
    MovedProvider,
    Overview,
    Region,
    Scenario,
    apply_scenario,
    apply_to_supply,
    count_reached_by_month,
    find_pairs,
    read_region,
)
from geodata.crs import to_shipping
from geodata.schema import CATEGORY_CODES

LAST = "2026-06"


@pytest.fixture(scope="module")
def region(demo_release) -> Region:
    return read_region(demo_release)


@pytest.fixture(scope="module")
def meals(region):
    return region.standards.of_category("meals")


def some_plan(region, meals, seed: int) -> Scenario:
    rng = np.random.default_rng(seed)
    numbers = np.flatnonzero(region.is_open(meals.categories, LAST))
    moved, closed = rng.choice(numbers, 6, replace=False).reshape(2, 3)
    lon, lat = rng.uniform(116.1, 116.4, 9), rng.uniform(39.8, 39.95, 9)
    return Scenario(
        tuple(AddedSite("meals", lon[i], lat[i], int(rng.integers(0, 90))) for i in range(6)),
        tuple(
            MovedProvider(str(region.provider_ids[n]), lon[6 + i], lat[6 + i])
            for i, n in enumerate(moved)
        ),
        tuple(str(region.provider_ids[n]) for n in closed),
    )


@pytest.mark.parametrize("seed", range(4))
def test_counted_anew_and_counted_quickly_are_the_same(region, meals, seed):
    plan = some_plan(region, meals, seed)
    before, after = (Overview(r, meals, LAST) for r in (region, apply_to_supply(region, plan)))
    effect = apply_scenario(region.baseline(meals, LAST), plan)
    quick = before.reached_count.copy()
    quick[effect.areas["position"]] = effect.areas["reached_after"]
    np.testing.assert_array_equal(quick, after.reached_count)
    assert (before.reached_count != after.reached_count).any()
    step = after.reached_count[0] - before.reached_count[0]
    assert effect.gained_count - effect.lost_count == step


def test_without_a_plan_nothing_changes(region):
    assert apply_to_supply(region, Scenario()) is region
    ignored = apply_to_supply(region, Scenario((), (MovedProvider("X", 116.0, 39.0),), ("Y",)))
    np.testing.assert_array_equal(ignored.provider_xy, region.provider_xy)
    np.testing.assert_array_equal(ignored.supply.closed, region.supply.closed)


def test_sites_stand_in_the_community_that_holds_them(region, demo_release):
    """Against every polygon of the release, one by one."""
    table = pd.read_parquet(demo_release / "boundaries" / "community.parquet")
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    rng = np.random.default_rng(2)
    inside = 0
    first = region.tree.level_slices["community"].start
    for west, south, east, north in shapely.bounds(rng.choice(shapes, 60)):
        lon, lat = rng.uniform(west - 0.01, east), rng.uniform(south - 0.01, north)
        holders = table["area_code"][shapely.covers(shapes, shapely.Point(lon, lat))]
        found = region.find_community(lon, lat)
        if len(holders):
            inside += 1
            assert region.tree.codes[first + found] in set(holders)
        else:
            assert found == -1
    assert 5 < inside < 60
    assert region.find_community(0.0, 0.0) == -1
    assert region.find_community(-180.0, 90.0) == -1


def test_added_places_count_and_unknown_ones_are_the_usual(region, meals):
    at = region.tree.find("110106")
    own = region.points.community == middle(region, at)
    place = to_shipping(shapely.points(region.points.xy[own][:1]))
    where = shapely.get_coordinates(place)[0]
    known, unknown = (
        apply_to_supply(region, Scenario((AddedSite("meals", *where, places),)))
        for places in (123, None)
    )
    row = 1 + CATEGORY_CODES.index("meals")
    base, with_known, with_unknown = (
        r.supply.count_open(r.tree, LAST)[1][row, at] for r in (region, known, unknown)
    )
    assert with_known == base + 123
    stated = region.supply.capacity[region.of_categories(("meals",))]
    assert with_unknown == base + int(np.median(stated[stated >= 0]))
    assert Overview(unknown, meals, LAST).by_places


def middle(region, position: int) -> int:
    inside = region.tree.descendants(position, "community")
    return inside.start - region.tree.level_slices["community"].start


def test_months_at_once_are_the_months_one_by_one(region, meals):
    own = replace(meals, id="own", radius_m=640.0, counts="80plus", detour_factor=1.1)
    months = ["2023-07", "2024-12", "2025-01", LAST]
    found = count_reached_by_month(region, own, months)
    for row, month in zip(found, months):
        np.testing.assert_array_equal(row, Overview(region, own, month).reached_count)


def test_a_standard_brings_its_own_detour_and_rings(region, meals):
    """Rings that end nearer and weights that differ change the accessibility, reach follows the
    detour."""
    straight = replace(meals, detour_factor=1.0)
    numbers = np.flatnonzero(region.is_open(meals.categories, LAST))
    pairs = find_pairs(region.points.xy, region.provider_xy[numbers], 1000.0)
    hits = np.bincount(
        region.points.community,
        np.isin(np.arange(len(region.points.xy)), pairs.point),
        minlength=len(region.points.counts),
    )
    people = region.people["60plus"]
    share = hits / np.maximum(region.points.counts, 1)
    wanted = np.floor(np.maximum(people, 0) * share + 0.5).astype(int)
    rows = region.tree.level_slices["community"]
    got = Overview(region, straight, LAST).reached_count[rows]
    known = people >= 0
    np.testing.assert_array_equal(got[known], wanted[known])
    flat = replace(meals, rings_m=(1000.0,), ring_weights=(1.0,))
    overview = Overview(region, flat, LAST)
    np.testing.assert_allclose(overview.access("e2sfca"), overview.access("2sfca"))
    assert not np.allclose(
        Overview(region, meals, LAST).access("e2sfca")[rows],
        overview.access("e2sfca")[rows],
        equal_nan=True,
    )


def test_all_methods_share_the_places_out(region, meals):
    """Accessibility times people sums to the places of all providers somebody can reach."""
    overview = Overview(region, meals, LAST)
    reachable = np.unique(overview.distances.provider)
    places = overview.amount[reachable].sum()
    living = overview.living.sum()
    for method in METHODS:
        assert overview.access(method)[0] * living == pytest.approx(places)
