"""Background jobs: progress, stop, limits, other people's jobs, a day's life."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from dashboard.jobs import (
    DONE,
    FAILED,
    KEPT_S,
    RUNNING,
    STOPPED,
    JobBoard,
    TooManyJobsError,
    start_process,
    write_json,
)

# What a job's process does, in small: tells progress, minds the stop file, writes its result.
WORK = """
import json, sys, time
from pathlib import Path
folder, steps = Path(sys.argv[1]), int(sys.argv[2])
for n in range(steps):
    if (folder / "stop").exists(): sys.exit(0)
    (folder / "progress.json").write_text(json.dumps({"done": n + 1, "total": steps}))
    time.sleep(0.02)
(folder / "result.pdf").write_bytes(b"%PDF")
"""


def board(root: Path, steps: int = 3, code: str = WORK, **more) -> JobBoard:
    """A board whose jobs run the small program."""

    def run(kind: str, query: str, release: str, folder: Path):
        return start_process([sys.executable, "-c", code, str(folder), str(steps)], folder)

    return JobBoard(root, run, **more)


def wait(jobs: JobBoard, number: str, owner: str = "a"):
    """The job when it no longer runs."""
    for _ in range(400):
        job = jobs.find(number, owner)
        if job.state != RUNNING:
            return job
        time.sleep(0.02)
    raise AssertionError("the job does not end")


def test_a_job_tells_its_progress_and_leaves_a_file(tmp_path):
    jobs = board(tmp_path / "jobs")
    job = wait(jobs, jobs.start("a", "atlas", "area=11").id)
    assert (job.state, job.done, job.total) == (DONE, 3, 3)
    assert job.file.read_bytes() == b"%PDF"
    assert (job.kind, job.query) == ("atlas", "area=11")


def test_another_worker_of_the_server_sees_it_too(tmp_path):
    first, second = board(tmp_path, steps=20), board(tmp_path)
    number = first.start("a", "atlas", "").id
    assert second.find(number, "a").state == RUNNING
    assert wait(second, number).state == DONE


def test_a_job_can_be_stopped(tmp_path):
    jobs = board(tmp_path, steps=1000)
    number = jobs.start("a", "atlas", "").id
    jobs.stop(number, "a")
    assert wait(jobs, number).state == STOPPED
    jobs._runners[number].wait(10)
    assert not (tmp_path / number / "result.pdf").exists()


def test_nobody_sees_or_stops_the_job_of_another(tmp_path):
    jobs = board(tmp_path, steps=50)
    number = jobs.start("a", "atlas", "").id
    assert jobs.find(number, "b") is None
    jobs.stop(number, "b")
    assert wait(jobs, number).state == DONE


def test_the_same_job_is_not_begun_twice_and_users_have_a_limit(tmp_path):
    jobs = board(tmp_path, steps=1000)
    first = jobs.start("a", "atlas", "area=11")
    assert jobs.start("a", "atlas", "area=11").id == first.id
    with pytest.raises(TooManyJobsError):
        jobs.start("a", "atlas", "area=12")
    with pytest.raises(TooManyJobsError):  # another release is another job
        jobs.start("a", "atlas", "area=11", "2026-05-x")
    other = jobs.start("b", "atlas", "area=12")
    with pytest.raises(TooManyJobsError):
        jobs.start("c", "atlas", "area=13")
    for number, owner in ((first.id, "a"), (other.id, "b")):
        jobs.stop(number, owner)
        wait(jobs, number, owner)
    assert jobs.start("c", "atlas", "").state in (RUNNING, DONE)


def test_a_process_that_dies_is_a_failed_job(tmp_path):
    jobs = board(tmp_path, code="import sys; sys.exit(3)")
    assert wait(jobs, jobs.start("a", "atlas", "").id).state == FAILED


def test_a_process_that_falls_silent_is_a_failed_job(tmp_path):
    """As after a restart of the machine: nobody is there to ask, the folder is."""
    folder = tmp_path / "abc"
    folder.mkdir()
    about = {"owner": "a", "kind": "atlas", "query": "", "created": time.time() - 1000}
    write_json(folder / "job.json", about)
    write_json(folder / "progress.json", {"done": 1, "total": 9})
    long_ago = time.time() - 900
    os.utime(folder / "progress.json", (long_ago, long_ago))
    assert board(tmp_path).find("abc", "a").state == FAILED


def test_jobs_are_deleted_after_a_day(tmp_path):
    now = [time.time()]
    jobs = board(tmp_path, clock=lambda: now[0])
    number = wait(jobs, jobs.start("a", "atlas", "").id).id
    now[0] += KEPT_S - 60
    jobs.sweep()
    assert jobs.find(number, "a").state == DONE
    now[0] += 120
    jobs.sweep()
    assert jobs.find(number, "a") is None
    assert not (tmp_path / number).exists()


@pytest.mark.parametrize("number", ["", "..", "../etc", "a/b", "nothere"])
def test_odd_numbers_are_no_jobs(tmp_path, number):
    assert board(tmp_path).find(number, "a") is None
