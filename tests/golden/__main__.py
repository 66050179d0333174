"""`python -m tests.golden FOLDER`: make every changed page for looking at, then accept them.

Without FOLDER the changed pages are only named. With it each is written there as PDF and the new
digests are stored.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from dashboard.dataset import Dataset
from dashboard.exports.page_format import page_format_of
from dashboard.exports.pdf import export_pdf
from dashboard.view import build_view
from dashboard.view_state import parse_view
from tests.building import build_once
from tests.golden.pages import FILE, changed_pages, golden_queries, page_digests
from tests.grid_source import write_grid_source


def main(arguments: list[str]) -> int:
    """Report; 1 when pages changed and were not accepted."""
    with tempfile.TemporaryDirectory() as scratch:
        dataset = Dataset.open(build_once(Path(scratch) / "grid", write_grid_source).release)
        changed = changed_pages(dataset)
        for query, parts in changed.items():
            print(f"{' and '.join(parts)}: {query}")
        print(f"{len(changed)} of {len(golden_queries())} pages changed")
        if not arguments:
            return int(bool(changed))
        folder = Path(arguments[0])
        folder.mkdir(parents=True, exist_ok=True)
        for number, query in enumerate(changed):
            view = build_view(dataset, parse_view(query, dataset))
            content = export_pdf(view, page=page_format_of(query))
            (folder / f"{number:03d}.pdf").write_bytes(content)
        digests = {query: page_digests(dataset, query) for query in golden_queries()}
        FILE.write_text(json.dumps(digests, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
