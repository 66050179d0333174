"""A hundred views of the square cells, and what each page says and draws, as two digests."""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path

from dashboard.dataset import Dataset
from dashboard.exports.map_svg import draw_map
from dashboard.exports.page_format import PAGE_FORMATS
from dashboard.exports.pdf import boundary_folder
from dashboard.exports.sheet import build_map_content, build_sheet, sheet_texts
from dashboard.view import build_view
from dashboard.view_state import parse_view
from geodata.measures import MEASURES

FILE = Path(__file__).with_name("pages.json")
AREAS = ("jjj", "11", "13", "1310", "110101", "110105", "131003", "110101001")
VARIANTS = (
    "",
    "&lang=en",
    "&classes=equal",
    "&classes=natural&page=a4-portrait",
    "&classes=own&breaks=10,20,50",
    "&period=2026-01&page=a3-landscape",
    "&category=meals&points=1&lang=en&page=a3-portrait",
)
COUNT = 100


def golden_queries() -> list[str]:
    """The hundred views: every measure, area, way to class, paper and language among them."""
    measures, variants = itertools.cycle(MEASURES), itertools.cycle(VARIANTS)
    areas = itertools.cycle(AREAS)
    queries = dict.fromkeys(
        f"area={next(areas)}&measure={next(measures)}{next(variants)}" for _ in range(4 * COUNT)
    )
    return list(queries)[:COUNT]


def page_digests(dataset: Dataset, query: str) -> dict[str, str]:
    """What the page of a view says and what its map draws.

    The release's id stands for its bytes, which another version of a library may write
    differently: it is left out.
    """
    state = parse_view(query, dataset)
    view = build_view(dataset, state)
    page = next((p for name, p in PAGE_FORMATS.items() if f"page={name}" in query), None)
    frame = (page or PAGE_FORMATS["a4-landscape"]).frame
    drawing = draw_map(boundary_folder(dataset), build_map_content(view, frame))
    texts = "\n".join(sheet_texts(build_sheet(view))).replace(dataset.release_id, "")
    return {"says": _digest(texts), "draws": _digest(drawing.svg)}


def changed_pages(dataset: Dataset) -> dict[str, list[str]]:
    """Query to what changed of its page; {} when all are as they were."""
    before = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    changed: dict[str, list[str]] = {}
    for query in golden_queries():
        now, then = page_digests(dataset, query), before.get(query, {})
        parts = [part for part, digest in now.items() if then.get(part) != digest]
        if parts:
            changed[query] = parts
    return changed


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
