"""Providers and places by area and month."""

import numpy as np
import pandas as pd
import pytest

from geodata.areas import AreaTree, order_areas
from geodata.coverage import read_supply
from geodata.schema import CATEGORY_CODES, MISSING
from geodata.slots import CATEGORY_KEYS
from tests.grid_source import make_areas, make_periods


@pytest.fixture(scope="module")
def tree():
    return AreaTree(order_areas(make_areas()))


def table(*rows):
    names = ["category", "community_code", "capacity", "opened", "closed"]
    return pd.DataFrame(rows, columns=names)


def test_open_from_the_first_month_to_the_month_before_it_closes(tree):
    supply = read_supply(table(("meals", "110101001001", 5, "2026-02", "2026-04")), tree)
    found = [bool(supply.is_open(f"2026-0{m}")[0]) for m in range(1, 6)]
    assert found == [False, True, True, False, False]


def test_places_are_unknown_only_where_nobody_states_them(tree):
    supply = read_supply(
        table(
            ("meals", "110101001001", 30, "", ""),
            ("meals", "110101001002", MISSING, "", ""),
            ("park", "110101001001", MISSING, "", ""),
            ("park", "", 9, "", ""),
        ),
        tree,
    )
    providers, places = supply.count_open(tree, "2026-06")
    meals, park = CATEGORY_KEYS.index("meals"), CATEGORY_KEYS.index("park")
    at = {c: tree.position[c] for c in ("110101001001", "110101001002", "110101001", "110105")}
    assert providers[meals, at["110101001"]] == 2
    assert places[meals, at["110101001"]] == 30
    assert places[meals, at["110101001002"]] == MISSING
    assert places[park, 0] == MISSING
    assert providers[park, 0] == 1  # the one in no community counts nowhere
    assert places[meals, at["110105"]] == 0
    np.testing.assert_array_equal(providers[0], providers[1:].sum(axis=0))


def test_the_release_counts_the_open_providers(grid_release, grid_source):
    cube = np.load(grid_release / "cube" / "providers_count.npy")
    frame = pd.read_csv(grid_source / "providers.csv", dtype=str, keep_default_na=False)
    for i, period in enumerate(make_periods()):
        is_open = (frame["opened"] <= period) & (
            (frame["closed"] == "") | (frame["closed"] > period)
        )
        want = frame[is_open].groupby("category").size().reindex(CATEGORY_CODES, fill_value=0)
        np.testing.assert_array_equal(cube[i, 1:, 0], want)
