"""The whole view of a state, on the grid."""

from __future__ import annotations

import json
import re
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from dashboard.dataset import Dataset
from dashboard.exports.ink import lightness
from dashboard.view import View, build_view
from dashboard.view_state import parse_view
from geodata.measures import MEASURES
from geodata.schema import STATE_OK
from tests.grid_source import MISSING_COMMUNITY, SMALL_COMMUNITY, communities


@pytest.fixture(scope="module")
def dataset(grid_release: Path) -> Dataset:
    return Dataset.open(grid_release)


def view_of(dataset: Dataset, query: str) -> View:
    return build_view(dataset, parse_view(query, dataset))


EVERY = [
    f"measure={measure}&area={area}&level={level}&lang={lang}"
    for measure, (area, level), lang in product(
        MEASURES,
        [
            ("jjj", "city"),
            ("11", "community"),
            ("131003", "subdistrict"),
            ("110101006", "community"),
        ],
        ["zh-CN", "en"],
    )
]


@pytest.mark.parametrize("query", EVERY)
def test_every_view_holds_together(dataset, query):
    view = view_of(dataset, query)
    n = len(view.codes)
    assert n == view.positions.stop - view.positions.start
    known = view.values.state == STATE_OK
    assert np.isfinite(view.values.number[known]).all()
    assert np.isnan(view.values.number[~known]).all()
    assert ((view.classes.index >= 0) == known).all()
    assert np.bincount(
        view.classes.index[known], minlength=len(view.classes.counts)
    ).tolist() == list(view.classes.counts)
    assert sum(view.classes.counts) + sum(view.state_counts.values()) == n
    assert len(view.classes.labels) == len(view.classes.colours) == len(view.classes.counts)
    ranked = known & (not view.measure.fields)  # words have no rank
    assert ((view.ranks > 0) == ranked).all()
    assert view.rank_count == ranked.sum()
    assert len(view.worst) <= 10
    for text in (view.title, view.subtitle, view.headline, view.summary, *view.notes.lines()):
        assert text
        assert "nan" not in text
        assert "{" not in text
    frame = view.table_frame()
    assert len(frame) == n
    assert frame.loc[~known, ["value"]].isna().all(axis=None)
    assert json.loads(json.dumps(view.map_payload(), allow_nan=False))["count"] == n


AMOUNTS = [query for query in EVERY if "=use_field&" not in query]


@pytest.mark.parametrize("query", AMOUNTS[::5])
@pytest.mark.parametrize(
    "classes", ["quantile", "natural", "equal", "own&breaks=10,20,400", "quantile&show=year"]
)
def test_a_shown_number_lies_in_the_range_of_its_class(dataset, query, classes):
    """Read the legend as a person does: each number is inside its own label, and in no other."""
    view = view_of(dataset, f"{query}&classes={classes}")
    unit = view.unit_text
    ranges = []
    for label in view.classes.labels:
        plain = label.replace(unit, "").replace(",", "").replace("−", "-")
        ends = [float(end) for end in re.split("–|至| to ", plain)]
        ranges.append((ends[0], ends[-1]))
    payload = view.map_payload()
    for number, index in zip(payload["values"], payload["classes"]):
        if number is None:
            assert index == -1
            continue
        holders = [i for i, (low, high) in enumerate(ranges) if low <= number <= high]
        assert holders == [index]


def test_a_view_names_what_it_shows(dataset):
    view = view_of(dataset, "area=11&measure=users_share&category=meals&age=80plus")
    assert view.title == "北京市各区：使用率（老年助餐，80岁及以上）"
    assert view.subtitle == "2026年6月"
    assert view.summary == "2个区，18个街道和乡镇，72个社区和村"
    assert [(c.code, c.name) for c in view.crumbs] == [("jjj", "京津冀"), ("11", "北京市")]
    english = view_of(dataset, "area=11&measure=users_share&category=meals&age=80plus&lang=en")
    assert english.title == "Share of users (Meals, aged 80 and over): districts of 北京市"
    assert english.subtitle == "June 2026"
    assert english.names == ["District 110101", "District 110105"]


def test_census_measures_carry_the_date_of_the_census(dataset):
    view = view_of(dataset, "measure=elderly_share")
    assert view.subtitle == "常住人口，截至2020年11月1日"
    assert "2020年11月1日" in view.notes.base
    assert "比上年" not in view.headline
    assert (view.change_year.state != STATE_OK).all()


