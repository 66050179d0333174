"""Sorting, filtering and paging of the table against plain Python."""

import math

import numpy as np
import pytest

from dashboard.table_rows import select_rows

NAMES = np.array(["东城区", "西城区", "朝阳区", "丰台区", "石景山区"], dtype=object)
VALUES = np.array([0.31, np.nan, 0.12, 0.57, 0.12])
COLUMNS = {"name": NAMES, "value": VALUES}


def ask(**request):
    rows, count = select_rows(COLUMNS, request, {"value": 100.0})
    return rows.tolist(), count


def test_without_sort_or_filter_rows_keep_their_order():
    assert ask(startRow=0, endRow=100) == ([0, 1, 2, 3, 4], 5)


@pytest.mark.parametrize("sort, expected", [("asc", [2, 4, 0, 3, 1]), ("desc", [3, 0, 2, 4, 1])])
def test_rows_without_number_come_last_both_ways(sort, expected):
    assert ask(sortModel=[{"colId": "value", "sort": sort}])[0] == expected


def test_pages_join_to_the_whole():
    rng = np.random.default_rng(1)
    columns = {"value": rng.normal(size=1203)}
    order = [{"colId": "value", "sort": "asc"}]
    pages = [
        select_rows(columns, {"startRow": s, "endRow": s + 100, "sortModel": order})[0]
        for s in range(0, 1203, 100)
    ]
    whole = np.concatenate(pages)
    assert columns["value"][whole].tolist() == sorted(columns["value"].tolist())


def test_name_filter_counts_all_hits_not_only_the_page():
    condition = {"name": {"filterType": "text", "type": "contains", "filter": "城"}}
    assert ask(startRow=0, endRow=1, filterModel=condition) == ([0], 2)


@pytest.mark.parametrize(
    "condition, expected",
    [
        ({"type": "greaterThan", "filter": 12}, [0, 3]),
        ({"type": "lessThanOrEqual", "filter": 31}, [0, 2, 4]),
        ({"type": "inRange", "filter": 20, "filterTo": 40}, [0]),
        ({"type": "blank"}, [1]),
        (
            {
                "operator": "OR",
                "conditions": [{"type": "lessThan", "filter": 20}, {"type": "blank"}],
            },
            [1, 2, 4],
        ),
        ({"type": "equals", "filter": "rubbish"}, [0, 1, 2, 3, 4]),
    ],
)
def test_numbers_are_filtered_as_they_stand_on_screen(condition, expected):
    assert ask(filterModel={"value": condition})[0] == expected


def test_two_sort_keys_and_unknown_columns():
    order = [{"colId": "value", "sort": "asc"}, {"colId": "name", "sort": "desc"}, {"colId": "x"}]
    rows = ask(sortModel=order)[0]
    tied = [NAMES[i] for i in rows if VALUES[i] == 0.12]
    assert tied == sorted(tied, reverse=True)
    assert math.isnan(VALUES[rows[-1]])


def test_a_greedy_request_is_cut():
    columns = {"value": np.arange(5000.0)}
    assert len(select_rows(columns, {"startRow": 0, "endRow": 5000})[0]) == 500
