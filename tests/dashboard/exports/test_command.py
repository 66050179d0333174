"""`python -m dashboard export` and `verify`."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.jobs import PROGRESS, STOP, read_json

QUERY = "area=110101&level=community&measure=users_share&category=meals"


@pytest.fixture(autouse=True)
def _releases(grid_releases: Path, monkeypatch):
    monkeypatch.setenv("ATLAS_RELEASES", str(grid_releases))


@pytest.mark.parametrize("ending", ["pdf", "png", "svg", "csv", "xlsx", "gpkg", "zip", "geojson"])
def test_the_ending_says_what_is_written(tmp_path, ending, capsys):
    out = tmp_path / f"东城.{ending}"
    assert main(["export", "--view", QUERY, "--out", str(out)]) == 0
    assert out.stat().st_size > 500
    assert "使用率" in capsys.readouterr().out


def test_what_was_exported_can_be_verified(tmp_path, capsys, grid_release):
    out = tmp_path / "brief.pdf"
    assert main(["export", "--view", QUERY, "--kind", "brief", "--out", str(out)]) == 0
    assert main(["verify", str(out)]) == 0
    said = capsys.readouterr().out
    assert "genuine" in said
    assert grid_release.name in said
    out.write_bytes(out.read_bytes() + b" ")
    assert main(["verify", str(out)]) == 1
    assert "altered" in capsys.readouterr().out


def test_an_older_release_can_be_asked_for(tmp_path, grid_release, capsys):
    out = str(tmp_path / "x.csv")
    assert main(["export", "--release", grid_release.name, "--out", out]) == 0
    assert main(["export", "--release", "none", "--out", out]) == 1
    assert "none" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["x.exe", "x", "x.docx"])
def test_an_unknown_ending_is_wrong_use(tmp_path, name, capsys):
    assert main(["export", "--out", str(tmp_path / name)]) == 2
    assert "xlsx" in capsys.readouterr().err


def test_the_encoding_of_a_shapefile_can_be_chosen(tmp_path):
    out = tmp_path / "x.zip"
    command = ["export", "--view", QUERY, "--encoding", "GB18030", "--out", str(out)]
    assert main(command) == 0
    with zipfile.ZipFile(out) as archive:
        assert archive.read("areas.cpg") == b"GB18030"


def test_a_job_minds_its_stop_file(tmp_path, monkeypatch):
    monkeypatch.setattr("dashboard.exports.command._limit_memory", lambda megabytes: None)
    out = tmp_path / "result.pdf"
    command = ["export", "--kind", "atlas", "--view", "area=11", "--out", str(out)]
    (tmp_path / STOP).touch()
    assert main([*command, "--job", str(tmp_path)]) == 0
    assert not out.exists()
    (tmp_path / STOP).unlink()
    assert main([*command, "--job", str(tmp_path)]) == 0
    assert out.exists()
    assert read_json(tmp_path / PROGRESS)["stage"] == "binding"


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_job_has_a_memory_limit(monkeypatch):
    import resource

    from dashboard.exports.command import _limit_memory

    asked = []
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limit: asked.append((kind, limit)))
    _limit_memory(100)
    assert asked == [(resource.RLIMIT_DATA, (100 * 2**20,) * 2)]
