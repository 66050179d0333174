"""Sources and releases that many tests share, built once even when pytest runs in two processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tests.building import SMALL_DEMO_DISTRICTS, Built, build_once, whole_demonstration

# No test is timed. Where a change is judged the cases are the same every time; at a desk they
# are new ones.
settings.register_profile("desk", deadline=None)
settings.register_profile("judged", deadline=None, derandomize=True)
settings.load_profile("judged" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One temporary folder for all processes of this test run."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def grid(shared_folder: Path) -> Built:
    """Square cells with closed-form numbers: a few hundred areas, built in about a second."""
    from tests.grid_source import write_grid_source

    return build_once(shared_folder / "grid", write_grid_source)


@pytest.fixture(scope="session")
def grid_source(shared_folder: Path) -> Path:
    """The source folder of the square cells alone; copy it before you spoil it."""
    folder = shared_folder / "grid-source"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            from tests.grid_source import write_grid_source

            write_grid_source(folder)
    return folder


@pytest.fixture(scope="session")
def grid_releases(grid: Built) -> Path:
    """The releases folder of the square cells."""
    return grid.releases


@pytest.fixture(scope="session")
def grid_release(grid: Built) -> Path:
    """The release folder of the square cells."""
    return grid.release


@pytest.fixture(scope="session")
def demo(shared_folder: Path) -> Built:
    """The demonstration cut down to four districts of three provinces."""
    from geodata.demo import write_demo

    return build_once(
        shared_folder / "demo", lambda folder: write_demo(folder, districts=SMALL_DEMO_DISTRICTS)
    )


@pytest.fixture(scope="session")
def demo_source(demo: Built) -> Path:
    """The source folder of the small demonstration."""
    return demo.source


@pytest.fixture(scope="session")
def demo_releases(demo: Built) -> Path:
    """The releases folder of the small demonstration."""
    return demo.releases


@pytest.fixture(scope="session")
def demo_release(demo: Built) -> Path:
    """The release folder of the small demonstration."""
    return demo.release


@pytest.fixture(scope="session")
def full() -> Built:
    """The whole demonstration: 67,297 communities, 36 months. Kept under var/ between runs."""
    return whole_demonstration()


@pytest.fixture(scope="session")
def full_source(full: Built) -> Path:
    """The source folder of the whole demonstration."""
    return full.source


@pytest.fixture(scope="session")
def full_releases(full: Built) -> Path:
    """The releases folder of the whole demonstration."""
    return full.releases


@pytest.fixture(scope="session")
def full_release(full: Built) -> Path:
    """The release folder of the whole demonstration."""
    return full.release


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what is slow to begin with."""
    if "full" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.whole)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the whole demonstration or a browser comes last: small faults show first."""
    items.sort(
        key=lambda item: (
            item.get_closest_marker("browser") is not None,
            item.get_closest_marker("whole") is not None,
        )
    )
