"""One load at a time: the system frees the lock when the process ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geodata.errors import StoreError

try:
    import fcntl
except ImportError:  # no POSIX: SQLite alone keeps two loads apart, one of them waits and fails
    fcntl = None


@contextmanager
def lock_store(store: Path) -> Iterator[None]:
    """Hold the store.

    Raises
    ------
    StoreError
        If another process holds it.
    """
    with (store / "lock").open("w") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StoreError(
                    f"{store} is in use by another load", "wait until it has ended"
                ) from None
        yield
