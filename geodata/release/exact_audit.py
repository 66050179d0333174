"""The proof that a published month gives nothing away, from its true counts outward.

An outsider has one table: what is published, with gaps. If two fillings of the gaps fit all of it
and differ in a count by the protection width, nobody can tell that count to within less. The
true counts are one filling; from there others are looked for until every count is settled: seen
to be free, or bounded by linear programming.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from geodata.areas import AreaTree
from geodata.disclosure import DisclosureRule, System, tighten
from geodata.disclosure.knowledge import ISSUED, SILENT, Knowledge
from geodata.disclosure.proof import Reached, Search, settle_singly
from geodata.progress import ProgressCallback, no_progress
from geodata.release.published_month import PublishedMonths
from geodata.release.true_month import grant_nothing
from geodata.schema import LEVELS


@dataclass(frozen=True)
class Settled:
    """What is known of the unknowns of a system, (n_hidden,) each.

    Attributes
    ----------
    system : System
    lower, upper : ndarray of float
        Bounds that hold for certain.
    tight : ndarray of bool
        Found out: surely narrower than the width.
    free : ndarray of bool
        Seen in two tables that are apart by the width.
    outside : ndarray of bool
        Not looked at.
    """

    system: System
    lower: np.ndarray
    upper: np.ndarray
    tight: np.ndarray
    free: np.ndarray
    outside: np.ndarray

    @property
    def undecided(self) -> np.ndarray:
        """Neither: the solver came to no end."""
        return ~self.tight & ~self.free & ~self.outside


def settle_counts(
    months: PublishedMonths,
    published: Mapping[str, np.ndarray],
    hidden: Mapping[str, np.ndarray],
    true: Mapping[str, np.ndarray],
    width: float,
    area: str | None = None,
    connected: int | None = None,
    report: ProgressCallback = no_progress,
    stage: str = "",
) -> Settled:
    """Settle every hidden count of cards and swipes of a month.

    The outsider is taken to know which flows are nothing, see `grant_nothing`.

    Parameters
    ----------
    months : PublishedMonths
    published, hidden, true : mapping of kind to ndarray, (n_cells,)
    width : float
    area : str, optional
        Only counts of this area and of what is inside it, bound by all that is published.
    connected : int, optional
        Only counts that rows connect with at most so many hidden ones, directly or through others.
    report, stage
        Told how many are proved free.
    """
    published, hidden = grant_nothing(published, hidden, true)
    system, _ = months.gate.knowledge.system(published, hidden)
    bounds = tighten(system)
    tight = bounds[1] - bounds[0] < width
    outside = ~_inside(months.gate.knowledge, system, area)
    if connected is not None:
        component = system.components()
        outside |= np.bincount(component)[component] > connected
    return _settle(months, system, bounds, tight, true, width, outside, report, stage)


def settle_money(
    months: PublishedMonths,
    kind: str,
    amounts: np.ndarray,
    hidden: np.ndarray,
    true: Mapping[str, np.ndarray],
    rule: DisclosureRule,
    area: str | None = None,
    report: ProgressCallback = no_progress,
    stage: str = "",
) -> Settled:
    """Settle every hidden amount of a kind in a month; see `settle_counts`."""
    system, _ = months.gate.knowledge.money(kind, amounts, hidden)
    bounds = tighten(system)
    tight = rule.is_narrow(kind, *bounds)
    outside = ~_inside(months.gate.knowledge, system, area)
    return _settle(months, system, bounds, tight, true, rule.money_fen, outside, report, stage)


def _settle(months, system, bounds, tight, true, width, outside, report, stage) -> Settled:
    known = replace(system, lower=bounds[0], upper=bounds[1])  # the same tables fit
    start = np.concatenate(
        [true[kind][system.cell[system.kind == i]] for i, kind in enumerate(system.kinds)]
    ).astype(float)
    reached = Reached(known, start, width, nothing=len(system.kinds) == 1)
    knowledge = months.gate.knowledge
    reached.leave(tight | outside)
    cuts = [np.where(outside, -1, cut) for cut in cuts_of(knowledge, known)]
    Search(reached, knowledge, cuts).run(report, stage)
    tight = tight | settle_singly(
        reached, start, lambda what, done, total: report(f"{stage}, {what}", done, total)
    )
    return Settled(system, *bounds, tight & ~outside, ~tight & ~reached.doubt & ~outside, outside)


def cuts_of(knowledge: Knowledge, system: System) -> list[np.ndarray]:
    """Blocks that may move while all else stays: inside districts; all flows; inside cities."""
    tree, areas = knowledge.swipes.tree, areas_of(knowledge, system)
    flow = np.array([kind.startswith("flow") for kind in system.kinds])[system.kind]
    district, city = (_above(tree, level)[areas] for level in ("district", "city"))
    inside = tree.level_index[areas] > LEVELS.index("district")
    fine = np.where(flow, len(tree) + np.maximum(city, 0), np.where(inside, district, -1))
    cuts = [fine, np.where(flow, 2 * len(tree), fine), city]
    return [cut for cut in cuts if (cut >= 0).any()]


def _inside(knowledge: Knowledge, system: System, area: str | None) -> np.ndarray:
    """Unknowns about an area or what is inside it, (n_hidden,); all of them for None."""
    tree = knowledge.swipes.tree
    if area is None:
        return np.ones(system.n_hidden, dtype=bool)
    position = tree.find(area)
    return _above(tree, tree.level(position))[areas_of(knowledge, system)] == position


def areas_of(knowledge: Knowledge, system: System) -> np.ndarray:
    """Position of the area each unknown is about, (n_hidden,); of flows that of the home."""
    areas = np.zeros(system.n_hidden, dtype=np.int64)
    for index, kind in enumerate(system.kinds):
        own = system.kind == index
        if kind.startswith("flow"):
            areas[own] = knowledge.flows.home[system.cell[own]]
        else:
            sums = knowledge.cards if kind in (ISSUED, SILENT) else knowledge.swipes
            areas[own] = sums.describe(system.cell[own])[1]
    return areas


def _above(tree: AreaTree, level: str) -> np.ndarray:
    """Ancestor at a level of every area; -1 above it."""
    found = np.where(tree.level_index == LEVELS.index(level), np.arange(len(tree)), -1)
    for below in range(LEVELS.index(level) + 1, len(LEVELS)):
        own = tree.level_index == below
        found[own] = found[tree.parents[own]]
    return found
