"""Pages as trees: what is on them in both languages, without a browser."""

from __future__ import annotations

import re

import pytest

from dashboard import ids
from dashboard.components.area_table import table_page
from dashboard.components.panels import PANELS, panel
from dashboard.components.skeleton import skeleton
from dashboard.current_view import CurrentView
from dashboard.pages import PAGES, page_for
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.text import t

LANGS = ("zh-CN", "en")


@pytest.fixture(scope="module")
def current(grid_releases) -> CurrentView:
    """Views of the grid release."""
    return CurrentView(Settings(releases=grid_releases), Releases(grid_releases))


def page(current, path, search=""):
    return page_for(path, search, current)


def by_id(tree) -> dict[str, type]:
    return {c.id: type(c) for c in tree._traverse() if isinstance(getattr(c, "id", None), str)}


def text_of(tree) -> str:
    """All words of a tree, those in labels, options and placeholders included."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, (list, tuple)):
        return " ".join(text_of(part) for part in tree)
    if isinstance(tree, dict):
        return text_of(tree.get("label", ""))
    names = ("children", "label", "options", "placeholder")
    return " ".join(text_of(getattr(tree, name, None) or "") for name in names)


@pytest.mark.parametrize("path", ["/", "/embed"])
def test_both_pages_mount_every_id_of_the_skeleton(current, path):
    """Fact of Dash: a callback whose ids are only partly there is an error in the browser."""
    wanted, found = by_id(skeleton()), by_id(page(current, path))
    later = {ids.ROUTE, ids.PAGE, ids.NOTICE, ids.TABLE}  # the frame; the grid after the map
    assert set(wanted) - later <= set(found)
    for name in set(wanted) & set(found):
        if hasattr(wanted[name], "value") or wanted[name].__module__.startswith("dash_"):
            assert found[name] is wanted[name], name


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", sorted(PAGES))
def test_a_page_in_one_language(current, path, lang):
    text = text_of(page(current, path, f"?area=11&lang={lang}"))
    assert ("内部使用" in text) == (lang == "zh-CN")
    if lang == "en":
        controls = re.sub(r"[^\x00-\u024f\u2000-\u206f\u2200-\u22ff]", "", text)
        assert len(controls) > 0.9 * len(text), "Chinese words on the English page"


def test_demonstration_mark_is_on_map_and_embed(current):
    for path in ("/", "/embed"):
        tree = page(current, path)
        assert [c for c in tree._traverse() if getattr(c, "className", "") == "ribbon"]


def test_embed_has_no_chrome(current):
    tree = page(current, "/embed")
    names = [getattr(c, "className", "") or "" for c in tree._traverse() if not isinstance(c, str)]
    assert not any("topbar" in name for name in names)


def test_unknown_path_says_so(current):
    assert "没有这个页面" in text_of(page(current, "/no/such/page"))


def test_without_release_every_page_says_so(tmp_path):
    empty = CurrentView(Settings(releases=tmp_path), Releases(tmp_path))
    for path in PAGES:
        assert "还没有发布" in text_of(page(empty, path))


@pytest.mark.parametrize("search", ["?area=%FF", "?level=galaxy&area=11", "?" + "a" * 9000, "?&&="])
def test_broken_addresses_open_the_map(current, search):
    assert ids.MAP in by_id(page(current, "/", search))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("tab", sorted(PANELS))
@pytest.mark.parametrize("measure", ["card_coverage", "reach_share", "elderly_count"])
@pytest.mark.parametrize("area", ["jjj", "11", "110101", "110101001"])
def test_every_panel_of_every_level_says_something(current, area, measure, tab, lang):
    view = current(f"area={area}&measure={measure}&tab={tab}&lang={lang}")
    assert len(text_of(panel(view, "/"))) > 10


def test_coverage_says_that_a_gap_is_not_unmet_demand(current):
    view = current("area=11&measure=reach_share&category=meals&tab=coverage")
    assert "不等于需求未被满足" in text_of(panel(view, "/"))


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("tab", sorted(PANELS))
@pytest.mark.parametrize(
    "query", ["measure=use_field", "measure=access_2sfca", "measure=gap_people"]
)
def test_panels_of_a_plan_with_own_values_say_so(current, query, tab, lang):
    more = "plan=a:meals,116.02,39.98,50&walk=700&who=80plus"
    text = text_of(panel(current(f"area=110101&{query}&tab={tab}&lang={lang}&{more}"), "/"))
    if tab in ("coverage", "plan", "changes", "help"):
        assert {"zh-CN": "自定标准", "en": "own standard"}[lang] in text
    if tab == "trend" and query != "measure=gap_people":
        assert t(lang, "trend_one_month") in text, "why there is no line"
    if tab == "plan":
        assert "50" in text


def test_breadcrumb_steps_are_links_and_events(current):
    links = [
        (c.to_plotly_json()["props"].get("data-code"), c.href)
        for c in page(current, "/", "?area=110101")._traverse()
        if getattr(c, "data-atlas", None) == "drill"
    ]
    assert links[0][0] == "jjj" and links[1] == ("11", "/?area=11&select=110101")


class TestTable:
    def rows(self, current, query, **request):
        view = current(query)
        return view, table_page(view, {"startRow": 0, "endRow": 500, **request})

    def test_all_areas_once(self, current):
        view, page_ = self.rows(current, "area=11&level=community")
        assert page_["rowCount"] == len(view.codes)
        assert sorted(row["code"] for row in page_["rowData"]) == sorted(view.codes)

    def test_only_the_rows_asked_for_travel(self, current):
        _, page_ = self.rows(current, "area=11&level=community", startRow=10, endRow=20)
        assert len(page_["rowData"]) == 10

    def test_a_protected_area_has_words_and_no_number(self, current, grid_release):
        hidden = 0
        for area in current.releases.current().tree.codes:
            _, page_ = self.rows(current, f"area={area}&level=community&measure=users_share")
            for row in page_["rowData"]:
                if row["state"]:
                    hidden += 1
                    assert row["value"] is None and row["colour"] is None
                    assert not re.search(r"\d", row["text"]) and row["reason"]
            if hidden:
                break
        assert hidden, "the grid source has a suppressed cell"

    def test_rank_and_text_agree_with_the_view(self, current):
        view, page_ = self.rows(current, "area=jjj&level=district")
        for row in page_["rowData"]:
            i = view.codes.index(row["code"])
            assert row["rank"] == view.ranks[i]
            assert view.value_text(i).startswith(row["text"])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("proof", ["bounds", "linear"])
def test_data_quality_says_how_what_is_hidden_was_proved(current, monkeypatch, lang, proof):
    rule = current.releases.current().manifest["rules"]["disclosure"]
    monkeypatch.setitem(rule, "proof", proof)
    said = text_of(page(current, "/quality", f"?lang={lang}"))
    for key in ("linear", "bounds"):
        assert (t(lang, f"proof_{key}") in said) == (key == proof)
