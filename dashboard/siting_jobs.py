"""Searches for sites in the background: a thread each, so that a district answers at once.

What is known of a search stands in its folder, as for every job: all workers of the server see it,
and a reload of the page loses nothing.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from dashboard.coverage.siting import Siting, SitingQuestion, seek_sites
from dashboard.jobs import PROGRESS, RUNNING, STOP, Job, JobBoard, write_json
from geodata.coverage.siting import SitingProgress, TargetError

if TYPE_CHECKING:
    from dashboard.dataset import Dataset
    from dashboard.view_state import ViewState

log = logging.getLogger(__name__)
RESULT = "result.json"
SILENT_S = 90.0  # longer than a search may take
AT_ONCE_S = 0.8  # a search that ends within it is answered without a second question
UNREACHABLE, BROKEN = "unreachable", "broken"


class _Search(Thread):
    """A thread that looks like a process to the board."""

    def poll(self) -> int | None:
        """None while it runs."""
        return None if self.is_alive() else 0


class SitingDesk:
    """All searches of an application.

    Parameters
    ----------
    root : Path
        Folder of the searches, shared by the workers of a server.
    """

    def __init__(self, root: Path) -> None:
        self.board = JobBoard(root, self._run, result=RESULT, stop_ends=False, silent_s=SILENT_S)
        self._asked: dict[tuple[str, str, str], tuple[Dataset, ViewState]] = {}

    def start(
        self, owner: str, dataset: Dataset, state: ViewState, question: SitingQuestion
    ) -> Job:
        """Begin a search, and wait a moment: most end within it.

        Raises
        ------
        TooManyJobsError
            If the owner or all together have too many running.
        """
        asked = (json.dumps(asdict(question)), state.to_query(), dataset.release_id)
        self._asked[asked] = dataset, state
        try:
            job = self.board.start(owner, *asked)
        finally:
            self._asked.pop(asked, None)
        give_up = time.monotonic() + AT_ONCE_S
        while job.state == RUNNING and time.monotonic() < give_up:
            time.sleep(0.02)
            job = self.board.find(job.id, owner) or job
        return job

    def find(self, number: str, owner: str) -> Job | None:
        """A search of that owner."""
        return self.board.find(number, owner)

    def stop(self, number: str, owner: str) -> None:
        """Ask a search to end with the best found so far."""
        self.board.stop(number, owner)

    def _run(self, kind: str, query: str, release: str, folder: Path) -> _Search:
        dataset, state = self._asked[kind, query, release]
        question = read_question(kind)
        search = _Search(target=_seek, args=(dataset, state, question, folder), daemon=True)
        search.start()
        return search


def read_question(kind: str) -> SitingQuestion:
    """The question of a job."""
    asked = json.loads(kind)
    return SitingQuestion(**asked | {"candidates": tuple(map(tuple, asked["candidates"]))})


def read_siting(job: Job) -> Siting | None:
    """The answer of a job that is done."""
    told: Mapping[str, Any] = json.loads(job.file.read_text(encoding="utf-8"))
    places = tuple(tuple(place) for place in told["places"])
    return Siting(**{**told, "places": places, "gains": tuple(told["gains"])})


def _seek(dataset: Dataset, state: ViewState, question: SitingQuestion, folder: Path) -> None:
    begin = {"stage": "greedy", "best": 0.0, "bound": 0.0, "seconds": 0.0}
    write_json(folder / PROGRESS, begin)
    try:
        found = seek_sites(
            dataset.coverage_facts,
            dataset.held(state),
            state.plan,
            state.period,
            dataset.tree.find(state.area),
            question,
            report=partial(_report, folder),
            stop=(folder / STOP).exists,
        )
    except TargetError as error:
        write_json(folder / PROGRESS, begin | {"error": UNREACHABLE, "most": error.most})
    except Exception:
        log.exception("search for sites failed: %s", state.to_query())
        write_json(folder / PROGRESS, begin | {"error": BROKEN})
    else:
        write_json(folder / RESULT, asdict(found))


def _report(folder: Path, progress: SitingProgress) -> None:
    told = asdict(progress)
    told["bound"] = min(told["bound"], 1e15)  # no infinity in JSON
    write_json(folder / PROGRESS, told)
