"""Search by name, pinyin, initials, code and names in common use."""

from __future__ import annotations

import random
import time

import pandas as pd
import pytest
from pypinyin import Style, lazy_pinyin

from dashboard.area_search import AreaSearch, fold
from dashboard.places import Places

ROWS = [
    # code, parent, level, name, name_en, kind, zone_code, zone_name
    ("jjj", "", "region", "京津冀", "Beijing-Tianjin-Hebei", "", "", ""),
    ("11", "jjj", "province", "北京市", "Beijing", "", "", ""),
    ("13", "jjj", "province", "河北省", "Hebei", "", "", ""),
    ("1101", "11", "city", "北京市", "Beijing", "filler", "", ""),
    ("1301", "13", "city", "石家庄市", "Shijiazhuang", "city", "", ""),
    ("1306", "13", "city", "保定市", "Baoding", "city", "", ""),
    ("110101", "1101", "district", "东城区", "Dongcheng District", "", "", ""),
    ("110105", "1101", "district", "朝阳区", "Chaoyang District", "", "", ""),
    ("130102", "1301", "district", "长安区", "Chang'an District", "", "", ""),
    ("130629", "1306", "district", "容城县", "Rongcheng County", "", "", ""),
    ("130632", "1306", "district", "安新县", "Anxin County", "", "", ""),
    ("130638", "1306", "district", "雄县", "Xiong County", "", "", ""),
    ("110101001", "110101", "subdistrict", "东华门街道", "Donghuamen Subdistrict", "", "", ""),
    ("110105001", "110105", "subdistrict", "望京街道", "Wangjing Subdistrict", "", "", ""),
    ("130102001", "130102", "subdistrict", "建北街道", "Jianbei", "", "", ""),
    ("130171001", "130102", "subdistrict", "长江街道", "Changjiang", "", "130171", "石家庄高新区"),
    ("110101001001", "110101001", "community", "朝阳门社区", "Chaoyangmen", "", "", ""),
    ("110105001001", "110105001", "community", "东城社区", "Dongcheng", "", "", ""),
    ("130102001001", "130102001", "community", "东城区", "Dongchengqu", "", "", ""),
    ("130102001002", "130102001", "community", "白䌷村", "Baichou Village", "", "", ""),
]
COLUMNS = ["area_code", "parent_code", "level", "name", "name_en", "kind", "zone_code", "zone_name"]


def make_search(frame: pd.DataFrame) -> AreaSearch:
    spelt = {c: lazy_pinyin(c, style=Style.NORMAL)[0] for c in set("".join(frame["name"]))}
    syllables = [[spelt[c] for c in name] for name in frame["name"]]
    frame["pinyin"] = ["".join(parts) for parts in syllables]
    frame["initials"] = ["".join(part[0] for part in parts) for parts in syllables]
    return AreaSearch(frame, Places(frame))


@pytest.fixture(scope="module")
def search() -> AreaSearch:
    return make_search(pd.DataFrame(ROWS, columns=COLUMNS))


def codes(search: AreaSearch, text: str, limit: int = 10) -> list[str]:
    return [hit.code for hit in search.search(text, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("东城区", ["110101", "130102001001"]),  # the upper one of two that are exact
        ("东城", ["110101", "110105001001", "130102001001"]),
        ("朝阳", ["110105", "110101001001"]),
        ("阳门", ["110101001001"]),  # inside a name
        ("北京", ["11"]),  # and not the filler as well
        ("chaoyang", ["110105", "110101001001"]),
        ("CHAOYANG", ["110105", "110101001001"]),
        ("Chang'an", ["130102"]),
        ("changan district", ["130102"]),
        ("dchq", []),
        ("dcq", ["110101", "130102001001"]),  # initials
        ("dhmjd", ["110101001"]),
        ("110105", ["110105", "110105001", "110105001001"]),
        ("1101", ["110101", "110105", "110101001", "110105001", "110101001001", "110105001001"]),
        ("雄安", ["130629", "130632", "130638"]),
        ("雄安新区", ["130629", "130632", "130638"]),
        ("xiongan", ["130629", "130632", "130638"]),
        ("石家庄高新", ["130102"]),  # a development zone is its host
        ("白䌷", ["130102001002"]),
        ("朝阳 望京", ["110105001"]),
        ("dongcheng chaoyangmen", ["110101001001"]),
        ("河北 东城", ["130102001001"]),
        ("ｄｏｎｇｈｕａ", ["110101001"]),  # wide letters
        (" 东 华 门 ", ["110101001"]),
        ("", []),
        ("   ", []),
        ("不存在", []),
        ("zzzz", []),
        ("\n", []),
        ("%", []),
    ],
)
def test_what_is_found_and_in_which_order(search, text, expected):
    assert codes(search, text) == expected


def test_a_hit_says_where_it_lies(search):
    hit = search.search("望京")[0]
    assert (hit.name, hit.name_en, hit.level) == ("望京街道", "Wangjing Subdistrict", "subdistrict")
    assert hit.path == "北京市 · 朝阳区"
    assert hit.path_en == "Beijing · Chaoyang District"


def test_the_limit_holds(search):
    assert len(codes(search, "1", limit=3)) == 3


def test_folding():
    assert fold("Chang’an Qū") == "changanqu"
    assert fold("LÜ") == "lv"
    assert fold("绿地") == "绿地"


def test_a_very_long_text_is_cut(search):
    assert search.search("东" * 1_000_000) == []


def make_many(n_communities: int) -> pd.DataFrame:
    rng = random.Random(3)
    characters = "东西南北中大小上下新老家庄河山水花园朝阳安平和光明胜利红旗村店王李张"
    rows = list(ROWS)
    for i in range(n_communities):
        name = "".join(rng.choices(characters, k=rng.randint(2, 5))) + "村委会"
        code = f"130102001{i + 10:06d}"
        rows.append((code, "130102001", "community", name, f"Village number {i}", "", "", ""))
    return pd.DataFrame(rows, columns=COLUMNS)


def test_seventy_thousand_areas_answer_in_fifty_milliseconds():
    many = make_search(make_many(70_000))
    slowest = 0.0
    for text in (
        "东",
        "村",
        "村委会",
        "cwh",
        "a",
        "an",
        "chaoyang",
        "1",
        "1301020",
        "东城",
        "zzz",
        "家 东",
    ):
        start = time.process_time()
        many.search(text)
        slowest = max(slowest, time.process_time() - start)
    assert slowest < 0.05


def test_against_a_slow_oracle():
    frame = make_many(300)
    many = make_search(frame)
    for text in ("东", "朝阳", "王庄", "光明"):
        expected = {
            code
            for code, name, kind in frame[["area_code", "name", "kind"]].itertuples(index=False)
            if text in name and kind != "filler"
        }
        assert set(codes(many, text, limit=1000)) == expected
