"""The printed plan: the map page with its sites, what it changes, and how good it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.coverage.siting import SitingQuestion, seek_sites
from dashboard.exports.page_format import A4_LANDSCAPE, PageFormat
from dashboard.exports.pdf import print_page
from dashboard.exports.plan_csv import require_effect
from dashboard.exports.plan_rows import plan_headline, plan_rows, sentence_gap, site_cells
from dashboard.exports.sheet import Sheet, SheetTable
from dashboard.text import t
from dashboard.text.numbers import format_number
from dashboard.view import build_view
from dashboard.view_state import Event, reduce_view
from geodata.coverage import Scenario

if TYPE_CHECKING:
    from dashboard.coverage import PlanEffect
    from dashboard.view import View

SITES, AREAS = 20, 8  # rows at most
COMPARED = 40  # sites: for more the search takes longer than a page may
SITE_HEADS = ("site", "where", "places", "in_reach", "newly")


def export_plan_page(view: View, *, page: PageFormat = A4_LANDSCAPE, server: str = "") -> bytes:
    """One page of a plan as vector PDF; the map shows who is still beyond reach.

    Raises
    ------
    PlanError
        If the view has no plan, or no standard with a walking distance.
    BoundaryError
        If the release has no polygons of the view's level.
    """
    effect = require_effect(view)
    if view.measure.needs != "radius" or view.state.show != "value":
        state = reduce_view(view.state, Event("gap", view.state.category), view.dataset)
        view = build_view(view.dataset, reduce_view(state, Event("show", "value"), view.dataset))
    return print_page(
        view, page, server, kind="plan", change=lambda sheet: _plan_sheet(view, effect, sheet)
    )


def _plan_sheet(view: View, effect: PlanEffect, sheet: Sheet) -> Sheet:
    """The sheet of the map page with the plan's words and tables in place of the worst ten."""
    return replace(
        sheet,
        title=t(view.state.lang, "plan_page_title", title=view.title),
        headline=plan_headline(view, effect) + _compared(view, effect),
        table=_site_table(view, effect),
        more=_area_table(view, effect),
        notes=(*sheet.notes, t(view.state.lang, "plan_caveat")),
    )


def _site_table(view: View, effect: PlanEffect) -> SheetTable:
    lang, rows = view.state.lang, plan_rows(view, effect)
    title = t(lang, "plan_sites")
    if len(rows) > SITES:
        title = t(lang, "plan_sites_first", count=len(rows), shown=SITES)
    return SheetTable(
        title=title,
        heads=tuple(t(lang, f"plan_{head}") for head in SITE_HEADS),
        base_column=-1,
        rows=tuple(site_cells(view, row) for row in rows[:SITES]),
    )


def _area_table(view: View, effect: PlanEffect) -> SheetTable | None:
    lang, names = view.state.lang, view.dataset.names(view.state.lang)
    if not effect.areas:
        return None
    return SheetTable(
        title=t(lang, "plan_areas"),
        heads=("", t(lang, "print_area"), t(lang, "plan_before"), t(lang, "plan_after")),
        base_column=-1,
        rows=tuple(
            ("", names[a.position], format_number(a.gap_before), format_number(a.gap_after))
            for a in effect.areas[:AREAS]
        ),
    )


def _compared(view: View, effect: PlanEffect) -> str:
    """How near the plan is to the best that as many new sites in the area can do, proven.

    Only for a plan of additions: closing and moving is not done to reach more people. Sites are
    compared by the people of the area, as the search counts them.
    """
    plan, lang = view.state.plan, view.state.lang
    added = [site for site in effect.sites if site.counts]
    if plan.moved or plan.closed or not 0 < len(added) <= COMPARED:
        return ""
    best = seek_sites(
        view.dataset.coverage_facts,
        effect.standard,
        Scenario(),
        view.state.period,
        view.position,
        SitingQuestion(n_sites=len(added)),
    )
    own = effect.own.gap_before - effect.own.gap_after
    most = sum(best.gains) * (1 + (best.gap_share or 0.0))
    most = max(most, own)
    if not most:
        return ""
    return sentence_gap(lang) + t(
        lang,
        "plan_says_best",
        count=len(added),
        area=view.dataset.names(lang)[view.position],
        most=format_number(most),
        share=f"{100 * own / most:.0f}%",
    )
