"""Attacks on what the atlas derives: headlines, scales, ranks, orders, filters, changes.

The oracle of each is the published cube alone: what a view says must follow from shown cells.
"""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.app import create_app
from dashboard.components.panels import panel
from dashboard.dataset import Dataset
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.table_rows import select_rows
from dashboard.view import View, build_view
from dashboard.view_state import parse_view
from geodata.areas import AreaTree
from geodata.disclosure import MonthGate, find_intervals
from geodata.disclosure.knowledge import CARDS, ISSUED, SILENT, SWIPES
from geodata.measures import MEASURES, Query
from geodata.release import open_release
from geodata.release.published_month import PublishedMonths
from geodata.schema import AGE_BANDS, STATE_OK, STATE_SUPPRESSED, SUPPRESSED
from geodata.slots import CATEGORY_KEYS, COMMUNITY_SLOTS, SLOT_INDEX

# Views with hidden areas in the small demonstration.
HIDING = [
    f"area={area}&level={level}&measure={measure}&category={category}&show={show}"
    for area, level in (("131082", "subdistrict"), ("131082100", "community"), ("12", "community"))
    for measure, category in (
        ("users_share", "personal_care"),
        ("swipes_per_card", "meals"),
        ("silent_card_share", "all"),
        ("amount_per_card", "pharmacy"),
    )
    for show in ("value", "month", "year")
]


@pytest.fixture(scope="module")
def demo_data(demo_release: Path) -> Dataset:
    return Dataset.open(demo_release)


def view_of(dataset: Dataset, query: str) -> View:
    return build_view(dataset, parse_view(query, dataset))


@pytest.fixture(scope="module")
def hiding(demo_data) -> list[View]:
    views = [view_of(demo_data, query) for query in HIDING]
    views = [view for view in views if (view.values.state == STATE_SUPPRESSED).any()]
    assert len(views) > 15
    return views


def shown_numbers(view: View) -> np.ndarray:
    """From the cube, not through the view's own values: numerator over denominator, or change."""
    found = []
    for months in {"value": (0,), "month": (0, 1), "year": (0, 12)}[view.state.show]:
        period = view.dataset.earlier(view.state.period, months)
        facts = view.dataset.cells(period, view.positions)
        query = Query(view.state.category, view.state.age)
        top, below = (f(facts, query) for f in (view.measure.numerator, view.measure.denominator))
        known = (top >= 0) & (below > 0)
        share = np.divide(top, below, out=np.full(len(top), np.nan), where=known)
        found.append(share * view.measure.scale)
    if len(found) == 1:
        return found[0] * view.scale
    now, before = found
    with np.errstate(divide="ignore", invalid="ignore"):
        change = now - before if view.change_kind == "points" else (now - before) / before
        change = np.where(now == before, 0.0, change)
    return np.where(np.isfinite(change), change, np.nan) * view.scale


def test_headlines_and_classes_are_of_shown_values_only(hiding):
    for view in hiding:
        shown = np.round(shown_numbers(view), view.decimals)
        known = np.isfinite(shown)
        np.testing.assert_array_equal(known, view.values.state == STATE_OK)
        if not known.any():
            continue
        edges = np.array(view.classes.breaks) * view.scale
        low, high = np.nanmin(shown), np.nanmax(shown)
        if view.state.show == "value" and len(edges):
            assert edges[0] == pytest.approx(low) and edges[-1] == pytest.approx(high)
        for end in (low, high):
            assert view.words.value(end / view.scale) in view.headline, view.headline
        counted = np.bincount(view.classes.index[known], minlength=len(view.classes.counts))
        assert counted.tolist() == list(view.classes.counts)


