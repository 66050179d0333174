"""Memory that was freed, given back to the system."""

from __future__ import annotations

import ctypes

import pyarrow as pa


def give_back() -> None:
    """Give freed memory back where the C library can (glibc); elsewhere nothing happens.

    Large arrays that come and go leave holes in the heap: after a month is protected half of what
    a process holds is none of its objects.
    """
    pa.default_memory_pool().release_unused()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return
