"""A small source that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geodata.quality import check_source
from tests.grid_source import write_grid_source


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_grid_source(tmp_path_factory.mktemp("pristine"), months=2)


@pytest.fixture
def spoilt(pristine: Path, tmp_path: Path) -> Path:
    """A fresh copy of the square cells with two months, to be spoilt by the test."""
    return Path(shutil.copytree(pristine, tmp_path / "source"))


@pytest.fixture
def check() -> Callable[[Path], pd.DataFrame]:
    """Findings of a source, without the one warning the square cells are meant to have."""

    def run(folder: Path) -> pd.DataFrame:
        found = check_source(folder, workers=1)
        return found[found["check"] != "population_missing"].reset_index(drop=True)

    return run
