"""Compressed answers: files that never change are compressed once, everything else fast."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict

import brotli
from flask import Flask, Response, request

SMALLEST = 1024  # bytes; below, headers weigh more than what compression saves
KEPT_FILES = 96
COMPRESSIBLE = ("text/", "application/json", "application/javascript", "application/geo+json",
                "image/svg+xml", "application/manifest+json")  # fmt: skip
ENCODINGS = ("br", "gzip")


class CompressedFiles:
    """Well compressed bodies, kept by the hash of the plain one; safe between threads."""

    def __init__(self, kept: int = KEPT_FILES) -> None:
        self.kept = kept
        self._bodies: OrderedDict[tuple[bytes, str], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, body: bytes, encoding: str) -> bytes:
        """`body` compressed well; the work is done once per content."""
        key = (hashlib.blake2b(body, digest_size=16).digest(), encoding)
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
                return self._bodies[key]
        packed = compress_well(body, encoding)
        with self._lock:
            self._bodies[key] = packed
            while len(self._bodies) > self.kept:
                self._bodies.popitem(last=False)
        return packed


def compress_well(body: bytes, encoding: str) -> bytes:
    """For what is sent many times: Brotli 9 packs 4.8 MB in 0.3 s, 11 takes 20 times that."""
    if encoding == "br":
        return brotli.compress(body, quality=9, lgwin=24)
    return gzip.compress(body, 9, mtime=0)


def compress_fast(body: bytes, encoding: str) -> bytes:
    """For what is sent once: 100 kB in about a millisecond."""
    if encoding == "br":
        return brotli.compress(body, quality=4)
    return gzip.compress(body, 5, mtime=0)


def accepted_encoding() -> str | None:
    """The best encoding the browser takes, None for plain. Plain HTTP browsers take gzip only."""
    for encoding in ENCODINGS:
        if request.accept_encodings.quality(encoding) > 0:
            return encoding
    return None


def register_compression(server: Flask, folders: tuple[str, ...]) -> None:
    """Compress every answer worth it.

    Parameters
    ----------
    server : Flask
    folders : tuple of str
        Beginnings of the paths under which files lie: these are compressed well, and once.
    """
    files = CompressedFiles()

    @server.after_request
    def compress(response: Response) -> Response:
        if not _worth_compressing(response):
            return response
        response.headers.add("Vary", "Accept-Encoding")
        encoding = accepted_encoding()
        if encoding is None:
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < SMALLEST:
            return response
        packed = files.get(body, encoding) if is_file() else compress_fast(body, encoding)
        response.set_data(packed)
        response.headers["Content-Encoding"] = encoding
        return _with_weak_etag(response)

    def is_file() -> bool:
        return any(request.path.startswith(folder) for folder in folders)


def _worth_compressing(response: Response) -> bool:
    return (
        response.status_code == 200
        and "Content-Encoding" not in response.headers
        and (response.mimetype or "").startswith(COMPRESSIBLE)
    )


def _with_weak_etag(response: Response) -> Response:
    """A strong tag would promise the same bytes, packed or not. Dash compares strong tags only, so
    whether the browser has this content already is asked again here.
    """
    tag, _ = response.get_etag()
    if not tag:
        return response
    response.set_etag(tag, weak=True)
    return response.make_conditional(request)
