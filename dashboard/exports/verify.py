"""Whether a printed file is what its release gives: the seal first, then made again and compared.

Only the second answer stands against intent: anybody can seal a changed page anew, nobody can make
the release give it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.dataset import Dataset
from dashboard.exports.atlas import export_atlas
from dashboard.exports.brief import export_brief
from dashboard.exports.origin import Origin, holds_seal, program_version, read_origin
from dashboard.exports.page_format import read_page_format
from dashboard.exports.pdf import export_pdf
from dashboard.exports.plan_page import export_plan_page
from dashboard.exports.short_code import full_query
from dashboard.view import build_view
from dashboard.view_state import parse_view
from geodata.errors import GeodataError

GENUINE, SEALED, ALTERED, FOREIGN = "genuine", "sealed", "altered", "foreign"


@dataclass(frozen=True)
class Verdict:
    """What is known about a file.

    Attributes
    ----------
    state : str
        GENUINE: its release gives the same bytes. SEALED: the seal holds, but it could not be
        made again here. ALTERED. FOREIGN: no page of this atlas.
    reason : str
    origin : Origin or None
    """

    state: str
    reason: str
    origin: Origin | None = None

    @property
    def good(self) -> bool:
        """Whether nothing speaks against the file."""
        return self.state in (GENUINE, SEALED)


def verify_file(content: bytes, open_release: Callable[[str], Dataset | None]) -> Verdict:
    """Check a file against the release it names.

    Parameters
    ----------
    content : bytes
        A PDF.
    open_release : callable
        Release id to its dataset, None when it is not there.
    """
    origin = read_origin(content)
    if origin is None:
        return Verdict(FOREIGN, "the file does not say that it comes from this atlas")
    if not holds_seal(content):
        return Verdict(
            ALTERED, "the file was changed after it was made: its seal is broken", origin
        )
    dataset = open_release(origin.release)
    if dataset is None:
        return Verdict(SEALED, "the seal holds; its release is not here to make it again", origin)
    return _compare(content, origin, dataset)


def make_again(origin: Origin, dataset: Dataset) -> bytes | None:
    """The file of an origin, made anew; None if the release cannot show that view."""
    state = parse_view(origin.view, dataset)
    if full_query(state) != origin.view:
        return None
    view = build_view(dataset, state)
    try:
        if origin.kind == "map":
            page = read_page_format(origin.page)
            return export_pdf(view, page=page, server=origin.address)
        if origin.kind == "plan":
            page = read_page_format(origin.page)
            return export_plan_page(view, page=page, server=origin.address)
        if origin.kind == "brief":
            return export_brief(view, server=origin.address)
        if origin.kind == "atlas":
            return export_atlas(view, server=origin.address)
    except GeodataError:
        return None
    return None


def _compare(content: bytes, origin: Origin, dataset: Dataset) -> Verdict:
    if make_again(origin, dataset) == content:
        return Verdict(GENUINE, "its release gives the same file, byte for byte", origin)
    if origin.program != program_version():
        reason = (
            "the seal holds; another version of the program made it "
            f"({origin.program}, here {program_version()}), which draws other bytes"
        )
        return Verdict(SEALED, reason, origin)
    return Verdict(
        ALTERED, "its release gives another file: it was changed and sealed anew", origin
    )
