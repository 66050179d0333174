"""Every check has a severity and a remedy in both languages, and is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import geodata
from geodata.findings import CHECKS, ERROR, WARNING, finding, findings_frame, has_errors

FILES = Path(geodata.__file__).parent.rglob("*.py")
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in FILES)


@pytest.mark.parametrize("check", CHECKS)
def test_declared_check(check):
    severity, fix_zh, fix_en = CHECKS[check]
    assert severity in (ERROR, WARNING)
    assert re.search("[\u4e00-\u9fff]", fix_zh)
    assert not re.search("[\u4e00-\u9fff]", fix_en)
    used = len(re.findall(rf'"{check}"', SOURCE))
    assert used > 1, "declared but never reported"


def test_errors_come_first_and_words_fill_the_remedy():
    found = [
        finding("blank_rows", "a.csv", 2, "line 3"),
        finding("missing_column", "b.csv", 0, "columns found: x", column="name", section="areas"),
    ]
    frame = findings_frame(found)
    assert frame["severity"].tolist() == [ERROR, WARNING]
    assert "name" in frame["fix_zh"][0]
    assert "[columns.areas]" in frame["fix_en"][0]
    assert has_errors(found)
    assert not has_errors(found[:1])
    assert findings_frame([]).empty
    assert findings_frame([])["rows"].dtype == "int64"
