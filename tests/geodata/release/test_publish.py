"""Publishing: one step, survives a kill, can be taken back."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from geodata.errors import ReleaseError
from geodata.release import (
    build_release,
    current_release,
    list_releases,
    open_release,
    rollback,
    verify_release,
)
from geodata.schema import SCHEMA_VERSION
from tests.building import ROOT
from tests.grid_source import write_grid_source


@pytest.fixture
def two(tmp_path):
    """A releases folder with two releases: the second one is served."""
    releases = tmp_path / "releases"
    ids = [
        build_release(write_grid_source(tmp_path / f"source{n}", months=n), releases)
        for n in (1, 2)
    ]
    return releases, ids


def test_rollback_and_forward(two):
    releases, (old, new) = two
    assert current_release(releases) == new
    assert rollback(releases) == old
    assert current_release(releases) == old
    assert rollback(releases, new) == new
    marks = {item["id"]: item["current"] for item in list_releases(releases)}
    assert marks == {old: False, new: True}


@pytest.mark.parametrize("name", ["2020-01-00000000", "../source1", "", ".building-1"])
def test_rollback_to_what_is_not_there(two, name):
    releases, (_, new) = two
    with pytest.raises(ReleaseError):
        rollback(releases, name)
    assert current_release(releases) == new


def test_rollback_without_a_past(tmp_path):
    with pytest.raises(ReleaseError, match="before"):
        rollback(tmp_path)


def test_open_says_what_is_wrong(tmp_path, two):
    releases, (_, new) = two
    with pytest.raises(ReleaseError, match="no release is published"):
        open_release(tmp_path / "nothing")
    manifest = releases / new / "manifest.json"
    text = manifest.read_text()
    manifest.write_text(
        text.replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 999')
    )
    with pytest.raises(ReleaseError, match="schema version"):
        open_release(releases)
    manifest.write_text("{")
    with pytest.raises(ReleaseError, match="manifest"):
        open_release(releases)


def test_verify_finds_changed_and_lost_files(two):
    releases, _ = two
    folder, manifest = open_release(releases)
    with (folder / "areas.parquet").open("ab") as file:
        file.write(b"x")
    (folder / "standards.toml").unlink()
    assert verify_release(folder, manifest) == ["areas.parquet: changed", "standards.toml: missing"]


def test_a_release_of_the_same_id_with_other_content_is_kept(tmp_path):
    source = write_grid_source(tmp_path / "source", months=1)
    releases = tmp_path / "releases"
    first = build_release(source, releases)
    manifest = releases / first / "manifest.json"
    manifest.write_text(manifest.read_text() + "\n")
    assert build_release(source, releases) == f"{first}-2"
    assert (releases / first).is_dir()


def test_killed_at_any_moment_the_old_release_serves(tmp_path):
    releases = tmp_path / "releases"
    old = build_release(write_grid_source(tmp_path / "old", months=1), releases)
    source = write_grid_source(tmp_path / "new", months=12)
    program = (
        "import sys; from geodata.release import build_release; print('ready', flush=True);"
        "build_release(sys.argv[1], sys.argv[2])"
    )
    command = [sys.executable, "-c", program, str(source), str(releases)]
    chance = random.Random(5)
    killed = 0
    for wait in (0.05, chance.uniform(0.2, 0.8), chance.uniform(0.8, 2.0)):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout.readline().strip() == b"ready"
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        served = current_release(releases)
        folder, manifest = open_release(releases)
        assert not verify_release(folder, manifest)
        if served != old:
            break  # it was faster than the signal
    assert killed
    new = build_release(source, releases)
    assert current_release(releases) == new != old
    assert not list(releases.glob(".building-*"))


def test_a_build_that_still_runs_is_not_cleared_away(tmp_path):
    releases = tmp_path / "releases"
    busy = releases / f".building-{os.getppid()}"
    gone = releases / ".building-999999999"
    for folder in (busy, gone):
        folder.mkdir(parents=True)
    build_release(write_grid_source(tmp_path / "source", months=1), releases)
    assert busy.is_dir()
    assert not gone.exists()
