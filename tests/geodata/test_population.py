"""Population rolls up the tree: sums equal, missing stays missing and is marked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.areas import AreaTree, order_areas
from geodata.population import read_population
from geodata.schema import AGED_COLUMNS, MISSING
from geodata.source import read_source
from tests.grid_source import MISSING_COMMUNITY, communities, edit_table, make_areas, population_of

TREE = AreaTree(order_areas(make_areas()))


@pytest.fixture
def people(spoilt):
    return lambda: read_population(read_source(spoilt), TREE).set_index("area_code")


def test_communities_and_sums(people):
    frame = people()
    assert frame.index.tolist() == TREE.codes
    own = population_of(np.arange(180))
    for name in AGED_COLUMNS:
        expected = own[name].copy()
        expected[[c for c, _ in communities()].index(MISSING_COMMUNITY)] = 0
        found = frame[name].to_numpy()[-180:]
        assert np.where(found == MISSING, 0, found).tolist() == expected.tolist()
        # independent roll-up by the code's parents
        sums = pd.Series(expected).groupby(np.arange(180) // 36).sum()
        districts = TREE.codes[TREE.level_slices["district"]]
        assert frame.loc[districts, name].tolist() == sums.tolist()
        assert frame.loc["jjj", name] == expected.sum()


def test_missing_and_partial_are_marked(people):
    frame = people()
    assert frame.loc[MISSING_COMMUNITY, "aged_60_count"] == MISSING
    assert frame.loc[MISSING_COMMUNITY, "status"] == "missing"
    assert frame.loc["110101006", "status"] == "partial"
    assert frame.loc["110101", "status"] == "partial"
    assert frame.loc["110105", "status"] == "published"
    assert frame.loc["110105001", "status"] == "estimated"
    assert frame.loc["jjj", "status"] == "partial"
    assert frame.loc["1301", "status"] == "published"  # both of its districts are


def test_published_total_stands_where_an_area_below_is_missing(spoilt, people):
    before = people().loc["110101", "aged_60_count"]

    def publish(frame):
        row = frame.iloc[[-1]].assign(area_code="110101", status="published")
        for name in AGED_COLUMNS[1:]:
            row[name] = ""  # not published
        row["population_count"], row["aged_60_count"] = 99_999, before + 284
        return pd.concat([frame, row])

    edit_table(spoilt, "population", publish)
    frame = people()
    assert frame.loc["110101", "aged_60_count"] == before + 284
    assert frame.loc["110101", "status"] == "published"
    assert (
        frame.loc["110101", "aged_80_count"]
        == frame["aged_80_count"][
            [c for c, s in communities() if s.startswith("110101") and c != MISSING_COMMUNITY]
        ].sum()
    )


def test_nothing_known_below_a_district(spoilt, people):
    edit_table(spoilt, "population", lambda f: f[~f["area_code"].str.startswith("130102")])
    frame = people()
    assert frame.loc["130102", "aged_60_count"] == MISSING
    assert frame.loc["130102", "status"] == "missing"
    assert frame.loc["1301", "aged_60_count"] == frame.loc["130104", "aged_60_count"]
    assert frame.loc["1301", "status"] == "partial"


def test_published_below_the_sum_is_found_even_with_a_missing_child(spoilt, check):
    def publish(frame):
        row = frame.iloc[[-1]].assign(area_code="110101", status="published")
        row[list(AGED_COLUMNS)] = "5"
        return pd.concat([frame, row])

    edit_table(spoilt, "population", publish)
    assert set(check(spoilt)["check"]) == {"total_not_sum"}
