"""Answers are kept, made once however many ask, and forgotten in order of use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from dashboard.kept import Kept


def test_the_least_recently_used_goes_first():
    kept = Kept(2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, key.upper)
    assert kept.get("a", lambda: "new") == "A"
    assert kept.get("b", lambda: "new") == "new"


def test_many_who_ask_at_once_get_one_answer():
    kept, made, start, slow = Kept(4), [], Barrier(6), Event()

    def make() -> object:
        slow.wait(0.2)
        made.append(object())
        return made[-1]

    def ask(_: int) -> object:
        start.wait()
        return kept.get("key", make)

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(ask, range(6)))
    assert len(made) == 1
    assert answers == set(made)


def test_a_failure_is_not_kept_and_blocks_nobody():
    kept = Kept(2)
    with pytest.raises(ZeroDivisionError):
        kept.get("key", lambda: 1 // 0)
    assert kept.get("key", lambda: 1) == 1
