"""Typst with the shipped faces only: data and drawings in, a sealed PDF out."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from dashboard.exports.origin import Origin, seal_file
from dashboard.exports.typeface import FONT_FOLDER

ARCHIVAL = ["a-2a", "ua-1"]  # for the files and for screen readers; both ask for a date
TYPST_LANGUAGE = {"zh-CN": "zh", "en": "en"}
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_of_thread = threading.local()


def typeset(
    template: Path,
    sheet: Mapping[str, Any],
    *,
    drawings: Mapping[str, str] | None = None,
    origin: Origin | None = None,
    picture_ppi: float = 0,
) -> bytes:
    """The PDF or picture of a template and its data; the same input gives the same bytes.

    Parameters
    ----------
    template : Path
        A `.typ` file that reads `sys.inputs.sheet` (JSON) and nothing from disk.
    sheet : mapping
        JSON-ready; `lang` ("zh-CN" or "en") and `date` ("YYYY-MM-DD" or "YYYY-MM") are needed.
    drawings : mapping of name to SVG, optional
        Large SVGs, given as they are.
    origin : Origin, optional
        Written into the file, which is sealed then.
    picture_ppi : float
        Pixels per inch of a PNG of the first page; 0 for a PDF.
    """
    date = date_parts(str(sheet["date"]))
    data = {
        **sheet,
        "lang": TYPST_LANGUAGE.get(sheet["lang"], "zh"),
        "date": date,
        "keywords": origin.keywords() if origin else [],
    }
    inputs = {"sheet": json.dumps(data, ensure_ascii=False), **(drawings or {})}
    if picture_ppi:
        return _compiler().compile(
            input=template.read_bytes(), format="png", ppi=picture_ppi, sys_inputs=inputs
        )
    content = _compiler().compile(
        input=template.read_bytes(),
        format="pdf",
        sys_inputs=inputs,
        timestamp=datetime(*date, tzinfo=UTC) if date else EPOCH,
        pdf_standards=ARCHIVAL if date else ["1.7"],
    )
    return seal_file(content) if origin else content


def forget_layouts() -> None:
    """Give back the memory of finished documents.

    Typst keeps the pieces of its last ten documents for the next one; ten empty ones push them out.
    """
    for number in range(11):
        _compiler().compile(input=f"#{number}".encode(), format="pdf", timestamp=EPOCH)


def date_parts(text: str) -> list[int]:
    """Year, month, day of "YYYY-MM-DD" or "YYYY-MM"; [] for anything else."""
    match = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", text)
    return [int(part or 1) for part in match.groups()] if match else []


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)]
    )


def _compiler() -> typst.Compiler:
    """The thread's own compiler: a shared one refuses a second thread ("Already borrowed")."""
    if not hasattr(_of_thread, "compiler"):
        _of_thread.compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    return _of_thread.compiler
