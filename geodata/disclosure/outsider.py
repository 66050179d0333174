"""What is hidden of a month as one outsider sees it, and what to hide so that he learns nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import TypeVar

import numpy as np

from geodata.disclosure.arcs import Arcs
from geodata.disclosure.exact_sums import ExactSums
from geodata.disclosure.linear_proof import LinearProof
from geodata.disclosure.month import HiddenMonth
from geodata.disclosure.month_cells import Cells, MonthCells
from geodata.disclosure.repair import find_further
from geodata.disclosure.table_cycles import TableCycles
from geodata.disclosure.widths import Widths
from geodata.disclosure_rule import LINEAR, DisclosureRule
from geodata.errors import ProtectionError

# Hidden counts up to which each is proved by linear programming whatever the rule asks for: it
# takes a second or two.
PROVED_UP_TO = 4_000
Asked, Hidden, Answer = TypeVar("Asked"), TypeVar("Hidden"), TypeVar("Answer")


def at_once(
    ask: Callable[[Asked, Hidden], Answer], outsiders: Sequence[Asked], hidden: Hidden
) -> list[Answer]:
    """What each answers; in threads, for most of the work is done outside the interpreter."""
    if len(outsiders) < 2:
        return [ask(outsider, hidden) for outsider in outsiders]
    with ThreadPoolExecutor(len(outsiders)) as pool:
        return list(pool.map(ask, outsiders, repeat(hidden)))


Task = Callable[[HiddenMonth], None]


class Ahead:
    """Begins in another thread what is asked last, while a few more cells are still to be hidden.

    Use as a context manager: at its end everything that was begun is done.

    Parameters
    ----------
    first, last : sequence of callable
        What is begun with the first look and with each of the last ones; each is given what is
        hidden so far.
    """

    def __init__(self, first: Sequence[Task] = (), last: Sequence[Task] = ()) -> None:
        self.first, self.last, self.begun = first, last, []
        self.pool = ThreadPoolExecutor(1)

    def begin_first(self, hidden: HiddenMonth) -> None:
        """Begin what the last looks rest on."""
        self.begun = [self.pool.submit(task, hidden) for task in self.first]

    def begin_last(self, hidden: HiddenMonth, idle: Sequence[Outsider] = ()) -> None:
        """Begin what comes after the last looks, in case that they find nothing.

        Before it what the last looks of `idle` outsiders rest on, of whom nothing else is asked.
        """
        if not self.last:
            return
        self.wait()
        tasks = [*(outsider.look_ahead for outsider in idle), *self.last]
        self.begun = [self.pool.submit(task, hidden) for task in tasks]

    def wait(self) -> None:
        """Until they are done."""
        for task in self.begun:
            task.result()

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, failed: type | None, *_: object) -> None:
        self.pool.shutdown(cancel_futures=failed is not None)
        if failed is None:
            self.wait()


class Outsider:
    """Looks at a month again and again, as more of it is hidden.

    Parameters
    ----------
    cells : MonthCells
        What he knows, and which cells he must not find out.
    arcs : mapping of kind to Arcs
        From `table_cycles.arcs_of_cube`.
    rule : DisclosureRule
    width : int
        What an interval must not be narrower than.
    follower : Outsider, optional
        Who knows all that this one knows and is asked after him: he begins with what this one
        finds at his first look.
    """

    def __init__(
        self,
        cells: MonthCells,
        arcs: Mapping[str, Arcs],
        rule: DisclosureRule,
        width: int,
        follower: Outsider | None = None,
    ) -> None:
        self.cells, self.width, self.follower = cells, width, follower
        self.widths = Widths(cells, lambda _, bounds: bounds[1] - bounds[0] < width)
        self.cycles = TableCycles(arcs, cells, rule.floor, width)
        self.exact, self.proof = ExactSums(cells), LinearProof(cells, width)
        self.proved_up_to = np.inf if rule.proof == LINEAR else PROVED_UP_TO

    def find_near(self, hidden: HiddenMonth) -> HiddenMonth | None:
        """The same with further cells hidden for what he finds in a few sums; None for nothing.

        Raises
        ------
        ProtectionError
            If nothing is left to hide.
        """
        masks, unknown = self._masks(hidden)
        look = self.widths.look(unknown)
        if self.follower is not None:
            self.follower.widths.follow(look, self.follower._masks(hidden)[1])
            self.follower = None
        if len(look.weak):
            arguments = look.system, look.sums, look.bounds, look.weak, self.cells.weights
            further = find_further(*arguments, unknown, tied_first=self.cells.tied_first)
        else:
            further = self.cycles.find_further(unknown)
        return self._hide(hidden, masks, further)

    def find_far(self, hidden: HiddenMonth) -> HiddenMonth | None:
        """The same for what takes all sums together; of what `find_near` finds nothing in."""
        masks, unknown = self._masks(hidden)
        further = self.exact.find_further(unknown)
        n_hidden = sum(int(mask.sum()) for mask in unknown.values())
        if further is None and n_hidden <= self.proved_up_to:
            further = self.proof.find_further(unknown)
        return self._hide(hidden, masks, further)

    def look_ahead(self, hidden: HiddenMonth) -> None:
        """Begin what `find_far` takes long for; of a little more it is asked in less time."""
        self.exact.look(self._masks(hidden)[1])

    def _masks(self, hidden: HiddenMonth) -> tuple[Cells, Cells]:
        masks = self.cells.masks(hidden)
        return masks, self.cells.unknown(masks)

    def _hide(self, hidden: HiddenMonth, masks: Cells, further: Cells | None) -> HiddenMonth | None:
        if further is None:
            return None
        if not any(map(len, further.values())):
            raise ProtectionError(
                "hidden cells of a month can be worked out and nothing is left to hide",
                "raise k, or publish fewer levels",
            )
        for kind, found in further.items():
            masks[kind][found] = True
        return self.cells.hidden(masks, hidden)
