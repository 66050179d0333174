"""A plan and what it changes as rows of finished texts, for the page and the CSV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.coverage.effect import ADDED, CLOSED
from dashboard.text import t
from dashboard.text.numbers import format_number
from dashboard.view.plan_words import site_number, site_place

if TYPE_CHECKING:
    from dashboard.coverage import PlanEffect, PlanSite
    from dashboard.view import View


@dataclass(frozen=True)
class PlanRow:
    """One change of a plan with its effect; numbers None where there is none.

    Parameters
    ----------
    number : str
        As on the map.
    site : PlanSite
    place : str
        Provider and community, or degrees where no community holds the place.
    """

    number: str
    site: PlanSite
    place: str


def plan_rows(view: View, effect: PlanEffect) -> list[PlanRow]:
    """The changes of the plan that count for the standard, in order of the plan."""
    return [
        PlanRow(site_number(i), site, site_place(view, site))
        for i, site in enumerate(effect.sites)
        if site.counts
    ]


def sentence_gap(lang: str) -> str:
    """What stands between two sentences."""
    return "" if lang == "zh-CN" else " "


def plan_headline(view: View, effect: PlanEffect) -> str:
    """What the plan is and does, in one or two sentences."""
    lang, plan, own = view.state.lang, view.state.plan, effect.own
    counts = {"added": len(plan.added), "moved": len(plan.moved), "closed": len(plan.closed)}
    changes = t(lang, "plan_join").join(
        t(lang, f"plan_{kind}", count=count) for kind, count in counts.items() if count
    )
    key = "plan_says_lost" if effect.lost else "plan_says"
    says = t(
        lang,
        key,
        changes=changes,
        gained=format_number(effect.gained),
        lost=format_number(effect.lost),
    )
    if not own.elderly:
        return says
    share = [f"{100 * (1 - gap / own.elderly):.1f}%" for gap in (own.gap_before, own.gap_after)]
    return (
        says
        + sentence_gap(lang)
        + t(
            lang,
            "plan_says_area",
            area=view.dataset.names(lang)[own.position],
            before=format_number(own.gap_before),
            after=format_number(own.gap_after),
            share_before=share[0],
            share_after=share[1],
        )
    )


def site_cells(view: View, row: PlanRow) -> tuple[str, ...]:
    """Number with what happens, place, places, people in reach, newly reached."""
    lang, site = view.state.lang, row.site
    action = t(lang, f"action_{site.action}")
    numbers = (site.capacity, site.people, site.newly)
    if site.action == CLOSED:
        numbers = (site.capacity, None, None)
    label = row.number if site.action == ADDED else f"{row.number} {action}"
    return (label, row.place, *("–" if n is None else format_number(n) for n in numbers))
