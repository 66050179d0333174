"""The generated sentences, word for word."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.text import t
from dashboard.text.numbers import format_of
from dashboard.view.headline import Beyond, Story, count_states, count_text, write_headline
from dashboard.view.wording import Wording
from geodata.measures import Values

NAMES = {"zh-CN": ["甲", "乙", "丙", "丁"], "en": ["Alpha", "Beta", "Gamma", "Delta"]}
AREA = {"zh-CN": "北京市", "en": "Beijing"}


def words(lang: str, unit: str = "share") -> Wording:
    return Wording(lang, t(lang, f"unit_{unit}"), format_of(unit), 10)


def headline(lang, numbers, states=None, *, unit="share", own=(0.612, 0), year=None, beyond=None):
    states = np.array(states or [0] * len(numbers), dtype=np.uint8)
    values = Values(np.where(states == 0, numbers, np.nan), states)
    story = Story(
        area=AREA[lang],
        measure={"zh-CN": "持卡率", "en": "Card coverage"}[lang],
        level="district_city",
        own=own,
        year=year,
        names=NAMES[lang][: len(numbers)],
        values=values,
        state_counts=count_states(values),
        beyond=beyond,
    )
    return write_headline(words(lang, unit), story)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "zh-CN",
            "北京市持卡率为61.2%，比上年同月上升2.3个百分点。"
            "4个区中，乙最高（78.3%），甲最低（41.0%）；1个已保护；1个无数据。",
        ),
        (
            "en",
            "Card coverage in Beijing: 61.2%, up 2.3 percentage points on the same month last "
            "year. Of 4 districts, Beta is highest (78.3%) and Alpha lowest (41.0%); 1 protected; "
            "1 without data.",
        ),
    ],
)
def test_the_usual_sentence(lang, expected):
    found = headline(lang, [0.41, 0.783, 0, 0], [0, 0, 1, 2], year=(0.0231, 0))
    assert found == expected


@pytest.mark.parametrize(
    ("numbers", "states", "part"),
    [
        ([0.5, 0.5, 0.2, 0.3], None, "甲等2个并列最高（50.0%），丙最低（20.0%）"),
        ([0.50001, 0.5, 0.2, 0.3], None, "甲等2个并列最高（50.0%）"),  # as shown, they tie
        ([0.5, 0.5], None, "2个区均为50.0%"),
        ([0.5], None, "其中只有甲（50.0%）"),
        ([0.5, 0, 0], [0, 1, 1], "3个区中只有甲有数值（50.0%）；2个已保护"),
        ([0, 0], [1, 3], "2个区均没有可显示的数值；1个已保护；1个本级不发布"),
    ],
)
def test_unusual_ranges(numbers, states, part):
    assert part in headline("zh-CN", numbers, states)


@pytest.mark.parametrize(
    ("unit", "change", "zh", "en"),
    [
        ("share", 0.01, "上升1.0个百分点", "up 1.0 percentage points"),
        ("share", -0.01, "下降1.0个百分点", "down 1.0 percentage points"),
        ("share", 0.0004, "持平", "unchanged"),
        ("people", 0.05, "增加5.0%", "up 5.0%"),
        ("people", -0.05, "减少5.0%", "down 5.0%"),
    ],
)
def test_changes_in_words(unit, change, zh, en):
    assert words("zh-CN", unit).change_words(change) == zh
    assert words("en", unit).change_words(change) == en


def test_a_hidden_value_of_the_area_itself_is_said_with_its_reason():
    found = headline("zh-CN", [0.5, 0.4], own=(float("nan"), 1), year=(0.1, 0))
    assert found.startswith("北京市持卡率：已保护（涉及不足10张卡）。")
    assert "比上年" not in found


def test_a_hidden_change_is_left_out():
    assert "比上年" not in headline("zh-CN", [0.5, 0.4], year=(float("nan"), 1))


def test_large_numbers_are_short_in_a_sentence_only():
    found = headline("zh-CN", [12_000_000, 9_000], unit="people", own=(22_113_000, 0))
    assert found == "北京市持卡率为2,211万人。2个区中，甲最高（12,000,000人），乙最低（9,000人）。"
    found = headline("en", [12_000_000, 9_000], unit="people", own=(22_113_000, 0))
    assert found.startswith("Card coverage in Beijing: 22.11 million people.")


@pytest.mark.parametrize(
    ("beyond", "zh", "en"),
    [
        (
            Beyond("老年助餐", 3, ["甲"], 4_321, 12_345, 4),
            "3个区有老年人住在“老年助餐”服务半径以外，共1.23万人；全部在服务半径以外的：甲，共4,321人。",
            "3 districts have older people living beyond reach of “老年助餐”, 12,345 people in "
            "all; nobody within reach in 甲, 4,321 people in all.",
        ),
        (
            Beyond("老年助餐", 0, [], 0, 0, 4),
            "4个区的老年人全部住在“老年助餐”服务半径以内。",
            "4 districts: all older people live within reach of “老年助餐”.",
        ),
        (Beyond("老年助餐", 0, [], 0, 0, 0), "", ""),
    ],
)
def test_who_lives_beyond_reach(beyond, zh, en):
    assert headline("zh-CN", [0.5, 0.4], beyond=beyond).endswith(zh)
    assert headline("en", [0.5, 0.4], beyond=beyond).endswith(en)


def test_many_areas_without_reach_are_named_up_to_six():
    names = [f"街道{i}" for i in range(9)]
    found = headline("zh-CN", [0.5, 0.4], beyond=Beyond("老年助餐", 9, names, 90_000, 95_000, 9))
    assert "街道0、街道1、街道2、街道3、街道4、街道5等9个，共9.00万人" in found
    assert "街道6" not in found


def test_an_area_with_nothing_below():
    assert headline("zh-CN", []) == "北京市持卡率为61.2%。"


def test_counts_are_grammatical():
    assert count_text("en", "subdistrict", 1) == "1 subdistrict or township"
    assert count_text("en", "subdistrict", 3013) == "3,013 subdistricts and townships"
    assert count_text("zh-CN", "community", 67297) == "67,297个社区和村"
