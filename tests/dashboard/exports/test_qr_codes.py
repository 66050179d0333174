"""What a phone reads off a printed page, by a reader that knows nothing of how it was drawn."""

from __future__ import annotations

import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from dashboard.exports.page_format import PAGE_FORMATS
from dashboard.exports.pdf import export_png
from dashboard.exports.reopen import LONGEST_CODE, reopening
from dashboard.exports.short_code import decode_view, encode_view

SERVER = "https://portal.example.gov.cn/atlas/"
PRINTER_PPI = 300
VIEW = "area=11&level=district&measure=gap_people&category=meals"


def plan(count: int) -> str:
    """So many new sites."""
    sites = [
        f"a:meals,116.{100 + 7 * i:03d}{i:02d},39.{900 + i:03d}21,{80 + i}" for i in range(count)
    ]
    return f"{VIEW}&plan={';'.join(sites)}"


def read_codes(png: bytes) -> list[str]:
    """All codes on a picture, as texts."""
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
    return [code.text for code in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("page", PAGE_FORMATS.values(), ids=list(PAGE_FORMATS))
@pytest.mark.parametrize("query", [VIEW, plan(3), plan(18)])
def test_a_phone_reads_the_way_back(grid_view, query, page):
    view = grid_view(query)
    address = reopening(view, SERVER).address
    assert address.startswith(f"{SERVER}open/")
    assert read_codes(export_png(view, page=page, server=SERVER, ppi=PRINTER_PPI)) == [address]
    _, state = decode_view(address.rpartition("/")[2], [view.dataset])
    assert state == view.state


def test_a_plan_too_large_for_a_code_has_none(grid_view):
    view = grid_view(plan(40))
    assert len(encode_view(view.state, view.dataset)) > LONGEST_CODE
    assert read_codes(export_png(view, server=SERVER)) == []
