from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.crs import MEASURING_CRS
from tests.geodata.demo.conftest import read_text_table


@pytest.fixture(scope="module")
def cells(small: Path) -> gpd.GeoDataFrame:
    layer = gpd.read_parquet(small / "boundaries" / "community.parquet")
    parent = read_text_table(small / "areas.csv").set_index("area_code")["parent_code"]
    layer["subdistrict"] = layer["area_code"].map(parent)
    layer["district"] = layer["subdistrict"].map(parent)
    return layer


@pytest.fixture(scope="module")
def districts(small: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(small / "boundaries" / "district.parquet")


def test_every_community_has_a_valid_polygon(small: Path, cells: gpd.GeoDataFrame) -> None:
    areas = read_text_table(small / "areas.csv")
    codes = areas.loc[areas["level"] == "community", "area_code"]
    assert cells["area_code"].tolist() == codes.tolist()
    assert cells.crs.to_epsg() == 4490
    assert not cells.is_empty.any()
    assert cells.is_valid.all()
    assert cells.geom_type.isin(["Polygon", "MultiPolygon"]).all()


def test_communities_tile_their_district(
    cells: gpd.GeoDataFrame, districts: gpd.GeoDataFrame
) -> None:
    measured = cells.to_crs(MEASURING_CRS)
    own = measured.area.groupby(measured["district"]).sum()
    real = districts.to_crs(MEASURING_CRS).set_index(districts["gb"].str[3:]).area
    np.testing.assert_allclose(own.reindex(real.index), real, rtol=1e-5)
    for code, part in measured.groupby("district"):
        union = shapely.union_all(part.geometry.values, grid_size=0.5)
        assert union.area == pytest.approx(real[code], rel=1e-3)  # no overlap worth the name


def test_subdistricts_are_in_one_piece(cells: gpd.GeoDataFrame) -> None:
    """Real districts have fingers and exclaves, so a few pieces may be cut off, not many."""
    measured = cells.to_crs(MEASURING_CRS)
    merged = measured.dissolve("subdistrict").geometry.buffer(1)
    pieces = pd.Series([len(getattr(shape, "geoms", [shape])) for shape in merged])
    assert (pieces == 1).mean() > 0.95


def test_town_communities_are_smaller_than_villages(small: Path, cells: gpd.GeoDataFrame) -> None:
    kinds = read_text_table(small / "areas.csv").set_index("area_code")["kind"]
    sanhe = cells[cells["district"] == "131082"].to_crs(MEASURING_CRS)
    urban = sanhe["subdistrict"].map(kinds) == "街道"
    assert sanhe.area[urban].median() < 0.5 * sanhe.area[~urban].median()
