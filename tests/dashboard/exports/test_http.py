"""Exports over HTTP: every format at the view's address, jobs, the way back, refusals."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from dashboard.current_view import CurrentView
from dashboard.dataset import Dataset
from dashboard.exports import job_page
from dashboard.exports.http import add_export_routes
from dashboard.exports.origin import read_origin
from dashboard.exports.short_code import encode_view
from dashboard.exports.writers import MIME_TYPES, WRITERS, write_export
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.view import build_view
from dashboard.view_state import parse_view
from geodata.errors import BoundaryError

QUERY = (
    "area=110101&level=community&measure=users_share&category=meals&plan=a:meals,116.02,39.98,50"
)


def client_of(releases: Path, jobs: Path):
    """A client of the export routes alone."""
    app, routes = Flask("exports"), Blueprint("atlas", __name__)
    settings = Settings(releases=releases)
    add_export_routes(routes, CurrentView(settings, Releases(releases)), jobs=jobs)
    app.register_blueprint(routes)
    return app.test_client()


@pytest.fixture(scope="module")
def client(grid_releases, tmp_path_factory):
    """A client on the grid release."""
    return client_of(grid_releases, tmp_path_factory.mktemp("jobs"))


@pytest.mark.parametrize("key", [key for key in WRITERS if key[0] != "atlas"])
def test_every_format_at_the_views_address(client, key):
    kind, ending = key
    answer = client.get(f"/export/{kind}.{ending}?{QUERY}")
    assert answer.status_code == 200
    assert answer.mimetype == MIME_TYPES[ending]
    assert re.search(rf"filename\*=UTF-8''\S+\.{ending}$", answer.headers["Content-Disposition"])
    assert len(answer.data) > 500


def test_the_answer_is_what_the_command_line_writes(client, grid_release):
    dataset = Dataset.open(grid_release)
    view = build_view(dataset, parse_view(QUERY, dataset))
    answer = client.get(f"/export/table.xlsx?{QUERY}")
    assert answer.data == write_export(view, "table", "xlsx")


@pytest.mark.parametrize("name", ["map.exe", "table.pdf", "nothing.csv", "brief.csv"])
def test_unknown_kinds_are_not_found(client, name):
    assert client.get(f"/export/{name}").status_code == 404


def test_a_level_without_polygons_is_not_found_and_says_so(client, monkeypatch):
    def fail(*_):
        raise BoundaryError("the release has no community boundaries in 110101")

    monkeypatch.setattr("dashboard.exports.http.write_export", fail)
    answer = client.get("/export/map.pdf")
    assert answer.status_code == 404
    assert "no community boundaries" in answer.text


def test_the_page_is_chosen_by_the_address(client):
    lying, standing = (
        client.get(f"/export/map.png?{QUERY}{page}").data for page in ("", "&page=a4-portrait")
    )
    width, height = (int.from_bytes(lying[i : i + 4], "big") for i in (16, 20))
    assert (int.from_bytes(standing[16:20], "big"), width > height) == (height, True)


def test_a_short_code_reopens_the_view(client, grid_release):
    dataset = Dataset.open(grid_release)
    code = encode_view(parse_view(QUERY, dataset), dataset)
    answer = client.get(f"/open/{code.lower()}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/?{QUERY}&lang=zh-CN"
    assert client.get("/open/NOTACODE77").status_code == 404


@pytest.fixture
def two_releases(grid_release, tmp_path):
    """A releases folder whose older release is no longer the current one."""
    for name in ("2026-06-older", "2026-06-newer"):
        shutil.copytree(grid_release, tmp_path / name)
    (tmp_path / "current").write_text("2026-06-newer")
    entries = [{"id": name, "time": "", "action": "publish"} for name in ("2026-06-older",)]
    (tmp_path / "published.jsonl").write_text("".join(json.dumps(e) + "\n" for e in entries))
    return tmp_path


def test_a_code_of_an_older_release_offers_the_page_as_printed(two_releases):
    tmp_path = two_releases
    client = client_of(tmp_path, tmp_path / "jobs")
    dataset = Dataset.open(tmp_path / "2026-06-older")
    code = encode_view(parse_view(QUERY, dataset), dataset)
    answer = client.get(f"/open/{code}")
    assert answer.status_code == 200
    assert "2026-06-older" in answer.text
    address = re.search(r"href='(/export/map.pdf[^']+)'", answer.text).group(1)
    printed = client.get(address.replace("&amp;", "&"))
    assert b"release=2026-06-older" in printed.data


def test_an_unknown_release_is_not_found(client):
    assert client.get("/export/table.csv?release=none").status_code == 404
    assert client.get("/export/table.csv?release=../x").status_code == 404


def wait(client, address: str) -> dict:
    """What a job says when it no longer runs."""
    for _ in range(600):
        state = client.get(address, headers={"Accept": "application/json"}).json
        if state["state"] != "running":
            return state
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def test_an_atlas_of_an_older_release_is_made_of_that_one(two_releases, monkeypatch):
    monkeypatch.setenv("ATLAS_RELEASES", str(two_releases))
    client = client_of(two_releases, two_releases / "jobs")
    answer = client.post("/export/atlas.pdf?area=11&release=2026-06-older")
    assert wait(client, answer.headers["Location"])["state"] == "done"
    file = client.get(f"{answer.headers['Location']}/file").data
    assert read_origin(file).release == "2026-06-older"


def test_the_formats_of_an_older_release_are_of_that_one(two_releases):
    client = client_of(two_releases, two_releases / "jobs")
    for release, times in (
        ("2026-06-older", sum(map(len, job_page.FILES.values()))),
        ("2026-06-newer", 0),
    ):
        answer = client.get(f"/export?{QUERY}&release={release}")
        assert answer.text.count("&amp;release=2026-06-older") == times


def test_an_atlas_is_made_in_the_background(client, monkeypatch, grid_releases):
    monkeypatch.setenv("ATLAS_RELEASES", str(grid_releases))
    offer = client.get("/export/atlas.pdf?area=11")
    assert "method='post'" in offer.text
    answer = client.post("/export/atlas.pdf?area=11")
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert client.get(f"{address}/file").status_code in (200, 404)
    state = wait(client, address)
    assert state["state"] == "done", state
    assert "href='" in client.get(address).text
    file = client.get(f"{address}/file")
    assert file.mimetype == "application/pdf"
    assert file.data.startswith(b"%PDF")
    stranger = {"REMOTE_USER": "somebody else"}
    assert client.get(address, environ_base=stranger).status_code == 404


def test_inside_a_district_there_is_no_atlas(client, grid_view):
    """An atlas without a brief would be an empty book."""
    inside = "area=110101001"
    assert client.get(f"/export/atlas.pdf?{inside}").status_code == 404
    assert client.post(f"/export/atlas.pdf?{inside}").status_code == 404
    assert "atlas.pdf" not in client.get(f"/export?{inside}").text
    assert "atlas.pdf" in client.get("/export?area=110101").text
    with pytest.raises(BoundaryError, match="inside a district"):
        write_export(grid_view(inside), "atlas", "pdf")


def test_only_long_exports_are_jobs(client):
    assert client.post("/export/map.pdf").status_code == 404


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_list_of_formats_leads_to_all_of_them(client, lang):
    answer = client.get(f"/export?{QUERY}&lang={lang}")
    assert answer.status_code == 200
    paths = re.findall(r"href='/export/(\w+)\.(\w+)\?([^']+)'", answer.text)
    assert {(kind, ending) for kind, ending, _ in paths} == set(WRITERS)
    assert all(f"lang={lang}" in query for _, _, query in paths)


def test_without_a_plan_no_plan_is_offered_and_none_is_made(client):
    assert "plan.pdf" not in client.get("/export?area=11").text
    for ending in ("pdf", "csv"):
        answer = client.get(f"/export/plan.{ending}?area=11")
        assert answer.status_code == 404
        assert "方案与选址" in answer.text, "what to do about it"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("address", ["/export?", "/export/atlas.pdf?"])
def test_plain_pages_carry_mark_and_papers_and_lead_back_to_the_view(
    client, grid_release, address, lang
):
    dataset = Dataset.open(grid_release)
    view = build_view(dataset, parse_view(f"{QUERY}&lang={lang}", dataset))
    text = client.get(f"{address}{QUERY}&lang={lang}").text
    for part in (view.notes.demonstration, view.notes.papers):
        assert part in text
    assert f"href='/?{QUERY.replace('&', '&amp;')}&amp;lang={lang}'" in text
    what = job_page.atlas_words(view)
    assert (what in text) == ("atlas.pdf?" in address)


def test_a_title_cannot_break_out_of_the_page(client):
    assert "<script>" not in client.get("/export?area=<script>&measure=<script>").text
