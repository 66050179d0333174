"""Layer files, provider points and compression over HTTP, without a browser."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import brotli
import numpy as np
import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard import compression
from dashboard.app import create_app
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.static_files import provider_columns

UNPACK: dict[str | None, Callable[[bytes], bytes]] = {
    None: bytes,
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"


@pytest.fixture(scope="module")
def client(grid_releases: Path) -> FlaskClient:
    """The application on the small release."""
    return create_app(
        Settings(releases=grid_releases), Releases(grid_releases)
    ).server.test_client()


@pytest.fixture(scope="module")
def layers(grid_release: Path) -> list[Path]:
    """All layer and context files."""
    return sorted((grid_release / "geometry").glob("*.geojson"))


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_a_layer_is_the_same_in_every_encoding(client, layers, accepted, encoding):
    for path in layers[:6]:
        answer = client.get(f"/geometry/{path.name}", headers={"Accept-Encoding": accepted})
        assert answer.status_code == 200
        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert UNPACK[encoding](answer.data) == path.read_bytes()


def test_context_files_are_served_too(layers):
    assert any(path.name.startswith("context-") for path in layers)


def test_an_unchanged_layer_is_not_sent_again(client, layers):
    address = f"/geometry/{layers[0].name}"
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name",
    [
        "district@jjj-00000000.geojson",
        "district@jjj.geojson",
        "index.json",
        "district@jjj-00000000.geojson.br",
        "..manifest.json",
        "%00",
    ],
)
def test_other_names_are_not_found(client, name):
    assert client.get(f"/geometry/{name}").status_code == 404


@pytest.mark.parametrize("name", ["../manifest.json", "..%2fmanifest.json", "..%5cmanifest.json"])
def test_no_path_leads_out_of_the_folder(client, name):
    assert b"schema_version" not in client.get(f"/geometry/{name}").data


def test_a_layer_of_an_older_release_still_answers(tmp_path, grid_release: Path):
    old, new = tmp_path / "older", tmp_path / grid_release.name
    shutil.copytree(grid_release, new)
    (old / "geometry").mkdir(parents=True)
    name = "district@jjj-0badcafe.geojson"
    (old / "geometry" / name).write_text('{"type":"FeatureCollection","features":[]}')
    (tmp_path / "current").write_text(grid_release.name)
    app = create_app(Settings(releases=tmp_path), Releases(tmp_path))
    assert app.server.test_client().get(f"/geometry/{name}").json["features"] == []


def test_provider_columns_give_every_point_back():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "lon": rng.uniform(113, 120, 300).round(6),
            "lat": rng.uniform(36, 43, 300).round(6),
            "capacity": rng.integers(-2, 90, 300),
            "name": [f"助餐点{i}" for i in range(300)],
            "provider_id": [f"P{i}" for i in range(300)],
        }
    )
    columns = json.loads(json.dumps(provider_columns(frame)))
    back = pd.DataFrame(
        {
            "lon": np.cumsum(columns["lon"]) / 1e5,
            "lat": np.cumsum(columns["lat"]) / 1e5,
            "capacity": columns["capacity"],
            "name": columns["name"],
            "provider_id": columns["id"],
        }
    )
    both = frame.merge(back, on=["name", "provider_id"], suffixes=("", "_back"))
    assert len(both) == 300
    assert np.abs(both.lon - both.lon_back).max() <= 0.5001e-5
    assert np.abs(both.lat - both.lat_back).max() <= 0.5001e-5
    assert (both.capacity == both.capacity_back).all()


def test_provider_points_are_those_of_the_release(client, grid_release: Path):
    manifest = json.loads((grid_release / "manifest.json").read_text())
    period = manifest["periods"][-1]
    table = pd.read_parquet(grid_release / "providers.parquet")
    opened, closed = table["opened"].fillna(""), table["closed"].fillna("")
    wanted = table[(opened <= period) & ((closed == "") | (closed > period))]
    query = {"area": "jjj", "category": "all", "period": period, "release": manifest["release_id"]}
    answer = client.get("/data/providers", query_string=query)
    assert sorted(answer.json["name"]) == sorted(wanted["name"])
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    stale = client.get("/data/providers", query_string=query | {"release": "2020-01-00000000"})
    assert stale.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("query", ["", "area=nowhere&category=%00&period=1", "category=spaceships"])
def test_any_points_query_gets_an_answer(client, query):
    assert client.get(f"/data/providers?{query}").status_code == 200


def test_a_script_is_compressed_once(client, monkeypatch):
    calls = []
    real = compression.compress_well
    monkeypatch.setattr(compression, "compress_well", lambda *a: calls.append(a[1]) or real(*a))
    asked = {"Accept-Encoding": "br"}
    address = "/_dash-component-suites/dash_leaflet/dash_leaflet.js"
    first, second = (client.get(address, headers=asked) for _ in range(2))
    assert len(calls) <= 1
    assert first.data == second.data
    assert brotli.decompress(first.data) == client.get(address).data


def test_an_unchanged_script_is_not_sent_again(client):
    headers = {"Accept-Encoding": "br"}
    tag = client.get(PLOTLY, headers=headers).headers["ETag"]
    assert client.get(PLOTLY, headers=headers | {"If-None-Match": tag}).status_code == 304


def test_versioned_files_may_be_kept_for_ever(client):
    page = client.get("/").get_data(as_text=True)
    start = page.index("/assets/map_view.js?m=")
    address = page[start : page.index('"', start)]
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert "immutable" not in client.get("/assets/map_view.js").headers["Cache-Control"]


def test_answers_are_compressed_when_it_pays(client):
    asked = {"Accept-Encoding": "gzip"}
    large, small = (client.get(path, headers=asked) for path in ("/_dash-dependencies", "/healthz"))
    assert large.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(large.data))
    assert "Content-Encoding" not in small.headers


def test_the_table_comes_after_the_map(client):
    page = client.get("/").get_data(as_text=True)
    assert "<script src" in page
    assert 'name="atlas-late-script" content="/_dash-component-suites/dash_ag_grid/' in page
    assert '<script src="/_dash-component-suites/dash_ag_grid/' not in page
