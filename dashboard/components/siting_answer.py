"""What a search for sites has come to: progress, the proven answer, or why there is none."""

from __future__ import annotations

import numpy as np
from dash import html

from dashboard.coverage.siting import Siting, SitingQuestion
from dashboard.jobs import DONE, FAILED, RUNNING, Job
from dashboard.siting_jobs import UNREACHABLE, read_question, read_siting
from dashboard.text import category_name, t
from dashboard.text.numbers import format_number
from dashboard.view import View
from dashboard.view.standard_words import standard_demands
from geodata.coverage import Scenario
from geodata.coverage.scenario import MOST_CHANGES

MOST_BARS = 60


def siting_answer(view: View, job: Job) -> list:
    """Of one search; `view` is the view it was asked from."""
    lang = view.state.lang
    if job.state == RUNNING:
        return _progress(lang, job)
    if job.state == DONE:
        return _found(view, read_question(job.kind), read_siting(job))
    if job.state == FAILED and job.error == UNREACHABLE:
        most = f"{job.told['most']:.1%}"
        return [html.P(t(lang, "siting_unreachable", most=most), className="note")]
    return [html.P(t(lang, "siting_failed"), className="note")]


def plan_room(plan: Scenario) -> int:
    """How many more changes a plan can hold."""
    return max(MOST_CHANGES - len(plan.added) - len(plan.moved) - len(plan.closed), 0)


def siting_refusal(view: View, key: str, **values: object) -> list:
    """Why there is no search, and what to do."""
    return [html.P(t(view.state.lang, key, **values), className="note", role="alert")]


def _progress(lang: str, job: Job) -> list:
    told = job.told
    if not told.get("best"):
        return [html.P(t(lang, "siting_running"), className="note")]
    key = (
        "siting_progress_share" if read_question(job.kind).share is not None else "siting_progress"
    )
    return [
        html.P(
            t(
                lang,
                key,
                best=format_number(told["best"]),
                bound=format_number(told["bound"]),
                seconds=f"{told['seconds']:.0f}",
            ),
            className="note",
        )
    ]


def _found(view: View, question: SitingQuestion, siting: Siting) -> list:
    lang, state = view.state.lang, view.state
    area = view.crumbs[-1].name
    standard = view.dataset.held(state)
    head = t(
        lang,
        "siting_head",
        area=area,
        category=category_name(lang, state.category),
        standard=standard_demands(lang, standard),
    )
    if not siting.places:
        return [html.B(head), html.P(t(lang, "siting_none"))]
    share = siting.curve
    key = "siting_served" if question.places is not None else "siting_reached"
    says = t(
        lang,
        key,
        count=len(siting.places),
        people=format_number(sum(siting.gains)),
        before=f"{share[0]:.1%}",
        after=f"{share[-1]:.1%}",
    )
    return [
        html.B(head),
        html.P([says, " ", html.Span(proof_text(lang, siting), className="proof")]),
        *_left_out(lang, siting, plan_room(state.plan)),
        html.Div([_curve(lang, siting), _steps(lang, siting)], className="siting-curve"),
    ]


def _left_out(lang: str, siting: Siting, room: int) -> list:
    if len(siting.places) <= room:
        return []
    return [
        html.P(
            t(lang, "siting_left_out", most=MOST_CHANGES, shown=room),
            className="note",
            role="alert",
        )
    ]


def proof_text(lang: str, siting: Siting) -> str:
    """How good the answer is, as proven."""
    parts = []
    if siting.fewest is not None:
        count, least = len(siting.places), siting.fewest
        key = "proof_fewest" if least >= count else "proof_fewest_gap"
        parts.append(t(lang, key, fewest=least, count=count))
    elif siting.gap_share < 5e-4:
        parts.append(t(lang, "proof_best"))
    else:
        parts.append(t(lang, "proof_gap", gap=f"{siting.gap_share:.1%}"))
    if siting.stopped:
        parts.append(t(lang, "proof_stopped"))
    seconds = "0.1" if siting.seconds < 0.1 else f"{siting.seconds:.1f}"
    key = "proof_instant" if siting.seconds < 0.1 else "proof_seconds"
    parts.append(t(lang, key, seconds=seconds))
    return t(lang, "detail_join").join(parts) + t(lang, "head_stop")


def _curve(lang: str, siting: Siting) -> html.Div:
    """People newly in reach with one, two, ... sites as bars from zero, the share beside."""
    people, share = np.cumsum(siting.gains), siting.curve
    steps = np.unique(np.linspace(1, len(people), min(len(people), MOST_BARS)).round().astype(int))
    bars = [
        html.I(
            style={"height": f"{100 * people[i - 1] / people[-1]:.1f}%"},
            title=t(
                lang,
                "siting_bar",
                count=i,
                people=format_number(people[i - 1]),
                share=f"{share[i]:.1%}",
            ),
        )
        for i in steps.tolist()
    ]
    label = t(
        lang,
        "siting_curve",
        first=f"{share[0]:.1%}",
        last=f"{share[-1]:.1%}",
        count=len(people),
    )
    return html.Div(
        [html.Div(bars, className="bars", role="img", **{"aria-label": label}), html.Small(label)]
    )


def _steps(lang: str, siting: Siting) -> html.Ol:
    """What each site adds, the first ten."""
    shown = siting.gains[:10]
    return html.Ol([html.Li(t(lang, "siting_gain", people=format_number(n))) for n in shown])
