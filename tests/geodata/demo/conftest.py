"""A small demonstration source, written without building a release from it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from geodata.demo import write_demo
from geodata.demo.hierarchy import demo_areas
from geodata.demo.population import estimate_population
from geodata.demo.write import SEED
from tests.building import SMALL_DEMO_DISTRICTS


@pytest.fixture(scope="session")
def small(shared_folder: Path) -> Path:
    """Source folder of four districts of three provinces."""
    folder = shared_folder / "small-demo-source"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "source.toml").exists():
            write_demo(folder, districts=SMALL_DEMO_DISTRICTS)
    return folder


@pytest.fixture(scope="session")
def areas() -> pd.DataFrame:
    """All areas of the region."""
    return demo_areas()


@pytest.fixture(scope="session")
def people(areas: pd.DataFrame) -> pd.DataFrame:
    """The estimated population of all communities."""
    return estimate_population(areas, SEED)


def read_text_table(path: Path) -> pd.DataFrame:
    """A CSV with every cell as text."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)
