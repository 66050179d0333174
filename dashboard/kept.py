"""Answers kept for the next time: the most recently used ones, safe between threads."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any


class Kept:
    """A small cache that belongs to one release and goes with it.

    Parameters
    ----------
    size : int
        How many answers are kept.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The kept answer, else a new one.

        One change of view makes a dozen callbacks ask for the same answer at once: the first
        makes it, the others wait for it.
        """
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            making = self._making.setdefault(key, Lock())
        with making:
            return self._make_once(key, make)

    def _make_once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._answers:
                return self._answers[key]
        try:
            made = make()
            with self._lock:
                self._answers[key] = made
                while len(self._answers) > self.size:
                    self._answers.popitem(last=False)
            return made
        finally:
            with self._lock:
                self._making.pop(key, None)
