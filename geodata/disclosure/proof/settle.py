"""Every hidden count of a month settled: seen to be free, or found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from geodata.disclosure.knowledge import Knowledge
from geodata.disclosure.proof.reached import Reached
from geodata.disclosure.proof.search import CROWD, Search
from geodata.disclosure.proof.singly import Singly
from geodata.disclosure.proof.subjects import ancestors, are_flows, areas_of
from geodata.disclosure.proof.walk import Walk
from geodata.disclosure.system import System
from geodata.progress import ProgressCallback, no_progress

# Unknowns in doubt up to which each is looked at by itself where who asks may hide more instead.
_MANY = 3_000
_FLOW = 4  # times as long takes a flow, with many around it
_WHOLE = 60_000  # unknowns up to which programs for all at once take a second or less


class Verdict(NamedTuple):
    """What is found out about unknowns.

    Attributes
    ----------
    tight, free : ndarray of bool, (n_hidden,)
        What is neither is undecided: the solver came to no end.
    proofs : dict of int to ndarray of int
        Of unknowns that linear programming found out, the rows of the system it rests on.
    held : dict of int to ndarray of int
        Of undecided ones, the rows that hold them too tightly while only what is near may move.
    """

    tight: np.ndarray
    free: np.ndarray
    proofs: dict[int, np.ndarray]
    held: dict[int, np.ndarray]


def settle(
    knowledge: Knowledge,
    system: System,
    bounds: tuple[np.ndarray, np.ndarray],
    tight: np.ndarray,
    start: np.ndarray,
    width: float,
    *,
    outside: np.ndarray | None = None,
    seen: np.ndarray | None = None,
    nothing: bool = False,
    few: float = np.inf,
    report: ProgressCallback = no_progress,
    stage: str = "",
) -> Verdict:
    """Prove unknowns free from a table that fits, and bound exactly those that are not.

    Parameters
    ----------
    knowledge : Knowledge
    system : System
    bounds : tuple of ndarray of float, (n_hidden,)
        That hold for certain, from `tighten`.
    tight : ndarray of bool, (n_hidden,)
        Found out by the bounds.
    start : ndarray of float, (n_hidden,)
        A table that fits: the true one.
    width : float
    outside : ndarray of bool, (n_hidden,), optional
        Not to be looked at; they stay as they are.
    seen : ndarray of bool, (n_hidden,), optional
        Not in doubt: proved free before, with less hidden, or of no interest. They may move.
    nothing : bool
        Whether an unknown that may be zero is free as well.
    few : float
        For who may hide more around what is in doubt: up to how many of those each is looked at
        with many around it. Without it all is done to find out about every unknown that is not
        soon seen to be free, which takes longer than all the rest.
    report, stage
        Told how many are proved free.

    Returns
    -------
    Verdict
    """
    known = replace(system, lower=bounds[0], upper=bounds[1])  # the same tables fit
    outside = np.zeros(len(start), dtype=bool) if outside is None else outside
    reached = Reached(known, start, width, nothing=nothing)
    reached.leave(tight | outside if seen is None else tight | outside | seen)
    flows = are_flows(known)
    thorough = few == np.inf
    _search(knowledge, reached, start, flows, outside, thorough, lambda *told: report(stage, *told))
    singly = Singly(reached, start, lambda what, *told: report(f"{stage}, {what}", *told))
    for among, most in (~flows, few), (flows, few / _FLOW):
        if thorough or singly.exact or (reached.doubt & among).sum() <= _MANY:
            singly.settle(among, most)
    tight = tight.copy()
    tight[list(singly.proofs)] = True
    # The rows after those of the system are its pairs.
    proofs = {one: rows[rows < len(system.row_lower)] for one, rows in singly.proofs.items()}
    doubt = reached.doubt & ~tight
    held = {one: rows for one, rows in singly.held.items() if doubt[one]}
    return Verdict(tight & ~outside, ~tight & ~doubt & ~outside, proofs, held)


def _search(
    knowledge: Knowledge,
    reached: Reached,
    start: np.ndarray,
    flows: np.ndarray,
    fixed: np.ndarray,
    thorough: bool,
    report: Callable[[int, int], None],
) -> None:
    """Exchanges first, then programs for what they have left: all flows, districts, all there is.

    `thorough`: whether programs are also for all that is left of many, and for cities.
    """
    tree, areas = knowledge.swipes.tree, areas_of(knowledge, reached.system)
    districts = ancestors(tree, "district")[areas]
    walk, search = Walk(reached, start, fixed, districts), Search(reached, start)
    walk.run(start, report)
    walk.go_on(start, ~flows)
    # Flows are a table of three dimensions, in which few exchanges are short.
    moving = flows & ~fixed
    if (moving & reached.doubt).any():
        walk.run(search.widen(np.flatnonzero(moving), moving), report)
        search.pull_each(np.flatnonzero(moving), moving)
    search.widen_each(np.where(fixed, -1, districts), ~flows)
    search.widen_around(~flows, fixed)
    everything = np.ones(len(start), dtype=bool)
    if len(start) <= _WHOLE:
        search.widen(np.flatnonzero(~fixed), everything)
    elif thorough or reached.doubt.sum() < CROWD:
        # Of the last few some are free only by what lies two districts away.
        search.widen_around(everything, fixed, crowd=1)
    if thorough:
        cities = ancestors(tree, "city")[areas]
        search.widen_each(np.where(fixed, -1, cities), ~flows)
