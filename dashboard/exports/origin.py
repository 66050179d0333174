"""Where a page comes from, written into the file: kind, release, view, paper, seal.

The seal is the SHA-256 of the file with the seal itself set to zeros. It shows damage and careless
changes. It is no signature: whoever changes a page on purpose can seal it anew, which is found by
making the page again from its release (`verify`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote, unquote

import shapely

SIGN = "silver-atlas"
BLANK = "0" * 64
SEAL = re.compile(rb"seal=([0-9a-f]{64})")
KEYS = ("kind", "release", "view", "page", "address", "program")
VALUE = r"=([A-Za-z0-9%._~:/&=+-]*)"
KEPT = "-._~:/"  # signs that stay readable in a value


@dataclass(frozen=True)
class Origin:
    """What makes a file again.

    Attributes
    ----------
    kind : str
        "map", "brief" or "atlas".
    release : str
    view : str
        Query of the view, language included.
    page : str
        Name of the page format.
    address : str
        Of the server the page's QR code leads to, "" for none.
    program : str
        Which program made it, see `program_version`.
    """

    kind: str
    release: str
    view: str
    page: str = ""
    address: str = ""
    program: str = ""

    def keywords(self) -> list[str]:
        """The document's keywords, the seal still blank."""
        parts = [SIGN, *(f"{key}={quote(getattr(self, key), safe=KEPT)}" for key in KEYS)]
        return [*parts, f"seal={BLANK}"]


@cache
def program_version() -> str:
    """What draws: a digest of this package's code and templates, typesetter and geometry engine.

    Another program may draw other bytes from the same release.
    """
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted((*package.rglob("*.py"), *package.rglob("*.typ"))):
        digest.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes())
    geos = ".".join(map(str, shapely.geos_version))
    return f"{digest.hexdigest()[:12]}-typst:{version('typst')}-geos:{geos}"


def seal_file(content: bytes) -> bytes:
    """A finished file with its seal."""
    return b"".join(_with_seal(content, seal_of(content).encode("ascii")))


def seal_of(content: bytes) -> str:
    """SHA-256 of a file with its seal blank, in hexadecimal."""
    digest = hashlib.sha256()
    for piece in _with_seal(content, BLANK.encode("ascii")):
        digest.update(piece)
    return digest.hexdigest()


def _with_seal(content: bytes, seal: bytes) -> Iterator[bytes | memoryview]:
    """A file in pieces with another seal; an atlas is too large to be copied for that."""
    whole, last = memoryview(content), 0
    for found in SEAL.finditer(content):
        yield whole[last : found.start(1)]
        yield seal
        last = found.end(1)
    yield whole[last:]


def holds_seal(content: bytes) -> bool:
    """Whether the file is what was sealed, to the byte."""
    seals = set(SEAL.findall(content))
    return seals == {seal_of(content).encode("ascii")}


def read_origin(content: bytes) -> Origin | None:
    """The origin written into a file; None when it is no page of this atlas."""
    pattern = ", ".join([SIGN, *(key + VALUE for key in KEYS)])
    found = re.search(pattern.encode("ascii"), content)
    if found is None:
        return None
    return Origin(*(unquote(part.decode("ascii")) for part in found.groups()))
