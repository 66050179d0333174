"""Files that survive a power cut: written, flushed to the disk, then put in place by one rename."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file in one step; readers see the old or the new content, never a half."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def sync_tree(folder: Path) -> None:
    """Flush all files and folders below `folder` to the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            sync_file(path)
        else:
            sync_folder(path)
    sync_folder(folder)


def sync_file(path: Path) -> None:
    """Flush a file that something else has written."""
    _sync(path, os.O_RDONLY)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk (where the system can)."""
    if os.name == "posix":
        _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def hash_file(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def link_or_copy(path: Path, target: Path) -> None:
    """The same file under another name; a copy on another disk or without hard links."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
