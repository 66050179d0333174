"""A tiny valid source on square cells whose every figure is a closed form.

Two provinces, three cities, five districts of 3 x 3 subdistricts of 2 x 2 communities: 45
subdistricts, 180 communities of 0.01 degree near 116 E, 40 N. `g` is a community's number in tree
order (0..179), `j` a category's number (0..12), `m` a month's number from the first one.

    population   1000 + 10 g;  60+: 200 + 4 g;  65+: 150 + 3 g;  70+: 90 + 2 g;  80+: 30 + g
    issued       100 + g | 50 + g | 25 + g  by age band;   silent  12 | 11 | 10
    cards used   70 + g | 30 + g | 12 + g   in any category, by age band
    cards in j   10 + g // 2 + j | 6 + g // 4 | 6 + g // 8
    swipes in j  cards in j * (j + 2) + m;  amount 100 (j + 1) fen a swipe;  a quarter is subsidy

Exceptions: community `MISSING_COMMUNITY` has no row in any table but areas; `SMALL_COMMUNITY` has
four cards in meals (2, 1, 1), the only cell under ten; care homes are used by odd `g` only, and
the rows of even `g` are absent, which means zero.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.schema import CATEGORIES, CATEGORY_CODES, SWIPE_FIELDS

CELL = 0.01  # degrees
WEST, NORTH = 116.0, 40.0
BANDS = ("60-69", "70-79", "80plus")

PROVINCES = {"11": "北京市", "13": "河北省"}
CITIES = {"1101": "北京市", "1301": "石家庄市", "1310": "廊坊市"}
# code: (name, column, row) of the block of 6 x 6 cells; 131003 meets 110105 in one corner only.
DISTRICTS = {
    "110101": ("东城区", 0, 0),
    "110105": ("朝阳区", 1, 0),
    "130102": ("长安区", 0, 1),
    "130104": ("桥西区", 1, 1),
    "131003": ("广阳区", 2, 1),
}
ZONE_CODE, ZONE_NAME, ZONE_SUBDISTRICT = "131071", "廊坊经济技术开发区", "131071001"
MISSING_COMMUNITY = "110101006001"
SMALL_COMMUNITY = "110101002004"
RARE_NAME = "白䌷村"  # not in GBK; in GB18030 and UTF-8
LAST_PERIOD = "2026-06"


def write_grid_source(
    folder: str | Path,
    *,
    months: int = 14,
    table_format: str = "csv",
    table_encoding: str = "utf-8",
    boundary_format: str = "parquet",
    boundary_encoding: str = "utf-8",
    boundary_levels: tuple[str, ...] = ("district", "subdistrict", "community"),
    crs: str = "EPSG:4490",
    synthetic: bool = True,
) -> Path:
    """Write the grid source; returns the folder.

    `table_format` csv or parquet; `boundary_format` parquet, gpkg, geojson, fgb, shp or shp.zip.
    """
    folder = Path(folder)
    (folder / "boundaries").mkdir(parents=True, exist_ok=True)
    (folder / "cards").mkdir(exist_ok=True)
    (folder / "swipes").mkdir(exist_ok=True)
    write = _csv_writer(table_encoding) if table_format == "csv" else _write_parquet
    write(make_areas(), folder / "areas")
    write(make_population(), folder / "population")
    write(make_providers(), folder / "providers")
    for m, period in enumerate(make_periods(months)):
        write(make_cards(period), folder / "cards" / period)
        for home, frame in make_swipes(period, m).items():
            write(frame, folder / "swipes" / f"{home}-{period}")
    for level in boundary_levels:
        write_layer(
            make_layer(level, crs), folder / "boundaries", level, boundary_format, boundary_encoding
        )
    (folder / "standards.toml").write_text(STANDARDS, encoding="utf-8")
    text = _source_toml(crs, table_encoding, synthetic)
    for level in boundary_levels:
        text += f'[boundaries.{level}]\nfile = "boundaries/{level}.{boundary_format}"\n'
        text += f'code = "code"\nname = "name"\nencoding = "{boundary_encoding}"\n'
    (folder / "source.toml").write_text(text, encoding="utf-8")
    return folder


# -- spoiling a source ---------------------------------------------------------------------------


def edit_table(folder: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
    """Rewrite one table, e.g. `edit_table(source, "cards/2026-06", lambda f: f.assign(...))`."""
    path = next(p for p in (folder / f"{name}.csv", folder / f"{name}.parquet") if p.exists())
    if path.suffix == ".parquet":
        change(pd.read_parquet(path)).to_parquet(path, index=False)
    else:
        change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)
    return path


def edit_layer(
    folder: Path, level: str, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]
) -> Path:
    """Rewrite one GeoParquet boundary layer."""
    path = folder / "boundaries" / f"{level}.parquet"
    change(gpd.read_parquet(path)).to_parquet(path, index=False)
    return path


def edit_config(folder: Path, old: str, new: str) -> Path:
    """Replace a piece of source.toml; fails when `old` is not there."""
    path = folder / "source.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def write_layer(
    layer: gpd.GeoDataFrame, folder: Path, level: str, file_format: str, encoding: str = "utf-8"
) -> Path:
    """Write a layer as parquet, gpkg, geojson, fgb, shp or shp.zip."""
    path = folder / f"{level}.{file_format}"
    if file_format == "parquet":
        layer.to_parquet(path, index=False)
        return path
    driver = {"gpkg": "GPKG", "geojson": "GeoJSON", "fgb": "FlatGeobuf"}.get(
        file_format, "ESRI Shapefile"
    )
    options = {"encoding": encoding} if driver == "ESRI Shapefile" else {}
    layer.to_file(path, driver=driver, engine="pyogrio", **options)
    return path


# -- tables --------------------------------------------------------------------------------------


def make_periods(months: int = 14) -> list[str]:
    """The last `months` months up to LAST_PERIOD."""
    return pd.period_range(end=LAST_PERIOD, periods=months, freq="M").astype(str).tolist()


def make_areas() -> pd.DataFrame:
    """Table areas: 1 + 2 + 3 + 5 + 45 + 180 rows in tree order."""
    rows = [("jjj", "", "region", "京津冀", "Beijing-Tianjin-Hebei", "", "", "")]
    rows += [(c, "jjj", "province", n, "", "", "", "") for c, n in PROVINCES.items()]
    for code, name in CITIES.items():
        kind = "filler" if code == "1101" else "city"
        rows.append((code, code[:2], "city", name, "", kind, "", ""))
    for code, (name, _, _) in DISTRICTS.items():
        rows.append((code, code[:4], "district", name, f"District {code}", "区", "", ""))
    for code, district in subdistricts():
        zone = (ZONE_CODE, ZONE_NAME) if code == ZONE_SUBDISTRICT else ("", "")
        name = f"{DISTRICTS[district][0]}{code[-3:]}街道"
        rows.append((code, district, "subdistrict", name, f"Subdistrict {code}", "街道", *zone))
    for code, subdistrict in communities():
        name = RARE_NAME if code == "131003008004" else f"第{code[6:]}社区"
        rows.append((code, subdistrict, "community", name, f"Community {code}", "社区", "", ""))
    names = ("area_code", "parent_code", "level", "name", "name_en", "kind", "zone_code")
    return pd.DataFrame(rows, columns=[*names, "zone_name"], dtype=str)


def subdistricts() -> list[tuple[str, str]]:
    """(code, district) of the 45 subdistricts; the last one belongs to the zone."""
    codes = [(f"{d}{s:03d}", d) for d in DISTRICTS for s in range(1, 10)]
    codes[-1] = (ZONE_SUBDISTRICT, codes[-1][1])
    return codes


def communities() -> list[tuple[str, str]]:
    """(code, subdistrict) of the 180 communities; the index is `g`."""
    return [(f"{s}{c:03d}", s) for s, _ in subdistricts() for c in range(1, 5)]


def reporting() -> np.ndarray:
    """`g` of the communities that report: all but MISSING_COMMUNITY."""
    return np.array([g for g, (c, _) in enumerate(communities()) if c != MISSING_COMMUNITY])


def make_population() -> pd.DataFrame:
    """Community rows and, as published upper totals, the districts without a missing child."""
    g = reporting()
    codes = np.array([c for c, _ in communities()])[g]
    frame = pd.DataFrame({"area_code": codes, **population_of(g)})
    frame["status"], frame["source_line"] = "estimated", ""
    upper = frame.drop(columns=["status", "source_line"])
    upper["area_code"] = [dict(subdistricts())[c[:9]] for c in codes]
    upper = upper.groupby("area_code", as_index=False).sum()
    upper = upper[upper["area_code"] != MISSING_COMMUNITY[:6]]
    upper["status"], upper["source_line"] = "published", "census 2020-11-01"
    return pd.concat([frame, upper], ignore_index=True)


def population_of(g: np.ndarray) -> dict[str, np.ndarray]:
    """The closed forms of the population table."""
    return {
        "population_count": 1000 + 10 * g,
        "aged_60_count": 200 + 4 * g,
        "aged_65_count": 150 + 3 * g,
        "aged_70_count": 90 + 2 * g,
        "aged_80_count": 30 + g,
    }


def make_providers() -> pd.DataFrame:
    """A meal point in each subdistrict of the first four districts, one other site in each."""
    rows = []
    with_sites = [c.code for c in CATEGORIES if c.has_sites and c.code != "meals"]
    for s, (code, district) in enumerate(subdistricts()):
        west, south = corner(4 * s)
        lon, lat = round(west + CELL / 2, 6), round(south + CELL / 2, 6)
        if district != "131003":
            home = f"{code}001" if s % 2 else ""
            rows.append((f"M{s:03d}", f"助餐点{s}", "meals", lon, lat, 50 + s, "2024-01", "", home))
        other = with_sites[s % len(with_sites)]
        opened = "2026-01" if s == 10 else ""
        closed = "2026-03" if s == 11 else ""
        rows.append((f"P{s:03d}", f"服务点{s}", other, lon, lat, "", opened, closed, ""))
    names = ("provider_id", "name", "category", "lon", "lat", "capacity", "opened", "closed")
    frame = pd.DataFrame(rows, columns=[*names, "community_code"])
    frame["capacity"] = pd.to_numeric(frame["capacity"]).astype("Int64")
    return frame


def make_cards(period: str) -> pd.DataFrame:
    """Issued and silent cards, community x (all and three age bands)."""
    g = reporting()
    codes = np.array([c for c, _ in communities()])[g]
    issued = {"60-69": 100 + g, "70-79": 50 + g, "80plus": 25 + g}
    silent = {"60-69": 0 * g + 12, "70-79": 0 * g + 11, "80plus": 0 * g + 10}
    issued["all"], silent["all"] = sum(issued.values()), sum(silent.values())
    parts = [
        pd.DataFrame(
            {
                "period": period,
                "home_area_code": codes,
                "age_band": band,
                "cards_count": issued[band],
                "silent_cards_count": silent[band],
            }
        )
        for band in ("all", *BANDS)
    ]
    return pd.concat(parts, ignore_index=True)


def make_cube(m: int) -> dict[str, np.ndarray]:
    """Every swipe field as [category 13 + all, age 3 + all, community 180]; -2 does not report.

    The margin "all" is last on both axes. Cards of category "all" are their own closed form, as
    distinct cards do not add up over categories; everything else is a sum.
    """
    g = np.arange(len(communities()))
    j = np.arange(len(CATEGORY_CODES))[:, None, None]
    cards = np.zeros((len(CATEGORY_CODES) + 1, len(BANDS) + 1, len(g)), dtype=np.int64)
    cards[:-1, 0] = 10 + g // 2 + j[:, 0]
    cards[:-1, 1] = 6 + g // 4
    cards[:-1, 2] = 6 + g // 8
    small = [c for c, _ in communities()].index(SMALL_COMMUNITY)
    cards[CATEGORY_CODES.index("meals"), :-1, small] = (2, 1, 1)
    cards[CATEGORY_CODES.index("care_home"), :-1, ::2] = 0
    used = cards[:-1, :-1] > 0
    cards[-1, :-1] = 70 + g, 30 + g, 12 + g
    cards[:, -1] = cards[:, :-1].sum(axis=1)
    swipes = np.zeros_like(cards)
    swipes[:-1, :-1] = (cards[:-1, :-1] * (j + 2) + m) * used
    amount = np.zeros_like(cards)
    amount[:-1, :-1] = swipes[:-1, :-1] * 100 * (j + 1)
    cube = {"swipes_count": swipes, "cards_count": cards, "amount_fen": amount}
    for values in (swipes, amount):
        values[:, -1] = values.sum(axis=1)
        values[-1] = values.sum(axis=0)
    cube["subsidy_fen"] = amount // 4
    absent = np.setdiff1d(g, reporting())
    for values in cube.values():
        values[:, :, absent] = -2
    return cube


def make_swipes(period: str, m: int) -> dict[str, pd.DataFrame]:
    """The three swipe files of a month: community, subdistrict, flows."""
    cube = make_cube(m)
    codes = [c for c, _ in communities()]
    categories, ages = (*CATEGORY_CODES, "all"), (*BANDS, "all")
    margins = [(c, a) for c in range(14) for a in range(4) if c == 13 or a == 3]
    cross = [(c, a) for c in range(13) for a in range(3)]
    summed = {f: np.where(v < 0, 0, v).reshape(14, 4, -1, 4).sum(axis=3) for f, v in cube.items()}
    homes = [s for s, _ in subdistricts()]
    return {
        "community": _long(period, codes, cube, margins, categories, ages),
        "subdistrict": _long(period, homes, summed, cross, categories, ages),
        "flows": make_flows(period, m),
    }


def make_flows(period: str, m: int) -> pd.DataFrame:
    """Home district x service district x category, age all.

    A tenth of the swipes goes to the district after next in the list, a fifth to the next one,
    the rest stays; a third and a sixth of the cards go there, and every card is used at home.
    """
    summed = {
        f: np.where(v < 0, 0, v)[:, 3].reshape(14, 5, -1).sum(axis=2)
        for f, v in make_cube(m).items()
    }
    districts = list(DISTRICTS)
    rows = []
    for d, home in enumerate(districts):
        for step, (money_part, card_part) in enumerate(((None, 1), (5, 3), (10, 6))):
            for c, category in enumerate((*CATEGORY_CODES, "all")):
                values = {f: _part(summed[f][:, d], c, money_part) for f in SWIPE_FIELDS}
                values["cards_count"] = int(summed["cards_count"][c, d]) // card_part
                service = districts[(d + step) % len(districts)]
                rows.append(
                    {
                        "period": period,
                        "home_area_code": home,
                        "service_area_code": service,
                        "category": category,
                        "age_band": "all",
                        **values,
                    }
                )
    return pd.DataFrame(rows)


def _part(column: np.ndarray, c: int, part: int | None) -> int:
    if c == 13:  # category "all" is the sum of the parts, not the part of the sum
        return sum(_part(column, k, part) for k in range(13))
    value = int(column[c])
    return value // part if part else value - value // 5 - value // 10


def _long(period, codes, cube, slots, categories, ages) -> pd.DataFrame:
    parts = []
    for c, a in slots:
        frame = pd.DataFrame({f: cube[f][c, a] for f in SWIPE_FIELDS})
        frame.insert(0, "age_band", ages[a])
        frame.insert(0, "category", categories[c])
        frame.insert(0, "service_area_code", "")
        frame.insert(0, "home_area_code", codes)
        frame.insert(0, "period", period)
        parts.append(frame[frame["cards_count"] > 0])
    return pd.concat(parts, ignore_index=True)


# -- boundaries ----------------------------------------------------------------------------------


def corner(g: int) -> tuple[float, float]:
    """West and south edge of community `g` in degrees."""
    district, rest = divmod(g, 36)
    s, c = divmod(rest, 4)
    _, column, row = list(DISTRICTS.values())[district]
    x = column * 6 + (s % 3) * 2 + c % 2
    y = row * 6 + (s // 3) * 2 + c // 2
    return round(WEST + x * CELL, 6), round(NORTH - (y + 1) * CELL, 6)


def make_layer(level: str, crs: str = "EPSG:4490") -> gpd.GeoDataFrame:
    """Polygons of one level with `code` and `name`; upper levels are dissolved cells."""
    corners = np.array([corner(g) for g in range(len(communities()))])
    cells = shapely.box(*corners.T, *(np.round(corners + CELL, 6)).T)
    parent = dict(subdistricts())
    codes = [c for c, _ in communities()]
    groups = {
        "community": codes,
        "subdistrict": [c[:9] for c in codes],
        "district": [parent[c[:9]] for c in codes],
        "city": [parent[c[:9]][:4] for c in codes],
        "province": [parent[c[:9]][:2] for c in codes],
        "region": ["jjj"] * len(codes),
    }[level]
    layer = gpd.GeoDataFrame({"code": groups}, geometry=cells, crs="EPSG:4490")
    if level != "community":
        layer = layer.dissolve("code", method="coverage").reset_index()
    names = make_areas().set_index("area_code")["name"]
    layer["name"] = layer["code"].map(names)
    layer = layer[["code", "name", "geometry"]]
    return layer if crs == "EPSG:4490" else layer.to_crs(crs)


def _csv_writer(encoding: str) -> Callable[[pd.DataFrame, Path], None]:
    def write(frame: pd.DataFrame, path: Path) -> None:
        frame.to_csv(path.with_name(path.name + ".csv"), index=False, encoding=encoding)

    return write


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path.with_name(path.name + ".parquet"), index=False)


def _source_toml(crs: str, encoding: str, synthetic: bool) -> str:
    return f"""title_zh = "网格示例"
title_en = "Grid example"
root_code = "jjj"
crs = "{crs}"
encoding = "{encoding}"
synthetic = {str(synthetic).lower()}
source_zh = "网格（合成数据）"
source_en = "grid (synthetic)"
approval_number = ""
data_date = "2026-06-30"
created = "2026-07-05"

[population]
as_of = "2020-11-01"
base = "resident"

[swipes]
bus_counted_as = "rides"

"""


STANDARDS = """version = "grid-1"
date = "2026-06-30"
default = "grid-meals"
detour_factor = 1.3
detour_note_zh = "直线距离乘以1.3"
detour_note_en = "straight line times 1.3"

[[standard]]
id = "grid-meals"
category = "meals"
counts = "60plus"
radius_m = 1000
min_demand = 2000
jurisdiction = "11"
valid_from = "2022-01-01"
source = "grid"
name_zh = "网格助餐标准"
name_en = "Grid meal standard"
status = "found"

[[standard]]
id = "grid-day-care"
category = "day_care"
counts = "60plus"
radius_m = 2000
capacity_per_1000 = 3.0
jurisdiction = "11"
valid_from = "2022-01-01"
source = "grid"
name_zh = "网格日间照料标准"
name_en = "Grid day care standard"
status = "found"
"""
