"""A plan on paper and as CSV: what the effect says, with all papers."""

from __future__ import annotations

import csv
import io

import pytest
from pypdf import PdfReader

from dashboard.coverage.siting import SitingQuestion, seek_sites
from dashboard.dataset import Dataset
from dashboard.exports.map_geometry import map_geometry
from dashboard.exports.map_svg import draw_map
from dashboard.exports.pdf import boundary_folder
from dashboard.exports.pins import RADIUS, place_pins, plan_pins
from dashboard.exports.plan_csv import export_plan_csv
from dashboard.exports.plan_page import export_plan_page
from dashboard.exports.sheet import build_map_content
from dashboard.exports.short_code import decode_view
from dashboard.view import build_view
from dashboard.view_state import parse_view
from geodata.errors import PlanError

PLAN = "a:meals,116.364,39.84348,80;a:meals,116.36933,39.82694;a:day_care,116.3,39.85,9"
QUERY = f"area=110106&measure=gap_people&category=meals&plan={PLAN}"


@pytest.fixture(scope="module")
def dataset(demo_release) -> Dataset:
    return Dataset.open(demo_release)


def view_of(dataset, query):
    return build_view(dataset, parse_view(query, dataset))


def page_text(content: bytes) -> str:
    return "".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())


def test_the_page_says_what_the_plan_does(dataset):
    view = view_of(dataset, QUERY)
    effect = dataset.coverages.plan_effect(view.state, view.position)
    text = page_text(export_plan_page(view, server="http://127.0.0.1/"))
    own = effect.own
    for wanted in (
        f"新增覆盖{effect.gained:,}人",
        f"由{own.gap_before:,}人变为{own.gap_after:,}人",
        "方案中的服务点",
        "各地区未覆盖人数",
        view.notes.papers,
        "演示数据",
        dataset.release_id,
        "1,000米",
    ):
        assert "".join(wanted.split()) in text, wanted
    for site in effect.sites[:2]:
        assert f"{site.newly:,}" in text
    assert "日间照料" not in text, "what the standard does not count is not listed"


def test_a_page_of_another_measure_shows_the_gap(dataset):
    plan = "a:meals,116.364,39.84348,80"
    cards = view_of(dataset, f"area=110106&measure=providers_per_1000&category=meals&plan={plan}")
    assert "服务未覆盖人数" in page_text(export_plan_page(cards))


def test_the_page_says_how_near_to_the_best_it_is(dataset):
    state = parse_view("area=110106&measure=gap_people&category=meals", dataset)
    best = seek_sites(
        dataset.coverage_facts,
        dataset.held(state),
        None,
        state.period,
        dataset.tree.find("110106"),
        SitingQuestion(2),
    )
    plan = ";".join(f"a:meals,{lon},{lat},80" for lon, lat in best.places)
    text = page_text(
        export_plan_page(view_of(dataset, f"area=110106&measure=gap_people&plan={plan}"))
    )
    assert "已证明：在丰台区再开2处" in text
    assert "达到其100%" in text
    worse = view_of(dataset, "area=110106&measure=gap_people&plan=a:meals,116.14044,39.83959,80")
    assert "达到其100%" not in page_text(export_plan_page(worse))


def test_the_same_plan_gives_the_same_bytes(dataset):
    first, second = (export_plan_page(view_of(Dataset.open(dataset.path), QUERY)) for _ in range(2))
    assert first == second


def test_the_code_on_the_page_opens_the_plan_again(dataset):
    view = view_of(dataset, QUERY)
    content = export_plan_page(view)
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    code = next(word for word in text.split() if word.count("-") > 8)
    found, state = decode_view(code, [dataset])
    assert found is dataset
    assert state.plan == view.state.plan


def test_a_large_plan_has_no_code_that_nobody_could_read(dataset):
    many = ";".join(f"a:meals,116.{i:03d},39.8,80" for i in range(100, 160))
    content = export_plan_page(view_of(dataset, f"area=110106&measure=gap_people&plan={many}"))
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert "短码" not in text
    assert "共60处，列前20处" in "".join(text.split())


def test_names_keep_clear_of_the_pins(dataset):
    view = view_of(dataset, QUERY)
    folder = boundary_folder(dataset)
    content = build_map_content(view)
    assert [pin.text for pin in content.pins] == ["1", "2"]
    drawing = draw_map(folder, content)
    paper = map_geometry(folder, content.area, content.level, content.frame).paper
    pins = place_pins(paper, plan_pins(view))
    assert len(pins) == 2
    for pin in pins:
        left, top, right, bottom = pin.box
        assert right - left == pytest.approx(2 * RADIUS)
        for label in drawing.labels:
            a, b, c, d = label.box
            assert a >= right or c <= left or b >= bottom or d <= top, label.text
    assert drawing.svg.count('fill="#d1495b"') == 2


def test_csv_holds_sites_areas_and_neighbours(dataset):
    view = view_of(dataset, QUERY)
    effect = dataset.coverages.plan_effect(view.state, view.position)
    rows = list(csv.DictReader(io.StringIO(export_plan_csv(view).decode("utf-8-sig"))))
    parts = [row["内容"] for row in rows]
    assert parts.count("方案") == 2
    assert parts.count("地区") == 1 + len(effect.areas)
    assert parts.count("附近服务点") == len(effect.neighbours)
    sites = [row for row in rows if row["内容"] == "方案"]
    assert [int(row["新增覆盖（人）"]) for row in sites] == [s.newly for s in effect.sites[:2]]
    whole = next(row for row in rows if row["内容"] == "地区")
    assert int(whole["未覆盖：按方案（人）"]) == effect.own.gap_after
    assert {row["数据版本"] for row in rows} == {dataset.release_id}


def test_without_a_plan_there_is_nothing_to_print(dataset):
    view = view_of(dataset, "area=110106&measure=gap_people&category=meals")
    for write in (export_plan_csv, export_plan_page):
        with pytest.raises(PlanError) as error:
            write(view)
        assert error.value.fix
