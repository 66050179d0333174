"""The areas of a source as loading needs them: a table of communities, an index of polygons."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
import pandas as pd
import pyarrow as pa

from geodata.durable import hash_file
from geodata.source import Source
from geodata.swipes.raw.places import STEP, PlaceIndex
from geodata.swipes.store.layout import PLACES, SCRATCH, put_in_place

Places = tuple[PlaceIndex, np.ndarray]


def communities_of(source: Source) -> pa.Table:
    """Code (number and text), district (number) and subdistrict of each community of a source."""
    tree = source.tree
    communities = tree.level_slices["community"]
    text, positions = tree.codes[communities], np.arange(communities.start, communities.stop)
    district, subdistrict = (
        [tree.codes[i] for i in tree.ancestors_at(positions, level)]
        for level in ("district", "subdistrict")
    )
    return pa.table(
        {
            "code": pa.array([int(code) for code in text], pa.int64()),
            "text": text,
            "district": pa.array([int(code) for code in district], pa.int32()),
            "subdistrict": subdistrict,
        }
    )


def places_of(
    source: Source, communities: pa.Table, store: Path, hash_of: Callable[[Path], str] = hash_file
) -> Callable[[], Places] | None:
    """What finds places by point, made when it is first called; None without polygons.

    Files of several threads may ask for it at once. It is kept in the store: to make it anew takes
    a large part of the time in which a new day is loaded.
    """
    if "community" not in source.boundary_levels:
        return None
    lock, kept = Lock(), store / PLACES / f"{_name_places(source, communities, hash_of)}.npz"

    @cache
    def read_layer() -> tuple[np.ndarray, np.ndarray]:
        layer = source.boundaries("community")
        codes = pd.Index(communities["text"].to_pylist())
        layer = layer[layer["area_code"].isin(codes)]
        layer = layer.iloc[np.argsort(codes.get_indexer(layer["area_code"]), kind="stable")]
        polygons = np.asarray(layer.geometry.make_valid())
        return polygons, layer["area_code"].to_numpy().astype(np.int64)

    @cache
    def load_once() -> Places:
        if kept.is_file():
            with np.load(kept) as arrays:
                return PlaceIndex.of_arrays(arrays, lambda: read_layer()[0]), arrays["codes"]
        polygons, codes = read_layer()
        index = PlaceIndex(polygons)
        shutil.rmtree(kept.parent, ignore_errors=True)
        written = store / SCRATCH / kept.name
        np.savez(written, codes=codes, **index.arrays)
        put_in_place(written, kept)
        return index, codes

    def load() -> Places:
        with lock:
            return load_once()

    return load


def _name_places(source: Source, communities: pa.Table, hash_of: Callable[[Path], str]) -> str:
    """Of all that the index of polygons is made of."""
    layer = source.layer("community")
    files = sorted(layer.path.parent.glob(f"{layer.path.stem}.*"))
    parts = [str(replace(layer, path=Path(layer.name))), str(STEP), *map(hash_of, files)]
    text = "\n".join([*parts, *communities["text"].to_pylist()])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
