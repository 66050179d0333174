"""Exports over HTTP: files, long ones as jobs, and the way back from a printed page."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from flask import Blueprint, Response, abort, redirect, request, send_file

from dashboard.dataset import Dataset
from dashboard.exports import job_page
from dashboard.exports.command import export_command, open_release
from dashboard.exports.districts import has_atlas
from dashboard.exports.page_format import page_format_of
from dashboard.exports.reopen import OPEN_PATH
from dashboard.exports.short_code import decode_view, full_query, may_belong
from dashboard.exports.writers import (
    ENCODINGS,
    LONG_KINDS,
    MIME_TYPES,
    WRITERS,
    Choices,
    write_export,
)
from dashboard.jobs import DONE, Job, JobBoard, Runner, TooManyJobsError, start_process
from dashboard.kept import Kept
from dashboard.view import View, build_view
from dashboard.view_state import ViewState, parse_view
from geodata.errors import BoundaryError, GeodataError, PlanError, ReleaseError

if TYPE_CHECKING:
    from dashboard.current_view import CurrentView

FINEST_OF_ATLAS = "subdistrict"  # a district's brief lists them


def add_export_routes(
    routes: Blueprint,
    current: CurrentView,
    *,
    jobs: Path | None = None,
) -> None:
    """Add all of them to a blueprint that stands under the path prefix.

    Parameters
    ----------
    routes : Blueprint
    current : CurrentView
        Settings, releases and the gate: what is outside the request's scope is answered 403.
    jobs : Path, optional
        Folder of background jobs; by default one of this system user and releases folder.
    """
    desk = _Desk(current, jobs or current.jobs_folder("exports"))
    routes.add_url_rule("/export", "formats", desk.formats)
    routes.add_url_rule("/export/<kind>.<ending>", "export", desk.export, methods=["GET"])
    routes.add_url_rule("/export/<kind>.<ending>", "begin", desk.begin, methods=["POST"])
    routes.add_url_rule("/jobs/<number>", "job", desk.job)
    routes.add_url_rule("/jobs/<number>/stop", "stop_job", desk.stop, methods=["POST"])
    routes.add_url_rule("/jobs/<number>/file", "job_file", desk.job_file)
    routes.add_url_rule(f"/{OPEN_PATH}<code>", "open_code", desk.open_code)


class _Desk:
    """Answers to requests; one for an application."""

    def __init__(self, current: CurrentView, jobs: Path) -> None:
        self.current = current
        self.older = Kept(2)
        self.jobs = JobBoard(jobs, self._start)

    def _start(self, kind: str, query: str, release: str, folder: Path) -> Runner:
        command = export_command(kind, query, release, folder, server=self._server())
        return start_process(command, folder)

    def formats(self) -> Response:
        view, current = self._view(), self.current.releases.current()
        older = "" if view.dataset.release_id == current.release_id else view.dataset.release_id
        return job_page.formats(view, self.current.prefix, older)

    def export(self, kind: str, ending: str) -> Response:
        if (kind, ending) not in WRITERS:
            abort(404)
        view = self._view(kind)
        if kind in LONG_KINDS:
            return self._offer(view)
        asked = dict(parse_qsl(self._query()))
        encoding = asked.get("encoding", "").upper()
        choices = Choices(
            page=page_format_of(self._query()),
            server=self._server(),
            encoding=encoding if encoding in ENCODINGS else ENCODINGS[0],
        )
        try:
            content = write_export(view, kind, ending, choices)
        except (BoundaryError, PlanError) as error:
            return Response(f"{error.message}\n{error.fix}\n", 404, mimetype="text/plain")
        return download(content, MIME_TYPES[ending], f"{file_stem(view, kind)}.{ending}")

    def _offer(self, view: View) -> Response:
        if not has_atlas(view):
            abort(404)
        return job_page.offer(view, self.current.prefix)

    def begin(self, kind: str, ending: str) -> Response:
        if (kind, ending) not in WRITERS or kind not in LONG_KINDS:
            abort(404)
        view = self._view(kind)
        if not has_atlas(view):
            abort(404)
        # The release is named even when it is the current one: another may be published meanwhile.
        release = view.dataset.release_id
        try:
            job = self.jobs.start(
                self.current.access.owner(), kind, full_query(view.state), release
            )
        except TooManyJobsError:
            return job_page.refusal(view, self.current.prefix)
        return redirect(f"{self.current.prefix}jobs/{job.id}", 303)

    def job(self, number: str) -> Response:
        job, view = self._job(number)
        if request.accept_mimetypes.best == "application/json":
            return {"state": job.state, "done": job.done, "total": job.total, "error": job.error}
        return job_page.progress(view, self.current.prefix, job)

    def stop(self, number: str) -> Response:
        job, _ = self._job(number)
        self.jobs.stop(job.id, self.current.access.owner())
        return redirect(f"{self.current.prefix}jobs/{number}", 303)

    def job_file(self, number: str) -> Response:
        job, view = self._job(number)
        if job.state != DONE:
            abort(404)
        name = f"{file_stem(view, job.kind)}.pdf"
        answer = send_file(
            job.file, mimetype=MIME_TYPES["pdf"], as_attachment=True, download_name=name
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def open_code(self, code: str) -> Response:
        """The view of a printed page: on screen when its release is the current one."""
        found = decode_view(code, self._releases(code))
        if found is None:
            abort(404)
        dataset, state = found
        self.current.access.require(dataset, state)
        query = full_query(state)
        if dataset.release_id == self.current.releases.current().release_id:
            return redirect(f"{self.current.prefix}?{query}", 302)
        again = urlencode({"release": dataset.release_id})
        return job_page.older(
            build_view(dataset, state),
            self.current.prefix,
            printed=f"export/map.pdf?{query}&{again}",
            today=f"?{query}",
        )

    def _view(self, kind: str = "") -> View:
        dataset = self._dataset(dict(parse_qsl(self._query())).get("release", ""))
        state = self.current.state_in(dataset, self._query())
        self._require_kind(dataset, state, kind)
        return build_view(dataset, state)

    def _require_kind(self, dataset: Dataset, state: ViewState, kind: str) -> None:
        """An atlas goes one level further than the view: it has a brief for every district."""
        if kind == "atlas":
            position = dataset.tree.find(state.area)
            self.current.access.require_area(dataset, position, FINEST_OF_ATLAS)

    def _job(self, number: str) -> tuple[Job, View]:
        """A job of this user whose area is still in the user's scope; others are not found."""
        job = self.jobs.find(number, self.current.access.owner())
        if job is None:
            abort(404)
        dataset = self._dataset(job.release)
        state = parse_view(job.query, dataset, self._lang())
        self.current.access.require(dataset, state)
        self._require_kind(dataset, state, job.kind)
        return job, build_view(dataset, state)

    def _dataset(self, release_id: str) -> Dataset:
        releases = self.current.releases
        if not release_id or release_id == releases.current().release_id:
            return releases.current()
        try:
            return self.older.get(release_id, partial(open_release, releases, release_id))
        except ReleaseError:
            abort(404)

    def _releases(self, code: str):
        """Releases that a code may be of, the current one first."""
        releases = self.current.releases
        yield releases.current()
        for entry in releases.history():
            number = str(entry.get("id", ""))
            if number != releases.current().release_id and may_belong(code, number):
                try:
                    yield self.older.get(number, partial(open_release, releases, number))
                except GeodataError:
                    continue

    def _lang(self) -> str:
        return self.current.settings.lang

    def _query(self) -> str:
        return request.query_string.decode("ascii", "replace")

    def _server(self) -> str:
        return request.host_url.rstrip("/") + self.current.prefix


def file_stem(view: View, kind: str = "map") -> str:
    """Name of a downloaded file without ending: area, level, measure and month."""
    state = view.state
    name = view.dataset.tree.names[view.position]
    if kind in ("brief", "atlas"):
        return f"silver-atlas_{kind}_{name}_{state.period}"
    return f"silver-atlas_{name}_{state.level}_{state.measure}_{state.period}"


def download(content: bytes, mimetype: str, name: str) -> Response:
    """A file to be saved under a name that may be Chinese."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{name.encode("ascii", "ignore").decode()}"; '
        f"filename*=UTF-8''{quote(name)}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
