"""The current release, reopened when another one is published; no restart needed."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from threading import Lock

from dashboard.dataset import Dataset
from geodata.errors import ReleaseError

log = logging.getLogger(__name__)
CURRENT = "current"
JOURNAL = "published.jsonl"
LOOK_EVERY_S = 1.0


class Releases:
    """A releases folder.

    Parameters
    ----------
    root : str or Path
        Folder with `current` and one folder per release.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self._dataset: Dataset | None = None
        self._mark: tuple | None = None
        self._looked = float("-inf")
        self._lock = Lock()

    def current(self) -> Dataset:
        """The published release; looks for a newer one at most once a second.

        A newer one that cannot be opened is logged, and the one that is open goes on.

        Raises
        ------
        ReleaseError
            If none is published, or the published one cannot be opened and none is open yet.
        """
        dataset = self._dataset
        if dataset is not None and time.monotonic() - self._looked < LOOK_EVERY_S:
            return dataset
        with self._lock:
            self._look()
            return self._dataset

    def _look(self) -> None:
        if self._dataset is not None and time.monotonic() - self._looked < LOOK_EVERY_S:
            return  # another thread looked while this one waited
        self._looked = time.monotonic()
        try:
            mark = self._read_mark()
            if self._dataset is None or mark != self._mark:
                self._dataset = self._open()
                self._mark = mark
        except ReleaseError:
            if self._dataset is None:
                raise
            self._mark = None  # try again at the next look
            log.exception("the newer release cannot be opened; %s stays", self._dataset.release_id)

    def _read_mark(self) -> tuple:
        """What changes whenever `current` is replaced."""
        try:
            found = (self.root / CURRENT).stat()
        except OSError:
            raise ReleaseError(
                "no release is published", "build one: python -m geodata build SOURCE --into FOLDER"
            ) from None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def published(self) -> str:
        """Id of the published release.

        Raises
        ------
        ReleaseError
            If none is published.
        """
        self._read_mark()
        return (self.root / CURRENT).read_text(encoding="utf-8").strip()

    def _open(self) -> Dataset:
        name = self.published()
        if self._dataset is not None and self._dataset.release_id == name:
            return self._dataset
        folder = self.find(name)
        if folder is None:
            raise ReleaseError(f"release {name!r} is not there", "roll back to another release")
        dataset = Dataset.open(folder)
        _ = dataset.finder  # now, so that no reader's first search waits for it
        log.info("release %s is open", name)
        return dataset

    def find(self, release_id: str) -> Path | None:
        """Folder of any release still on disk, for the geometry files of an older page."""
        if not release_id or release_id.startswith(".") or Path(release_id).name != release_id:
            return None
        folder = self.root / release_id
        return folder if (folder / "manifest.json").is_file() else None

    def history(self) -> list[dict[str, str]]:
        """What was published when: id, time, action; newest first."""
        journal = self.root / JOURNAL
        if not journal.is_file():
            return []
        entries = []
        for line in journal.read_text(encoding="utf-8").splitlines():
            try:
                entries.append(json.loads(line))
            except ValueError:
                continue  # a line cut off by a kill
        return entries[::-1]
