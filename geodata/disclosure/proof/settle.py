"""Every hidden count of a month settled: seen to be free, or found out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geodata.disclosure.knowledge import Knowledge
from geodata.disclosure.proof.cuts import cuts_of
from geodata.disclosure.proof.reached import Reached
from geodata.disclosure.proof.search import Search
from geodata.disclosure.proof.singly import settle_singly
from geodata.disclosure.system import System
from geodata.progress import ProgressCallback, no_progress


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
    report: ProgressCallback = no_progress,
    stage: str = "",
) -> tuple[np.ndarray, np.ndarray]:
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
        Proved free before, with less hidden.
    nothing : bool
        Whether an unknown that may be zero is free as well.
    report, stage
        Told how many are proved free.

    Returns
    -------
    tight, free : ndarray of bool, (n_hidden,)
        What is neither is undecided: the solver came to no end.
    """
    known = replace(system, lower=bounds[0], upper=bounds[1])  # the same tables fit
    outside = np.zeros(len(start), dtype=bool) if outside is None else outside
    reached = Reached(known, start, width, nothing=nothing)
    reached.leave(tight | outside if seen is None else tight | outside | seen)
    cuts = [np.where(outside, -1, cut) for cut in cuts_of(knowledge, known)]
    Search(reached, knowledge, cuts).run(report, stage)
    tight = tight | settle_singly(
        reached, start, lambda what, done, total: report(f"{stage}, {what}", done, total)
    )
    return tight & ~outside, ~tight & ~reached.doubt & ~outside
