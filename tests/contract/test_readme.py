"""The README says what the code does."""

from __future__ import annotations

import re

import pytest

from dashboard.exports.writers import WRITERS
from dashboard.settings import LANGUAGES
from dashboard.view_state import METHODS, SHOWN, TABS, URL_KEYS
from tests.contract.project_files import ROOT, source_files
from tests.contract.readme_tables import README, SECTIONS, marked_part


@pytest.fixture(scope="module")
def readme() -> str:
    """Text of the README."""
    return README.read_text("utf-8")


@pytest.mark.parametrize("section", SECTIONS)
def test_tables_from_the_code_are_up_to_date(readme, section):
    assert marked_part(readme, section).group(2) == SECTIONS[section](), (
        "run: python -m tests.contract.readme_tables"
    )


def test_every_setting_is_in_the_readme(readme):
    used = {
        name
        for path in source_files("dashboard")
        for name in re.findall(r"\bATLAS_[A-Z_]+\b", (ROOT / path).read_text("utf-8"))
    }
    assert used
    assert sorted(name for name in used if f"`{name}`" not in readme) == []
    assert set(re.findall(r"`(ATLAS_[A-Z_]+)`", readme)) <= used, "a setting that nothing reads"


def test_every_url_key_is_in_the_readme(readme):
    table = readme[readme.index("## URL keys") :].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(URL_KEYS)
    for values in (METHODS, TABS, SHOWN, LANGUAGES):
        assert [value for value in values if f"`{value}`" not in table] == []


def test_every_export_is_in_the_readme(readme):
    section = readme[readme.index("## Print and export") :].split("\n## ")[0]
    assert [ending for _, ending in WRITERS if f"`.{ending}`" not in section] == []


def test_every_command_of_the_makefile_is_in_the_readme(readme):
    commands = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [name for name in commands if name != "help" and f"make {name}" not in readme] == []


def test_pictures_exist(readme):
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme)
    assert [name for name in pictures if not (ROOT / name).is_file()] == []


def test_says_what_is_synthetic(readme):
    assert "synthetic" in readme
    assert "合成" in readme
