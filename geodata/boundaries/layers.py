"""One boundary file of any supported format to `area_code`, `name`, geometry in EPSG:4490.

`load_layer` never raises for what a file holds; `read_layer` is the strict way.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

from geodata.crs import (
    CHINA_BOUNDS,
    SHIPPING_CRS,
    geometries_from_gcj02,
    is_gcj02,
    parse_crs,
    same_crs,
)
from geodata.errors import BoundaryError, CrsError, SourceError
from geodata.findings import ERROR, Finding, finding

GBK_NAMES = ("gbk", "gb2312", "cp936", "936", "gb18030")
CRS_CHECKS = (
    "no_crs",
    "unknown_crs",
    "crs_conflict",
    "wrong_crs",
    "axes_swapped",
    "layer_gcj02",
    "layer_shifted",
)
FILE_CHECKS = ("missing_file", "unreadable_file", "wrong_encoding")


@dataclass(frozen=True)
class Layer:
    """What source.toml says about one boundary file."""

    path: Path
    name: str
    level: str
    code: str = "area_code"
    label: str = ""  # the column of names, if any
    code_prefix: str = ""
    crs: str = ""
    fallback_crs: str = ""
    encoding: str = ""


def find_layer(folder: Path, level: str, options: Mapping, config: Mapping) -> Layer:
    """The layer that [boundaries.<level>] declares."""
    name = options["file"]
    return Layer(
        path=folder / name,
        name=name,
        level=level,
        code=str(options.get("code", "area_code")),
        label=str(options.get("name", "")),
        code_prefix=str(options.get("code_prefix", "")),
        crs=str(options.get("crs", "")),
        fallback_crs=str(config.get("crs", "")),
        encoding=str(options.get("encoding", "")),
    )


def read_layer(layer: Layer) -> gpd.GeoDataFrame:
    """The layer as `area_code`, `name`, geometry in EPSG:4490; polygons as delivered.

    Raises
    ------
    SourceError
        If the file is missing or unreadable.
    CrsError
        If its CRS is missing, wrong or contradicts source.toml.
    BoundaryError
        If the code column is missing or a geometry is no polygon.
    """
    frame, findings = load_layer(layer)
    require_layer(findings)
    assert frame is not None
    return frame


def require_layer(findings: list[Finding]) -> None:
    """Raise the first finding that is an error, as SourceError, CrsError or BoundaryError."""
    for item in findings:
        if item.severity == ERROR:
            kinds = ((CrsError, CRS_CHECKS), (SourceError, FILE_CHECKS))
            kind = next((k for k, checks in kinds if item.check in checks), BoundaryError)
            raise kind(f"{item.table}: {item.check}: {item.example}", item.fix_en)


def load_layer(layer: Layer) -> tuple[gpd.GeoDataFrame | None, list[Finding]]:
    """The layer and what is wrong with it; None when nothing can be made of it."""
    if not layer.path.is_file():
        return None, [finding("missing_file", layer.name, 0, layer.name, file=layer.name)]
    try:
        raw = _read_any(layer)
    except UnicodeDecodeError:
        return None, [finding("wrong_encoding", layer.name, 0, f"encoding = {layer.encoding!r}")]
    except (OSError, ValueError, LookupError, RuntimeError, zipfile.BadZipFile) as error:
        text = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        return None, [finding("unreadable_file", layer.name, 0, text)]
    if layer.code not in raw.columns:
        example = f"columns found: {', '.join(map(str, raw.columns))[:200]}"
        words = {"column": layer.code, "level": layer.level}
        return None, [finding("missing_code_column", layer.name, 0, example, **words)]
    findings: list[Finding] = []
    geometries = _to_shipping(np.asarray(raw.geometry.array), raw.crs, layer, findings)
    if geometries is None:
        return None, findings
    frame = gpd.GeoDataFrame(
        {"area_code": _codes(raw[layer.code], layer), "name": _names(raw, layer)},
        geometry=shapely.force_2d(geometries),
        crs=SHIPPING_CRS,
    )
    findings += _check_shapes(frame, layer)
    return frame, findings


def _read_any(layer: Layer) -> gpd.GeoDataFrame:
    if layer.path.suffix.lower() in (".parquet", ".geoparquet"):
        return gpd.read_parquet(layer.path)
    encoding = layer.encoding.lower() or None
    if encoding in GBK_NAMES:
        encoding = "gb18030"  # reads all of GBK, and rare characters besides
    path: str | Path = layer.path
    if layer.path.suffix.lower() == ".zip":
        path = _inside_zip(layer.path)
    shapefile = str(path).lower().endswith((".shp", ".zip", ".shz"))
    # Only DBF files leave their encoding open; the other formats are UTF-8 by definition.
    frame = pyogrio.read_dataframe(path, encoding=encoding if shapefile else None)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise ValueError("the file holds no geometry")
    return frame


def _inside_zip(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    found = [n for n in names if n.lower().endswith((".shp", ".gpkg", ".geojson", ".fgb"))]
    found = [n for n in found if not n.startswith("__MACOSX")]
    if len(found) != 1:
        raise ValueError(f"the archive holds {len(found)} layers instead of one")
    return f"/vsizip/{path.resolve().as_posix()}/{found[0]}"


def _to_shipping(
    geometries: np.ndarray, own: pyproj.CRS | None, layer: Layer, findings: list[Finding]
) -> np.ndarray | None:
    """Geometries in EPSG:4490, or None with the reason in `findings`."""
    try:
        declared = parse_crs(layer.crs) if layer.crs else None
        fallback = parse_crs(layer.fallback_crs) if layer.fallback_crs else None
    except CrsError as error:
        findings.append(finding("unknown_crs", "source.toml", 0, error.message))
        return None
    # GCJ-02 is never named inside a file: such layers call themselves WGS 84.
    degrees = own is None or own.is_geographic
    if is_gcj02(declared) or (declared is None and is_gcj02(fallback) and degrees):
        return geometries_from_gcj02(geometries)
    if is_gcj02(fallback):
        fallback = None
    # A GeoJSON file is WGS 84 by definition (RFC 7946), so a CRS declared for it is better news.
    if own is not None and layer.path.suffix.lower() in (".geojson", ".json"):
        own = None if declared or (fallback and own.to_epsg() == 4326) else own
    if own is not None and declared is not None and not same_crs(own, declared):
        example = f"file: {own.name}; source.toml: {layer.crs}"
        findings.append(finding("crs_conflict", layer.name, 0, example))
        return None
    crs = own or declared or fallback
    if crs is None:
        findings.append(finding("no_crs", layer.name, 0, layer.name, level=layer.level))
        return None
    if not same_crs(crs, pyproj.CRS(SHIPPING_CRS)):
        change = pyproj.Transformer.from_crs(crs, SHIPPING_CRS, always_xy=True)
        geometries = shapely.transform(
            geometries, lambda xy: np.column_stack(change.transform(*xy.T))
        )
    return geometries if _in_china(geometries, layer, findings) else None


def _in_china(geometries: np.ndarray, layer: Layer, findings: list[Finding]) -> bool:
    west, south, east, north = CHINA_BOUNDS
    full = geometries[~(shapely.is_missing(geometries) | shapely.is_empty(geometries))]
    if not len(full):
        return True
    x0, y0, x1, y1 = shapely.total_bounds(full)
    if west <= x0 and x1 <= east and south <= y0 and y1 <= north:
        return True
    example = f"x {x0:.4f} .. {x1:.4f}, y {y0:.4f} .. {y1:.4f}"
    swapped = west <= y0 and y1 <= east and south <= x0 and x1 <= north
    check = "axes_swapped" if swapped else "wrong_crs"
    findings.append(finding(check, layer.name, len(full), example))
    return False


def _codes(raw: pd.Series, layer: Layer) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(raw):
        raw = raw.astype("Int64")  # a DBF column of digits; codes here never start with 0
    text = raw.astype("string").fillna("").str.strip()
    return text.str.removeprefix(layer.code_prefix).to_numpy(dtype=object)


def _names(raw: gpd.GeoDataFrame, layer: Layer) -> np.ndarray:
    if layer.label not in raw.columns:
        return np.full(len(raw), "", dtype=object)
    return raw[layer.label].astype("string").fillna("").to_numpy(dtype=object)


def _check_shapes(frame: gpd.GeoDataFrame, layer: Layer) -> list[Finding]:
    shapes, codes = np.asarray(frame.geometry.array), frame["area_code"].to_numpy()
    kinds = shapely.get_type_id(shapes)  # 3 polygon, 6 multipolygon, 7 collection, -1 None
    hollow = (kinds == -1) | shapely.is_empty(shapes)
    flat = ~hollow & ~np.isin(kinds, (3, 6, 7))
    invalid = ~hollow & ~flat & ~shapely.is_valid(shapes)
    found = []
    for check, mask in (
        ("empty_polygon", hollow),
        ("not_polygon", flat),
        ("invalid_polygon", invalid),
    ):
        rows = np.flatnonzero(mask)
        if len(rows):
            row = int(rows[0])
            example = f"feature {row + 1}: {layer.code} = {codes[row]!r}"
            if check == "invalid_polygon":
                example += f" ({shapely.is_valid_reason(shapes[row])})"
            found.append(finding(check, layer.name, len(rows), example))
    lost = frame["name"].str.contains("\ufffd").to_numpy(dtype=bool)
    if lost.any():
        row = int(np.flatnonzero(lost)[0])
        example = f"feature {row + 1}: {frame['name'].iloc[row]!r}"
        found.append(finding("lost_characters", layer.name, int(lost.sum()), example))
    return found
