"""PDF/A-2a and PDF/UA-1 as far as a reader of ours can tell: metadata, tags, links, alternatives.

No validator is at hand that may be installed from a registry; what the two standards ask of tags is
checked here with another library than the one that binds the atlas.
"""

from __future__ import annotations

import io
import re
from itertools import pairwise

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject

from dashboard.dataset import Dataset
from dashboard.exports.writers import write_export
from dashboard.view import build_view
from dashboard.view_state import parse_view

SHOWS_TEXT = {b"Tj", b"TJ", b"'", b'"'}
PAINTS = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"Do", b"sh"}


@pytest.fixture(scope="module", params=["map", "brief", "atlas"])
def kind(request) -> str:
    """Every kind of page."""
    return request.param


@pytest.fixture(scope="module")
def reader(grid_release, kind) -> PdfReader:
    """A file of that kind."""
    dataset = Dataset.open(grid_release)
    view = build_view(dataset, parse_view("" if kind == "atlas" else "area=110101", dataset))
    return PdfReader(io.BytesIO(write_export(view, kind, "pdf")))


def root_of(reader: PdfReader) -> DictionaryObject:
    return reader.trailer["/Root"]


def elements(reader: PdfReader) -> list[tuple[DictionaryObject, int]]:
    """Every structure element once with its object number, in reading order."""
    found, seen = [], set()

    def walk(kids, parent) -> None:
        for kid in kids if isinstance(kids, ArrayObject) else [kids]:
            tag = kid.get_object()
            if not isinstance(tag, DictionaryObject) or "/S" not in tag:
                continue
            number = tag.indirect_reference.idnum
            assert number not in seen, "a tag hangs in two places"
            assert tag.raw_get("/P").idnum == parent, "a tag knows its parent"
            seen.add(number)
            found.append((tag, number))
            walk(tag.get("/K", ArrayObject()), number)

    tree = root_of(reader)["/StructTreeRoot"]
    walk(tree["/K"], tree.indirect_reference.idnum)
    return found


def parents(reader: PdfReader) -> dict[int, object]:
    """The list of parents by number."""
    numbers = root_of(reader)["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    assert [int(n) for n in numbers[::2]] == sorted({int(n) for n in numbers[::2]})
    return {int(key): owner.get_object() for key, owner in zip(numbers[::2], numbers[1::2])}


def test_metadata_name_both_standards_and_agree_with_themselves(reader):
    root = root_of(reader)
    stream = root["/Metadata"]
    assert "/Filter" not in stream, "PDF/A wants metadata in plain text"
    xmp = stream.get_data().decode("utf-8")
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    title = re.search(r"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", xmp, re.DOTALL).group(1)
    assert title == reader.metadata.title
    words = re.search(r"<pdf:Keywords>(.*?)</pdf:Keywords>", xmp).group(1)
    assert "seal=" in words
    assert reader.metadata.get("/Keywords", words) == words
    assert root["/MarkInfo"]["/Marked"] is not False
    assert root["/Lang"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/OutputIntents"][0]["/DestOutputProfile"]
    assert reader.trailer["/ID"]
    assert "/Encrypt" not in reader.trailer
    assert reader.pdf_header == "%PDF-1.7"


def test_everything_painted_is_tagged_or_an_artifact(reader):
    """Each marked piece of a page belongs to the one tag that names it."""
    owner_of = {}
    for tag, number in elements(reader):
        kids = tag.get("/K", ArrayObject())
        for kid in kids if isinstance(kids, ArrayObject) else [kids]:
            if isinstance(kid, int):
                owner_of[tag.raw_get("/Pg").idnum, int(kid)] = number
    listed = parents(reader)
    for page in reader.pages:
        here, at = listed[int(page["/StructParents"])], page.indirect_reference.idnum
        open_marks: list[int | None] = []
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator in (b"BDC", b"BMC"):
                mark = operands[1].get_object() if operator == b"BDC" else {}
                open_marks.append(mark.get("/MCID"))
                assert operands[0] == "/Artifact" or "/MCID" in mark or len(open_marks) > 1
                if "/MCID" in mark:
                    number = here[int(mark["/MCID"])].get_object().indirect_reference.idnum
                    assert owner_of[at, int(mark["/MCID"])] == number
            elif operator == b"EMC":
                open_marks.pop()
            elif operator in SHOWS_TEXT | PAINTS:
                assert open_marks, operator
        assert not open_marks


def test_cells_know_their_heads(reader, kind):
    """By name, or by the scope of the heads where a table has one row of them."""
    tags = [tag for tag, _ in elements(reader)]
    heads = [tag for tag in tags if tag["/S"] == "/TH"]
    assert heads, "every kind has a table"
    for head in heads:
        assert any("/Scope" in attributes.get_object() for attributes in head["/A"])
    names = sorted(str(tag["/ID"]) for tag in tags if "/ID" in tag)
    assert len(names) == len(set(names))
    assert bool(names) == (kind != "atlas")
    listed = root_of(reader)["/StructTreeRoot"].get("/IDTree", {}).get("/Names", [])
    assert [str(name) for name in listed[::2]] == names
    for tag in tags:
        for attributes in tag.get("/A", ArrayObject()):
            assert {str(h) for h in attributes.get_object().get("/Headers", ())} <= set(names)


def test_headings_begin_at_the_top_and_skip_no_level(reader, kind):
    levels = [int(str(tag["/S"])[2]) for tag, _ in elements(reader) if re.match(r"/H\d", tag["/S"])]
    if kind == "map":
        assert not levels
        return
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_figures_have_words(reader):
    figures = [tag for tag, _ in elements(reader) if tag["/S"] == "/Figure"]
    assert figures
    assert all(str(tag.get("/Alt", "")).strip() for tag in figures)


def test_links_are_tagged_named_and_lead_to_pages(reader, kind):
    notes = [(page, note.get_object()) for page in reader.pages for note in page.get("/Annots", ())]
    assert bool(notes) == (kind == "atlas")
    listed = parents(reader)
    for page, note in notes:
        assert note["/Subtype"] == "/Link"
        assert int(note["/F"]) & 4, "printed, as PDF/A asks"
        assert page["/Tabs"] == "/S"
        tag = listed[int(note["/StructParent"])]
        assert tag["/S"] == "/Link"
        kids = [kid.get_object() for kid in tag["/K"]]
        assert note in [kid["/Obj"] for kid in kids if isinstance(kid, dict) and "/Obj" in kid]
        target = reader.get_page(reader.get_page_number(note["/Dest"][0].get_object()))
        squeezed = "".join(target.extract_text().split())
        assert "".join(str(note["/Contents"]).split()) in squeezed
        assert "/A" not in note


def test_faces_are_subsets_with_a_way_back_to_unicode(reader):
    seen = set()
    for page in reader.pages:
        for face in page["/Resources"].get("/Font", {}).values():
            face = face.get_object()
            seen.add(str(face["/BaseFont"]))
            assert re.match(r"/[A-Z]{6}\+NotoSansSC", face["/BaseFont"])
            assert "/ToUnicode" in face
            descriptor = face["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            data = descriptor["/FontFile2"].get_data()
            assert len(data) < 1_000_000, "the whole face has ten times as much"
    assert seen
