"""Hashes of files of which a part was hashed before the rest was there."""

import hashlib

import numpy as np
import pytest

from geodata.release.hashing import FileHashes


@pytest.mark.parametrize("begun", [None, 0, 1, 3_000_000, 5_000_000])
def test_a_hash_begun_before_the_rest_is_that_of_the_whole_file(tmp_path, begun):
    content = np.random.default_rng(1).bytes(5_000_000)
    path, hashes = tmp_path / "cube.npy", FileHashes()
    if begun is not None:
        path.write_bytes(content[:begun] + bytes(5_000_000 - begun))
        hashes.begin({path: begun})
    path.write_bytes(content)
    for _ in range(2):  # to ask changes nothing
        assert hashes.of([path]) == [hashlib.sha256(content).hexdigest()]
