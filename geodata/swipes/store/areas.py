"""The areas of a source as loading needs them: a table of communities, an index of polygons."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Lock

import numpy as np
import pandas as pd
import pyarrow as pa

from geodata.source import Source
from geodata.swipes.raw.places import PlaceIndex

Places = tuple[PlaceIndex, np.ndarray]


def communities_of(source: Source) -> pa.Table:
    """Code (number and text), district (number) and subdistrict of each community of a source."""
    tree = source.tree
    positions = range(*tree.level_slices["community"].indices(len(tree)))
    text = [tree.codes[i] for i in positions]
    district = [tree.codes[tree.ancestor(i, "district")] for i in positions]
    subdistrict = [tree.codes[tree.ancestor(i, "subdistrict")] for i in positions]
    return pa.table(
        {
            "code": pa.array([int(code) for code in text], pa.int64()),
            "text": text,
            "district": pa.array([int(code) for code in district], pa.int32()),
            "subdistrict": subdistrict,
        }
    )


def places_of(source: Source, communities: pa.Table) -> Callable[[], Places] | None:
    """What finds places by point, made when it is first called; None without polygons.

    Files of several threads may ask for it at once.
    """
    if "community" not in source.boundary_levels:
        return None
    lock = Lock()

    @cache
    def load_once() -> Places:
        layer = source.boundaries("community")
        codes = pd.Index(communities["text"].to_pylist())
        layer = layer[layer["area_code"].isin(codes)]
        layer = layer.iloc[np.argsort(codes.get_indexer(layer["area_code"]), kind="stable")]
        polygons = np.asarray(layer.geometry.make_valid())
        return PlaceIndex(polygons), layer["area_code"].to_numpy().astype(np.int64)

    def load() -> Places:
        with lock:
            return load_once()

    return load
