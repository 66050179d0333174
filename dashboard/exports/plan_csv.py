"""A plan as CSV: its changes, the areas and the neighbours it affects, each row with its papers."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from dashboard.coverage.effect import ADDED
from dashboard.exports.plan_rows import plan_rows
from dashboard.exports.table_csv import BOM, code_text, safe_text
from dashboard.text import category_name, t
from dashboard.view.standard_words import standard_name
from geodata.errors import PlanError

if TYPE_CHECKING:
    from dashboard.coverage import PlanEffect
    from dashboard.view import View

COLUMNS = (
    "part",
    "code",
    "name",
    "action",
    "lon",
    "lat",
    "places",
    "people_in_reach",
    "newly_reached",
    "gap_before",
    "gap_after",
    "load_before",
    "load_after",
    "category",
    "standard",
    "period",
    "release",
    "papers",
    "demonstration",
)


def export_plan_csv(view: View) -> bytes:
    """The plan of a view and its effect.

    Returns
    -------
    bytes
        UTF-8 with BOM, CRLF. The first column says what a row is: a change of the plan, an area
        whose people beyond reach change, or a provider whose load changes (people per place, the
        people in reach spread evenly).

    Raises
    ------
    PlanError
        If the view has no plan, or no standard with a walking distance.
    """
    effect = require_effect(view)
    lang, notes = view.state.lang, view.notes
    papers = {
        "category": category_name(lang, view.state.category),
        "standard": standard_name(lang, effect.standard),
        "period": view.state.period,
        "release": view.dataset.release_id,
        "papers": notes.papers,
        "demonstration": notes.demonstration,
    }
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([t(lang, f"plan_csv_{name}") for name in COLUMNS])
    for row in _rows(view, effect):
        cells = row | {key: safe_text(text) for key, text in papers.items()}
        writer.writerow([cells.get(name, "") for name in COLUMNS])
    return (BOM + stream.getvalue()).encode("utf-8")


def require_effect(view: View) -> PlanEffect:
    """The effect of the view's plan.

    Raises
    ------
    PlanError
    """
    effect = view.dataset.coverages.plan_effect(view.state, view.position)
    if effect is None:
        lang = view.state.lang
        raise PlanError(t(lang, "plan_nothing"), t(lang, "plan_nothing_fix"))
    return effect


def _rows(view: View, effect: PlanEffect) -> list[dict[str, str]]:
    lang, codes = view.state.lang, view.dataset.tree.codes
    names = view.dataset.names(lang)
    rows = []
    for row in plan_rows(view, effect):
        site = row.site
        rows.append(
            {
                "part": t(lang, "plan_part_site"),
                "code": code_text(row.number if site.action == ADDED else site.id),
                "name": safe_text(row.place),
                "action": t(lang, f"action_{site.action}"),
                "lon": f"{site.lon:.5f}",
                "lat": f"{site.lat:.5f}",
                "places": _whole(site.capacity),
                "people_in_reach": _whole(site.people),
                "newly_reached": _whole(site.newly),
                "load_after": _ratio(site.load),
            }
        )
    rows += [
        {
            "part": t(lang, "plan_part_area"),
            "code": code_text(codes[area.position]),
            "name": safe_text(names[area.position]),
            "gap_before": str(area.gap_before),
            "gap_after": str(area.gap_after),
        }
        for area in (effect.own, *effect.areas)
    ]
    rows += [
        {
            "part": t(lang, "plan_part_neighbour"),
            "code": code_text(item.id),
            "name": safe_text(item.name),
            "places": _whole(item.capacity),
            "load_before": _ratio(item.load_before),
            "load_after": _ratio(item.load_after),
        }
        for item in effect.neighbours
    ]
    return rows


def _whole(number: int | None) -> str:
    return "" if number is None else str(number)


def _ratio(number: float | None) -> str:
    return "" if number is None else f"{number:.3f}"
