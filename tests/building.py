"""Builds a source and its release once, for tests in several processes and for the benchmarks."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).parent.parent
SMALL_DEMO_DISTRICTS = ["110101", "110106", "131082", "120105"]


@dataclass(frozen=True)
class Built:
    """A source folder and what was built from it."""

    source: Path
    releases: Path

    @property
    def release(self) -> Path:
        """The folder of the current release."""
        return self.releases / (self.releases / "current").read_text().strip()


def build_once(folder: Path, write_source: Callable[[Path], object]) -> Built:
    """Write a source into `folder` and build a release of it, unless that is done already."""
    built = Built(folder / "source", folder / "releases")
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "complete").exists():
            from geodata.release import build_release

            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            write_source(built.source)
            build_release(built.source, built.releases)
            (folder / "complete").touch()
    return built


def whole_demonstration() -> Built:
    """Build the whole demonstration unless the code of geodata/ has not changed since."""
    from geodata.demo import write_demo

    cache = ROOT / "var" / "test-releases"
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / hash_of_geodata()
    with FileLock(cache / "cleaning.lock"):
        for old in cache.iterdir():
            if old.is_dir() and old != folder:
                shutil.rmtree(old, ignore_errors=True)
    return build_once(folder, write_demo)


def hash_of_geodata() -> str:
    """Hash of all files of geodata/: another code may write another release."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "geodata").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
