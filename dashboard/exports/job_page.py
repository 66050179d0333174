"""The plain pages around a long export: offer, progress, refusal, and an older release's page.

They work without scripts: the page of a running job asks for itself again every two seconds, so
that a reload, another tab or a restart of the browser finds the job where it is.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Response

from dashboard.exports.short_code import full_query
from dashboard.jobs import DONE, RUNNING, Job
from dashboard.plain_page import plain_page
from dashboard.text import t

if TYPE_CHECKING:
    from dashboard.view import View

REFRESH_S = 2
# Text key, path after /export/, what follows the view in the address.
FILES = (
    ("file_map_a4", "map.pdf", ""),
    ("file_map_a4_portrait", "map.pdf", "&page=a4-portrait"),
    ("file_map_a3", "map.pdf", "&page=a3-landscape"),
    ("file_map_a3_portrait", "map.pdf", "&page=a3-portrait"),
    ("file_plan", "plan.pdf", ""),
    ("file_plan_csv", "plan.csv", ""),
    ("file_brief", "brief.pdf", ""),
    ("file_atlas", "atlas.pdf", ""),
    ("file_png", "map.png", ""),
    ("file_svg", "map.svg", ""),
    ("file_xlsx", "table.xlsx", ""),
    ("file_csv", "table.csv", ""),
    ("file_gpkg", "layer.gpkg", ""),
    ("file_shapefile", "layer.zip", ""),
    ("file_shapefile_gb18030", "layer.zip", "&encoding=GB18030"),
    ("file_geojson", "layer.geojson", ""),
)


def formats(view: View, prefix: str, release: str = "") -> Response:
    """Every file that a view can become, with its address; `release` where it is an older one."""
    lang, query = view.state.lang, full_query(view.state)
    if release:
        query += f"&{urlencode({'release': release})}"
    items = "".join(
        f"<li><a href='{prefix}export/{path}?{escape(query + more)}'>{t(lang, key)}</a></li>"
        for key, path, more in FILES
        if view.state.plan or not path.startswith("plan.")
    )
    return _page(lang, prefix, f"<p>{escape(view.title)}</p><ul>{items}</ul>")


def offer(lang: str, prefix: str, title: str) -> Response:
    """A long export is begun by a button, not by a link that anything may follow."""
    body = (
        f"<p>{escape(t(lang, 'job_offer', title=title))}</p>"
        "<form method='post'><button class='btn btn-primary'>"
        f"{t(lang, 'job_begin')}</button></form>"
    )
    return _page(lang, prefix, body)


def progress(lang: str, prefix: str, job: Job) -> Response:
    """How far a job is; with the file when it is done."""
    share = round(100 * job.done / job.total) if job.total else 0
    if job.state == RUNNING:
        body = (
            f"<p>{t(lang, 'job_running', done=job.done, total=job.total or '…')}</p>"
            f"<progress class='w-100' max='100' value='{share}' "
            f"aria-label='{t(lang, 'job_progress')}'>{share}%</progress>"
            f"<form method='post' action='{prefix}jobs/{job.id}/stop'>"
            f"<button class='btn btn-outline-secondary mt-3'>{t(lang, 'job_stop')}</button></form>"
        )
        return _page(lang, prefix, body, refresh=True)
    if job.state == DONE:
        address = f"{prefix}jobs/{job.id}/file"
        body = f"<p><a class='btn btn-primary' href='{address}'>{t(lang, 'job_download')}</a></p>"
        return _page(lang, prefix, body + f"<p>{t(lang, 'job_kept')}</p>")
    return _page(lang, prefix, f"<p>{t(lang, f'job_{job.state}')}</p>")


def refusal(lang: str, prefix: str) -> Response:
    """Too many jobs run already."""
    return _page(lang, prefix, f"<p>{t(lang, 'job_too_many')}</p>", status=429)


def older(lang: str, prefix: str, release: str, *, printed: str, today: str) -> Response:
    """A printed page's release is not the current one: as printed, or with today's data."""
    body = (
        f"<p>{escape(t(lang, 'job_older', release=release))}</p>"
        f"<p><a href='{prefix}{escape(printed)}'>{t(lang, 'job_as_printed')}</a></p>"
        f"<p><a href='{prefix}{escape(today)}'>{t(lang, 'job_today')}</a></p>"
    )
    return _page(lang, prefix, body)


def _page(
    lang: str, prefix: str, body: str, *, refresh: bool = False, status: int = 200
) -> Response:
    page = plain_page(
        lang, prefix, t(lang, "job_title"), body, refresh_s=REFRESH_S if refresh else 0
    )
    answer = Response(page, status, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer
