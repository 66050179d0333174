"""Slices of a cube from one file into another, by the system and not page by page.

Files of a release are never changed: one of which every slice is taken over stays the same file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

from geodata.durable import link_or_copy


def copy_slices(source: Path, target: Path, slices: Iterable[tuple[int, int]]) -> None:
    """Copy slices along the first axis of a `.npy` file into another one; link it where all are.

    Parameters
    ----------
    source, target : Path
        The target is there already, with its header.
    slices : iterable of (int, int)
        Number of each slice in the source and in the target.
    """
    before, after = np.load(source, mmap_mode="r"), np.load(target, mmap_mode="r+")
    same = before.dtype == after.dtype and before.shape[1:] == after.shape[1:]
    slices = sorted(slices)
    if same and len(before) == len(after) and slices == [(i, i) for i in range(len(after))]:
        target.unlink()
        link_or_copy(source, target)
        return
    size = before.dtype.itemsize * int(np.prod(before.shape[1:]))
    with source.open("rb") as read, target.open("r+b") as write:
        for first, place, count in _runs(slices):
            spans = before.offset + first * size, after.offset + place * size, count * size
            if not same or not _copy_span(read.fileno(), write.fileno(), *spans):
                after[place : place + count] = before[first : first + count]


def _runs(slices: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Slices that lie one behind the other in both files: the first of each, and how many."""
    numbered = enumerate(slices)
    for _, run in groupby(numbered, lambda item: (item[1][0] - item[0], item[1][1] - item[0])):
        pairs = [pair for _, pair in run]
        yield *pairs[0], len(pairs)


def _copy_span(read: int, write: int, first: int, place: int, size: int) -> bool:
    """Whether the system has copied these bytes; some disks and systems cannot."""
    if not hasattr(os, "copy_file_range"):
        return False
    try:
        while size:
            done = os.copy_file_range(read, write, size, first, place)
            if not done:
                return False
            first, place, size = first + done, place + done, size - done
    except OSError:
        return False
    return True
