"""The plain pages around a long export: offer, progress, refusal, and an older release's page.

They work without scripts: the page of a running job asks for itself again every two seconds, so
that a reload, another tab or a restart of the browser finds the job where it is.
"""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response

from dashboard.exports.districts import atlas_districts, has_atlas
from dashboard.exports.short_code import full_query
from dashboard.jobs import DONE, RUNNING, Job
from dashboard.plain_page import plain_page
from dashboard.text import period_name, t
from dashboard.text.numbers import format_number

if TYPE_CHECKING:
    from dashboard.view import View

REFRESH_S = 2
# By what a reader looks for: text key, path after /export/, what follows the view in the address.
FILES = {
    "files_paper": (
        ("file_map_a4", "map.pdf", ""),
        ("file_map_a4_portrait", "map.pdf", "&page=a4-portrait"),
        ("file_map_a3", "map.pdf", "&page=a3-landscape"),
        ("file_map_a3_portrait", "map.pdf", "&page=a3-portrait"),
        ("file_plan", "plan.pdf", ""),
        ("file_brief", "brief.pdf", ""),
        ("file_atlas", "atlas.pdf", ""),
    ),
    "files_picture": (
        ("file_png", "map.png", ""),
        ("file_svg", "map.svg", ""),
    ),
    "files_table": (
        ("file_xlsx", "table.xlsx", ""),
        ("file_csv", "table.csv", ""),
        ("file_plan_csv", "plan.csv", ""),
    ),
    "files_gis": (
        ("file_gpkg", "layer.gpkg", ""),
        ("file_shapefile", "layer.zip", ""),
        ("file_shapefile_gb18030", "layer.zip", "&encoding=GB18030"),
        ("file_geojson", "layer.geojson", ""),
    ),
}


def formats(view: View, prefix: str, release: str = "") -> Response:
    """Every file that a view can become, with its address; `release` where it is an older one."""
    lang, query = view.state.lang, full_query(view.state)
    if release:
        query += f"&{urlencode({'release': release})}"
    about = (view.title, view.subtitle, view.notes.release)
    lines = "".join(f"<p>{escape(text)}</p>" for text in about)
    hidden = () if view.state.plan else ("file_plan", "file_plan_csv")
    hidden += () if has_atlas(view) else ("file_atlas",)
    sections = [_files(lang, f"{prefix}export/", query, head, hidden) for head in FILES]
    return _page(view, prefix, _section(lines) + "".join(sections))


def _files(lang: str, folder: str, query: str, head: str, hidden: Collection[str]) -> str:
    """One group of files as a list of links."""
    items = [
        f"<li><a href='{folder}{path}?{escape(query + more)}'>{t(lang, key)}</a></li>"
        for key, path, more in FILES[head]
        if key not in hidden
    ]
    return _section(f"<h2>{t(lang, head)}</h2><ul>{''.join(items)}</ul>")


def offer(view: View, prefix: str) -> Response:
    """A long export is begun by a button, not by a link that anything may follow."""
    body = (
        f"<p>{escape(t(view.state.lang, 'job_offer', what=atlas_words(view)))}</p>"
        "<form method='post'><button class='btn btn-primary'>"
        f"{t(view.state.lang, 'job_begin')}</button></form>"
    )
    return _page(view, prefix, _section(body))


def atlas_words(view: View) -> str:
    """What the atlas of a view is: its area, its month and how many districts."""
    lang, count = view.state.lang, format_number(len(atlas_districts(view)))
    area = view.dataset.names(lang)[view.position]
    period = period_name(lang, view.state.period)
    return t(lang, "job_atlas", area=area, period=period, count=count)


def progress(view: View, prefix: str, job: Job) -> Response:
    """How far a job is; with the file when it is done."""
    lang, share = view.state.lang, round(100 * job.done / job.total) if job.total else 0
    what = f"<p>{escape(atlas_words(view))}</p>"
    if job.state == RUNNING:
        body = (
            f"<p>{t(lang, 'job_running', done=job.done, total=job.total or '…')}</p>"
            f"<progress class='w-100' max='100' value='{share}' "
            f"aria-label='{t(lang, 'job_progress')}'>{share}%</progress>"
            f"<form method='post' action='{prefix}jobs/{job.id}/stop'>"
            f"<button class='btn btn-outline-secondary mt-3'>{t(lang, 'job_stop')}</button></form>"
        )
        return _page(view, prefix, _section(what + body), refresh=True)
    if job.state == DONE:
        address = f"{prefix}jobs/{job.id}/file"
        body = f"<p><a class='btn btn-primary' href='{address}'>{t(lang, 'job_download')}</a></p>"
        return _page(view, prefix, _section(what + body + f"<p>{t(lang, 'job_kept')}</p>"))
    return _page(view, prefix, _section(what + f"<p>{t(lang, f'job_{job.state}')}</p>"))


def refusal(view: View, prefix: str) -> Response:
    """Too many jobs run already."""
    body = f"<p>{t(view.state.lang, 'job_too_many')}</p>"
    return _page(view, prefix, _section(body), status=429)


def older(view: View, prefix: str, *, printed: str, today: str) -> Response:
    """A printed page's release is not the current one: as printed, or with today's data."""
    lang = view.state.lang
    body = (
        f"<p>{escape(view.title)} · {escape(view.subtitle)}</p>"
        f"<p>{escape(t(lang, 'job_older', release=view.dataset.release_id))}</p>"
        f"<p><a href='{prefix}{escape(printed)}'>{t(lang, 'job_as_printed')}</a></p>"
        f"<p><a href='{prefix}{escape(today)}'>{t(lang, 'job_today')}</a></p>"
    )
    return _page(view, prefix, _section(body))


def _section(body: str) -> str:
    return f"<section>{body}</section>"


def _page(
    view: View, prefix: str, body: str, *, refresh: bool = False, status: int = 200
) -> Response:
    """A page with the papers of its view and the way back to it."""
    lang = view.state.lang
    page = plain_page(
        lang,
        prefix,
        t(lang, "job_title"),
        body,
        refresh_s=REFRESH_S if refresh else 0,
        back=full_query(view.state),
        mark=view.notes.demonstration,
        papers=view.notes.papers,
    )
    answer = Response(page, status, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer
