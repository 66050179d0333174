"""Table providers to points with the community each one counts in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyproj
import shapely

from geodata.areas import AreaTree
from geodata.boundaries import Coverages
from geodata.crs import (
    CHINA_BOUNDS,
    GCJ02,
    SHIPPING_CRS,
    gcj02_to_wgs84,
    is_gcj02,
    parse_crs,
    project_points,
    same_crs,
)
from geodata.findings import Finding, finding
from geodata.join_report import FACTS_SIDE, JoinReport, report_frame
from geodata.keys import check_codes, check_duplicates
from geodata.schema import TABLES
from geodata.source import Source
from geodata.tables import TableData

GCJ02_MIN_POINTS = 20  # fewer points with a community say nothing about a shift
GCJ02_MIN_GAIN = 0.2  # of them must land in their community by the conversion


@dataclass(frozen=True)
class Providers:
    """Providers in the order of the table.

    Attributes
    ----------
    frame : DataFrame
        Columns of the schema; `lon`, `lat` in EPSG:4490; `capacity` -2 where blank;
        `community_code` filled by point in polygon where it was blank ("" outside all areas);
        `position` of the community in tree order, -1 where it has none.
    findings : list of Finding
    report : JoinReport
        Providers that count in no community, by provider_id.
    """

    frame: pd.DataFrame
    findings: list[Finding]
    report: JoinReport


def read_providers(source: Source, tree: AreaTree, coverages: Coverages) -> Providers:
    """Read table providers, convert its points and find their communities.

    Parameters
    ----------
    source : Source
    tree : AreaTree
    coverages : Coverages
        Its finest level is searched; a point on a border goes to the first area in tree order.

    Returns
    -------
    Providers

    Raises
    ------
    SchemaError
        If the table cannot be read.
    """
    frame = source.providers.copy()
    frame["lon"], frame["lat"] = to_degrees(source, frame["lon"], frame["lat"])
    given = frame["community_code"].map(tree.position).fillna(-1).to_numpy(dtype=int)
    found = locate(frame["lon"].to_numpy(), frame["lat"].to_numpy(), coverages)
    position = np.where(given >= 0, given, found)
    communities = tree.level_slices["community"]
    in_community = (position >= communities.start) & (position < communities.stop)
    frame["position"] = np.where(in_community, position, -1)
    codes = np.array([*tree.codes, ""], dtype=object)  # position -1 is the blank
    frame["community_code"] = codes[frame["position"]]
    outside = frame["position"] < 0
    name = source.table_file("providers").name
    rows = [
        (name, FACTS_SIDE, str(key), 1, "in no community")
        for key in frame.loc[outside, "provider_id"]
    ]
    findings = check_points(source, frame, given, found, tree, coverages)
    return Providers(frame, findings, JoinReport(report_frame(rows), int((~outside).sum())))


def locate(lon: np.ndarray, lat: np.ndarray, coverages: Coverages) -> np.ndarray:
    """Position of the finest area with polygons that holds each point, -1 outside; (n,)."""
    result = np.full(len(lon), -1, dtype=np.int64)
    usable = np.flatnonzero(_in_china(lon, lat))
    if not len(usable) or not coverages.levels:
        return result
    areas = coverages.positions(coverages.levels[-1])
    points = shapely.points(project_points(lon[usable], lat[usable]))
    index = shapely.STRtree(coverages.shapes[areas])
    point, area = index.query(points, predicate="intersects")
    order = np.lexsort((area, point))
    first = np.unique(point[order], return_index=True)[1]
    result[usable[point[order][first]]] = areas[area[order][first]]
    return result


def to_degrees(source: Source, lon: pd.Series, lat: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Points of table providers in EPSG:4490; converted where [providers] crs says so.

    Raises
    ------
    CrsError
        If the declared CRS is none.
    """
    x, y = lon.to_numpy(dtype=float), lat.to_numpy(dtype=float)
    crs = provider_crs(source)
    if is_gcj02(crs):
        return gcj02_to_wgs84(x, y)
    if crs is None or same_crs(crs, pyproj.CRS(SHIPPING_CRS)):
        return x, y
    return pyproj.Transformer.from_crs(crs, SHIPPING_CRS, always_xy=True).transform(x, y)


def provider_crs(source: Source) -> pyproj.CRS | str | None:
    """What is declared for the points: [providers] crs, or GCJ-02 for the whole source."""
    own = source.config["providers"].get("crs", "")
    if own:
        return parse_crs(str(own))
    whole = str(source.config.get("crs", ""))
    return GCJ02 if whole and is_gcj02(parse_crs(whole)) else None


def check_providers(data: TableData, tree: AreaTree) -> list[Finding]:
    """Findings on table providers that need no polygon."""
    if not data.n_rows:
        return data.findings
    check_duplicates(data)
    position = check_codes(data, tree, "community_code")
    communities = tree.level_slices["community"]
    if position is not None:
        coarse = (position >= 0) & (position < communities.start)
        data.report("unknown_code", coarse, "community_code")
    if {"opened", "closed"} <= set(data.text):
        opened, closed = data.text["opened"].to_numpy(), data.text["closed"].to_numpy()
        data.report("closed_before_opened", (closed != "") & (closed < opened), "closed")
    if {"lon", "lat"} <= set(data.numbers):
        lon, lat = data.numbers["lon"], data.numbers["lat"]
        swapped = ~_in_china(lon, lat) & _in_china(lat, lon)
        data.report("lon_lat_swapped", swapped, "lon")
    return data.findings


def check_points(
    source: Source,
    frame: pd.DataFrame,
    given: np.ndarray,
    found: np.ndarray,
    tree: AreaTree,
    coverages: Coverages,
) -> list[Finding]:
    """Findings on where the points lie.

    Parameters
    ----------
    given, found : ndarray of int, (n,)
        Position by community_code and by point in polygon, -1 where none.
    """
    data = TableData(source.table_file("providers").name, TABLES["providers"], len(frame))
    data.is_csv = source.table_file("providers").path.suffix.lower() != ".parquet"
    lon, lat = frame["lon"].to_numpy(), frame["lat"].to_numpy()
    data.numbers = {"lon": lon, "lat": lat}

    def report(check: str, mask: np.ndarray) -> None:
        if mask.any():
            row = int(np.argmax(mask))
            example = f"{data.where(row)}: {frame['provider_id'].iloc[row]} at "
            example += f"lon {lon[row]:.5f}, lat {lat[row]:.5f}"
            data.findings.append(finding(check, data.name, int(mask.sum()), example))

    report("provider_outside", (given < 0) & (found < 0))
    if not coverages.levels or coverages.levels[-1] != "community":
        return data.findings
    elsewhere = (given >= 0) & (found != given)
    if provider_crs(source) is None and _looks_shifted(lon, lat, given, found, coverages):
        report("providers_gcj02", elsewhere)
    else:
        report("provider_elsewhere", elsewhere)
    return data.findings


def _looks_shifted(lon, lat, given, found, coverages: Coverages) -> bool:
    rows = np.flatnonzero(given >= 0)
    if len(rows) < GCJ02_MIN_POINTS:
        return False
    before = (found[rows] == given[rows]).mean()
    moved = locate(*gcj02_to_wgs84(lon[rows], lat[rows]), coverages)
    return (moved == given[rows]).mean() > before + GCJ02_MIN_GAIN


def _in_china(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    west, south, east, north = CHINA_BOUNDS
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
