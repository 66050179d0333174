"""The proof that a published month gives nothing away, from its true counts outward.

An outsider has one table: what is published, with gaps. If two fillings of the gaps fit all of it
and differ in a count by the protection width, nobody can tell that count to within less. The
true counts are one filling; from there others are looked for until every count is settled: seen
to be free, or bounded by linear programming.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geodata.disclosure import DisclosureRule, System, tighten
from geodata.disclosure.knowledge import CARDS, ISSUED, SILENT, Knowledge
from geodata.disclosure.proof import ancestors, are_flows, areas_of, settle
from geodata.progress import ProgressCallback, no_progress
from geodata.release.published_month import PublishedMonths
from geodata.release.true_month import grant_nothing


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

    Where zeros are shown the outsider is taken to know which flows are nothing, see
    `grant_nothing`.

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
    if months.gate.rule.floor:  # else a flow of nobody may be of somebody
        published, hidden = grant_nothing(published, hidden, true)
    used = true[CARDS][months.gate.knowledge.swipes.of_all_categories]
    fits = used + true[SILENT] <= true[ISSUED]
    system, _ = months.gate.knowledge.system(published, hidden, issued_fits=fits)
    bounds = tighten(system)
    tight = bounds[1] - bounds[0] < width
    outside = ~_inside(months.gate.knowledge, system, area)
    outside |= _are_tied(system, connected)
    return _settle(months, system, bounds, tight, true, width, outside, report, stage)


def settle_money(
    months: PublishedMonths,
    kind: str,
    amounts: np.ndarray,
    hidden: np.ndarray,
    true: Mapping[str, np.ndarray],
    rule: DisclosureRule,
    area: str | None = None,
    connected: int | None = None,
    report: ProgressCallback = no_progress,
    stage: str = "",
) -> Settled:
    """Settle every hidden amount of a kind in a month; see `settle_counts`."""
    system, _ = months.gate.knowledge.money(kind, amounts, hidden)
    bounds = tighten(system)
    # Which amounts are hidden for their providers is not published.
    tight = rule.is_narrow(*bounds, np.zeros(system.n_hidden, dtype=bool))
    outside = ~_inside(months.gate.knowledge, system, area) | _are_tied(system, connected)
    return _settle(months, system, bounds, tight, true, rule.money_fen, outside, report, stage)


def _settle(months, system, bounds, tight, true, width, outside, report, stage) -> Settled:
    start = system.of_unknowns(true).astype(float)
    outside = outside | (are_flows(system) & (start == 0))
    tight, free, *_ = settle(
        months.gate.knowledge,
        system,
        bounds,
        tight,
        start,
        width,
        outside=outside,
        nothing=len(system.kinds) == 1,
        report=report,
        stage=stage,
    )
    return Settled(system, *bounds, tight, free, outside)


def _are_tied(system: System, connected: int | None) -> np.ndarray:
    """Unknowns that rows connect with more than so many, (n_hidden,); none for None."""
    if connected is None:
        return np.zeros(system.n_hidden, dtype=bool)
    component = system.components()
    return np.bincount(component)[component] > connected


def _inside(knowledge: Knowledge, system: System, area: str | None) -> np.ndarray:
    """Unknowns about an area or what is inside it, (n_hidden,); all of them for None."""
    tree = knowledge.swipes.tree
    if area is None:
        return np.ones(system.n_hidden, dtype=bool)
    position = tree.find(area)
    return ancestors(tree, tree.level(position))[areas_of(knowledge, system)] == position
