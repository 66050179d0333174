"""The hundred pages are as they were last looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.dataset import Dataset
from tests.golden.pages import COUNT, FILE, changed_pages, golden_queries, page_digests


@pytest.fixture(scope="module")
def dataset(grid_release: Path) -> Dataset:
    """The square cells."""
    return Dataset.open(grid_release)


def test_a_hundred_pages_say_and_draw_what_they_did(dataset):
    changed = changed_pages(dataset)
    report = "\n".join(f"{' and '.join(parts)}: {query}" for query, parts in changed.items())
    assert not changed, f"look at them with `python -m tests.golden FOLDER`:\n{report}"


def test_the_stored_pages_are_the_hundred():
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    assert list(stored) == golden_queries()
    assert len(stored) == COUNT


def test_another_number_is_another_page(dataset):
    now = page_digests(dataset, "area=11&measure=card_coverage")
    other = page_digests(dataset, "area=11&measure=card_coverage&period=2026-05")
    assert now["says"] != other["says"]