def test_curves_and_sparks_have_gaps_and_no_scale_of_their_own(hiding):
    """A value axis is as long as the drawn numbers need: a hidden one sets no limit."""
    tried = 0
    for view in hiding:
        if view.state.show != "value":
            continue
        index = int(np.flatnonzero(view.values.state == STATE_SUPPRESSED)[0])
        code = view.codes[index]
        marked = view_of(view.dataset, f"{view.state.to_query()}&select={code}")
        series = view.dataset.series(view.measure, view.positions.start + index, view.query)
        np.testing.assert_array_equal(np.isnan(view.spark[index]), series.state != STATE_OK)
        for figure in figures_in(panel(marked, "/")):
            assert figure["layout"]["yaxis"].get("range") is None
            lines = [t for t in figure["data"] if t["mode"] == "lines+markers"]
            drawn = [number is not None for number in lines[-1]["y"]]
            assert drawn == (series.state == STATE_OK).tolist()
            tried += 1
    assert tried


def figures_in(parts) -> list[dict]:
    """Figures anywhere in a layout."""
    found, todo = [], list(parts)
    while todo:
        part = todo.pop()
        if getattr(part, "figure", None):
            found.append(part.figure)
        children = getattr(part, "children", None) or []
        todo += children if isinstance(children, (list, tuple)) else [children]
    return found


def test_ranks_leave_no_hole_where_a_hidden_area_lies(hiding):
    for view in hiding:
        shown = np.round(shown_numbers(view), view.decimals)
        known = np.isfinite(shown)
        assert (view.ranks[~known] == 0).all()
        assert view.rank_count == known.sum()
        better = shown[known] if view.measure.polarity < 0 else -shown[known]
        expected = [1 + int((better < number).sum()) for number in better]
        assert view.ranks[known].tolist() == expected


def test_hidden_rows_stand_in_no_telling_order(hiding):
    """However a table is sorted: those without a number come last, as the tree has them."""
    for view in hiding:
        columns = {"value": view.values.number, "rank": np.where(view.ranks, view.ranks, np.nan)}
        hidden = np.flatnonzero(view.values.state != STATE_OK).tolist()
        for column, way in itertools.product(columns, ("asc", "desc")):
            request = {"sortModel": [{"colId": column, "sort": way}], "endRow": 10_000}
            rows, _ = select_rows(columns, request)
            if len(rows) == len(view.codes):
                assert rows[len(rows) - len(hidden) :].tolist() == hidden
        for limit in (0, 1e-9, 1e9):  # a filter sieves no hidden area out by what it hides
            request = {"filterModel": {"value": {"filterType": "number", "type": "lessThan"}}}
            request["filterModel"]["value"]["filter"] = limit
            assert not set(hidden) & set(select_rows(columns, request)[0].tolist())


def test_a_change_needs_both_months_shown(demo_data):
    """Hidden now and shown before, or the reverse: no change, no difference in any table."""
    tried = 0
    measure = MEASURES["users_share"]
    for category, months in itertools.product(("meals", "pharmacy", "day_care"), (1, 12)):
        query = f"area=131082&level=community&measure=users_share&category={category}"
        view = view_of(demo_data, query)
        before = demo_data.earlier(view.state.period, months)
        was = demo_data.values(measure, view.positions, view.query, before)
        lone = (view.values.state == STATE_SUPPRESSED) != (was.state == STATE_SUPPRESSED)
        change = view.change_month if months == 1 else view.change_year
        assert (change.state[lone] != STATE_OK).all() and np.isnan(change.number[lone]).all()
        show = "month" if months == 1 else "year"
        drawn = view_of(demo_data, f"{query}&show={show}")
        assert np.isnan(drawn.values.number[lone]).all()
        frame = view.table_frame()
        assert frame.loc[lone, f"change_{show}"].isna().all()
        tried += int(lone.sum())
    assert tried > 50


# -- overlapping filters --------------------------------------------------------------------------

COUNTED = {  # a measure that tells the field: by its numerator, and by its denominator
    "swipes_per_card": (SWIPES, CARDS),
    "users_share": (CARDS, ISSUED),
    "silent_card_share": (SILENT, ISSUED),
    "cards_count": (ISSUED, None),
}


def scopes(dataset: Dataset):
    """Every area with every level that can be drawn inside it: all overlaps there are."""
    for position in range(len(dataset.tree)):
        for level in dataset.levels(position):
            yield position, level


