"""The text files of the demonstration source: source.toml, standards.toml, supply.csv, notes."""

from __future__ import annotations

import json
from pathlib import Path

from geodata.demo.hierarchy import ROOT

SOURCE = {
    "title_zh": "银龄地图演示数据",
    "title_en": "Silver Atlas demonstration data",
    "root_code": ROOT,
    "crs": "EPSG:4490",
    "encoding": "utf-8",
    "synthetic": True,
    "source_zh": (
        "演示数据：省、市、区县边界（天地图）与各级名称、代码（国家统计局 2023-06-30）为真实数据；"
        "已公布的人口普查数与设施总数照录，其余人口为估算；"
        "街道、社区边界、服务网点位置、卡数和刷卡数据均为模拟，不反映任何真实情况"
    ),
    "source_en": (
        "Demonstration: boundaries of provinces, cities and districts (Tianditu) and names and "
        "codes of all levels (National Bureau of Statistics, 2023-06-30) are real; published "
        "census figures and supply totals are kept, other population figures are estimates; "
        "subdistrict and community boundaries, provider sites, cards and swipes are synthetic "
        "and describe nothing real"
    ),
    "approval_number": "",
    "data_date": "2026-06-30",
    "created": "2026-07-05",
    "population": {"as_of": "2020-11-01", "base": "resident"},
    "swipes": {"bus_counted_as": "rides"},
    "boundaries": {
        "district": {
            "file": "boundaries/district.parquet",
            "code": "gb",
            "code_prefix": "156",
            "name": "name",
        },
        "community": {"file": "boundaries/community.parquet", "code": "area_code"},
    },
}

WALK_KMH = 4.67  # mean of 4.54 to 4.79, healthy people on the flat (S110)
STANDARDS = {
    "version": "2026-1",
    "date": "2026-06-30",
    "default": "beijing-meals-2022",
    "detour_factor": 1.3,
    "detour_note_zh": (
        "步行距离按直线距离乘以绕行系数 1.3 计算；系数为本图集的假定，未采用道路网络"
    ),
    "detour_note_en": (
        "Walking distance is the straight line times a detour factor of 1.3; the factor is an "
        "assumption of the atlas, no street network is used"
    ),
    "standard": [
        {
            "id": "beijing-meals-2022",
            "category": "meals",
            "counts": "60plus",
            "radius_m": 1000,
            "min_demand": 2000,
            "jurisdiction": "Beijing",
            "valid_from": "2022-03-31",
            "source": "北京市养老助餐服务实施意见 2022 (Beijing Daily 2022-03-31, S84)",
            "name_zh": "北京养老助餐点（2022）：城区服务半径不超过1,000米",
            "name_en": "Beijing meal points (2022): service radius of at most 1,000 m",
            "status": "found",
        },
        # The study's walking speed is found, 15 minutes of it are arithmetic.
        *(
            {
                "id": f"jjj-15-minutes-{category.replace('_', '-')}",
                "category": category,
                "counts": "60plus",
                "radius_m": round(WALK_KMH * 1000 * 15 / 60),
                "jurisdiction": "Beijing, Tianjin, Hebei",
                "source": "一刻钟居家养老服务圈 (S80); walking speed of older people "
                f"{WALK_KMH} km/h (S110): derived",
                "name_zh": "京津冀一刻钟居家养老服务圈："
                f"按老年人步速{WALK_KMH}公里/小时折算（推算）",
                "name_en": "15-minute home-care circle of the three regions, at older people's "
                f"{WALK_KMH} km/h (derived)",
                "status": "found",
            }
            for category in ("meals", "day_care")
        ),
        {
            "id": "guizhou-day-care-2022",
            "category": "day_care",
            "counts": "60plus",
            "radius_m": 700,
            "jurisdiction": "Guizhou",
            "valid_from": "2022-04-12",
            "source": "Guizhou 2022 (S106): community facilities; another province, to compare",
            "name_zh": "贵州（2022）：社区养老服务设施服务半径小于700米（外省标准，仅供对照）",
            "name_en": "Guizhou (2022): community facilities within 700 m (another province, "
            "for comparison only)",
            "status": "found",
        },
        # Which services belong to the circle is the atlas's choice.
        *(
            {
                "id": f"gb50180-10-minutes-{category}",
                "category": category,
                "counts": "60plus",
                "radius_m": 500,
                "jurisdiction": "national",
                "valid_from": "2018",
                "source": "GB 50180-2018, 10-minute life circle (S100)",
                "name_zh": "GB 50180-2018 十分钟生活圈：步行500米",
                "name_en": "GB 50180-2018, 10-minute life circle: 500 m on foot",
                "status": "found",
            }
            for category in ("meals", "supermarket")
        ),
        # Places without a radius: nothing about reach.
        {
            "id": "gb50437-beds",
            "category": "care_home",
            "counts": "60plus",
            "capacity_per_1000": 40,
            "jurisdiction": "national",
            "valid_from": "2018",
            "source": "GB 50437-2007 (2018 ed.) 3.2.1 (S104, S105)",
            "name_zh": "GB 50437-2007（2018年版）：每千名老年人床位不少于40张",
            "name_en": "GB 50437-2007 (2018 ed.): at least 40 beds per 1,000 older people",
            "status": "found",
        },
    ],
}


def write_toml(document: dict, path: Path) -> None:
    """Write nested dicts, lists of dicts and plain values as TOML."""
    path.write_text("\n".join(_toml_lines(document, "")).strip() + "\n", encoding="utf-8")


def _toml_lines(table: dict, prefix: str) -> list[str]:
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in table.items()
        if not isinstance(value, (dict, list))
    ]
    for key, value in table.items():
        name = f"{prefix}{key}"
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                plain = any(not isinstance(inner, dict) for inner in part.values())
                head = f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
                lines += ["", head] if plain else []
                lines += _toml_lines(part, f"{name}.")
    return lines
