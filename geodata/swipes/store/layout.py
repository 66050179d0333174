"""Folders of a store, and files put into it whole or not at all."""

from __future__ import annotations

from pathlib import Path

from geodata.durable import sync_file, sync_folder, sync_tree

RECORDS, LOOSE, QUARANTINE, CONTESTED, TABLES, STATES, CARDS, PLACES, SCRATCH = (
    "records",
    "loose",
    "quarantine",
    "contested",
    "tables",
    "states",
    "cards",
    "places",
    "scratch",
)


def put_in_place(written: Path, target: Path) -> None:
    """Flush a finished file or folder to the disk and give it its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sync = sync_tree if written.is_dir() else sync_file
    sync(written)
    written.replace(target)
    sync_folder(target.parent)
