"""The search for sites: begun, watched, stopped; its answer becomes the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dash import Dash, Input, Output, State, ctx, no_update

from dashboard import ids
from dashboard.components.siting_answer import plan_room, siting_answer, siting_refusal
from dashboard.coverage.siting import MOST_SITES, SitingQuestion, read_candidates
from dashboard.current_view import CurrentView
from dashboard.jobs import DONE, RUNNING, Job, TooManyJobsError
from dashboard.siting_jobs import SitingDesk, read_question, read_siting
from dashboard.view import View
from geodata.coverage import AddedSite, Scenario
from geodata.errors import SchemaError

FORM = {
    name: State(name, "value")
    for name in (
        ids.SITING_GOAL,
        ids.SITING_COUNT,
        ids.SITING_PLACES,
        ids.SITING_LIST,
        ids.PLAN_PLACES,
    )
}
QUIET = (True, "tool hidden")  # the clock stands, nothing to stop
BUSY = (False, "tool")


def register(app: Dash, current: CurrentView) -> None:
    """Register the one callback of the search."""
    desk = SitingDesk(current.jobs_folder("siting"))

    @app.callback(
        output=[
            Output(ids.SITING_ANSWER, "children"),
            Output(ids.SITING_JOB, "data"),
            Output(ids.SITING_TICK, "disabled"),
            Output(ids.SITING_STOP, "className"),
            Output(ids.SITING_PLAN, "data"),
        ],
        inputs={
            "clicks": [
                Input(ids.SITING_START, "n_clicks"),
                Input(ids.SITING_STOP, "n_clicks"),
                Input(ids.SITING_TICK, "n_intervals"),
            ],
            "number": State(ids.SITING_JOB, "data"),
            "query": State(ids.VIEW_STATE, "data"),
            "form": FORM,
        },
        prevent_initial_call=True,
    )
    def seek_sites(clicks: list, number: str | None, query: str, form: dict):
        if ctx.triggered_id == ids.SITING_START:
            return start_search(desk, current, query, form)
        if ctx.triggered_id == ids.SITING_STOP and number:
            desk.stop(number, current.access.owner())
        return look_at_search(desk, current, query, number)


def start_search(desk: SitingDesk, current: CurrentView, query: str, form: Mapping) -> list:
    """Begin, and answer at once when the search ends at once."""
    view = current(query)
    standard = view.dataset.held(view.state)
    if standard is None or standard.radius_m is None:
        return _refuse(view, "siting_no_standard")
    try:
        question = read_form(form)
    except SchemaError as error:
        return _refuse(view, "siting_bad_place", line=error.message, text=error.fix)
    if question is None:
        return _refuse(view, "siting_bad_count", most=MOST_SITES)
    try:
        job = desk.start(current.access.owner(), view.dataset, view.state, question)
    except TooManyJobsError:
        return _refuse(view, "siting_too_many")
    return show_search(current, query, job)


def look_at_search(desk: SitingDesk, current: CurrentView, query: str, number: str | None) -> list:
    """What has come of the search so far."""
    job = desk.find(number, current.access.owner()) if number else None
    if job is None:
        return [no_update, None, *QUIET, no_update]
    return show_search(current, query, job)


def show_search(current: CurrentView, query: str, job: Job) -> list:
    """Progress, or the answer and the plan with its sites put to the plan there is now."""
    asked = current.of_job(job.query)
    answer = siting_answer(asked, job)
    if job.state == RUNNING:
        return [answer, job.id, *BUSY, no_update]
    if job.state != DONE:
        return [answer, None, *QUIET, no_update]
    now = current.state(query)
    plan = add_sites(now.plan, asked.state.category, job)
    return [answer, None, *QUIET, {"plan": plan.to_text(), "n": job.id}]


def add_sites(plan: Scenario, category: str, job: Job) -> Scenario:
    """A plan with the sites of a search, each with the places that were asked for.

    Those that add most, as many as a plan has room for; the answer says so.
    """
    siting, question = read_siting(job), read_question(job.kind)
    places = question.planned_places if question.places is None else question.places
    found = siting.places[: plan_room(plan)]
    sites = tuple(AddedSite(category, lon, lat, places) for lon, lat in found)
    return replace(plan, added=(*plan.added, *sites))


def read_form(form: Mapping) -> SitingQuestion | None:
    """The question of the form; None when the number makes no sense.

    Raises
    ------
    SchemaError
        If a line of the list of candidates is no place.
    """
    number, places = form[ids.SITING_COUNT], form[ids.SITING_PLACES]
    candidates = read_candidates(form[ids.SITING_LIST] or "")
    held, planned = int(places) if places else None, form[ids.PLAN_PLACES]
    planned = int(planned) if planned is not None and planned >= 0 else None
    if form[ids.SITING_GOAL] == "share":
        if not isinstance(number, int | float) or not 0 < number <= 100:
            return None
        return SitingQuestion(MOST_SITES, number / 100, None, candidates, planned)
    if not isinstance(number, int | float) or not 1 <= number <= MOST_SITES:
        return None
    return SitingQuestion(int(number), None, held, candidates, planned)


def _refuse(view: View, key: str, **values: object) -> list:
    return [siting_refusal(view, key, **values), None, *QUIET, no_update]
