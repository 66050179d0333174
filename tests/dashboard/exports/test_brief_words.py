"""Generated sentences of the brief, in both languages, and when nothing can be said."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.exports.area_figures import AreaFigure
from dashboard.exports.brief_words import (
    Sites,
    write_beyond,
    write_extremes,
    write_flows,
    write_lead,
    write_sites,
)
from dashboard.text import LANGUAGES
from geodata.measures import Values


def figure(name: str, large: str, *, state: int = 0, year: float = 0.0, words: str = ""):
    """A figure with the parts that sentences read."""
    return AreaFigure("key", name, name, 0.5, large, large, state, "–", "–", year, words, "")


def change(*numbers: float | None) -> Values:
    """Changes; None is suppressed."""
    state = np.array([1 if n is None else 0 for n in numbers], dtype=np.uint8)
    return Values(np.array([np.nan if n is None else n for n in numbers]), state)


def test_the_lead_in_chinese():
    figures = [
        figure("持卡率", "94.9%", year=0.002, words="上升0.2个百分点"),
        figure("活跃卡占比", "84.3%", year=0.0001, words="持平"),
    ]
    assert write_lead("zh-CN", "东城区", figure("老年人口", "14.89万人"), figures) == (
        "东城区有60岁及以上老年人14.89万人。"
        "持卡率94.9%（比上年同月上升0.2个百分点），活跃卡占比84.3%。"
    )


def test_the_lead_in_english():
    figures = [figure("Card coverage", "94.9%", year=-0.002, words="down 0.2 percentage points")]
    text = write_lead("en", "Dongcheng", figure("Elderly people", "148,892 people"), figures)
    assert text == (
        "148,892 people aged 60 and over live in Dongcheng. "
        "Card coverage: 94.9% (down 0.2 percentage points on the same month last year)."
    )


def test_a_protected_figure_is_not_spoken_of():
    text = write_lead("zh-CN", "甲村", figure("", "8人"), [figure("持卡率", "已保护", state=1)])
    assert text == "甲村有60岁及以上老年人8人。"
    assert write_lead("zh-CN", "甲村", figure("", "无数据", state=2), []) == ""


def test_who_rose_and_who_fell():
    text = write_extremes(
        "zh-CN", "持卡率", ["甲", "乙", "丙"], change(0.01, None, -0.02), "points"
    )
    assert text == (
        "持卡率与上年同月相比，甲升幅最大（上升1.0个百分点），丙降幅最大（下降2.0个百分点）。"
    )


@pytest.mark.parametrize(
    ("numbers", "named"),
    [((0.01, 0.02), "乙"), ((-0.01, -0.03), "乙"), ((0.05, 0.0001), "甲")],
)
def test_only_a_rise_is_called_a_rise(numbers, named):
    text = write_extremes("zh-CN", "持卡率", ["甲", "乙"], change(*numbers), "points")
    assert text.count("最大") == 1
    assert named in text


@pytest.mark.parametrize("numbers", [(), (0.1,), (None, None), (None, 0.2), (0.0, 0.0)])
def test_nothing_to_compare_says_nothing(numbers):
    names = ["甲", "乙"][: len(numbers)]
    assert write_extremes("zh-CN", "持卡率", names, change(*numbers), "points") == ""


def test_sites_reach_and_flows():
    assert write_sites("zh-CN", Sites(1234, 0, 0)) == "月末有服务点1,234个。"
    assert "新开3个、关闭1个" in write_sites("zh-CN", Sites(12, 3, 1))
    assert write_beyond("zh-CN", "老年助餐", 0, 1.0).endswith("全部住在服务半径以内。")
    assert "15.1万人" in write_beyond("zh-CN", "老年助餐", 151_373, 0.684)
    assert write_beyond("zh-CN", "老年助餐", None, None) == ""
    assert write_flows("zh-CN", None, None) == ""
    assert (
        write_flows("en", 0.124, None) == "12.4% of the use takes place outside the home district."
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_end_and_have_no_holes(lang):
    texts = [
        write_sites(lang, Sites(5, 1, 0)),
        write_beyond(lang, "Meals", 10, 0.9),
        write_flows(lang, 0.2, 0.1),
        write_extremes(lang, "m", ["a", "b"], change(0.2, -0.2), "ratio"),
    ]
    for text in texts:
        assert text[-1] in "。."
        assert "{" not in text and "nan" not in text
