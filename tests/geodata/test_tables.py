"""Tables as delivered: encodings, marks, renamed columns, codes that stay text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.errors import SchemaError
from geodata.schema import MISSING, TABLES
from geodata.tables import TableFile

ROWS = "area_code,parent_code,level,name\njjj,,region,京津冀\n01,jjj,province,白䌷村\n"


def write(tmp_path, raw: bytes, encoding="utf-8", name="areas.csv", renames=None, table="areas"):
    path = tmp_path / name
    path.write_bytes(raw)
    return TableFile(path, name, TABLES[table], encoding, renames or {})


@pytest.mark.parametrize(
    ("written", "declared"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("gb18030", "GBK")],
)
def test_chinese_survives(tmp_path, written, declared):
    data = write(tmp_path, ROWS.encode(written), declared).load()
    assert data.findings == []
    frame = data.frame()
    assert frame["name"].tolist() == ["京津冀", "白䌷村"]
    assert frame["area_code"].tolist() == ["jjj", "01"]  # leading zero kept
    assert frame["zone_code"].tolist() == ["", ""]  # column not there


def test_plain_gbk(tmp_path):
    text = ROWS.replace("白䌷村", "白村")
    assert write(tmp_path, text.encode("gbk"), "gbk").load().frame()["name"][1] == "白村"


@pytest.mark.parametrize(
    ("written", "declared", "check"),
    [
        ("gb18030", "utf-8", "wrong_encoding"),
        ("utf-8", "gb18030", "wrong_encoding"),
        ("utf-8-sig", "gbk", "byte_order_mark"),
        ("utf-16", "utf-8", "wrong_encoding"),
        ("utf-8", "klingon", "wrong_encoding"),
    ],
)
def test_encoding_that_is_not_the_declared_one(tmp_path, written, declared, check):
    findings = write(tmp_path, ROWS.encode(written), declared).load().findings
    assert [f.check for f in findings] == [check]


def test_word_that_is_valid_in_both_encodings_is_read_as_declared(tmp_path):
    # In GBK the name is the bytes C1 AA CD A8, which are well-formed UTF-8 too.
    text = "area_code,parent_code,level,name\njjj,,region,联通\n"
    data = write(tmp_path, text.encode("gbk"), "gbk").load()
    assert data.findings == []
    assert data.frame()["name"].tolist() == ["联通"]


def test_renamed_columns_tabs_and_quotes(tmp_path):
    raw = 'area_code\tparent_code\tlevel\t"名 称"\njjj\t\tregion\t"a\tb"\n'
    data = write(tmp_path, raw.encode(), renames={"name": "名 称"}).load()
    assert data.findings == []
    assert data.frame()["name"].tolist() == ["a\tb"]


def test_line_numbers_skip_nothing(tmp_path):
    raw = ROWS.replace("\n01", "\n\n,,,\n01").replace("province", "state").encode()
    data = write(tmp_path, raw).load()
    by_check = {f.check: f for f in data.findings}
    assert by_check["blank_rows"].rows == 2
    assert by_check["unknown_choice"].example == "line 5: level = 'state'"


def test_strict_reading_raises_with_the_remedy(tmp_path):
    with pytest.raises(SchemaError, match="level = 'state'") as caught:
        write(tmp_path, ROWS.replace("province", "state").encode()).read()
    assert "must be one of" in caught.value.fix


@pytest.mark.parametrize("name", ["population.csv", "population.parquet"])
def test_blank_counts_are_missing_and_text_is_text(tmp_path, name):
    frame = pd.DataFrame(
        {
            "area_code": ["011", "012"],
            **{c.name: [5, None] for c in TABLES["population"].columns if c.kind == "count"},
            "status": ["published", "estimated"],
        }
    ).astype({"aged_60_count": "Int64"})
    path = tmp_path / name
    frame.to_csv(path, index=False) if name.endswith("csv") else frame.to_parquet(path)
    data = TableFile(path, name, TABLES["population"]).load()
    assert data.findings == []
    assert data.numbers["aged_60_count"].tolist() == [5, MISSING]
    assert data.numbers["aged_80_count"].dtype == np.int64
    assert data.frame()["area_code"].tolist() == ["011", "012"]


def test_first_row_by_our_names(tmp_path):
    raw = "月份,home_area_code\n2026-06,11\n2026-07,12\n".encode("gb18030")
    file = write(tmp_path, raw, "gb18030", renames={"period": "月份"}, table="cards")
    assert file.first_row == {"period": "2026-06", "home_area_code": "11"}


def test_dictionary_text_in_parquet_with_nulls(tmp_path):
    path = tmp_path / "swipes.parquet"
    frame = pd.DataFrame(
        {
            "period": pd.Categorical(["2026-06"] * 3),
            "home_area_code": pd.Categorical(["11", "12", "11"]),
            "service_area_code": [None, None, None],
            "category": ["bus", "park", "all"],
            "age_band": ["all"] * 3,
            "swipes_count": np.array([1, 2, 3], dtype=np.int32),
            "cards_count": [1.0, 2.0, 3.0],
            "amount_fen": ["1", "2", "3"],
            "subsidy_fen": [0, 0, 0],
        }
    )
    frame.to_parquet(path)
    data = TableFile(path, "swipes.parquet", TABLES["swipes"]).load()
    assert data.findings == []
    assert data.text["home_area_code"].to_numpy().tolist() == ["11", "12", "11"]
    assert data.text["service_area_code"].to_numpy().tolist() == ["", "", ""]
    assert data.numbers["cards_count"].tolist() == [1, 2, 3]
    assert data.numbers["amount_fen"].tolist() == [1, 2, 3]
