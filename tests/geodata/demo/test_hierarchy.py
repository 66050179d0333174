from __future__ import annotations

import pandas as pd
import pytest

from geodata.areas import AreaTree
from geodata.demo.hierarchy import add_english_names, demo_areas
from geodata.demo.recorded import read_district_polygons, read_fact
from geodata.errors import AreaError


def test_counts_of_all_levels(areas: pd.DataFrame) -> None:
    assert areas["level"].value_counts().to_dict() == {
        "region": 1,
        "province": 3,
        "city": 13,
        "district": 199,
        "subdistrict": 3013,
        "community": 67297,
    }


def test_no_unit_of_the_facts_is_lost(areas: pd.DataFrame) -> None:
    codes = set(areas["area_code"])
    assert set(read_fact("communities.csv.gz")["community_code"]) <= codes
    assert set(read_fact("subdistricts.csv.gz")["subdistrict_code"]) <= codes


def test_zones_hang_under_their_hosts(areas: pd.DataFrame) -> None:
    zones = areas[areas["zone_code"] != ""]
    assert zones["zone_code"].nunique() == 23
    assert len(zones) == 83  # townships of the zones, by the NBS list
    communities = areas[areas["parent_code"].isin(zones["area_code"])]
    assert len(communities) == 1298
    assert not areas.loc[areas["level"] == "district", "area_code"].str[4].eq("7").any()
    tree = AreaTree(areas)
    host = tree.ancestor(tree.find("130771100"), "district")
    assert tree.codes[host] == "130702"


def test_fillers_are_cities_without_a_name_of_their_own(areas: pd.DataFrame) -> None:
    fillers = areas[areas["kind"] == "filler"].set_index("area_code")["name"].to_dict()
    assert fillers == {"1101": "北京市", "1201": "天津市"}


def test_a_few_districts_keep_their_ancestors_and_descendants(areas: pd.DataFrame) -> None:
    some = demo_areas(["131082", "110101"])
    assert some.loc[some["level"] == "city", "area_code"].tolist() == ["1101", "1310"]
    tree = AreaTree(areas)
    sanhe = tree.descendants(tree.find("131082"), "community")
    kept = some.loc[some["area_code"].str.startswith("131082") & (some["level"] == "community")]
    assert kept["area_code"].tolist() == tree.codes[sanhe]


@pytest.mark.parametrize("districts", [[], ["130171"], ["999999"], ["110101", "11"]])
def test_what_is_no_district_is_refused(districts: list[str]) -> None:
    with pytest.raises(AreaError):
        demo_areas(districts)


def test_every_district_has_a_real_polygon(areas: pd.DataFrame) -> None:
    codes = areas.loc[areas["level"] == "district", "area_code"].tolist()
    polygons = read_district_polygons(codes)
    assert len(polygons) == 199
    assert all(polygon.area > 0 for polygon in polygons)


def test_every_area_has_an_english_name_in_letters() -> None:
    some = demo_areas(["110101", "130726", "130321", "120116"])
    names = add_english_names(some)
    assert all(name and name.replace("ü", "u").isascii() for name in names)
    english = dict(zip(some["area_code"], names, strict=True))
    assert english["110101"] == "Dongcheng District"
    assert english["110101001"] == "Donghuamen Subdistrict"
    assert english["130726"] == "Yuxian County"
    assert english["130321"] == "Qinglong Manchu Autonomous County"
    assert english["120116"] == "Binhai New Area"
