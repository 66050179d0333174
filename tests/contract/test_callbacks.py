"""What Dash does not check by itself."""

from __future__ import annotations

from collections import Counter

import pytest

from dashboard.app import create_app
from dashboard.releases import Releases
from dashboard.settings import Settings


@pytest.fixture(scope="module")
def callbacks(grid_releases) -> list[dict]:
    """All callbacks as the browser gets them."""
    app = create_app(Settings(releases=grid_releases), Releases(grid_releases))
    return app.server.test_client().get("/_dash-dependencies").get_json()


def test_callbacks_without_output_differ_in_their_inputs(callbacks):
    """Dash names such a callback by its inputs: of two with the same ones it keeps one."""
    names = Counter(callback["output"] for callback in callbacks)
    assert [name for name, count in names.items() if count > 1] == []


def test_one_writer_for_each_property(callbacks):
    writers: Counter[str] = Counter()
    for callback in callbacks:
        if not callback.get("no_output"):
            writers.update(callback["output"].strip(".").split("..."))
    assert [name for name, count in writers.items() if count > 1] == []
    assert "view-state.data" in writers
