"""The map component as a tree: no tiles, all its stores, its script functions exist."""

from __future__ import annotations

from pathlib import Path

import dash_leaflet as dl
import pytest

from dashboard import ids
from dashboard.components.map_view import map_view

ASSETS = Path(__file__).parents[3] / "assets"


def parts(component) -> list:
    """A component and everything in it."""
    children = getattr(component, "children", None) or []
    children = children if isinstance(children, list) else [children]
    return [component, *(part for child in children for part in parts(child))]


@pytest.mark.parametrize("embed", [False, True])
def test_map_has_its_stores_and_no_tiles(embed: bool):
    tree = parts(map_view("en", embed=embed))
    found = {getattr(part, "id", None) for part in tree}
    wanted = {ids.MAP, ids.MAP_DATA, ids.MAP_SELECT, ids.MAP_EVENT, ids.HOVER, ids.MAP_READY}
    assert wanted <= found
    assert not any(isinstance(part, (dl.TileLayer, dl.WMSTileLayer)) for part in tree)


def test_the_function_that_leaflet_calls_exists():
    anchor = next(p for p in parts(map_view()) if getattr(p, "id", "") == ids.MAP_ANCHOR)
    space, owner, function = anchor.eventHandlers["add"]["variable"].split(".")
    script = (ASSETS / "map_view.js").read_text(encoding="utf-8")
    assert f"root.{space} = " in script
    assert f"{owner}: {{ {function} }}" in script


def test_scripts_write_to_stores_that_exist():
    script = (ASSETS / "map_view.js").read_text(encoding="utf-8")
    for store in (ids.MAP_EVENT, ids.HOVER, ids.MAP_READY):
        assert f'"{store}"' in script


def test_scripts_name_no_other_machine():
    for path in ASSETS.glob("*.js"):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text.replace('includes("://")', ""), path.name
