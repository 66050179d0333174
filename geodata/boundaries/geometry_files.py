"""The geometry files of a release: small GeoJSON for the browser, GeoParquet for print and GIS.

`geometry/<level>@<scope>-<hash>.geojson` holds the features, `context-<level>@<scope>-<hash>` the
outline of the scope and its neighbours, cut from the same simplified coverage. Each is there three
times: plain, `.br` and `.gz`, so that nothing is compressed while serving.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import brotli
import numpy as np
import shapely

from geodata.areas import AreaTree
from geodata.boundaries.coverages import Coverages
from geodata.boundaries.labels import label_points
from geodata.boundaries.scopes import Piece, cut_piece, find_neighbours, list_pieces
from geodata.schema import CODE_LENGTH

# Quality 10 takes a tenth less than 7 and twenty times as long: only for the whole region, which
# every first visit loads.
BROTLI_QUALITY, BROTLI_REGION_QUALITY = 7, 10
GZIP_LEVEL = 6
Progress = Callable[[str, int, int], None]


def write_geometry(
    coverages: Coverages,
    tree: AreaTree,
    folder: str | Path,
    progress: Progress | None = None,
    labels: np.ndarray | None = None,
) -> dict[str, dict]:
    """Write `geometry/` and `boundaries/` into a release folder.

    Parameters
    ----------
    coverages : Coverages
    tree : AreaTree
        With `name` and `name_en` in its frame.
    folder : path
        The release folder; `geometry` and `boundaries` are made in it.
    progress : callable, optional
        Called with (stage, done, total).
    labels : ndarray, (n_areas, 2), optional
        As `label_points` returns them; computed when not given.

    Returns
    -------
    dict
        As written to geometry/index.json: "<level>@<scope>" to `file`, `context`, `bbox`
        (west, south, east, north in degrees) and `n`.
    """
    report = progress or (lambda stage, done, total: None)
    geometry, boundaries = Path(folder) / "geometry", Path(folder) / "boundaries"
    geometry.mkdir(parents=True, exist_ok=True)
    boundaries.mkdir(parents=True, exist_ok=True)
    labels = label_points(coverages) if labels is None else labels
    names = tree.frame["name"].tolist()
    english = (
        tree.frame["name_en"].fillna("").tolist() if "name_en" in tree.frame else [""] * len(tree)
    )
    neighbours = find_neighbours(coverages)
    pieces = list_pieces(coverages)
    index = {}
    texts = _Texts(tree, names, english, labels)
    for i, (scope, level) in enumerate(pieces):
        report("geometry: simplify and write", i, len(pieces))
        piece = cut_piece(coverages, scope, level, neighbours[scope])
        key = f"{level}@{tree.codes[scope]}"
        quality = BROTLI_REGION_QUALITY if scope == 0 else BROTLI_QUALITY
        index[key] = {
            "file": _write_text(geometry, key, texts.features(piece), quality),
            "context": _write_text(geometry, f"context-{key}", texts.context(piece), quality),
            "bbox": [round(v, 5) for v in shapely.bounds(piece.outline).tolist()],
            "n": len(piece.positions),
        }
    (geometry / "index.json").write_text(_dump(index), encoding="utf-8")
    for level in coverages.levels:
        coverages[level].to_parquet(
            boundaries / f"{level}.parquet", index=False, compression="zstd"
        )
    report("geometry: simplify and write", len(pieces), len(pieces))
    return index


class _Texts:
    """Pieces as GeoJSON text; property names are single letters, as they come 67,297 times."""

    def __init__(self, tree: AreaTree, names, english, labels) -> None:
        self.codes, self.names, self.english, self.labels = tree.codes, names, english, labels
        parents = [tree.codes[p] if p >= 0 else "" for p in tree.parents.tolist()]
        # A development zone's townships carry the zone's digits, but lie in another district.
        self.hosts = {
            i: parent
            for i, (code, parent) in enumerate(zip(tree.codes, parents, strict=True))
            if len(code) == CODE_LENGTH["subdistrict"] and not code.startswith(parent)
        }

    def features(self, piece: Piece) -> str:
        shapes = shapely.to_geojson(piece.shapes)
        points = np.round(self.labels[piece.positions], piece.decimals).tolist()
        rows = zip(shapes, piece.positions, points, strict=True)
        return _collection([(s, {**self._who(i), "p": p}) for s, i, p in rows])

    def context(self, piece: Piece) -> str:
        shapes = shapely.to_geojson(np.append(piece.neighbour_shapes, piece.outline))
        roles = [{"role": "neighbour", **self._who(i)} for i in piece.neighbours]
        roles.append({"role": "parent", **self._who(piece.scope)})
        return _collection(list(zip(shapes, roles, strict=True)))

    def _who(self, position: int) -> dict:
        host = {"h": self.hosts[position]} if position in self.hosts else {}
        return {
            "c": self.codes[position],
            "n": self.names[position],
            "e": self.english[position],
            **host,
        }


def _collection(features: list[tuple[str, dict]]) -> str:
    parts = (
        f'{{"type":"Feature","properties":{_dump(words)},"geometry":{shape}}}'
        for shape, words in features
    )
    return f'{{"type":"FeatureCollection","features":[{",".join(parts)}]}}'


def _dump(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _write_text(folder: Path, key: str, text: str, quality: int) -> str:
    """Write plain, brotli and gzip; returns the file name with the content hash."""
    raw = text.encode("utf-8")
    name = f"{key}-{hashlib.sha256(raw).hexdigest()[:8]}.geojson"
    (folder / name).write_bytes(raw)
    (folder / f"{name}.br").write_bytes(brotli.compress(raw, quality=quality))
    (folder / f"{name}.gz").write_bytes(gzip.compress(raw, GZIP_LEVEL, mtime=0))
    return name
