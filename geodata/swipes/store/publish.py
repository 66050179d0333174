"""The aggregates of a store into a source folder, in one step.

A generation is a folder `aggregates/<id>` with `cards/` and `swipes/` as a source has them, and
the ledger of the files it was made from. `aggregates/current` names the one that counts; its
replacement is the moment of publishing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from geodata.durable import hash_file, link_or_copy, write_durably
from geodata.source import AGGREGATES, current_generation
from geodata.swipes.store.layout import put_in_place
from geodata.swipes.store.ledger import FileEntry

LEDGER_FILE = "ledger.csv"
LEDGER_COLUMNS = ("name", "sha256", "status", "rows", "quarantined", "first_day", "last_day")


def publish_aggregates(
    files: Mapping[str, Path],
    entries: Iterable[FileEntry],
    source: Path,
    hash_of: Callable[[Path], str] = hash_file,
) -> str:
    """Make these files the aggregates of a source.

    Parameters
    ----------
    files : dict of str to Path
        Path inside the generation, as `swipes/flows-2026-06.parquet`, to the file in the store.
        They are linked where the disk can, else copied.
    entries : iterable of FileEntry
        For the ledger of the generation.
    source : Path
        The source folder.
    hash_of : callable
        Hash of a file; one that remembers saves reading months that are as they were.

    Returns
    -------
    str
        Id of the generation, from the content of its files: the same aggregates have the same id.
    """
    ledger = _ledger_text(entries)
    hashes = {name: hash_of(path) for name, path in sorted(files.items())}
    text = "\n".join(f"{name} {value}" for name, value in hashes.items()) + ledger
    generation = hashlib.sha256(text.encode()).hexdigest()[:12]
    folder = source / AGGREGATES
    served = current_generation(source)
    if served == generation:
        return generation
    folder.mkdir(exist_ok=True)
    _remove_others(folder, keep={served, generation})
    if not (folder / generation).is_dir():
        building = folder / f".{generation}-{os.getpid()}"
        for name, path in files.items():
            (building / name).parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(path, building / name)
        (building / LEDGER_FILE).write_text(ledger, encoding="utf-8", newline="")
        put_in_place(building, folder / generation)
    write_durably(folder / "current", f"{generation}\n".encode())
    return generation


def _ledger_text(entries: Iterable[FileEntry]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LEDGER_COLUMNS)
    for entry in sorted(entries, key=lambda e: (e.name, e.sha256)):
        values = {**entry.__dict__, "quarantined": entry.bad_rows}
        writer.writerow([values[name] for name in LEDGER_COLUMNS])
    return text.getvalue()


def _remove_others(folder: Path, keep: set[str | None]) -> None:
    """Older generations and what a kill left behind; the one being read stays."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)
