"""Slices copied by the system, against slices copied one by one."""

import numpy as np
import pytest

from geodata.release import cube_slices
from geodata.release.cube_slices import copy_slices

SLICES = [(0, 1), (1, 2), (5, 0), (3, 5), (4, 6)]


@pytest.mark.parametrize("kind", [np.int32, np.int64])
@pytest.mark.parametrize("by_system", [True, False])
def test_slices_are_those_of_the_source(tmp_path, monkeypatch, kind, by_system):
    if not by_system:
        monkeypatch.setattr(cube_slices, "_copy_span", lambda *_: False)
    before = np.arange(60, dtype=np.int32).reshape(6, 2, 5)
    expected = np.full((7, 2, 5), -1, dtype=kind)
    np.save(tmp_path / "before.npy", before)
    np.save(tmp_path / "after.npy", expected)
    copy_slices(tmp_path / "before.npy", tmp_path / "after.npy", SLICES)
    for first, place in SLICES:
        expected[place] = before[first]
    np.testing.assert_array_equal(np.load(tmp_path / "after.npy"), expected)


@pytest.mark.parametrize(("kind", "taken", "linked"), [("i4", 6, 1), ("i4", 5, 0), ("i8", 6, 0)])
def test_what_is_taken_over_whole_stays_the_same_file(tmp_path, kind, taken, linked):
    before = np.arange(60, dtype=np.int32).reshape(6, 2, 5)
    np.save(tmp_path / "before.npy", before)
    np.save(tmp_path / "after.npy", np.zeros((6, 2, 5), dtype=kind))
    copy_slices(tmp_path / "before.npy", tmp_path / "after.npy", zip(range(taken), range(taken)))
    assert (tmp_path / "before.npy").samefile(tmp_path / "after.npy") == bool(linked)
    np.testing.assert_array_equal(np.load(tmp_path / "after.npy")[:taken], before[:taken])
