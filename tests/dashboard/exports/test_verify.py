"""Verification: altered files are found, even when sealed anew; the release is named."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dashboard.exports.atlas import export_atlas
from dashboard.exports.brief import export_brief
from dashboard.exports.origin import BLANK, holds_seal, read_origin, seal_file
from dashboard.exports.page_format import PAGE_FORMATS
from dashboard.exports.pdf import export_pdf
from dashboard.exports.verify import ALTERED, FOREIGN, GENUINE, SEALED, verify_file
from dashboard.exports.writers import WRITERS, Choices, write_export

MEALS = "area=110101&level=community&measure=users_share&category=meals&lang=en"
SERVER = "https://atlas.example.cn/portal/"


@pytest.fixture
def view(grid_view):
    """A view with a protected area."""
    return grid_view(MEALS)


def here(view):
    """The releases of this place: that of the view alone."""
    return lambda number: view.dataset if number == view.dataset.release_id else None


@pytest.mark.parametrize("make", ["map", "a3", "brief", "atlas"])
def test_what_the_release_gives_is_genuine(view, make):
    content = {
        "map": lambda: export_pdf(view, server=SERVER),
        "a3": lambda: export_pdf(view, page=PAGE_FORMATS["a3-portrait"]),
        "brief": lambda: export_brief(view, server=SERVER),
        "atlas": lambda: export_atlas(view, server=SERVER),
    }[make]()
    verdict = verify_file(content, here(view))
    assert verdict.state == GENUINE, verdict.reason
    assert verdict.good
    assert verdict.origin.release == view.dataset.release_id
    assert "lang=en" in verdict.origin.view


@pytest.mark.parametrize("kind", [kind for kind, ending in WRITERS if ending == "pdf"])
def test_every_kind_of_pdf_can_be_verified(grid_view, kind):
    view = grid_view(f"{MEALS}&plan=a:meals,116.02,39.98,50")
    content = write_export(view, kind, "pdf", Choices(server=SERVER))
    verdict = verify_file(content, here(view))
    assert (verdict.state, verdict.origin.kind) == (GENUINE, kind), verdict.reason


def test_one_changed_byte_is_found(view):
    content = export_pdf(view)
    for at in (20, len(content) // 2, len(content) - 30):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert verify_file(changed, here(view)).state == ALTERED


def test_something_added_at_the_end_is_found(view):
    content = export_pdf(view) + b"1 0 obj<</Type/Catalog>>endobj"
    assert verify_file(content, here(view)).state == ALTERED


def test_a_changed_page_sealed_anew_is_found(view):
    """Anybody can compute the seal; the release still gives another page."""
    content = export_pdf(view)
    seal = re.search(rb"seal=([0-9a-f]{64})", content).group(1)
    blank = content.replace(seal, BLANK.encode())
    changed = blank.replace(b"Typst", b"Tipst", 1)
    assert changed != blank
    forged = seal_file(changed)
    assert holds_seal(forged)
    assert verify_file(forged, here(view)).state == ALTERED


def test_without_the_release_only_the_seal_speaks(view):
    verdict = verify_file(export_pdf(view), lambda number: None)
    assert verdict.state == SEALED
    assert "release is not here" in verdict.reason


def test_another_program_is_no_forgery(view, monkeypatch):
    monkeypatch.setattr("dashboard.exports.pdf.program_version", lambda: "another")
    content = export_pdf(view)
    monkeypatch.undo()
    verdict = verify_file(content, here(view))
    assert verdict.state == SEALED
    assert "another version" in verdict.reason


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"\x00" * 1000])
def test_other_files_are_foreign(view, content):
    assert verify_file(content, here(view)).state == FOREIGN


def test_an_origin_survives_odd_values(view):
    origin = read_origin(export_pdf(view, server="https://x.cn/银龄 (a), b/"))
    assert origin.address == "https://x.cn/银龄 (a), b/"
    again = ", ".join(replace(origin, view="a=1&b=é").keywords()).encode()
    assert read_origin(again).view == "a=1&b=é"
