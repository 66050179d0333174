"""Providers find their community; those outside are reported."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.boundaries import build_coverages
from geodata.providers import locate, read_providers
from geodata.source import read_source
from tests.grid_source import CELL, communities, corner, edit_table, subdistricts


@pytest.fixture(scope="module")
def coverages(pristine):
    return build_coverages(read_source(pristine))


def test_blank_community_is_filled_by_the_polygon(pristine, coverages):
    source = read_source(pristine)
    providers = read_providers(source, source.tree, coverages)
    expected = [f"{subdistricts()[int(k[1:])][0]}001" for k in providers.frame["provider_id"]]
    assert providers.frame["community_code"].tolist() == expected
    assert [source.tree.codes[p] for p in providers.frame["position"]] == expected
    assert providers.findings == []
    assert providers.report.unmatched_rows == 0
    assert (providers.frame.loc[providers.frame["category"] == "meals", "capacity"] >= 50).all()
    assert (providers.frame.loc[providers.frame["category"] != "meals", "capacity"] == -2).all()


def test_outside_is_reported_by_id(spoilt, coverages):
    def move(frame):
        frame.loc[0, "lon"], frame.loc[0, "community_code"] = "118.5", ""
        return frame

    edit_table(spoilt, "providers", move)
    source = read_source(spoilt)
    providers = read_providers(source, source.tree, coverages)
    assert providers.frame["position"].iloc[0] == -1
    assert providers.frame["community_code"].iloc[0] == ""
    assert providers.report.frame["key"].tolist() == ["M000"]
    assert providers.report.matched_rows + providers.report.unmatched_rows == len(providers.frame)
    assert [f.check for f in providers.findings] == ["provider_outside"]


def test_locate_against_the_arithmetic_of_the_grid(coverages):
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(115.99, 116.2, 2000), rng.uniform(39.87, 40.01, 2000)
    found = locate(lon, lat, coverages)
    cell_of = {}
    for g in range(180):
        west, south = corner(g)
        cell_of[round((west - 116) / CELL), round((40 - south) / CELL) - 1] = g
    first = coverages.tree.level_slices["community"].start
    column = np.floor((lon - 116) / CELL).astype(int)
    row = np.floor((40 - lat) / CELL).astype(int)
    expected = [cell_of.get(k, -1) for k in zip(column, row, strict=True)]
    expected = [first + g if g >= 0 else -1 for g in expected]
    assert found.tolist() == expected
    assert len(communities()) == 180


def test_border_point_goes_to_one_area_and_nowhere_is_no_area(coverages):
    at = locate(np.array([116.01, 200.0, np.nan]), np.array([39.995, 40.0, 39.99]), coverages)
    tree = coverages.tree
    assert tree.codes[at[0]] == "110101001001"  # the first of the two in tree order
    assert at[1:].tolist() == [-1, -1]
