"""Provider sites on a printed map: all of them, in their place, counted, clear of the names."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dashboard.exports import export_pdf
from dashboard.exports.annotation import annotate
from dashboard.exports.labels import place_labels
from dashboard.exports.legend import legend_entries, site_entry
from dashboard.exports.map_geometry import map_geometry
from dashboard.exports.map_svg import draw_map
from dashboard.exports.pdf import boundary_folder
from dashboard.exports.sheet import build_map_content
from dashboard.exports.sites import LARGEST, SMALLEST, lay_dots
from dashboard.exports.writers import write_export
from geodata.measures import Query
from tests.dashboard.exports.test_export_pdf import read_pdf, words
from tests.dashboard.exports.test_labels import centres, squares

MEALS = "area=110101&level=subdistrict&measure=reach_share&category=meals"
CIRCLE = "{http://www.w3.org/2000/svg}circle"


def circles(svg: str) -> np.ndarray:
    """Middles of all circles of a drawing in mm, (n, 2)."""
    found = [(e.get("cx"), e.get("cy")) for e in ET.fromstring(svg).iter(CIRCLE)]
    return np.array(found, dtype=float).reshape(-1, 2) / 100


@pytest.mark.parametrize("query", [MEALS, "area=11&level=district&measure=cards_count"])
def test_every_area_holds_as_many_circles_as_it_has_sites(grid_view, query):
    """The release counts sites by code; the page must show as many inside each polygon."""
    view = grid_view(f"{query}&points=1")
    folder = boundary_folder(view.dataset)
    middles = circles(draw_map(folder, build_map_content(view)).svg)
    polygons = map_geometry(folder, view.position, view.state.level).children.polygons
    inside = shapely.contains_xy(polygons[:, None], middles[None, :, 0], middles[None, :, 1])
    facts = view.dataset.cells(view.state.period, view.positions)
    known = facts.provider("providers_count", Query(view.state.category))
    assert inside.sum(axis=1).tolist() == known.tolist()
    assert len(middles) == known.sum() > 0


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_legend_says_what_they_are_and_how_many(grid_view, lang):
    view = grid_view(f"{MEALS}&points=1&lang={lang}")
    count = len(view.dataset.providers(view.position, "meals", view.state.period))
    head = {"zh-CN": "服务点（老年助餐，2026年6月）", "en": "Providers (Meals, June 2026)"}[lang]
    entry = site_entry(view, 0.5)
    assert (entry.label, entry.count) == (head, count)
    text = words(export_pdf(view))
    assert f"{head}{count:,}".replace(" ", "") in text
    svg = write_export(view, "map", "svg").decode()
    assert f"{head}  ({count:,})" in svg
    assert len(circles(svg)) == count + 1  # and the one of the legend


def test_a_page_without_points_has_none(grid_view):
    view = grid_view(MEALS)
    assert not len(circles(write_export(view, "map", "svg").decode()))
    assert site_entry(view, 0.5) is None
    assert "服务点（" not in words(export_pdf(view))


def test_points_change_map_and_picture_but_no_class(grid_view):
    plain, dotted = grid_view(MEALS), grid_view(f"{MEALS}&points=1")
    assert [e.label for e in legend_entries(plain)] == [e.label for e in legend_entries(dotted)]
    for ending in ("pdf", "png", "svg"):
        assert write_export(plain, "map", ending) != write_export(dotted, "map", ending)


def test_points_stay_vector(grid_view):
    reader = read_pdf(export_pdf(grid_view(f"{MEALS}&points=1")))
    objects = [reader.get_object(i) for i in range(1, reader.trailer["/Size"])]
    assert not any(isinstance(o, dict) and o.get("/Subtype") == "/Image" for o in objects)


def test_a_closed_site_is_not_drawn(grid_view):
    view = grid_view("measure=providers_per_1000&points=1")
    drawn = build_map_content(view).sites
    sites = view.dataset.sites
    gone = (sites.closed != "") & (sites.closed <= view.state.period)
    assert gone.any()
    assert len(drawn) == len(sites.frame) - gone.sum() - (sites.opened > view.state.period).sum()


def test_more_sites_are_smaller_circles(grid_view):
    view = grid_view(f"{MEALS}&points=1")
    geometry = map_geometry(boundary_folder(view.dataset), view.position, "subdistrict")
    one = build_map_content(view).sites[:1]
    radii = [
        lay_dots(geometry.paper, geometry.land, np.repeat(one, count, axis=0)).radius
        for count in (1, 2000, 100_000)
    ]
    assert radii == sorted(radii, reverse=True)
    assert (radii[0], radii[-1]) == (LARGEST, SMALLEST)


def covered(labels, marks: np.ndarray, radius: float) -> int:
    """How many circles lie under the names, by distance; written apart from the code."""
    count = 0
    for x, y in marks:
        for label in labels:
            left, top, right, bottom = label.box
            away = np.hypot(x - np.clip(x, left, right), y - np.clip(y, top, bottom))
            count += bool(away < radius)
    return count


@given(seed=st.integers(0, 999))
def test_names_lie_over_no_mark_where_there_is_room(seed):
    cells = squares(16, 3)
    marks = np.random.default_rng(seed).uniform(0, 48, (9, 2))
    names = [f"第{i}镇" for i in range(9)]
    options = {"sizes": (7, 5), "frame": (48, 48)}
    labels = place_labels(names, centres(cells), cells, marks=marks, mark_radius=0.9, **options)
    assert len(labels) == 9
    assert covered(labels, marks, 0.9) == 0


def test_names_make_way_on_a_map(grid_view):
    view = grid_view(f"{MEALS}&points=1")
    folder = boundary_folder(view.dataset)
    drawing = draw_map(folder, build_map_content(view))
    middles = circles(drawing.svg)
    before = annotate(folder, view.position, "subdistrict", "zh-CN")
    own = drawing.labels
    assert {label.text for label in before.labels} <= {label.text for label in own}
    assert covered(own, middles, drawing.dots.radius) <= covered(
        before.labels, middles, drawing.dots.radius
    )
    assert re.search(r"<g fill=.#22313b. .*</g>.*<text", drawing.svg), "names are over the sites"
