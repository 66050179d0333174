"""Kills loads at random moments: `python -m tests.geodata.swipes.kills KILLS [SECONDS]`.

A process that has everything imported forks a child for each load; the child is killed with
SIGKILL after a random time. After each kill whoever reads the source sees a whole generation, one
that a load without kills publishes too; when a load is at last let be, nothing is missing or there
twice. Then another delivery comes, until all have come, and the series begins anew.
"""

from __future__ import annotations

import math
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from geodata.demo.raw import RawPlan
from geodata.swipes.store import aggregate
from tests.geodata.swipes.raw_folder import write_ground, write_small_raw

PLAN = RawPlan(n_cards=150, n_rows=1_500, first_day="2026-01-22", n_days=12)
N_FILES = 5
SEED = 1
MOST_KILLS = 12  # of one delivery, then it is let be
FEWEST = 15  # before the time counts: a machine with other work takes longer for them


@dataclass
class Outcome:
    """What a series came to; `wrong` names what should never be."""

    kills: int = 0
    finished: int = 0  # loads that were done before their kill came
    seconds: float = 0.0
    generations: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


class Series:
    """Deliveries to a data room, loads of which are killed.

    Parameters
    ----------
    folder : Path
        For the room and for the one that nobody disturbs.
    seed : int
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.random = folder, random.Random(seed)
        self.ground = write_ground(folder / "ground")
        write_small_raw(folder / "all", self.ground, PLAN, N_FILES)
        self.files = sorted((folder / "all" / "swipes").iterdir())
        self.expected, self.seconds = self._undisturbed()
        self.outcome, self.end = Outcome(), math.inf

    def run(self, kills: int, most_seconds: float = math.inf) -> Outcome:
        """Go on until so many loads were killed, or the time is up after the first `FEWEST`."""
        begin = time.monotonic()
        self.end = begin + most_seconds
        while self.outcome.kills < kills and not self.outcome.wrong and not self._late():
            self._deliver_all(kills)
        self.outcome.seconds = time.monotonic() - begin
        return self.outcome

    def _late(self) -> bool:
        return self.outcome.kills >= FEWEST and time.monotonic() > self.end

    def _undisturbed(self) -> tuple[list[str], list[float]]:
        """The generation after each delivery, and the time of its load."""
        raw, source, store = self._room("undisturbed")
        generations, seconds = [], []
        for path in self.files:
            shutil.copyfile(path, raw / "swipes" / path.name)
            begin = time.monotonic()
            self._wait(self._fork(raw, source, store))
            seconds.append(time.monotonic() - begin)
            generations.append(_current(source))
        return generations, seconds

    def _room(self, name: str) -> tuple[Path, Path, Path]:
        room = self.folder / name
        shutil.rmtree(room, ignore_errors=True)
        shutil.copytree(self.ground, room / "source")
        (room / "raw" / "swipes").mkdir(parents=True)
        for path in (self.folder / "all").iterdir():
            if path.is_file():
                shutil.copyfile(path, room / "raw" / path.name)
        return room / "raw", room / "source", room / "store"

    def _deliver_all(self, kills: int) -> None:
        raw, source, store = self._room("disturbed")
        befores = ["", *self.expected]
        for path, before, after, seconds in zip(self.files, befores, self.expected, self.seconds):
            if self._late():
                return
            shutil.copyfile(path, raw / "swipes" / path.name)
            for _ in range(min(MOST_KILLS, kills - self.outcome.kills)):
                if not self._kill_one(raw, source, store, {before, after}, seconds):
                    break
            self._wait(self._fork(raw, source, store))
            self._check(source, {after}, "after an undisturbed load")

    def _kill_one(
        self, raw: Path, source: Path, store: Path, allowed: set[str], seconds: float
    ) -> bool:
        """Kill a load that takes so long; whether the kill came before it was done."""
        child = self._fork(raw, source, store)
        time.sleep(self.random.uniform(0, seconds))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        self.outcome.kills += killed
        self.outcome.finished += not killed
        if status and not killed:
            self.outcome.wrong.append(f"after kill {self.outcome.kills}: a load failed by itself")
        self._check(source, allowed, f"after kill {self.outcome.kills}")
        return killed

    def _check(self, source: Path, allowed: set[str], when: str) -> None:
        current = _current(source)
        self.outcome.generations.add(current)
        if current not in allowed:
            self.outcome.wrong.append(f"{when}: {current or 'nothing'} is published")
        folder = source / "aggregates" / current
        if current and not (folder / "ledger.csv").is_file():
            self.outcome.wrong.append(f"{when}: {current} is not whole")

    def _fork(self, raw: Path, source: Path, store: Path) -> int:
        child = os.fork()
        if child:
            return child
        try:
            aggregate(raw, source, store)
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)

    def _wait(self, child: int) -> None:
        _, status = os.waitpid(child, 0)
        if status:
            raise RuntimeError(f"a load that was let be failed with status {status}")


def _current(source: Path) -> str:
    path = source / "aggregates" / "current"
    return path.read_text().strip() if path.exists() else ""


def warm_up() -> None:
    """Make the statements before the forks, which would each make them anew."""
    from geodata.swipes.aggregation.statements import duckdb_statements

    duckdb_statements()


def main(arguments: list[str]) -> int:
    """Run a series of the given number of kills; prints what came of it as one line."""
    kills, seconds = int(arguments[0]), float(arguments[1]) if len(arguments) > 1 else math.inf
    warm_up()
    with tempfile.TemporaryDirectory() as folder:
        outcome = Series(Path(folder), SEED).run(kills, seconds)
    print(
        f"{outcome.kills} kills, {outcome.finished} loads done before their kill, "
        f"{len(outcome.generations)} generations seen, {outcome.seconds:.0f} s"
    )
    for text in outcome.wrong:
        print(text)
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