def test_no_union_of_filters_gives_a_hidden_count(grid_releases):
    """All scopes, levels, categories and ages of a month: what was answered is known exactly.

    The attacker keeps every count behind a number that any combination answered, and solves
    for the rest.
    """
    folder, manifest = open_release(grid_releases)
    dataset = Dataset.open(folder)
    period = manifest["periods"][-1]
    gate = MonthGate(AreaTree(pd.read_parquet(folder / "areas.parquet")))
    published, hidden = PublishedMonths(folder, manifest, dataset.tree, gate).read(period)
    secret = {kind: mask.copy() for kind, mask in hidden.items()}
    known = {kind: np.zeros(mask.shape, dtype=bool) for kind, mask in hidden.items()}
    asked = 0
    for (position, level), (key, fields) in itertools.product(scopes(dataset), COUNTED.items()):
        measure, drawn = MEASURES[key], dataset.children(position, level)
        positions = np.arange(drawn.start, drawn.stop)
        for category, age in questions(measure):
            if level == "community" and (category, age) not in COMMUNITY_SLOTS:
                continue
            found = dataset.values(measure, drawn, Query(category, age), period)
            for kind in filter(None, fields):
                sums = gate.knowledge.cards if kind in (ISSUED, SILENT) else gate.knowledge.swipes
                slot = AGE_BANDS.index(age) if sums is gate.knowledge.cards else None
                slot = SLOT_INDEX[category, age] if slot is None else slot
                known[kind][sums.number(slot, positions[found.state == STATE_OK])] = True
            asked += 1
    assert asked > 4_000
    for kind in (CARDS, SWIPES, ISSUED, SILENT):
        assert not (known[kind] & hidden[kind]).any(), kind
        hidden[kind] |= (published[kind] > 0) & ~known[kind]  # never answered: not known
    system, _ = gate.knowledge.system(published, hidden, flows_are_some=False)
    found = find_intervals(system, gate.rule.width)
    for kind in (CARDS, SWIPES, ISSUED, SILENT):
        own = np.flatnonzero(system.kind == system.kinds.index(kind))
        own = own[secret[kind][system.cell[own]]]
        assert len(own) == secret[kind].sum()
        assert (found.high[own] - found.low[own] >= gate.rule.width).all(), kind
    assert sum(mask.sum() for mask in secret.values()) > 0


def questions(measure):
    categories = CATEGORY_KEYS if measure.by_category else ("all",)
    ages = AGE_BANDS if measure.by_age else ("all",)
    return itertools.product(categories, ages)


def test_exports_of_overlapping_scopes_say_the_same_and_no_more(grid_releases):
    """The same community through all scopes that hold it: one answer, hidden everywhere."""
    client = create_app(Settings(releases=grid_releases), Releases(grid_releases))
    client = client.server.test_client()
    folder, manifest = open_release(grid_releases)
    slot = manifest["slots"]["community"].index(["meals", "all"])
    cube = np.load(folder / "cube" / "community.cards_count.npy")[-1, slot]
    answers: dict[str, set[str]] = {}
    for area in ("jjj", "11", "1101", "110101", "110101002", "110101006"):
        for measure in ("users_share", "swipes_per_card", "amount_per_card"):
            query = f"area={area}&level=community&measure={measure}&category=meals&lang=en"
            text = client.get(f"/export/table.csv?{query}").data.decode("utf-8-sig")
            for row in csv.DictReader(io.StringIO(text)):
                code = next(value for key, value in row.items() if "code" in key.lower()).strip()
                value = next(v for k, v in row.items() if k.lower().startswith("value"))
                answers.setdefault(f"{measure} {code}", set()).add(value)
    assert len(answers) > 200
    assert all(len(values) == 1 for values in answers.values())
    tree = AreaTree(pd.read_parquet(folder / "areas.parquet"))
    first = tree.level_slices["community"].start
    hidden = [tree.codes[first + i] for i in np.flatnonzero(cube == SUPPRESSED)]
    assert hidden
    for code in hidden:
        assert answers[f"users_share {code}"] == {""}
        assert answers[f"swipes_per_card {code}"] == {""}
