"""Every row of facts is joined or reported, every area has facts or is reported."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.areas import AreaTree, order_areas
from geodata.joining import join_to_areas, merge_reports
from tests.grid_source import make_areas

TREE = AreaTree(order_areas(make_areas()))
KEYS = st.sampled_from([*TREE.codes[:40], "", "99", "110101999", "jjj "])


def test_both_sides_are_reported():
    facts = pd.DataFrame({"area_code": ["110101", "110105", "990000", "990000"], "n": [1, 2, 3, 4]})
    joined, report = join_to_areas(facts, TREE, table="facts.csv")
    assert joined["n"].tolist() == [1, 2]
    assert [TREE.codes[p] for p in joined["position"]] == ["110101", "110105"]
    assert report.matched_rows == 2
    assert report.unmatched_rows == 2
    rows = report.frame.set_index(["side", "key"])
    assert rows.loc[("facts", "990000"), "rows"] == 2
    assert sorted(rows.loc["areas"].index) == ["130102", "130104", "131003"]
    assert set(report.frame["table"]) == {"facts.csv"}


def test_expected_level_and_merge():
    facts = pd.DataFrame({"home": ["11"]})
    _, report = join_to_areas(facts, TREE, "home", level="province")
    assert report.frame["key"].tolist() == ["13"]
    both = merge_reports([report, report])
    assert len(both.frame) == 2
    assert both.matched_rows == 2
    assert merge_reports([]).frame.columns.tolist() == ["table", "side", "key", "rows", "note"]


@given(st.lists(KEYS, max_size=60))
def test_matched_and_unmatched_make_up_the_input(keys):
    facts = pd.DataFrame({"area_code": pd.Series(keys, dtype=object), "row": range(len(keys))})
    joined, report = join_to_areas(facts, TREE)
    assert report.matched_rows + report.unmatched_rows == len(facts)
    assert len(joined) == report.matched_rows
    unmatched = facts[~facts["row"].isin(joined["row"])]["area_code"]
    counts = report.frame[report.frame["side"] == "facts"].set_index("key")["rows"].to_dict()
    assert counts == unmatched.value_counts().to_dict()


def test_missing_key_is_reported():
    facts = pd.DataFrame({"area_code": ["11", None]})
    _, report = join_to_areas(facts, TREE)
    assert report.unmatched_rows == 1


@pytest.mark.parametrize("code", ["jjj", "1101", "110101001001"])
def test_joined_position_is_that_of_the_tree(code):
    joined, _ = join_to_areas(pd.DataFrame({"area_code": [code]}), TREE)
    assert joined["position"].tolist() == [TREE.find(code)]
