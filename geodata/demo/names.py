"""Short Chinese names and English names of areas.

English names follow the place-name usage of official maps: pinyin written as one word, an
apostrophe before a, e or o inside a word (Xi'an), the kind of area as an English word.
"""

from __future__ import annotations

import re

from pypinyin import lazy_pinyin

# Readings that a general dictionary gets wrong in place names of this region.
READINGS = {
    "朝阳": "chao yang",
    "信都": "xin du",
    "襄都": "xiang du",
    "望都": "wang du",
    "乐亭": "lao ting",
    "井陉": "jing xing",
    "蔚州": "yu zhou",
    "蔚县": "yu xian",
    "长安": "chang an",
    "藁城": "gao cheng",
    "行唐": "xing tang",
    "涿州": "zhuo zhou",
    "涿鹿": "zhuo lu",
    "阳原": "yang yuan",
    "泊头": "bo tou",
    "蠡县": "li xian",
    "长辛店": "chang xin dian",
    "长阳": "chang yang",
    "长营": "chang ying",
    "长巷": "chang xiang",
    "长哨营": "chang shao ying",
    "六里": "liu li",
    "十里堡": "shi li pu",
    "马驹桥": "ma ju qiao",
    "潮白": "chao bai",
    "（氵甸）": "dian",  # characters the list of codes could not write
    "（瞿阝）": "qu",
}
# Only as the whole name: elsewhere the same characters read otherwise.
WHOLE_READINGS = {"大城": "dai cheng", "任": "ren"}
# Parts of names that are words, not names; longest first when matched.
WORDS = {
    "经济技术开发区": "Economic and Technological Development Zone",
    "国家自主创新示范区": "National Innovation Demonstration Zone",
    "国际合作示范区": "International Cooperation Demonstration Zone",
    "产业示范区": "Industrial Demonstration Zone",
    "高新技术产业区": "High-tech Industrial Zone",
    "现代产业区": "Modern Industrial Zone",
    "高新区": "High-tech Zone",
    "临空经济区": "Airport Economic Zone",
    "工业聚集区": "Industrial Cluster",
    "工业园区": "Industrial Park",
    "工业园": "Industrial Park",
    "产业园": "Industrial Park",
    "产业基地": "Industrial Base",
    "工业区": "Industrial Zone",
    "科技创新园": "Science and Innovation Park",
    "科技园区": "Science Park",
    "科技园": "Science Park",
    "未来科技城": "Future Science City",
    "科技城": "Science City",
    "科技谷": "Science Valley",
    "生态城": "Eco-city",
    "服务中心": "Service Centre",
    "管理办公室": "Administration Office",
    "管理局": "Administration",
    "片区": "Section",
    "组团": "Cluster",
    "小区": "Residential Area",
    "、": ",",
    "（": "(",
    "）": ")",
}
DIGITS = "一二三四五六七八九十"
PEOPLES = {"满族": "Manchu", "回族": "Hui", "蒙古族": "Mongol", "朝鲜族": "Korean"}
SUFFIXES = {
    "district": (
        ("自治县", "Autonomous County"),
        ("新区", "New Area"),
        ("矿区", "Mining District"),
        ("区", "District"),
        ("县", "County"),
        ("市", "City"),
    ),
    "subdistrict": (
        ("高新技术产业开发区", "High-tech Development Zone"),
        ("经济技术开发区", "Economic and Technological Development Zone"),
        ("经济开发区", "Economic Development Zone"),
        ("开发区", "Development Zone"),
        ("产业园区", "Industrial Park"),
        ("工业园区", "Industrial Park"),
        ("街道办事处", "Subdistrict"),
        ("管理区", "Administrative Zone"),
        ("园区", "Park"),
        ("农场", "Farm"),
        ("林场", "Forest Farm"),
        ("牧场", "Pasture"),
        ("地区", "Area"),
        ("街道", "Subdistrict"),
        ("办事处", "Office"),
        ("乡", "Township"),
        ("镇", "Town"),
    ),
    "community": (
        ("虚拟社区", "Virtual Community"),
        ("社区", "Community"),
        ("居民委员会", "Residents' Committee"),
        ("居委会", "Residents' Committee"),
        ("村", "Village"),
    ),
    "city": (("市", "City"),),
    "province": (("省", "Province"), ("市", "Municipality")),
}
_WORD_PATTERN = re.compile(f"(第[{DIGITS}]|{'|'.join(sorted(WORDS, key=len, reverse=True))})")
_READING_PATTERN = re.compile("|".join(sorted(READINGS, key=len, reverse=True)))
_COMMITTEE = re.compile(r"(社区)?(居民委员会|居委会)$|(村)?(村民委员会|村委会)$")


def short_community_name(name: str) -> str:
    """The everyday form of a committee's name: 多福巷社区居委会 -> 多福巷社区.

    A village committee's area is called 村; a residents' committee keeps its name when the word
    社区 is not in it.
    """
    match = _COMMITTEE.search(name)
    if match is None:
        return name
    stem = name[: match.start()]
    if match.group(4):
        return stem if stem.endswith("村") else stem + "村"
    return stem + "社区" if match.group(1) else name


def _syllables(text: str) -> list[str]:
    if text in WHOLE_READINGS:
        return WHOLE_READINGS[text].split()
    parts: list[str] = []
    start = 0
    for match in _READING_PATTERN.finditer(text):
        parts += lazy_pinyin(text[start : match.start()])
        parts += READINGS[match.group()].split()
        start = match.end()
    return parts + lazy_pinyin(text[start:])


def spell(text: str) -> str:
    """A name in Latin letters: pinyin words with a capital, known words in English.

    An apostrophe stands where a syllable could be misread: Xi'an.
    """
    for mark, reading in READINGS.items():
        if mark.startswith("（"):
            text = text.replace(mark, reading)
    words = []
    for piece in _WORD_PATTERN.split(text):
        if piece in WORDS:
            words.append(WORDS[piece])
        elif piece.startswith("第") and piece[1:] and piece[1:] in DIGITS:
            words.append(f"No. {DIGITS.index(piece[1:]) + 1}")
        elif piece:
            words.append(_pinyin_word(piece))
    joined = " ".join(words)
    return joined.replace("( ", "(").replace(" )", ")").replace(" ,", ",")


def _pinyin_word(text: str) -> str:
    parts = _syllables(text)
    word = "".join(
        ("'" if i and part[:1] in "aeo" and parts[i - 1][-1:].isalpha() else "") + part
        for i, part in enumerate(parts)
    ).replace("v", "ü")  # pypinyin writes v; no Chinese syllable has one
    return word[:1].upper() + word[1:]


def english_name(name: str, level: str) -> str:
    """English name of an area.

    Parameters
    ----------
    name : str
        Chinese name, committees in their short form.
    level : str
        One of `geodata.schema.LEVELS` below the region.
    """
    for suffix, word in SUFFIXES[level]:
        if not name.endswith(suffix) or name == suffix:
            continue
        stem, peoples = name[: -len(suffix)], []
        for people in re.findall("|".join(PEOPLES), stem):
            stem = stem.replace(people, "")
            peoples.append(PEOPLES[people])
        if not stem:
            break
        whole = len(stem) == 1 and level == "district"  # 蔚县 is Yuxian County
        spelt = spell(stem + suffix if whole else stem)
        return " ".join([spelt, *([" and ".join(peoples)] if peoples else []), word])
    return spell(name)
