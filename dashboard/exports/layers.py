"""The areas of a view with their values as GIS files: GeoPackage, Shapefile, GeoJSON."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from dashboard.exports.area_table import area_table, papers
from dashboard.exports.pdf import boundary_folder
from dashboard.exports.writers import ENCODINGS
from geodata.crs import SHIPPING_CRS
from geodata.errors import BoundaryError

if TYPE_CHECKING:
    from dashboard.view import View

DECIMALS = 6  # of a degree; five break polygons
SHORT = {  # DBF cuts names to ten characters
    "base_count": "base_n",
    "change_month": "chg_month",
    "change_year": "chg_year",
}
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_gdal_clock = Lock()


def area_layer(view: View) -> gpd.GeoDataFrame:
    """The table of a view with the polygons of the release, EPSG:4490, in tree order.

    Raises
    ------
    BoundaryError
        If the release has no polygons of the view's level.
    """
    table = area_table(view)
    folder = boundary_folder(view.dataset)
    wanted = np.arange(view.positions.start, view.positions.stop)
    positions, polygons = folder.read(view.state.level, wanted)
    if not len(positions):
        raise BoundaryError(
            f"the release has no {view.state.level} boundaries in {view.state.area}",
            "choose a level that has boundaries, or export the table as CSV or XLSX",
        )
    rows = table.iloc[positions - view.positions.start].reset_index(drop=True)
    return gpd.GeoDataFrame(rows, geometry=polygons, crs=SHIPPING_CRS)


def export_gpkg(view: View) -> bytes:
    """GeoPackage with a layer `areas` and a table `papers`."""
    layer = area_layer(view)
    about = pd.DataFrame(papers(view), columns=["name", "content"])
    with tempfile.TemporaryDirectory(prefix="silver-atlas-") as folder:
        path = Path(folder) / "areas.gpkg"
        with _gdal_clock:  # one clock for the whole process
            clock = f"{view.dataset.manifest['data_date'][:10]}T00:00:00.000Z"
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": clock})
            try:
                layer.to_file(path, layer="areas", driver="GPKG", engine="pyogrio")
                pyogrio.write_dataframe(about, path, layer="papers", driver="GPKG", append=True)
            finally:
                pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return path.read_bytes()


def export_shapefile(view: View, *, encoding: str = "UTF-8") -> bytes:
    """A zip with the parts of a Shapefile and the papers as text.

    Parameters
    ----------
    encoding : str
        Of the attribute table, named in the .cpg: UTF-8, or GB18030 for old programs. GBK is no
        choice, as it drops rare characters of place names.

    Raises
    ------
    ValueError
        If the encoding is neither.
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"encoding {encoding!r}: use {' or '.join(ENCODINGS)}")
    layer = area_layer(view).rename(columns=SHORT)
    for name in ("base_n", "rank"):
        layer[name] = layer[name].astype("float64")  # DBF knows no missing whole number
    with tempfile.TemporaryDirectory(prefix="silver-atlas-") as folder:
        path = Path(folder) / "areas.shp"
        layer.to_file(path, driver="ESRI Shapefile", engine="pyogrio", encoding=encoding)
        files = {part.name: part.read_bytes() for part in sorted(Path(folder).iterdir())}
    files["areas.cpg"] = encoding.encode("ascii")
    files["areas.dbf"] = _undated(files["areas.dbf"])
    text = "".join(f"{name}: {content}\r\n" for name, content in papers(view))
    files["README.txt"] = ("\ufeff" + text).encode("utf-8")
    return _zip(files)


def export_geojson(view: View) -> bytes:
    """A feature collection; its foreign member `papers` says where the figures come from."""
    layer = area_layer(view)
    columns = [name for name in layer.columns if name != "geometry"]
    rows = layer[columns].astype(object).where(layer[columns].notna(), None)
    shapes = shapely.to_geojson(shapely.set_precision(layer.geometry.to_numpy(), 10.0**-DECIMALS))
    features = [
        f'{{"type":"Feature","properties":{_json(dict(zip(columns, row)))},"geometry":{shape}}}'
        for row, shape in zip(rows.itertuples(index=False), shapes)
    ]
    head = f'{{"type":"FeatureCollection","papers":{_json(dict(papers(view)))},"features":[\n'
    return (head + ",\n".join(features) + "\n]}\n").encode("utf-8")


def _undated(dbf: bytes) -> bytes:
    """The table without the day on which it was written (bytes 1 to 3 of the head)."""
    return dbf[:1] + bytes((80, 1, 1)) + dbf[4:]


def _zip(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else str(value)
