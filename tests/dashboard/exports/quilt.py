"""A coverage of real districts and a page's content for it, without a release."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dashboard.exports.map_geometry import BoundaryFolder
from dashboard.exports.map_svg import MapContent
from geodata.areas import AreaTree, order_areas

COLOURS = ("#f0f4d9", "#85c1b0", "#16305f")
# Name by code; 131082 lies apart from the rest of Hebei, 110102 has a rare character.
PATCHES = {
    "11": {
        "1101": {"110101": "滏东区", "110102": "鄚州㳇区", "110105": "朝阳区", "110106": "垞峪区"}
    },
    "13": {"1310": {"131002": "安次区", "131003": "滹沱区"}, "1305": {"130502": "蠡县"}},
}
PROVINCES = {"11": "北京市", "13": "河北省"}


def write_quilt(folder: Path, *, cells: int = 6, hole: bool = False) -> BoundaryFolder:
    """Districts in one row, each of `cells` x `cells` subdistricts of 0.02 degree.

    With `hole` the first district lacks its second cell of the second row.
    """
    digits = max(3, len(str(cells * cells)))
    rows, polygons = [("jjj", "", "region", "京津冀")], {}
    column = 0
    for province, cities in PATCHES.items():
        rows.append((province, "jjj", "province", PROVINCES[province]))
        for city, districts in cities.items():
            rows.append((city, province, "city", f"市{city}"))
            for district, name in districts.items():
                rows.append((district, city, "district", name))
                for number in range(cells * cells):
                    if hole and number == cells + 1 and district == "110101":
                        continue
                    x, y = column * cells + number % cells, number // cells
                    code = f"{district}{number + 1:0{digits}d}"
                    rows.append((code, district, "subdistrict", f"第{number + 1}街道"))
                    west, south = 115 + 0.02 * x, 39 + 0.02 * y
                    polygons[code] = shapely.box(west, south, west + 0.02, south + 0.02)
                column += 1
    tree = AreaTree(order_areas(pd.DataFrame(rows, columns=_COLUMNS)))
    for length, level in (
        (2, "province"),
        (4, "city"),
        (6, "district"),
        (6 + digits, "subdistrict"),
    ):
        _write_level(folder, tree, level, length, polygons)
    return BoundaryFolder(folder, tree, {"zh-CN": tree.names, "en": tree.names})


_COLUMNS = ["area_code", "parent_code", "level", "name"]


def _write_level(folder: Path, tree: AreaTree, level: str, length: int, cells: dict) -> None:
    codes = tree.codes[tree.level_slices[level]]
    merged = [
        shapely.coverage_union_all([cell for code, cell in cells.items() if code[:length] == area])
        for area in codes
    ]
    frame = gpd.GeoDataFrame({"area_code": codes}, geometry=merged, crs="EPSG:4490")
    frame.to_parquet(folder / f"{level}.parquet")


def quilt_content(
    quilt: BoundaryFolder, area: str, level: str, *, suppressed: int = 2, missing: int = 1
) -> MapContent:
    """Three classes in turn, the first areas suppressed, the next missing."""
    position = quilt.tree.find(area)
    below = quilt.tree.descendants(position, level)
    count = below.stop - below.start
    index = np.arange(count) % len(COLOURS)
    lacking = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    lacking[0][:suppressed] = True
    lacking[1][suppressed : suppressed + missing] = True
    index[: suppressed + missing] = -1
    return MapContent(
        area=position,
        level=level,
        colours=COLOURS,
        class_index=index,
        lacking={"suppressed": lacking[0], "missing": lacking[1]},
        lang="zh-CN",
        selected=-1,
        km_text="公里",
        scale_text="比例尺约",
        north_text="北",
    )
