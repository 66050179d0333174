"""What an outsider knows of a month who has two releases of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geodata.disclosure import DisclosureRule, System, tighten
from geodata.disclosure.knowledge import CARDS, FLOW_CARDS, FLOW_SWIPES, SWIPES
from geodata.release.published_month import PublishedMonths

Cells = Mapping[str, np.ndarray]
_RESTS_ON = {SWIPES: CARDS, FLOW_SWIPES: FLOW_CARDS}  # the others rest on themselves


def is_revised(values: Cells, hidden: Cells, earlier: Cells, hidden_earlier: Cells) -> bool:
    """Whether two releases differ in a count of the month that both show."""
    return any(
        kind not in earlier
        or len(earlier[kind]) != len(counts)
        or (counts != earlier[kind])[~hidden[kind] & ~hidden_earlier[kind]].any()
        for kind, counts in values.items()
    )


def add_earlier(
    values: dict[str, np.ndarray], hidden: Cells, earlier: Cells, hidden_earlier: Cells
) -> dict[str, np.ndarray]:
    """Masks without what the earlier release shows, which is put into `values`.

    Of a month that was not revised in between.
    """
    for kind, mask in hidden.items():
        values[kind] = np.where(mask, earlier[kind], values[kind])
    return {kind: mask & hidden_earlier[kind] for kind, mask in hidden.items()}


def bound_linked(
    months: PublishedMonths,
    period: str,
    now: tuple[Cells, Cells],
    earlier: tuple[Cells, Cells],
    true: Cells,
    rule: DisclosureRule,
) -> tuple[System, np.ndarray, np.ndarray, np.ndarray]:
    """What who guesses that nothing but what differs has changed finds out, by bounds.

    Parameters
    ----------
    months : PublishedMonths
        Of the later release.
    period : str
    now, earlier : tuple of values and masks by kind
        As `PublishedMonths.read` returns them.
    true : mapping of kind to ndarray of int
        Counts now: where an earlier one is the same, his guess is right.
    rule : DisclosureRule

    Returns
    -------
    system : System
    lower, upper : ndarray of float, (n_hidden,)
    small : ndarray of bool, (n_hidden,)
        Counts that rest on few cards; the others are hidden for their sake, and what they tell
        of these is in the bounds.
    """
    values, masks = {}, {}
    for kind, mask in now[1].items():
        known = mask & ~earlier[1][kind] & (earlier[0][kind] == true[kind])
        values[kind] = np.where(known, earlier[0][kind], now[0][kind])
        masks[kind] = mask & ~known
    fits = period not in months.misfits
    system, _ = months.gate.knowledge.system(values, masks, flows_are_some=False, issued_fits=fits)
    cards = np.concatenate([true[_RESTS_ON.get(k, k)][masks[k]] for k in system.kinds])
    return system, *tighten(system), rule.is_small(cards) & (cards > 0)
