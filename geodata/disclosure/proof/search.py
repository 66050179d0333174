"""The search for tables that prove every hidden count of a month to be free."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geodata.disclosure.knowledge import Knowledge
from geodata.disclosure.proof.exchanges import Exchanges
from geodata.disclosure.proof.raising import raise_many
from geodata.disclosure.proof.reached import Reached
from geodata.progress import ProgressCallback, no_progress

_DRAWS = 10  # of exchanges after each table
_ROUNDS = 60  # at most
_SLOW = 0.93  # a round that leaves more than this part in doubt: larger blocks


class Search:
    """Widens what was reached, block by block.

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
        n, cut = self.reached.system.n_hidden, 0
        for number in range(_ROUNDS):
            before = self.reached.doubt
            report(stage, int((~before).sum()), n)
            if not before.any():
                return
            self._round(cut, number, before)
            if self.reached.doubt.sum() > _SLOW * before.sum():
                cut += 1
                if cut == len(self.cuts):
                    return

    def _round(self, cut: int, number: int, doubt: np.ndarray) -> None:
        table = self.start.copy()
        for block in _blocks(self.cuts[cut], doubt):
            moved = self._move(block, number, doubt[block])
            if moved is not None:
                table[block] = moved
        self.reached.add(table)
        for _ in range(_DRAWS):
            self.reached.add_moves(self.exchanges.draw(table))

    def _move(self, block: np.ndarray, number: int, doubt: np.ndarray) -> np.ndarray | None:
        reached, rng = self.reached, self.rng
        wanted = doubt & (rng.random(len(block)) < (0.6 if number else 1.0))
        # Most hidden counts are small: first all of them up, later some down as well.
        upward = rng.random(len(block)) < (1.0 if number < 4 else 0.6)
        system = reached.system.part(block, self.start)
        low, high = reached.low[block], reached.high[block]
        return raise_many(system, low, high, wanted, upward, reached.width, rng)


def _blocks(cut: np.ndarray, doubt: np.ndarray) -> list[np.ndarray]:
    """Unknowns of each block that has one in doubt."""
    order = np.argsort(cut, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(cut[order])) + 1)
    return [group for group in groups if cut[group[0]] >= 0 and doubt[group].any()]
