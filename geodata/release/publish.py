"""Releases on disk: publish by one rename, list, roll back, open, verify."""

from __future__ import annotations

import datetime
import json
import os
import shutil
from pathlib import Path
from typing import Any

from geodata.durable import hash_file, sync_folder, sync_tree, write_durably
from geodata.errors import ReleaseError
from geodata.release.layout import BUILDING, CURRENT, JOURNAL, MANIFEST
from geodata.schema import SCHEMA_VERSION


def publish(building: Path, releases: Path, release_id: str) -> str:
    """Put a finished release in place and make it the current one.

    The folder is flushed to the disk, renamed, and only then named in `current`: whoever reads
    sees the old release or the new one. The same release built again is not published twice.

    Returns
    -------
    str
        The id under which it was published; `release_id`, with -2, -3 ... when a release of that
        id with other content is there.
    """
    manifest = building / MANIFEST
    sync_tree(building)
    number = 1
    name = release_id
    while (target := releases / name).exists():
        if _same_content(target / MANIFEST, manifest):
            shutil.rmtree(building)
            break
        number += 1
        name = f"{release_id}-{number}"
    else:
        building.rename(target)
        sync_folder(releases)
    make_current(releases, name, "published")
    return name


def make_current(releases: Path, release_id: str, action: str) -> None:
    """Name the release that is served, and note it in the journal."""
    write_durably(releases / CURRENT, f"{release_id}\n".encode())
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    line = json.dumps({"id": release_id, "time": now, "action": action})
    with (releases / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write(line + "\n")
        journal.flush()
        os.fsync(journal.fileno())


def current_release(releases: Path) -> str | None:
    """Id of the release that is served; None when there is none."""
    try:
        return (Path(releases) / CURRENT).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def list_releases(releases: str | Path) -> list[dict[str, Any]]:
    """All complete releases, newest period first.

    Returns
    -------
    list of dict
        id, current (bool), data_date, created, periods (number), last_period, published (time of
        the last entry in the journal, "" if none), bytes.
    """
    releases = Path(releases)
    if not releases.is_dir():
        return []
    served, published = current_release(releases), _read_journal(releases)
    found = []
    for folder in sorted(releases.iterdir(), reverse=True):
        if folder.name.startswith(".") or not (folder / MANIFEST).is_file():
            continue
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        found.append(
            {
                "id": folder.name,
                "current": folder.name == served,
                "data_date": manifest["data_date"],
                "created": manifest["created"],
                "periods": len(manifest["periods"]),
                "last_period": manifest["periods"][-1] if manifest["periods"] else "",
                "published": published.get(folder.name, ""),
                "bytes": sum(entry["bytes"] for entry in manifest["files"].values()),
            }
        )
    return found


def rollback(releases: str | Path, release_id: str | None = None) -> str:
    """Serve an earlier release again.

    Parameters
    ----------
    releases : path
    release_id : str, optional
        By default the release that was served before the current one.

    Returns
    -------
    str
        The id now served.

    Raises
    ------
    ReleaseError
        If there is no such release, or none before the current one.
    """
    releases = Path(releases)
    if release_id is None:
        release_id = _served_before(releases)
    folder = releases / release_id
    if Path(release_id).name != release_id or not (folder / MANIFEST).is_file():
        known = ", ".join(item["id"] for item in list_releases(releases)) or "none"
        raise ReleaseError(f"no release {release_id!r}", f"releases there are: {known}")
    make_current(releases, release_id, "rolled back")
    return release_id


def open_release(
    releases: str | Path, release_id: str | None = None
) -> tuple[Path, dict[str, Any]]:
    """Folder and manifest of a release, by default the current one.

    Raises
    ------
    ReleaseError
        If there is none, its manifest is broken, or it is of another schema version.
    """
    releases = Path(releases)
    release_id = release_id or current_release(releases)
    if release_id is None:
        raise ReleaseError(f"{releases}: no release is published", "build one")
    folder = releases / release_id
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReleaseError(
            f"release {release_id}: manifest.json cannot be read ({error})",
            "roll back to another release, or build again",
        ) from None
    if manifest.get("schema_version") != SCHEMA_VERSION:
        raise ReleaseError(
            f"release {release_id} has schema version {manifest.get('schema_version')}, "
            f"this program reads {SCHEMA_VERSION}",
            "build the release again with this program",
        )
    return folder, manifest


def verify_release(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Files of a release that are missing or not as they were written; none if it is sound."""
    wrong = []
    for name, entry in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            wrong.append(f"{name}: missing")
        elif path.stat().st_size != entry["bytes"] or hash_file(path) != entry["sha256"]:
            wrong.append(f"{name}: changed")
    return wrong


def remove_leftovers(releases: Path) -> None:
    """Delete what builds that were killed left behind."""
    for folder in releases.glob(f"{BUILDING}*"):
        if not _is_alive(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(folder: Path) -> bool:
    """Whether the process that writes the folder (its number is in the name) still runs."""
    number = folder.name.removeprefix(BUILDING).partition("-")[0]
    if not number.isdigit() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _same_content(one: Path, other: Path) -> bool:
    return one.is_file() and one.read_bytes() == other.read_bytes()


def _read_journal(releases: Path) -> dict[str, str]:
    path = releases / JOURNAL
    if not path.is_file():
        return {}
    times = {}
    for entry in _entries(path):
        times[entry["id"]] = entry["time"]
    return times


def _entries(path: Path) -> list[dict[str, str]]:
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:
            continue  # a line cut off by a kill
    return entries


def _served_before(releases: Path) -> str:
    served = current_release(releases)
    journal = releases / JOURNAL
    past = [entry["id"] for entry in _entries(journal)] if journal.is_file() else []
    for release_id in reversed(past):
        if release_id != served and (releases / release_id / MANIFEST).is_file():
            return release_id
    raise ReleaseError("there is no release before the current one", "name one: rollback ID")
