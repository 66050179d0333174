"""Hashes of a release's files; what does not change any more is hashed beside the months."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_CHUNK = 1 << 20


class FileHashes:
    """SHA-256 of files, from their first bytes on as these are there to stay."""

    def __init__(self) -> None:
        self._begun: dict[Path, tuple[hashlib._Hash, int]] = {}

    def begin(self, sizes: Mapping[Path, int]) -> None:
        """Hash the first bytes of some files: so many of each will not change any more."""
        for path, size in sizes.items():
            digest, done = hashlib.sha256(), 0
            with path.open("rb") as file:
                while done < size and (chunk := file.read(min(_CHUNK, size - done))):
                    digest.update(chunk)
                    done += len(chunk)
            self._begun[path] = digest, done

    def of(self, paths: Iterable[Path]) -> list[str]:
        """Hashes of whole files, hexadecimal; hashing lets other threads run."""
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(self._finish, paths))

    def _finish(self, path: Path) -> str:
        digest, done = self._begun.get(path, (hashlib.sha256(), 0))
        with path.open("rb") as file:
            file.seek(done)
            return hashlib.file_digest(file, digest.copy).hexdigest()
