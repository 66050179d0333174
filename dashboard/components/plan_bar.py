"""Tools of a plan: put providers on the map by hand, or let the best sites be sought."""

from __future__ import annotations

import dash_bootstrap_components as dbc
import numpy as np
from dash import dcc, html

from dashboard import ids
from dashboard.coverage.siting import MOST_SITES
from dashboard.text import t
from dashboard.view import View

TOOLS = ("add", "move", "close")
GOALS = ("people", "share")
POLL_MS = 700


def plan_class(view: View) -> str:
    """Class of the tools: shown with their tab only."""
    return "plan-bar" if view.state.tab == "plan" else "plan-bar hidden"


def usual_places(view: View) -> int | None:
    """Middle capacity of the open providers of the category: what a new one is thought to hold."""
    sites = view.dataset.providers(0, view.state.category, view.state.period)
    known = sites.loc[sites["capacity"] >= 0, "capacity"]
    return int(np.median(known)) if len(known) else None


def plan_bar(view: View) -> html.Div:
    """Both ways to a plan; what comes of them stands below, in the panel."""
    lang = view.state.lang
    return html.Div(
        [
            _by_hand(lang, view),
            _by_search(lang),
            html.Div(id=ids.SITING_ANSWER, className="siting-answer", **{"aria-live": "polite"}),
            dcc.Store(id=ids.SITING_JOB),
            dcc.Store(id=ids.SITING_PLAN),
            dcc.Interval(id=ids.SITING_TICK, interval=POLL_MS, disabled=True),
        ],
        id=ids.PLAN_BAR,
        className=plan_class(view),
    )


def _by_hand(lang: str, view: View) -> html.Div:
    tools = [
        html.Button(
            t(lang, f"tool_{tool}"),
            type="button",
            className="tool",
            title=t(lang, f"tool_{tool}_title"),
            **{"data-plan-tool": tool, "data-hint": t(lang, f"tool_{tool}_hint")},
            **{"aria-pressed": "false"},
        )
        for tool in TOOLS
    ]
    here = html.Button(
        t(lang, "tool_here"),
        type="button",
        className="tool",
        title=t(lang, "tool_here_title"),
        **{"data-plan-here": "1", "data-none": t(lang, "tool_here_none")},
    )
    return html.Div(
        [
            html.Span(t(lang, "plan_by_hand"), className="lead-in"),
            *tools,
            here,
            _number(
                lang,
                "plan_places",
                ids.PLAN_PLACES,
                value=usual_places(view),
                min=0,
                max=1_000_000,
                step=1,
            ),
        ],
        className="tools",
    )


def _by_search(lang: str) -> html.Div:
    goals = [{"label": t(lang, f"goal_{goal}"), "value": goal} for goal in GOALS]
    return html.Div(
        [
            html.Span(t(lang, "plan_by_search"), className="lead-in"),
            html.Div(
                [
                    html.Label(t(lang, "goal"), htmlFor=ids.SITING_GOAL),
                    dbc.Select(id=ids.SITING_GOAL, options=goals, value=GOALS[0]),
                ],
                className="control",
            ),
            _number(lang, "siting_count", ids.SITING_COUNT, value=3, min=1, max=MOST_SITES, step=1),
            _number(lang, "siting_places", ids.SITING_PLACES, min=1, max=1_000_000, step=1),
            html.Details(
                [
                    html.Summary(t(lang, "siting_list")),
                    dbc.Textarea(
                        id=ids.SITING_LIST,
                        rows=3,
                        placeholder=t(lang, "siting_list_hint"),
                        title=t(lang, "siting_list"),
                    ),
                ],
                className="candidates",
            ),
            html.Button(
                t(lang, "siting_start"), id=ids.SITING_START, type="button", className="tool go"
            ),
            html.Button(
                t(lang, "siting_stop"), id=ids.SITING_STOP, type="button", className="tool hidden"
            ),
        ],
        className="tools",
    )


def _number(lang: str, key: str, name: str, **more) -> html.Div:
    return html.Div(
        [
            html.Label(t(lang, key), htmlFor=name),
            dbc.Input(id=name, type="number", **more),
        ],
        className="control narrow",
        title=t(lang, f"{key}_title"),
    )
