"""The areas of the demonstration: all real codes and names, or those of a few districts."""

from __future__ import annotations

import pandas as pd

from geodata.areas import order_areas
from geodata.demo.names import english_name, short_community_name
from geodata.demo.recorded import read_fact
from geodata.errors import AreaError

ROOT = "jjj"
PROVINCES = {"11": ("北京市", "Beijing"), "12": ("天津市", "Tianjin"), "13": ("河北省", "Hebei")}
FILLERS = ("1101", "1201")
KINDS = {
    "residents": "居民委员会",
    "village": "村民委员会",
    "like residents": "类似居民委员会",
    "like village": "类似村民委员会",
}
DISTRICT_KINDS = {"自治县": "自治县", "县": "县", "市": "县级市", "区": "市辖区"}
COLUMNS = ["area_code", "parent_code", "level", "name", "kind", "zone_code", "zone_name"]


def demo_areas(districts: list[str] | None = None) -> pd.DataFrame:
    """Areas in tree order, without English names (see `add_english_names`).

    Development zones are no rows: their subdistricts hang under the host district of
    `facts/zone_hosts.csv` and name the zone in `zone_code` and `zone_name`.

    Parameters
    ----------
    districts : list of str, optional
        Six-digit codes to keep with their ancestors and descendants; default all 199.

    Returns
    -------
    DataFrame
        Columns of table `areas` and `committee` (kind of a community as in the facts).

    Raises
    ------
    AreaError
        If a code is no district, none is named, or a zone's host is no district.
    """
    units = read_fact("districts.csv.gz")
    hosts = read_fact("zone_hosts.csv").set_index("zone_code")
    real = units[~units["district_code"].isin(hosts.index)]
    for code in [*hosts["district_code"], *(districts or [])]:
        if code not in set(real["district_code"]):
            raise AreaError(f"{code!r} is not a district", "use a six-digit code of a district")
    if districts is not None and not districts:
        raise AreaError("no district is named", "name at least one six-digit code")
    if districts is not None:
        real = real[real["district_code"].isin(districts)]
    subdistricts = _subdistricts(hosts, set(real["district_code"]))
    communities = _communities(set(subdistricts["area_code"]))
    parts = [_upper(real), _districts(real), subdistricts, communities]
    frame = pd.concat(parts, ignore_index=True)
    frame[COLUMNS[-3:]] = frame[COLUMNS[-3:]].fillna("")
    return order_areas(frame)


def _upper(real: pd.DataFrame) -> pd.DataFrame:
    cities = real.assign(city_code=real["district_code"].str[:4]).drop_duplicates("city_code")
    rows = [(ROOT, "", "region", "京津冀", "")]
    for code in sorted(set(cities["city_code"].str[:2])):
        rows.append((code, ROOT, "province", PROVINCES[code][0], ""))
    for code, name in zip(cities["city_code"], cities["city"], strict=True):
        rows.append((code, code[:2], "city", name, "filler" if code in FILLERS else "地级市"))
    return pd.DataFrame(rows, columns=COLUMNS[:5])


def _districts(real: pd.DataFrame) -> pd.DataFrame:
    def kind(name: str) -> str:
        return next(word for suffix, word in DISTRICT_KINDS.items() if name.endswith(suffix))

    return pd.DataFrame(
        {
            "area_code": real["district_code"],
            "parent_code": real["district_code"].str[:4],
            "level": "district",
            "name": real["name"],
            "kind": real["name"].map(kind),
        }
    )


def _subdistricts(hosts: pd.DataFrame, kept: set[str]) -> pd.DataFrame:
    rows = read_fact("subdistricts.csv.gz")
    unit = rows["district_code"]
    in_zone = unit.isin(hosts.index)
    host = unit.where(~in_zone, unit.map(hosts["district_code"]))
    frame = pd.DataFrame(
        {
            "area_code": rows["subdistrict_code"],
            "parent_code": host,
            "level": "subdistrict",
            "name": rows["name"],
            "kind": rows["kind"],
            "zone_code": unit.where(in_zone, ""),
            "zone_name": unit.map(hosts["zone_name"]).where(in_zone, ""),
        }
    )
    return frame[host.isin(kept)]


def _communities(kept: set[str]) -> pd.DataFrame:
    rows = read_fact("communities.csv.gz")
    parent = rows["community_code"].str[:9]
    frame = pd.DataFrame(
        {
            "area_code": rows["community_code"],
            "parent_code": parent,
            "level": "community",
            "name": [short_community_name(name) for name in rows["name"]],
            "kind": rows["kind"].map(KINDS),
            "committee": rows["kind"],
        }
    )
    return frame[parent.isin(kept)]


def add_english_names(areas: pd.DataFrame) -> list[str]:
    """English name of each area, in the order of `areas`."""
    known = {ROOT: "Beijing-Tianjin-Hebei", **{code: en for code, (_, en) in PROVINCES.items()}}
    known |= {"1101": "Beijing", "1201": "Tianjin"}
    spelt: dict[tuple[str, str], str] = {}
    names = []
    for code, name, level in zip(areas["area_code"], areas["name"], areas["level"], strict=True):
        if code in known:
            names.append(known[code])
            continue
        if (name, level) not in spelt:
            spelt[name, level] = english_name(name, level)
        names.append(spelt[name, level])
    return names
