from __future__ import annotations

import pytest

from geodata.demo.names import english_name, short_community_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("多福巷社区居委会", "多福巷社区"),
        ("东贸国际社区居民委员会", "东贸国际社区"),
        ("梁屯村民委员会", "梁屯村"),
        ("石板床村村民委员会", "石板床村"),
        ("艾洼村委会", "艾洼村"),
        ("新兴街居民委员会", "新兴街居民委员会"),
        ("开发区虚拟社区", "开发区虚拟社区"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_community_name(name) == short


@pytest.mark.parametrize(
    ("name", "level", "english"),
    [
        ("朝阳区", "district", "Chaoyang District"),
        ("朝阳门街道", "subdistrict", "Chaoyangmen Subdistrict"),
        ("迁安市", "district", "Qian'an City"),
        ("固安县", "district", "Gu'an County"),
        ("成安县", "district", "Cheng'an County"),
        ("长安区", "district", "Chang'an District"),
        ("乐亭县", "district", "Laoting County"),
        ("大城县", "district", "Daicheng County"),
        ("大城镇", "subdistrict", "Daicheng Town"),
        ("大城子镇", "subdistrict", "Dachengzi Town"),
        ("井陉矿区", "district", "Jingxing Mining District"),
        ("藁城区", "district", "Gaocheng District"),
        ("行唐县", "district", "Xingtang County"),
        ("信都区", "district", "Xindu District"),
        ("望都县", "district", "Wangdu County"),
        ("赵县", "district", "Zhaoxian County"),
        ("围场满族蒙古族自治县", "district", "Weichang Manchu and Mongol Autonomous County"),
        ("大厂回族自治县", "district", "Dachang Hui Autonomous County"),
        ("王家楼回族乡", "subdistrict", "Wangjialou Hui Township"),
        ("石家庄市", "city", "Shijiazhuang City"),
        ("多福巷社区", "community", "Duofuxiang Community"),
        ("银通小区第二社区", "community", "Yintong Residential Area No. 2 Community"),
        ("绿园社区", "community", "Lüyuan Community"),
        ("小（氵甸）村", "community", "Xiaodian Village"),
        ("天津农学院（张家窝）社区", "community", "Tianjinnongxueyuan (Zhangjiawo) Community"),
    ],
)
def test_english_names(name: str, level: str, english: str) -> None:
    assert english_name(name, level) == english
