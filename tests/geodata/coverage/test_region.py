"""A release read for coverage: the same reach, the planted gaps, the sites that close them."""

import tomllib

import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.coverage import (
    METHODS,
    AddedSite,
    Overview,
    Region,
    Scenario,
    Standard,
    adjust_standard,
    apply_scenario,
    compare_before_after,
    compute_distances,
    find_comparable,
    find_pairs,
    find_surroundings,
    reached_people,
    read_region,
    serve_nearest_first,
    split_people,
)
from geodata.coverage.overview import add_upward
from geodata.coverage.siting import build_problem, choose_sites
from geodata.crs import to_shipping
from geodata.schema import CATEGORIES

LAST = "2026-06"


@pytest.fixture(scope="module")
def region(demo_release) -> Region:
    return read_region(demo_release)


@pytest.fixture(scope="module")
def planted(demo_source) -> list[str]:
    found = tomllib.loads((demo_source / "planted.toml").read_text("utf-8"))["no_meal_point"]
    return [entry["area_code"] for entry in found]


def meals(region: Region) -> Standard:
    return region.standards.of_category("meals")


def reached_cube(folder):
    return np.load(folder / "cube" / "reached_count.npy", mmap_mode="r")


@pytest.mark.parametrize("release", ["grid_release", "demo_release"])
def test_reach_is_that_of_the_release(release, request):
    folder = request.getfixturevalue(release)
    region, cube = read_region(folder), reached_cube(folder)
    for number, item in enumerate(region.standards.items):
        if item.radius_m is None:
            continue
        base = region.baseline(item, LAST)
        np.testing.assert_array_equal(base.reached_by_area, cube[-1, number])


def test_people_asking_are_the_people_in_reach(region):
    base = region.baseline(meals(region), LAST)
    living = split_people(region.points, region.people["60plus"])
    assert base.asked.sum() == pytest.approx(living[base.in_reach > 0].sum())


def test_overview_of_every_category(region):
    people = region.people["60plus"]
    for category in (c.code for c in CATEGORIES if c.has_sites):
        standard = adjust_standard(None, category, detour_factor=1.3, walk_m=1000)
        found = Overview(region, standard, LAST)
        is_open = region.is_open((category,), LAST)
        numbers = np.flatnonzero(is_open)
        straight = 1000 / 1.3
        pairs = find_pairs(region.points.xy, region.provider_xy[numbers], straight)
        reached = reached_people(pairs, np.ones(len(numbers), bool), region.points, people)
        communities = region.tree.level_slices["community"]
        np.testing.assert_array_equal(found.reached_count[communities], reached)
        for method in METHODS:
            if found.access(method)[0] > 0:
                assert found.access_ratio(method)[0] == pytest.approx(1)
        if found.by_places:
            capacity = region.supply.capacity[is_open].sum()
            assert found.served_count[0] <= min(capacity, found.reached_count[0]) + len(people)


def test_the_parent_is_the_sum_of_its_children(region):
    values = np.random.default_rng(1).integers(0, 99, len(region.points.counts)).astype(float)
    total = add_upward(values, region.tree)
    assert total[0] == values.sum()
    for position in range(region.tree.level_slices["community"].start):
        children = region.tree.children(position)
        assert total[position] == pytest.approx(total[children].sum())


def test_served_and_unserved_are_everybody(region):
    is_open = region.is_open(("meals",), LAST)
    people = split_people(region.points, region.people["60plus"])
    capacity = np.where(is_open, region.supply.capacity, 0)
    served = serve_nearest_first(region.distances(is_open, 1000), people, capacity)
    unserved = people - served.at_points
    assert (unserved >= -1e-9).all()
    assert served.by_providers.sum() + unserved.sum() == pytest.approx(people.sum())


def test_planted_gaps_are_found_and_closed(region, planted):
    """Subdistricts without a meal point are the worst; sites in them bring people into reach."""
    base = region.baseline(meals(region), LAST)
    tree = region.tree
    district = tree.find("110106")
    rows = np.arange(len(tree))[tree.descendants(district, "subdistrict")]
    share = base.reached_by_area[rows] / base.people_by_area[rows]
    worst = {tree.codes[i] for i in rows[np.argsort(share)[:10]]}
    inside = {code for code in planted if code.startswith("110106")}
    assert inside
    assert inside <= worst
    gap = tree.find(sorted(inside)[0])
    chosen = choose_in(region, base, gap, n_sites=8)
    sites = tuple(AddedSite("meals", *lonlat, 100) for lonlat in chosen)
    effect = apply_scenario(base, Scenario(sites))
    row = effect.areas.set_index("position").loc[gap]
    assert row["gap_after"] < row["gap_before"] / 2


def choose_in(region: Region, base, area: int, n_sites: int):
    """Sites for one area, as degrees, among the demand points of its communities."""
    first = region.tree.level_slices["community"].start
    own = region.tree.descendants(area, "community")
    rows = np.flatnonzero(
        (region.points.community >= own.start - first)
        & (region.points.community < own.stop - first)
    )
    xy = region.points.xy[rows]
    problem = build_problem(
        compute_distances(xy, xy, base.straight_m), base.point_people[rows], base.in_reach[rows] > 0
    )
    answer = choose_sites(problem, n_sites)
    assert answer.gap_share == 0
    return shapely.get_coordinates(to_shipping(shapely.points(xy[answer.chosen])))


def test_providers_know_their_province(region, demo_release):
    codes = pd.read_parquet(demo_release / "providers.parquet")["community_code"].fillna("")
    provinces = region.tree.codes[region.tree.level_slices["province"]]
    found = [provinces[p] if p >= 0 else "" for p in region.provider_province]
    assert found == [code[:2] for code in codes]


def test_an_opening_shows_in_the_reach_of_its_surroundings(region):
    """Before and after on the demonstration: reach rises where a meal point opened, by as much as
    a month-by-month count says."""
    supply, points, people = region.supply, region.points, region.people["60plus"]
    months = [f"{2023 + m // 12}-{m % 12 + 1:02d}" for m in range(6, 42)]
    meals = region.is_open(("meals",), LAST) & (supply.opened > "2024-02") & (supply.closed == "")
    near = region.distances(region.is_open(("meals",), LAST), 1000)
    surrounding = {j: find_surroundings(near, j, points) for j in np.flatnonzero(meals)}
    provider = max(surrounding, key=lambda j: surrounding[j].sum())
    event = months.index(supply.opened[provider])
    reached = np.array(
        [reached_people(near.pairs, supply.is_open(m), points, people) for m in months]
    )
    features = np.column_stack([np.log1p(people), reached[event - 1] / np.maximum(people, 1)])
    untouched = (reached[event + 1] == reached[event - 1]) & (people > 0)
    alike = find_comparable(surrounding[provider], features, untouched)
    found = compare_before_after(
        reached, np.tile(people, (len(months), 1)), event, surrounding[provider], alike, months=1
    )
    area = surrounding[provider] & (people > 0)
    rise = (reached[event + 1] - reached[event - 1])[area].sum() / people[area].sum()
    assert found.comparable[0] == found.comparable[1]
    assert found.difference == pytest.approx(rise)
    assert found.surroundings[1] >= 0.5
