"""Short codes: they hold the whole view, and are nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.dataset import Dataset
from dashboard.exports.short_code import decode_view, encode_view, full_query, may_belong
from dashboard.view_state import parse_view
from geodata.measures import MEASURES

PLAN = (
    "measure=gap_people&plan=a:meals,116.01234,39.9,80;a:day_care,115.5,-39.25;"
    "m:P0001,116.5,39.5;c:P0002&tab=plan"
)
QUERIES = [
    "",
    "area=110101&level=community&measure=users_share&category=meals",
    "area=13&level=subdistrict&measure=silent_card_share&age=80plus&period=2026-01&lang=en",
    "area=110101&level=community&select=110101001002&points=1&tab=flows",
    "measure=amount_per_card&category=food&classes=own&breaks=1.5,20,300.25,-4",
    "classes=natural&tab=coverage&measure=reach_share",
    "measure=users_share&show=year",
    "measure=gap_people&category=day_care&walk=812.5&who=80plus&norm=20.25&detour=1.15&tab=plan",
    PLAN,
    f"{PLAN}&show=plan&classes=own&breaks=-5,5",
]


@pytest.fixture(scope="module")
def dataset(grid_release: Path) -> Dataset:
    """The grid release."""
    return Dataset.open(grid_release)


@pytest.mark.parametrize("query", QUERIES)
def test_a_code_is_its_view(dataset, query):
    state = parse_view(query, dataset)
    code = encode_view(state, dataset)
    found, decoded = decode_view(code, [dataset])
    assert found is dataset
    assert full_query(decoded) == full_query(state)
    assert len(code) < 30 or state.breaks or state.plan or state.walk


@given(data=st.data())
def test_any_view_comes_back(dataset, data):
    pick = data.draw
    query = {
        "area": pick(st.sampled_from(dataset.tree.codes)),
        "level": pick(st.sampled_from(["city", "district", "subdistrict", "community"])),
        "measure": pick(st.sampled_from(list(MEASURES))),
        "category": pick(st.sampled_from(["all", "meals", "culture"])),
        "age": pick(st.sampled_from(["all", "60-69", "80plus"])),
        "period": pick(st.sampled_from(dataset.periods)),
        "select": pick(st.sampled_from(dataset.tree.codes)),
        "lang": pick(st.sampled_from(["en", "zh-CN"])),
    }
    state = parse_view(query, dataset)
    _, decoded = decode_view(encode_view(state, dataset), [dataset])
    assert full_query(decoded) == full_query(state)


def test_people_copy_codes_carelessly(dataset):
    state = parse_view(QUERIES[1], dataset)
    code = encode_view(state, dataset)
    careless = " " + code.lower().replace("-", " ").replace("0", "o").replace("1", "l") + " "
    assert full_query(decode_view(careless, [dataset])[1]) == full_query(state)


def test_a_misread_letter_is_refused(dataset):
    code = encode_view(parse_view(QUERIES[1], dataset), dataset).replace("-", "")
    refused = 0
    for at in range(len(code)):
        other = "7" if code[at] != "7" else "8"
        refused += decode_view(code[:at] + other + code[at + 1 :], [dataset]) is None
    assert refused == len(code)


def test_a_code_of_another_release_is_refused(dataset, demo_release):
    other = Dataset.open(demo_release)
    code = encode_view(parse_view("area=110106", other), other)
    assert decode_view(code, [dataset]) is None
    found, state = decode_view(code, [dataset, other])
    assert (found.release_id, state.area) == (other.release_id, "110106")
    assert may_belong(code, other.release_id)


@pytest.mark.parametrize("text", ["", "0", "no code!", "ABCDEFG", "U" * 20, "7" * 4000, "银龄"])
def test_nonsense_is_no_view(dataset, text):
    assert decode_view(text, [dataset]) is None
