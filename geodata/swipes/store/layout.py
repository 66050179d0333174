"""Folders of a store, and files put into it whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from geodata.durable import sync_folder

RECORDS, QUARANTINE, CONTESTED, TABLES, CARDS, SCRATCH = (
    "records",
    "quarantine",
    "contested",
    "tables",
    "cards",
    "scratch",
)


def put_in_place(written: Path, target: Path) -> None:
    """Flush a finished file or folder to the disk and give it its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for path in [written, *written.rglob("*")] if written.is_dir() else [written]:
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    written.replace(target)
    sync_folder(target.parent)
