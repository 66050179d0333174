"""One small raw folder, aggregated once."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from geodata.swipes.store import LoadReport, aggregate
from tests.geodata.swipes.raw_folder import expected_of, write_ground, write_small_raw
from tests.geodata.swipes.raw_oracle import Expected


@dataclass(frozen=True)
class Room:
    """A data room: raw folder, source folder, store."""

    raw: Path
    source: Path
    store: Path

    def copy(self, folder: Path) -> Room:
        """The same in another place."""
        return Room(
            *(
                shutil.copytree(path, folder / path.name) if path.exists() else folder / path.name
                for path in (self.raw, self.source, self.store)
            )
        )


@dataclass(frozen=True)
class Done:
    """A data room with its aggregates, and what they must be."""

    room: Room
    report: LoadReport
    expected: Expected


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    folder = tmp_path_factory.mktemp("room")
    source = write_ground(folder / "source")
    return Room(write_small_raw(folder / "raw", source), source, folder / "store")


@pytest.fixture(scope="session")
def done(room: Room, tmp_path_factory: pytest.TempPathFactory) -> Done:
    copy = room.copy(tmp_path_factory.mktemp("done"))
    report = aggregate(copy.raw, copy.source, copy.store)
    return Done(copy, report, expected_of(copy.raw))
