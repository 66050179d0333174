"""`python -m dashboard export` and `verify`: the same files as over HTTP."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.dataset import Dataset
from dashboard.exports.page_format import PAGE_FORMATS, page_format_of, read_page_format
from dashboard.exports.writers import ENCODINGS, WRITERS, Choices, kind_of, write_export
from dashboard.jobs import MEMORY_MB, PROGRESS, STOP, write_json
from dashboard.releases import Releases
from dashboard.view import build_view
from dashboard.view_state import parse_view
from geodata.errors import GeodataError, ReleaseError

if TYPE_CHECKING:
    from dashboard.settings import Settings

OK, FAILED, USAGE = 0, 1, 2


class StoppedError(Exception):
    """Somebody asked the job to stop."""


def add_commands(commands: argparse._SubParsersAction) -> None:
    """The two commands' arguments."""
    kinds = sorted({kind for kind, _ in WRITERS})
    endings = ", ".join(f".{ending}" for _, ending in WRITERS)
    one = commands.add_parser("export", help="write one view as a file")
    one.add_argument("--view", default="", help='e.g. "area=110101&measure=reach_share"')
    one.add_argument("--out", type=Path, required=True, help=f"file to write: {endings}")
    one.add_argument("--kind", choices=kinds, default="", help="for .pdf: map, brief or atlas")
    one.add_argument("--page", choices=sorted(PAGE_FORMATS), default="", help="paper of a map")
    one.add_argument("--encoding", choices=ENCODINGS, default=ENCODINGS[0], help="of a Shapefile")
    one.add_argument("--release", default="", help="a release other than the current one")
    one.add_argument("--server", default="", help="address of the atlas, for the QR code")
    one.add_argument("--job", type=Path, default=None, help=argparse.SUPPRESS)
    check = commands.add_parser("verify", help="say whether a printed file is unaltered")
    check.add_argument("file", type=Path, help="a PDF that this atlas made")


def run_export(settings: Settings, options: argparse.Namespace) -> int:
    """Write one view of a release as a file."""
    ending = options.out.suffix.lower().removeprefix(".")
    kind = options.kind or kind_of(ending)
    if (kind, ending) not in WRITERS:
        known = ", ".join(f"{kind} .{ending}" for kind, ending in WRITERS)
        print(f"--out {options.out}: there is no such export; there are {known}", file=sys.stderr)
        return USAGE
    if options.job is not None:
        return _run_job(settings, options, kind, ending)
    view, content = _make(settings, options, kind, ending)
    options.out.write_bytes(content)
    print(f"{options.out}: {view.title} · {view.subtitle}")
    return OK


def run_verify(settings: Settings, file: Path) -> int:
    """Say what is known about a file; 0 when nothing speaks against it."""
    from dashboard.exports.verify import verify_file  # it draws briefs too, which takes long

    verdict = verify_file(file.read_bytes(), partial(_open_or_none, Releases(settings.releases)))
    print(f"{file}: {verdict.state}: {verdict.reason}")
    if verdict.origin:
        origin = verdict.origin
        print(f"  release {origin.release}\n  view    {origin.view}\n  kind    {origin.kind}")
    return OK if verdict.good else FAILED


def open_release(releases: Releases, release_id: str = "") -> Dataset:
    """The current release or another one that is still there.

    Raises
    ------
    ReleaseError
        If it is not.
    """
    current = releases.current()
    if not release_id or release_id == current.release_id:
        return current
    folder = releases.find(release_id)
    if folder is None:
        raise ReleaseError(f"release {release_id!r} is not there", "choose one that is kept")
    return Dataset.open(folder)


def _open_one(settings: Settings, release_id: str) -> Dataset:
    """A release for one export only, without what a server prepares for its readers."""
    releases = Releases(settings.releases)
    name = release_id or releases.published()
    folder = releases.find(name)
    if folder is None:
        raise ReleaseError(f"release {name!r} is not there", "choose one that is kept")
    return Dataset.open(folder)


def _open_or_none(releases: Releases, release_id: str) -> Dataset | None:
    try:
        return open_release(releases, release_id)
    except GeodataError:
        return None


def _make(settings: Settings, options: argparse.Namespace, kind: str, ending: str, **more):
    dataset = _open_one(settings, options.release)
    view = build_view(dataset, parse_view(options.view, dataset, settings.lang))
    page = read_page_format(options.page) if options.page else page_format_of(options.view)
    choices = Choices(page=page, server=options.server, encoding=options.encoding, **more)
    return view, write_export(view, kind, ending, choices)


def _run_job(settings: Settings, options: argparse.Namespace, kind: str, ending: str) -> int:
    """The same under a memory limit, telling its progress in files."""
    _limit_memory(MEMORY_MB)
    folder = options.job

    def tell(stage: str, done: int, total: int) -> None:
        if (folder / STOP).exists():
            raise StoppedError
        write_json(folder / PROGRESS, {"stage": stage, "done": done, "total": total})

    try:
        _, content = _make(settings, options, kind, ending, progress=tell)
    except StoppedError:
        return OK
    except MemoryError:
        write_json(folder / PROGRESS, {"error": "memory"})
        return FAILED
    except (GeodataError, OSError) as error:
        write_json(folder / PROGRESS, {"error": str(error)})
        return FAILED
    fresh = options.out.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(options.out)
    return OK


def _limit_memory(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    limit = megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def export_command(
    kind: str, query: str, release: str, folder: Path, *, server: str = ""
) -> list[str]:
    """The command line that makes one export of a release in the background."""
    return [
        *(sys.executable, "-m", "dashboard", "export", "--kind", kind, "--view", query),
        *("--release", release, "--server", server),
        *("--out", str(folder / "result.pdf"), "--job", str(folder)),
    ]
