"""A quilt of square subdistricts in seven districts, and views of the grid release."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.dataset import Dataset
from dashboard.exports.map_geometry import BoundaryFolder
from dashboard.view import View, build_view
from dashboard.view_state import parse_view
from tests.dashboard.exports.quilt import write_quilt


@pytest.fixture(scope="session")
def quilt(tmp_path_factory: pytest.TempPathFactory) -> BoundaryFolder:
    """Seven districts of 36 square subdistricts."""
    return write_quilt(tmp_path_factory.mktemp("quilt"))


@pytest.fixture(scope="session")
def grid_view(grid_release: Path) -> Callable[[str], View]:
    """A view of the grid release by its query."""
    dataset = Dataset.open(grid_release)
    return lambda query: build_view(dataset, parse_view(query, dataset))
