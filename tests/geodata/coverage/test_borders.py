"""Providers across a province border."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geodata.coverage import DemandPoints, compare_borders, find_pairs, rank_border_providers
from tests.geodata.coverage import oracles

REACH_M = 500


def row_of_points(n, per_community=1, step=400):
    xy = np.array([(x * step, 0.0) for x in range(n * per_community)])
    community = np.repeat(np.arange(n), per_community)
    return DemandPoints(xy, community, np.full(n, per_community))


def test_two_provinces_in_a_row():
    """Communities at 0, 400, 800, 1200; border between 400 and 800; providers at 450 and 750."""
    points, people = row_of_points(4), np.array([10, 20, 30, 40])
    sites = np.array([(450.0, 0), (750.0, 0)])
    args = (
        find_pairs(points.xy, sites, REACH_M), np.array([True, True]), points, people,
        np.array([0, 0, 1, 1]), np.array([0, 1]),
    )  # fmt: skip
    found = compare_borders(*args)
    assert found.own.tolist() == [10, 20, 30, 40]
    assert found.gained.tolist() == [0, 0, 0, 0]
    alone = compare_borders(args[0], np.array([True, False]), *args[2:])
    assert alone.own.tolist() == [10, 20, 0, 0]
    assert alone.gained.tolist() == [0, 0, 30, 0]
    provider, gain = rank_border_providers(args[0], np.array([True, False]), *args[2:])
    assert (provider.tolist(), gain.tolist()) == ([0], [30])


def test_a_provider_outside_the_region_belongs_to_nobodys_province():
    points, people = row_of_points(1), np.array([10])
    args = (np.array([True]), points, people, np.array([0]), np.array([-1]))
    pairs = find_pairs(points.xy, np.zeros((1, 2)), REACH_M)
    assert compare_borders(pairs, *args).own.tolist() == [0]
    assert compare_borders(pairs, *args).gained.tolist() == [10]


def test_unknown_people_stay_unknown():
    points = DemandPoints(np.zeros((1, 2)), np.array([0]), np.array([1, 0]))
    pairs = find_pairs(points.xy, np.zeros((0, 2)), REACH_M)
    none = np.zeros(0, dtype=bool)
    found = compare_borders(pairs, none, points, np.array([-1, 5]), np.zeros(2, int), none)
    assert found.gained.tolist() == [-1, -2]


site = st.tuples(st.integers(0, 2400), st.integers(0, 1), st.booleans())


@given(st.lists(site, max_size=7))
def test_ranking_is_what_opening_each_alone_gives(sites):
    points, people = row_of_points(6), np.array([7, 11, 13, 17, 19, 23])
    home = np.array([0, 0, 0, 1, 1, 1])
    xy = np.array([(s[0], 0) for s in sites], dtype=float).reshape(-1, 2)
    province = np.array([s[1] for s in sites], dtype=int)
    is_open = np.array([s[2] for s in sites], dtype=bool)
    provider, gain = rank_border_providers(
        find_pairs(points.xy, xy, REACH_M), is_open, points, people, home, province
    )

    def reached(extra=None):
        """People in reach of a provider of their own province, or of the extra one."""
        total = 0
        for p in (0, 1):
            counted = is_open & (province == p)
            counted[[extra] if extra is not None else []] = True
            total += oracles.reached(points, xy[counted], people, REACH_M)[home == p].sum()
        return total

    wanted = {j: reached(j) - reached() for j in range(len(sites)) if is_open[j]}
    assert dict(zip(provider.tolist(), gain)) == {j: g for j, g in wanted.items() if g > 0}
    assert (np.diff(gain) <= 0).all()