def test_notes_stand_under_everything(dataset):
    notes = view_of(dataset, "measure=reach_share").notes
    assert "网格助餐标准" in notes.standard
    assert "1,000米" in notes.standard
    assert "不等于需求未被满足" in notes.standard
    assert notes.source == "资料来源：网格（合成数据）"
    assert notes.data_date == "数据截止：2026年6月30日"
    assert notes.release == f"数据版本：{dataset.release_id}"
    assert notes.papers == "内部使用，不得公开"
    assert "演示数据" in notes.demonstration
    assert view_of(dataset, "").notes.standard == ""


def test_an_approved_map_of_real_data_says_so(grid_release):
    dataset = Dataset.open(grid_release)
    dataset.manifest |= {"approval_number": "GS(2026)1234号", "synthetic": False}
    notes = view_of(dataset, "").notes
    assert notes.papers == "审图号：GS(2026)1234号"
    assert notes.demonstration == ""


def test_values_texts_and_reasons(dataset):
    query = "area=110101&level=community&measure=users_share&category=meals"
    view = view_of(dataset, query)
    small, missing = view.codes.index(SMALL_COMMUNITY), view.codes.index(MISSING_COMMUNITY)
    assert view.value_text(small) == "已保护（涉及不足10张卡）"
    assert view.value_text(missing) == "无数据"
    assert view.change_text(small, "month") == "已保护（涉及不足10张卡）"
    g = 8  # its neighbours are protected with the small one
    users, issued = (10 + g // 2 + 4) + (6 + g // 4) + (6 + g // 8), 175 + 3 * g
    assert view.value_text(g) == f"{users / issued * 100:.1f}%"
    assert view.base[g] == issued
    english = view_of(dataset, query + "&lang=en")
    assert english.value_text(small) == "protected (hides under 10 cards)"


def test_no_number_of_a_hidden_area_is_anywhere(dataset):
    view = view_of(dataset, "area=110101&level=community&measure=users_share&category=meals")
    index = view.codes.index(SMALL_COMMUNITY)
    row = view.table_frame([index]).iloc[0]
    assert np.isnan([row["value"], row["change_month"], row["change_year"]]).all()
    assert set(row["spark"]) == {None}
    payload = view.map_payload()
    assert payload["values"][index] is None
    assert payload["states"][index] == "1"
    assert (payload["classes"][index], payload["ranks"][index]) == (-1, 0)
    assert SMALL_COMMUNITY not in [r.code for r in view.worst]
    per_card = view_of(
        dataset, "area=110101&level=community&measure=swipes_per_card&category=meals"
    )
    assert per_card.base[index] < 0  # the base is the hidden count itself


def test_the_worst_of_coverage_are_those_with_most_people_beyond_reach(dataset):
    """Written out: in 131003 nobody has a meal point, the more people the worse."""
    for measure in ("reach_share", "gap_people"):
        view = view_of(dataset, f"area=131003&level=community&measure={measure}")
        first = [i for i, (c, _) in enumerate(communities()) if c.startswith(("131003", "131071"))]
        people = sorted((200 + 4 * g for g in first), reverse=True)
        assert [row.gap_people for row in view.worst] == people[:10]
        assert view.worst[0].gap_text == f"{people[0]:,}人"
        assert "36个社区和村有老年人住在" in view.headline


def test_the_worst_follow_the_polarity(dataset):
    worst = view_of(dataset, "area=130102&measure=card_coverage").worst
    numbers = [row.number for row in worst]
    assert numbers == sorted(numbers)
    silent = view_of(dataset, "area=130102&measure=silent_card_share").worst
    numbers = [row.number for row in silent]
    assert numbers == sorted(numbers, reverse=True)
    assert all(row.gap_people is None for row in silent)


def test_changes_against_the_closed_form(dataset):
    """Swipes in a category are cards * (j + 2) + month; cards stay."""
    view = view_of(dataset, "area=130102&level=community&measure=swipes_per_card&category=park")
    cells = dataset.cells("2026-06", view.positions)
    now = cells.swipe("swipes_count", "park", "all")
    then = dataset.cells("2025-06", view.positions).swipe("swipes_count", "park", "all")
    ok = (now >= 0) & (then >= 0)
    assert ok.sum() > 30
    assert (now - then)[ok].tolist() == [36] * int(ok.sum())  # 12 months in three age bands
    np.testing.assert_allclose(view.change_year.number[ok], now[ok] / then[ok] - 1)
    assert view.change_kind == "ratio"
    assert view.change_text(int(np.flatnonzero(ok)[0]), "year").startswith("+")
    early = view_of(dataset, "area=130102&measure=swipes_per_card&category=park&period=2025-06")
    assert (early.change_year.state != STATE_OK).all()
    assert (early.change_month.state == STATE_OK).any()


SWIPES = "area=130102&level=community&measure=swipes_per_card&category=park"


@pytest.mark.parametrize("kind, months", [("month", 1), ("year", 12)])
def test_a_drawn_change_is_the_change_of_the_measure(dataset, kind, months):
    plain, drawn = view_of(dataset, SWIPES), view_of(dataset, f"{SWIPES}&show={kind}")
    change = getattr(plain, f"change_{kind}")
    np.testing.assert_array_equal(drawn.values.number, change.number)
    np.testing.assert_array_equal(drawn.values.state, change.state)
    np.testing.assert_array_equal(drawn.present.number, plain.values.number)
    np.testing.assert_array_equal(drawn.change_year.number, plain.change_year.number)
    known = int(np.flatnonzero(change.state == STATE_OK)[0])
    assert drawn.value_text(known) == plain.change_text(known, kind)
    assert drawn.table_frame()["spark"].tolist() == plain.table_frame()["spark"].tolist()
    assert drawn.title != plain.title
    assert drawn.parent.text.startswith(("+", "−"))


def test_a_drawn_change_has_classes_on_both_sides_of_zero(dataset):
    drawn = view_of(dataset, f"{SWIPES}&show=year")
    shown = np.round(drawn.values.number * 100, 1)
    for number, index in zip(shown, drawn.classes.index):
        if index >= 0:
            low, high = drawn.classes.breaks[index], drawn.classes.breaks[index + 1]
            assert not low < 0 < high or number == 0
    blue, red = ("#2166ac", "#67a9cf", "#d1e5f0"), ("#fddbc7", "#ef8a62", "#b2182b")
    assert set(drawn.classes.colours) <= {*blue, *red, "#f7f7f7"}


def test_what_has_no_months_has_no_change_to_draw(dataset):
    assert view_of(dataset, "measure=elderly_share&show=year").state.show == "value"


def test_spark_lines_hold_every_month(dataset):
    view = view_of(dataset, "area=110101&measure=users_share&category=meals")
    assert view.spark.shape == (9, len(dataset.periods))
    for i in (0, 5):
        series = dataset.series(view.measure, view.positions.start + i, view.query)
        np.testing.assert_allclose(view.spark[i], series.number * 100, rtol=1e-6)
    assert view.table_frame()["spark"].map(len).eq(len(dataset.periods)).all()


def test_own_breaks_are_in_screen_units(dataset):
    view = view_of(dataset, "area=11&level=subdistrict&classes=own&breaks=82,84.05")
    assert view.classes.breaks[1:-1] == pytest.approx((0.82, 0.8405))
    assert view.classes.labels[1] == "82.1–84.0%"
    shown = np.round(view.values.number * 100, 1)
    assert view.classes.counts == (
        (shown <= 82).sum(),
        ((shown > 82) & (shown <= 84.05)).sum(),
        (shown > 84.05).sum(),
    )
    waiting = view_of(dataset, "classes=own").classes
    assert (waiting.method, len(waiting.labels)) == ("own", 3)


def test_views_that_differ_in_selection_share_the_work(dataset):
    plain = view_of(dataset, "area=110101")
    marked = view_of(dataset, "area=110101&select=110101003&tab=flows&points=1")
    assert marked.values is plain.values
    assert marked.spark is plain.spark
    assert (plain.selected, marked.selected) == (None, 2)
    assert marked.map_payload("/x/")["points"].startswith(
        "/x/data/providers?area=110101&category=all"
    )
    assert plain.map_payload()["points"] is None
    assert view_of(dataset, "area=110101&lang=en").values is not plain.values


def test_the_payload_is_addressed_under_the_prefix(dataset, grid_release):
    payload = view_of(dataset, "area=110101002").map_payload("/atlas/")
    assert payload["layer"].startswith("/atlas/geometry/community@110101-")
    assert (grid_release / "geometry" / payload["layer"].rsplit("/", 1)[1]).is_file()
    assert (payload["first"], payload["count"]) == (4, 4)
    assert payload["parent"]["text"] == view_of(dataset, "area=110101002").parent.text
    assert payload["reasons"]["1"] == "已保护（涉及不足10张卡）"


def test_zero_is_shown_as_zero(dataset):
    view = view_of(dataset, "area=110101001&measure=users_share&category=care_home")
    zero = view.codes.index("110101001001")
    assert view.value_text(zero) == "0.0%"
    assert view.classes.index[zero] == 0
    assert view.map_payload()["values"][zero] == 0


def test_the_colours_of_fields_are_apart_in_grey_too(dataset):
    view = view_of(dataset, "area=110101&measure=use_field&category=meals")
    light = sorted(lightness(colour) for colour in view.classes.colours)
    assert len(light) == 4
    assert all(b - a > 0.1 for a, b in pairwise(light))
