"""The current release: a newer one is picked up, a broken one is not, an old one can be found."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from dashboard import releases as module
from dashboard.releases import Releases
from geodata.errors import ReleaseError


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """A clock that stands still until told."""
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def root(grid_release: Path, tmp_path: Path) -> Path:
    """Two releases of the same content; the first one is current."""
    for name in ("one", "two"):
        shutil.copytree(grid_release, tmp_path / name, copy_function=os.link)
    publish(tmp_path, "one")
    return tmp_path


def publish(root: Path, name: str) -> None:
    (root / ".current.new").write_text(name + "\n")
    (root / ".current.new").replace(root / "current")


def test_a_newer_release_is_picked_up_within_a_second(root, clock):
    releases = Releases(root)
    first = releases.current()
    assert first.release_id == "one"
    publish(root, "two")
    clock[0] = 0.9
    assert releases.current() is first
    clock[0] = 1.1
    assert releases.current().release_id == "two"
    assert first.tree.codes[0] == "jjj"  # who still holds the old one can read on


def test_the_same_release_is_not_opened_twice(root, clock):
    releases = Releases(root)
    first = releases.current()
    publish(root, "one")
    clock[0] = 2.0
    assert releases.current() is first


def test_a_broken_newer_release_leaves_the_open_one_and_is_tried_again(root, clock, caplog):
    releases = Releases(root)
    first = releases.current()
    manifest = root / "two" / "manifest.json"
    content = manifest.read_text("utf-8")
    manifest.unlink()
    publish(root, "two")
    clock[0] = 2.0
    assert releases.current() is first
    assert "two" in caplog.text
    manifest.write_text(content, "utf-8")
    clock[0] = 4.0
    assert releases.current().release_id == "two"


def test_a_vanished_current_leaves_the_open_release(root, clock):
    releases = Releases(root)
    first = releases.current()
    (root / "current").unlink()
    clock[0] = 2.0
    assert releases.current() is first


@pytest.mark.parametrize("name", [None, "gone", "", "../one", ".building-1"])
def test_without_a_release_there_is_an_error_with_a_remedy(root, name):
    (root / "current").unlink()
    if name is not None:
        (root / "current").write_text(name)
    with pytest.raises(ReleaseError) as caught:
        Releases(root).current()
    assert caught.value.fix


def test_older_releases_are_found_and_nothing_else(root):
    releases = Releases(root)
    assert releases.find("two") == root / "two"
    for name in ("three", "", ".", "..", "../one", "one/geometry", "current", ".hidden"):
        assert releases.find(name) is None


def test_history_is_newest_first_and_survives_a_cut_line(root):
    assert Releases(root).history() == []
    lines = [json.dumps({"id": i, "time": "t", "action": "published"}) for i in ("one", "two")]
    (root / "published.jsonl").write_text("\n".join(lines) + '\n{"id": "thr', "utf-8")
    assert [entry["id"] for entry in Releases(root).history()] == ["two", "one"]
