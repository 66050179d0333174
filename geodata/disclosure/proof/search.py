"""The search for tables that prove every hidden count of a month to be free."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geodata.disclosure.knowledge import Knowledge
from geodata.disclosure.proof.exchanges import Exchanges
from geodata.disclosure.proof.raising import raise_many
from geodata.disclosure.proof.reached import Reached
from geodata.disclosure.system import System
from geodata.progress import ProgressCallback, no_progress

_DRAWS = 10  # of exchanges after each table
_ROUNDS = 60  # at most
_SLOW = 0.8  # a round that leaves more than this part in doubt is the last
_PAYS = 3_000  # a program of n unknowns pays when it settles more than n / _PAYS of them
_TRIES = 3  # programs in a row that do not pay: the block is left
_MOST = 200  # programs a block at most


class Search:
    """Widens what was reached: all blocks at once, then block after block as long as it pays.

    Parameters
    ----------
    reached : Reached
    knowledge : Knowledge
    cuts : sequence of ndarray of int, (n_hidden,)
        Ways to cut the unknowns into blocks, finest first: while one block moves all others stay.
        -1: stays.
    seed : int
    """

    def __init__(
        self, reached: Reached, knowledge: Knowledge, cuts: Sequence[np.ndarray], seed: int = 0
    ) -> None:
        self.reached, self.start = reached, reached.table.copy()
        self.rng = np.random.default_rng(seed)
        moving = np.any([cut >= 0 for cut in cuts], axis=0)
        self.exchanges = Exchanges(knowledge, reached.system, self.rng, moving)
        self.cuts = list(cuts)

    def run(self, report: ProgressCallback = no_progress, stage: str = "") -> None:
        """Go on until nothing is in doubt, or no cut helps any more."""
        n = self.reached.system.n_hidden
        for number in range(_ROUNDS):
            before = self.reached.doubt
            report(stage, int((~before).sum()), n)
            if not before.any():
                return
            self._round(number, before)
            if self.reached.doubt.sum() > _SLOW * before.sum():
                break
        for cut in self.cuts:
            for block in _blocks(cut, self.reached.doubt):
                self._widen(block)
                report(stage, n - int(self.reached.doubt.sum()), n)

    def _round(self, number: int, doubt: np.ndarray) -> None:
        table = self.start.copy()
        for block in _blocks(self.cuts[0], doubt):
            part = self.reached.system.part(block, self.start)
            moved = self._move(part, block, number, doubt[block])
            if moved is not None:
                table[block] = moved
        self.reached.add(table)
        for _ in range(_DRAWS):
            self.reached.add_moves(self.exchanges.draw(table))

    def _widen(self, block: np.ndarray) -> None:
        part, tries = self.reached.system.part(block, self.start), 0
        for number in range(_MOST):
            doubt = self.reached.doubt[block]
            if tries == _TRIES or not doubt.any():
                return
            moved = self._move(part, block, number, doubt)
            if moved is None:
                return
            self.reached.add_part(block, part, moved)
            gain = doubt.sum() - self.reached.doubt[block].sum()
            tries = 0 if gain > len(block) / _PAYS else tries + 1

    def _move(
        self, part: System, block: np.ndarray, number: int, doubt: np.ndarray
    ) -> np.ndarray | None:
        reached, rng = self.reached, self.rng
        wanted = doubt & (rng.random(len(block)) < (0.6 if number else 1.0))
        # Most hidden counts are small: first all of them up, later some down as well.
        upward = rng.random(len(block)) < (1.0 if number < 4 else 0.6)
        low, high = reached.low[block], reached.high[block]
        return raise_many(part, low, high, wanted, upward, reached.width, rng)


def _blocks(cut: np.ndarray, doubt: np.ndarray) -> list[np.ndarray]:
    """Unknowns of each block that has one in doubt."""
    order = np.argsort(cut, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(cut[order])) + 1)
    return [group for group in groups if cut[group[0]] >= 0 and doubt[group].any()]
