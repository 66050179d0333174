"""Both languages hold the same keys with the same placeholders; names are complete."""

from __future__ import annotations

import re
import string

import pytest

from dashboard.text import (
    LANGUAGES,
    age_name,
    category_name,
    date_name,
    level_name,
    period_name,
    state_text,
    t,
    text_table,
)
from geodata.measures import MEASURES
from geodata.schema import AGE_BANDS, CATEGORIES, LEVELS

HAN = re.compile(r"[\u4e00-\u9fff]")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys():
    zh, en = text_table("zh-CN"), text_table("en")
    assert zh.keys() == en.keys()
    assert len(zh) > 200


@pytest.mark.parametrize("key", sorted(text_table("zh-CN")))
def test_a_text_has_the_same_placeholders_in_both_languages(key):
    zh, en = text_table("zh-CN")[key], text_table("en")[key]
    assert placeholders(zh) == placeholders(en)
    if not key.endswith(("_join", "_list")):  # separators may end with a blank
        assert (zh.strip(), en.strip()) == (zh, en)
    assert zh
    assert en


def test_english_texts_are_english():
    chinese = {key for key, text in text_table("en").items() if HAN.search(text)}
    assert chinese <= {"other_language"}


def test_an_unknown_key_is_an_error_and_an_unknown_language_is_chinese():
    with pytest.raises(KeyError):
        t("en", "no such key")
    assert t("fr", "age_all") == "全部年龄"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_the_data_can_say_has_a_name(lang):
    for level in LEVELS:
        assert level_name(lang, level)
    for age in AGE_BANDS:
        assert age_name(lang, age)
    for category in ("all", *(c.code for c in CATEGORIES)):
        assert category_name(lang, category)
    for measure in MEASURES.values():
        assert measure.fields or t(lang, f"unit_{measure.unit}")
        assert all(t(lang, f"field_{field}") for field in measure.fields)
        assert {"name", "short", "what", "formula", "base"} <= measure.text(lang).keys()


def test_categories_have_their_own_names():
    for lang in LANGUAGES:
        names = {category_name(lang, c) for c in ("all", *(c.code for c in CATEGORIES))}
        assert len(names) == len(CATEGORIES) + 1


@pytest.mark.parametrize(
    ("lang", "period", "date"),
    [("zh-CN", "2026年6月", "2020年11月1日"), ("en", "June 2026", "1 November 2020")],
)
def test_months_and_days(lang, period, date):
    assert period_name(lang, "2026-06") == period
    assert date_name(lang, "2026-06") == period
    assert date_name(lang, "2020-11-01") == date
    assert date_name(lang, "") == ""
    assert date_name(lang, "spring-2020-x") == "spring-2020-x"


def test_the_three_reasons_differ_and_name_the_rule():
    for lang in LANGUAGES:
        texts = [state_text(lang, state, k=12) for state in (1, 2, 3)]
        assert len(set(texts)) == 3
        assert "12" in texts[0]
    assert state_text("zh-CN", 1) == "已保护（涉及不足10张卡）"
    assert [state_text("en", s) for s in (1, 2, 3)] == [
        "protected (hides under 10 cards)",
        "no data",
        "not published at this level",
    ]
