"""The atlas in a process of its own on a free port, and a Chromium that reaches nothing else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
START_SECONDS = 60

# No GPU, no background traffic, and no name resolves but this machine's.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen
    started_s: float


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serve(releases: Path, command: list[str] | None = None, **settings: str) -> Iterator[Server]:
    """Run `python -m dashboard` (or another command) on `releases`; wait until it is ready.

    `settings` are further environment variables. `{port}` in a part of `command` is replaced.
    """
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ATLAS_")}
    environment |= {"ATLAS_RELEASES": str(releases), "ATLAS_PORT": str(port), **settings}
    parts = command or [sys.executable, "-m", "dashboard"]
    begin = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in parts],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}{settings.get('ATLAS_PREFIX', '/')}"
            if not _wait_until_ready(url, process):
                output.seek(0)
                raise RuntimeError(f"the server did not start:\n{output.read()}")
            yield Server(url, process, time.perf_counter() - begin)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_ready(url: str, process: subprocess.Popen) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}readyz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False


def system_chromium() -> str | None:
    """The system's Chromium; None when Playwright is to use its own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """A headless Chromium without GPU, cut off from every network but this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=system_chromium(), args=[*CHROMIUM_ARGUMENTS, *arguments]
        )
        yield browser
        browser.close()
