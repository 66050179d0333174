"""Number formats."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.text.numbers import (
    FORMATS,
    format_large,
    format_number,
    format_of,
    format_signed,
)
from geodata.measures import MEASURES


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (0, 0, "0"),
        (1234567.8, 0, "1,234,568"),
        (-0.04, 1, "0.0"),
        (-0.0, 2, "0.00"),
        (-12.34, 1, "−12.3"),
        (999.95, 1, "1,000.0"),
    ],
)
def test_plain(number, decimals, text):
    assert format_number(number, decimals) == text


@pytest.mark.parametrize(
    ("number", "text"), [(1.25, "+1.2"), (-1.25, "−1.2"), (0.04, "0.0"), (0, "0.0"), (10, "+10.0")]
)
def test_signed(number, text):
    assert format_signed(number, 1) == text


@pytest.mark.parametrize(
    ("lang", "number", "text"),
    [
        ("zh-CN", 9999, "9,999"),
        ("zh-CN", 10_000, "1.00万"),
        ("zh-CN", 4_298_590, "429.9万"),
        ("zh-CN", 22_113_000, "2,211万"),
        ("en", 999_999, "999,999"),
        ("en", 22_113_000, "22.11 million"),
    ],
)
def test_large_numbers_in_sentences(lang, number, text):
    assert format_large(lang, number) == text


def test_every_unit_of_a_measure_has_a_format():
    assert {measure.unit for measure in MEASURES.values()} <= FORMATS.keys()
    assert format_of("share").decimals == 1
    assert format_of("per_1000").decimals == 2
    assert format_of("people").decimals == 0


@settings(deadline=None)
@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_a_number_reads_back(number, decimals):
    text = format_number(number, decimals)
    back = float(text.replace(",", "").replace("−", "-"))
    assert abs(back - number) <= 0.5 * 10**-decimals * 1.0001 + abs(number) * 1e-12
