"""What leaves the screen: the printed page and the table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.atlas_page import open_view
from tests.browser.expected import K, Source


def download(page: Page, link: str) -> Path:
    """Click a link and take what it gives."""
    with page.expect_download() as waiting:
        page.locator(link).click()
    assert waiting.value.failure() is None
    return Path(waiting.value.path())


def test_printed_page_is_searchable(page: Page, demo_release):
    open_view(page, "area=110101&measure=reach_share&category=meals")
    path = download(page, ".link-print")
    reader = PdfReader(path)
    assert len(reader.pages) == 1
    sheet = reader.pages[0]
    width, height = (float(x) for x in sheet.mediabox[2:])
    assert (round(width), round(height)) == (842, 595)  # A4 landscape
    text = "".join(sheet.extract_text().split())
    for wanted in ("东城区", "内部使用", "演示", "2026", demo_release.name, "东华门街道"):
        assert wanted in text, wanted
    assert not list(sheet.images), "the map is drawn, not photographed"


def test_printed_page_in_english(page: Page):
    open_view(page, "area=11&lang=en")
    text = PdfReader(download(page, ".link-print")).pages[0].extract_text()
    for wanted in ("Dongcheng", "internal use"):
        assert wanted.lower() in text.lower(), wanted


def test_table_has_the_numbers_of_the_source(page: Page, demo_source):
    open_view(page, "area=110101&measure=users_share&category=meals&lang=en")
    text = download(page, ".link-csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    lines = [line for line in text.decode("utf-8-sig").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    source = Source(demo_source, "2026-06")
    assert len(rows) == len(source.children("110101", "subdistrict"))
    for row in rows:
        code = row["area_code"].strip("=\"'\t")
        if source.used(code, "cards_count", "meals") in range(1, K):
            assert row["value"] == ""
        elif row["value"]:
            wanted = 100 * source.users_share(code, "meals")
            assert float(row["value"]) == pytest.approx(wanted, rel=1e-3, abs=0.051)
