"""Many PDF files bound into one that keeps their tags: PDF/A-2a and PDF/UA-1 like its parts.

The contents come first and give the bound file its metadata, output intent and language. The tags
of every part are hung under the one document element, their numbers moved on.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from dashboard.exports.contents import Line
from dashboard.exports.origin import seal_file

LINK_SCHEME = "page:"  # of the contents' links before they lead to pages of the bound file


def bind_pages(
    contents: bytes, lines: Sequence[Sequence[Line]], parts: Iterable[bytes], *, title: str
) -> bytes:
    """One sealed file of the contents and all parts.

    Parameters
    ----------
    contents : bytes
        PDF of the pages of contents, the seal in its metadata still blank; its links go to
        `page:<number>`.
    lines : lines of each page of the contents
        Each becomes a bookmark.
    parts : iterable of bytes
        PDFs of the following pages, taken one after another.
    title : str
        Of the first bookmark.
    """
    with Pdf.open(io.BytesIO(contents)) as book:
        tags = _Tags(book)
        for content in parts:
            with Pdf.open(io.BytesIO(content)) as part:
                first = len(book.pages)
                book.pages.extend(part.pages)
                tags.take(part, first)
        tags.write()
        named = [line for line in chain.from_iterable(lines) if not line.head]
        _lead_links(book, {line.page: line.text for line in named})
        # Keywords stay in the metadata alone: packed away here they would miss their seal.
        del book.docinfo.Keywords
        with book.open_outline() as outline:
            outline.root[:] = [OutlineItem(title, 0), *_bookmarks(lines)]
        stream = io.BytesIO()
        # Metadata are not compressed: the seal is put into them afterwards.
        book.save(
            stream,
            deterministic_id=True,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return seal_file(stream.getvalue())


def _bookmarks(lines: Sequence[Sequence[Line]]) -> list[OutlineItem]:
    """One for each line, those below a head inside its own."""
    items: list[OutlineItem] = []
    below = items
    for line in chain.from_iterable(lines):
        item = OutlineItem(line.text, line.page - 1)
        if line.head:
            items.append(item)
            below = item.children
        else:
            below.append(item)
    return items


def _lead_links(book: Pdf, names: Mapping[int, str]) -> None:
    for page in book.pages:
        for note in page.get("/Annots", []):
            address = str(note.get("/A", Dictionary()).get("/URI", ""))
            if address.startswith(LINK_SCHEME):
                number = int(address.removeprefix(LINK_SCHEME))
                del note.A
                note.Dest = Array([book.pages[number - 1].obj, Name.Fit])
                note.Contents = pikepdf.String(names[number])  # what a screen reader says


class _Tags:
    """The structure tree of a growing book (ISO 32000-1, 14.7)."""

    def __init__(self, book: Pdf) -> None:
        self.book, self.root = book, book.Root.StructTreeRoot
        self.document = self.root.K[0]
        self.children = list(self.document.K)
        self.numbers = list(self.root.ParentTree.Nums)
        self.next_key = int(self.root.ParentTreeNextKey)

    def take(self, part: Pdf, first: int) -> None:
        """Add the tags of a part whose pages were added from page `first` on."""
        own = part.Root.StructTreeRoot
        _forget_names(own)
        tree = self.book.copy_foreign(own)
        for page in self.book.pages[first:]:
            self._move_keys(page.obj)
        numbers = list(tree.ParentTree.Nums)
        for key, owners in zip(numbers[::2], numbers[1::2]):
            self.numbers += [int(key) + self.next_key, owners]
        self.next_key += int(tree.ParentTreeNextKey)
        for child in tree.K[0].K:
            child.P = self.document
            self.children.append(child)

    def _move_keys(self, page: Dictionary) -> None:
        """Page, drawings and notes name their place in the list of parents by number."""
        page.StructParents = int(page.StructParents) + self.next_key
        drawings = page.get("/Resources", Dictionary()).get("/XObject", Dictionary())
        for owner in (*page.get("/Annots", []), *(drawing for _, drawing in drawings.items())):
            for name in (Name.StructParent, Name.StructParents):
                if name in owner:
                    owner[name] = int(owner[name]) + self.next_key

    def write(self) -> None:
        """Put all of it into the book."""
        self.document.K = Array(self.children)
        self.root.ParentTree = self.book.make_indirect(Dictionary(Nums=Array(self.numbers)))
        self.root.ParentTreeNextKey = self.next_key


def _forget_names(tree: Dictionary) -> None:
    """Leave out how a cell names its heads: every part begins these names anew.

    Heads keep their scope, which says as much in a table with one row of heads (PDF/UA-1, 7.5), and
    a third of the memory is saved.
    """
    if "/IDTree" in tree:
        del tree.IDTree
    stack = [tree.K[0]]
    while stack:
        tag = stack.pop()
        if "/ID" in tag:
            del tag.ID
        if "/A" in tag:
            for attributes in tag.A:
                if "/Headers" in attributes:
                    del attributes.Headers
            kept = [a for a in tag.A if set(a.keys()) != {"/O"}]
            if kept:
                tag.A = Array(kept)
            else:
                del tag.A
        below = (kid for kid in tag.get("/K", []) if isinstance(kid, Dictionary))
        stack += [kid for kid in below if "/S" in kid]
