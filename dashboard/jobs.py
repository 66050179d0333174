"""Long work in the background: each job a folder, with a process or a thread that fills it.

All that is known about a job stands in its folder, so that every worker of the server sees it and
a reload of the page loses nothing. A job is stopped by a file that its process looks for: nobody
sends signals to process numbers that may be another's by now.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

RUNNING, DONE, FAILED, STOPPED = "running", "done", "failed", "stopped"
JOB, PROGRESS, STOP, LOG = "job.json", "progress.json", "stop", "log.txt"
KEPT_S = 24 * 3600
SILENT_S = 300  # a process that says nothing for so long is dead
PER_USER, IN_ALL = 1, 2
MEMORY_MB = 3000  # of address space that holds data; a normal atlas takes a third


class Runner(Protocol):
    """What does a job: a process, or a thread that looks like one."""

    def poll(self) -> int | None:
        """None while it runs."""


class TooManyJobsError(Exception):
    """The user, or all together, have as many running jobs as are allowed."""


@dataclass(frozen=True)
class Job:
    """A job as its folder tells it.

    Attributes
    ----------
    id : str
        Cannot be guessed.
    owner, kind, query, release : str
    state : str
        RUNNING, DONE, FAILED or STOPPED.
    done, total : int
        Steps; 0 of 0 before the first.
    error : str
        Why it failed.
    file : Path
        The result when DONE.
    told : mapping
        All that the job said last of its progress.
    """

    id: str
    owner: str
    kind: str
    query: str
    release: str
    state: str
    done: int
    total: int
    error: str
    file: Path
    told: Mapping[str, Any]


class JobBoard:
    """All jobs under one folder.

    Parameters
    ----------
    root : Path
        Made when it is needed, readable by this user alone.
    run : callable
        (kind, query, release, folder) to the runner that does the job: it writes the result and
        `progress.json` into the folder and minds the file `stop`.
    result : str
        File name of the result.
    stop_ends : bool
        Whether a job that is asked to stop has no result; else it ends with the best it has.
    silent_s : float
        A job that says nothing for so long is dead.
    clock : callable
        Seconds since the epoch.
    """

    def __init__(
        self,
        root: Path,
        run: Callable[[str, str, str, Path], Runner],
        *,
        result: str = "result.pdf",
        stop_ends: bool = True,
        silent_s: float = SILENT_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.root, self.run, self.clock = root, run, clock
        self.result, self.stop_ends, self.silent_s = result, stop_ends, silent_s
        self._runners: dict[str, Runner] = {}

    def start(self, owner: str, kind: str, query: str, release: str = "") -> Job:
        """Begin a job; the same one that runs already is given back instead.

        Raises
        ------
        TooManyJobsError
            If the owner or all together have too many running.
        """
        self.sweep()
        running = [job for job in self._all() if job.state == RUNNING]
        own = [job for job in running if job.owner == owner]
        for job in own:
            if (job.kind, job.query, job.release) == (kind, query, release):
                return job
        if len(own) >= PER_USER or len(running) >= IN_ALL:
            raise TooManyJobsError
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = secrets.token_hex(12)
        folder = self.root / number
        folder.mkdir(mode=0o700)
        about = {"owner": owner, "kind": kind, "query": query, "release": release}
        write_json(folder / JOB, about | {"created": self.clock()})
        self._runners[number] = self.run(kind, query, release, folder)
        return self._read(folder)

    def find(self, number: str, owner: str) -> Job | None:
        """A job of that owner; None for others' and unknown ones."""
        if not number.isalnum():
            return None
        job = self._read(self.root / number)
        return job if job is not None and job.owner == owner else None

    def stop(self, number: str, owner: str) -> None:
        """Ask a job to stop; it does so at its next step."""
        job = self.find(number, owner)
        if job is not None:
            (self.root / number / STOP).touch()

    def sweep(self) -> None:
        """Delete what is older than a day."""
        for folder in self._folders():
            about = read_json(folder / JOB)
            if self.clock() - float(about.get("created", 0)) > KEPT_S:
                (folder / STOP).touch()
                shutil.rmtree(folder, ignore_errors=True)
        for number, runner in list(self._runners.items()):
            if runner.poll() is not None:
                del self._runners[number]

    def _folders(self) -> list[Path]:
        return [path for path in self.root.iterdir()] if self.root.is_dir() else []

    def _all(self) -> list[Job]:
        jobs = (self._read(folder) for folder in self._folders())
        return [job for job in jobs if job is not None]

    def _read(self, folder: Path) -> Job | None:
        about = read_json(folder / JOB)
        if not about:
            return None
        told, file = read_json(folder / PROGRESS), folder / self.result
        return Job(
            id=folder.name,
            owner=about["owner"],
            kind=about["kind"],
            query=about["query"],
            release=about.get("release", ""),
            state=self._state(folder, about, told, file),
            done=int(told.get("done", 0)),
            total=int(told.get("total", 0)),
            error=str(told.get("error", "")),
            file=file,
            told=told,
        )

    def _state(self, folder: Path, about: dict, told: dict, file: Path) -> str:
        if file.is_file():
            return DONE
        if told.get("error"):
            return FAILED
        if self.stop_ends and (folder / STOP).exists():
            return STOPPED
        runner = self._runners.get(folder.name)
        if runner is not None and runner.poll() is not None and not file.is_file():
            return FAILED
        heard = max(float(about["created"]), _changed(folder / PROGRESS))
        return FAILED if self.clock() - heard > self.silent_s else RUNNING


def start_process(command: Sequence[str], folder: Path) -> subprocess.Popen:
    """A job's own process; what it prints goes into the folder."""
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def read_json(path: Path) -> dict:
    """What a small file says; {} when it is not there or half written."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_json(path: Path, content: dict) -> None:
    """Write a small file so that nobody reads half of it."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(content), encoding="utf-8")
    fresh.replace(path)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
