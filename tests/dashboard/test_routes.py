"""Routes through the test client: health, headers, downloads, errors."""

from __future__ import annotations

import re

import pytest

from dashboard.app import create_app
from dashboard.releases import Releases
from dashboard.settings import Settings


def client_of(folder, **settings):
    settings = Settings(releases=folder, **settings)
    return create_app(settings, Releases(folder)).server.test_client()


@pytest.fixture(scope="module")
def client(grid_releases):
    """A client of an application with a release."""
    return client_of(grid_releases)


@pytest.fixture
def empty(tmp_path):
    """A client of an application without any release."""
    return client_of(tmp_path)


def test_alive_without_release_but_not_ready(empty):
    assert empty.get("/healthz").status_code == 200
    assert empty.get("/readyz").status_code == 503


def test_ready_names_the_release(client, grid_release):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text.strip()) == (200, grid_release.name)


@pytest.mark.parametrize("path", ["/", "/embed", "/quality", "/healthz", "/nothing/here.txt"])
def test_security_headers_are_on_every_answer(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert re.search(r"script-src 'self'( 'sha256-[^']+')*;", policy)
    assert "unsafe-eval" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_inline_scripts_are_allowed_by_hash(client):
    import base64
    import hashlib

    answer = client.get("/")
    scripts = re.findall(r"<script[^>]*>([^<]+)</script>", answer.text)
    code = [text for text in scripts if "{" not in text[:1]]
    assert code
    for text in code:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_frame_ancestors_come_from_the_settings(grid_releases):
    client = client_of(grid_releases, frame_ancestors="'self' https://portal.example.cn")
    policy = client.get("/embed").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://portal.example.cn")


def test_pages_name_no_other_host(client):
    for path in ("/", "/embed", "/quality"):
        hosts = re.findall(r"(?:src|href)=[\"']((?:https?:)?//[^\"']+)", client.get(path).text)
        assert hosts == []


@pytest.mark.parametrize("query, lang", [("", "zh-CN"), ("lang=en", "en"), ("lang=xx", "zh-CN")])
def test_document_language(client, query, lang):
    assert f'<html lang="{lang}">' in client.get(f"/?{query}").text


def test_every_linked_file_is_there(client):
    links = re.findall(r'(?:src|href)="([^"]+)"', client.get("/").text)
    assert any("bootstrap" in link for link in links)
    for link in links:
        assert client.get(link).status_code == 200, link


def test_prefix_moves_everything(grid_releases):
    client = client_of(grid_releases, prefix="/atlas/")
    assert client.get("/atlas/readyz").status_code == 200
    page = client.get("/atlas/").text
    links = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert links and all(link.startswith("/atlas/") for link in links)
    assert client.get("/healthz").status_code == 404


def test_pdf_and_csv(client):
    pdf = client.get("/export/map.pdf?area=11")
    assert pdf.status_code == 200 and pdf.data.startswith(b"%PDF")
    assert "attachment" in pdf.headers["Content-Disposition"]
    table = client.get("/export/table.csv?area=11")
    assert table.data.startswith(b"\xef\xbb\xbf")
    assert "filename*=UTF-8''" in table.headers["Content-Disposition"]


def test_broken_queries_still_download(client):
    assert client.get("/export/table.csv?area=%FF%FE&measure=;drop&period=99").status_code == 200


def test_an_error_shows_no_traceback(grid_releases, monkeypatch):
    def fail(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("dashboard.exports.http.write_export", fail)
    answer = client_of(grid_releases).get("/export/map.pdf")
    assert answer.status_code == 500
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert "稍后" in answer.text


def test_unknown_file_is_a_plain_page(client):
    answer = client.get("/geometry/none.geojson")
    assert answer.status_code == 404 and "Silver Atlas" in answer.text
