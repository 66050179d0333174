"""The legend says how many areas are protected, and why; nothing derived undoes it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboard.components.legend import legend
from dashboard.dataset import Dataset
from dashboard.view import build_view
from dashboard.view_state import parse_view
from geodata.schema import STATE_OK, STATE_SUPPRESSED

QUERY = "area=110101&level=community&measure=users_share&category=meals"


@pytest.fixture(scope="module")
def dataset(grid_release) -> Dataset:
    return Dataset.open(grid_release)


@pytest.mark.parametrize(
    ("lang", "word", "why"),
    [("zh-CN", "涉及不足10张卡", "不足10张卡"), ("en", "under 10 cards", "fewer than 10 cards")],
)
def test_the_legend_counts_protected_areas_and_says_why(dataset, lang, word, why):
    view = build_view(dataset, parse_view(f"{QUERY}&lang={lang}", dataset))
    hidden = int((view.values.state == STATE_SUPPRESSED).sum())
    assert hidden
    written = json.dumps(legend(view)[1], cls=PlotlyJSONEncoder)
    items = json.loads(written)
    (row,) = [
        item["props"]
        for item in items["props"]["children"]
        if item["props"].get("data-legend-class") == "suppressed"
    ]
    assert why in row["title"] and word in row["children"][1]
    assert row["children"][2]["props"]["children"] == str(hidden)


@pytest.mark.parametrize("show", ["month", "year"])
def test_a_change_is_shown_only_where_both_months_are(dataset, show):
    period = dataset.periods[-1]
    earlier = dataset.earlier(period, 1 if show == "month" else 12)
    view = build_view(dataset, parse_view(f"{QUERY}&show={show}", dataset))
    position = dataset.find_area("110101")
    areas = dataset.children(position, "community")
    query = dataset.query(view.measure, "meals")
    both = np.ones(areas.stop - areas.start, dtype=bool)
    for month in (period, earlier):
        both &= dataset.values(view.measure, areas, query, month).state == STATE_OK
    assert not both.all()
    assert ((view.values.state == STATE_OK) <= both).all()


def test_ranks_and_breaks_rest_on_shown_values(dataset):
    view = build_view(dataset, parse_view(QUERY, dataset))
    shown = view.values.number[view.values.ok]
    assert sum(view.classes.counts) == len(shown)
    assert (view.classes.index[~view.values.ok] == -1).all()
