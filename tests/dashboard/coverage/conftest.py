"""The small demonstration: four districts of three provinces, with planted gaps."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.dataset import Dataset


@pytest.fixture(scope="package")
def demo_dataset(demo_release: Path) -> Dataset:
    """The release of the small demonstration."""
    return Dataset.open(demo_release)
