"""Which files belong to the project: what git tracks or would take up."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
BINARY_SUFFIXES = {".png", ".jpg", ".ttf", ".otf", ".woff2", ".gz", ".parquet", ".npy", ".ico"}


@cache
def project_files() -> tuple[Path, ...]:
    """Paths below the root, relative to it: tracked, or new and not ignored."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
        paths = [Path(name) for name in listed if name]
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive has no git
        ignored = {".git", ".venv", "var", "dist", "build", "__pycache__"}
        paths = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        paths = [path for path in paths if not ignored & set(path.parts)]
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


def text_files() -> list[Path]:
    """The project's text files, relative to the root."""
    return [path for path in project_files() if path.suffix not in BINARY_SUFFIXES]


def source_files(*packages: str) -> list[Path]:
    """Python files of the named top-level packages, relative to the root."""
    return [path for path in project_files() if path.suffix == ".py" and path.parts[0] in packages]
