"""Which geometry files draw a level inside an area, and which of their features are meant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import orjson

from dashboard.kept import Kept
from dashboard.places import Places

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class GeometryRef:
    """Which files draw the areas of a level inside an area.

    Parameters
    ----------
    layer, context : str
        File names under the release's geometry/ with content hash; "" when the release has no
        polygons of this level. `layer` holds `size` features in tree order.
    bbox : tuple of float or None
        (west, south, east, north) of the area shown, degrees; None without polygons.
    first, count : int
        The features of the area shown are [first, first + count); the others are context.
    """

    layer: str
    context: str
    bbox: Box | None
    first: int
    count: int
    size: int


class GeometryFiles:
    """The index of a release's geometry folder.

    Parameters
    ----------
    folder : Path
        geometry/ of a release; it may be absent (a release without boundaries).
    places : Places
    """

    def __init__(self, folder: Path, places: Places) -> None:
        self.folder, self.places = folder, places
        self.found = Kept(4096)
        index = folder / "index.json"
        self.index: dict[str, dict] = json.loads(index.read_bytes()) if index.exists() else {}

    def find(self, position: int, level: str) -> GeometryRef:
        """The files that draw `level` inside the area at `position`."""
        return self.found.get((position, level), lambda: self._find(position, level))

    def _find(self, position: int, level: str) -> GeometryRef:
        tree = self.places.tree
        drawn = self.places.children(position, level)
        count = drawn.stop - drawn.start
        scope = self.places.scope(position, level)
        entry = self.index.get(f"{level}@{tree.codes[scope]}")
        if entry is None or not count:
            return GeometryRef("", "", None, 0, count, 0)
        whole = self.places.children(scope, level)
        first = drawn.start - whole.start
        box = tuple(entry["bbox"])
        if scope != position and count < whole.stop - whole.start:
            box = self._box(entry["file"], first, count) or box
        context = entry.get("context") or ""
        return GeometryRef(entry["file"], context, box, first, count, int(entry["n"]))

    def _box(self, file: str, first: int, count: int) -> Box | None:
        """Bounding box of some features of a small layer file."""
        features = orjson.loads((self.folder / file).read_bytes())["features"]
        points: list[list[float]] = []
        for feature in features[first : first + count]:
            geometry = feature["geometry"] or {"type": "", "coordinates": []}
            single = geometry["type"] == "Polygon"
            for polygon in [geometry["coordinates"]] if single else geometry["coordinates"]:
                points += polygon[0]
        if not points:
            return None
        west, south = map(min, zip(*points))
        east, north = map(max, zip(*points))
        return (west, south, east, north)
