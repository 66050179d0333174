"""Reach against a slow oracle: every point against every provider, one by one."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coverage import find_pairs, place_demand, reached_people

coordinate = st.integers(0, 3000)
places = st.lists(st.tuples(coordinate, coordinate), max_size=12)


def cells(n, size):
    """n x n square communities of `size` metres."""
    return np.array(
        [
            shapely.box(c * size, r * size, (c + 1) * size, (r + 1) * size)
            for r in range(n)
            for c in range(n)
        ]
    )


def reach_slowly(points, sites, is_open, people, distance):
    reached = []
    for community, count in enumerate(people):
        mine = [xy for xy, owner in zip(points.xy, points.community) if owner == community]
        hits = 0
        for x, y in mine:
            near = [
                math.hypot(x - sx, y - sy) <= distance for (sx, sy), o in zip(sites, is_open) if o
            ]
            hits += any(near)
        reached.append(math.floor(count * hits / len(mine) + 0.5) if mine else -2)
    return reached


@settings(max_examples=60, deadline=None)
@given(places, st.data(), st.integers(1, 2000))
def test_reach_is_what_the_oracle_counts(sites, data, distance):
    points = place_demand(cells(3, 1000))
    is_open = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(sites), max_size=len(sites))), bool
    )
    people = np.arange(9) * 7 + 1
    pairs = find_pairs(points.xy, np.array(sites, float).reshape(-1, 2), distance)
    got = reached_people(pairs, is_open, points, people)
    assert got.tolist() == reach_slowly(points, sites, is_open, people, distance)


@settings(max_examples=40, deadline=None)
@given(places.filter(bool), st.integers(1, 1500), st.integers(0, 1500))
def test_reach_grows_with_distance_and_with_providers(sites, distance, more):
    points = place_demand(cells(3, 1000))
    people = np.full(9, 100)
    xy = np.array(sites, float)
    every = np.ones(len(xy), bool)
    near = reached_people(find_pairs(points.xy, xy, distance), every, points, people)
    far = reached_people(find_pairs(points.xy, xy, distance + more), every, points, people)
    fewer = every.copy()
    fewer[0] = False
    less = reached_people(find_pairs(points.xy, xy, distance), fewer, points, people)
    assert (far >= near).all()
    assert (less <= near).all()
    assert (near <= people).all()


def test_large_communities_get_a_grid_of_points_inside():
    polygons = cells(1, 2000)
    points = place_demand(polygons, cell_m2=500_000)
    assert points.counts.tolist() == [9]
    assert shapely.contains_xy(polygons[0], *points.xy.T).all()
    assert place_demand(cells(1, 500)).counts.tolist() == [1]


def test_half_a_community_in_reach_counts_half_its_people():
    points = place_demand(cells(1, 2000), cell_m2=1_000_000)
    assert len(points.xy) == 4
    pairs = find_pairs(points.xy, np.array([[500.0, 1000.0]]), 600)
    assert reached_people(pairs, np.array([True]), points, np.array([101])).tolist() == [51]


def test_unknown_people_and_unknown_places_stay_unknown():
    polygons = np.array([shapely.box(0, 0, 9, 9), None, None, shapely.box(20, 0, 29, 9)])
    points = place_demand(polygons)
    pairs = find_pairs(points.xy, np.array([[4.0, 4.0]]), 5)
    people = np.array([10, 10, 0, -2])
    assert reached_people(pairs, np.array([True]), points, people).tolist() == [10, -2, 0, -2]


def test_a_thin_crooked_community_still_has_a_point_inside():
    line = shapely.LineString([(0, 0), (5000, 40), (5000, 5000), (100, 4900)])
    polygon = line.buffer(4)
    points = place_demand(np.array([polygon]), cell_m2=10_000)
    assert points.counts[0] >= 1
    assert shapely.contains_xy(polygon, *points.xy.T).all()


@pytest.mark.parametrize("n", [0, 5])
def test_no_provider_reaches_nobody(n):
    points = place_demand(cells(2, 800))
    pairs = find_pairs(points.xy, np.zeros((n, 2)), 1000)
    people = np.full(4, 50)
    assert reached_people(pairs, np.zeros(n, bool), points, people).tolist() == [0] * 4
