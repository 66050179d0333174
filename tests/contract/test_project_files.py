"""What may lie in the project, and what its files may say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.contract.project_files import ROOT, project_files, source_files, text_files

TOP_LEVEL = {
    "pyproject.toml",
    "requirements.lock",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "Procfile",
    "Makefile",
    "dashboard",
    "geodata",
    "tests",
    "assets",
}

# In parts, so that this file itself does not hold what it looks for.
MACHINE_PATH = re.compile(
    r"(?<![\w.<{])/(?:" + "|".join(["work", "home", "root", "Users"]) + r")/\w"
)
REGISTRY = re.compile("|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "index" + "-url"]))
SECRET = re.compile(r"BEGIN [A-Z ]*PRIVATE KEY|(?i:api[_-]?key|password)\s*=\s*['\"][^'\"]+['\"]")
OUTSIDE_ADDRESS = re.compile(
    r"https?://(?!www\.w3\.org/|127\.0\.0\.1|localhost|\w+\.example\.)[\w.-]+"
)


def test_nothing_else_lies_at_the_top():
    top = {path.parts[0] for path in project_files() if not path.parts[0].startswith(".")}
    assert top <= TOP_LEVEL


@pytest.mark.parametrize(
    ("what", "pattern", "allowed"),
    [
        ("a path of somebody's machine", MACHINE_PATH, ()),
        ("a registry's address", REGISTRY, ("tests/contract/test_project_files.py", ".ci/lock")),
        ("a secret", SECRET, ()),
    ],
)
def test_no_file_says(what, pattern, allowed):
    found = [
        f"{path}: {match.group()}"
        for path in text_files()
        if str(path) not in allowed
        for match in pattern.finditer((ROOT / path).read_text("utf-8", errors="replace"))
    ]
    assert not found, f"{what} in a file of the project"


def test_code_names_no_address_outside_this_machine():
    """Nothing is fetched: neither code nor style sheet names another host. Facts name sources."""
    code = [p for p in text_files() if p.suffix in {".py", ".js", ".css", ".html", ".typ", ".svg"}]
    code = [p for p in code if p.parts[0] in {"dashboard", "geodata", "assets"}]
    found = [
        f"{path}: {match.group()}"
        for path in code
        for match in OUTSIDE_ADDRESS.finditer((ROOT / path).read_text("utf-8"))
    ]
    assert not found


def test_lock_pins_every_direct_dependency_with_hashes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        direct += extra
    lock = (ROOT / "requirements.lock").read_text()
    pinned = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    assert {re.match(r"[\w-]+", line).group().lower() for line in direct} <= pinned
    blocks = re.split(r"\n(?=[a-z0-9])", lock)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)


def test_lock_splits_what_runs_from_what_tests():
    runs, tests = (ROOT / "requirements.lock").read_text().split("\n# tests\n")
    assert "\ndash==" in runs
    assert "pytest" not in runs
    assert "\nplaywright==" in tests


def test_file_length():
    """Hard limit 500 lines; a longer file holds two concerns."""
    long = {
        str(path): lines
        for path in source_files("dashboard", "geodata", "tests")
        if (lines := (ROOT / path).read_text("utf-8").count("\n")) > 500
    }
    assert not long


def test_no_vague_module_names():
    vague = {"utils", "helpers", "common", "manager", "base", "misc", "util", "helper"}
    assert not [
        path for path in source_files("dashboard", "geodata", "tests") if path.stem in vague
    ]


def test_assets_are_in_the_wheel():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    assert wheel["targets"]["wheel"]["force-include"] == {"assets": "dashboard/assets"}
    assert (ROOT / "assets").is_dir()
    assert not (ROOT / "dashboard" / "assets").exists(), "two places for the same files"


def test_changelog_has_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in Path(ROOT / "CHANGELOG.md").read_text()
