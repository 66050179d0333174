"""What months tell about each other: nothing exact, and how little on a likely assumption.

Of an area and an age a release shows, month by month, the cards issued (I), those silent (S: no
use in this month and the two before) and those used (U). Inside a month U + S <= I is a row of
the gate. Between months there are two ties of cards, not of counts:

* a card used last month or the month before that is still issued here is not silent:
  U(t-1) - gone(t) <= I(t) - S(t), where `gone` were used then and have since been closed, moved
  or passed into another age band. How many is published nowhere, and the change of I bounds it
  from below only, so this bounds U(t-1) by nothing.
* a card neither silent nor used this month was used in one of the two before, here or where it
  lived then: I(t) - S(t) - U(t) <= U(t-1) + U(t-2) + come(t). `come` moved in or turned sixty.

So whatever fills the gaps of each month alone is the count of some history of cards: the first
test makes that history, card by card. An exact inference between months would forbid one of them.

What remains is a guess. Who assumes that no card is ever closed, moved or grows older reads the
first tie as U(t) <= I(t+1) - S(t+1). The gate hides where 1 to k - 1 cards are not silent, so that
limit is never below k; the last test counts what it narrows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.areas import AreaTree
from geodata.disclosure import MonthGate, tighten
from geodata.disclosure.knowledge import CARDS, ISSUED, SILENT
from geodata.release import open_release
from geodata.release.published_month import PublishedMonths

LONG_AGO, BEFORE = -9, -1  # the last use of cards that were there before the first month


def make_history(issued, silent, used):
    """Months of cards {card: (area, used)} whose counts are the given ones, (n_months, n_areas).

    Every card that is used is a new one. Those neither silent nor used are taken from the users
    of the two months before, from anywhere. Also the cards that were used before the first month.
    """
    last_use: dict[int, int] = {}
    months, number = [], 0
    for t, counts in enumerate(zip(issued, silent, used)):
        month: dict[int, tuple[int, bool]] = {}
        waiting = [card for card, last in last_use.items() if t - 2 <= last < t]
        for area, (all_cards, quiet, users) in enumerate(zip(*counts)):
            for kind, n in (
                ("quiet", quiet),
                ("users", users),
                ("rest", all_cards - quiet - users),
            ):
                for _ in range(n):
                    if kind == "rest" and (t >= 2 or waiting):
                        card = waiting.pop(0)
                    else:
                        card, number = number, number + 1
                        last_use[card] = LONG_AGO if kind == "quiet" else BEFORE
                    month[card] = (area, kind == "users")
        for card, (_, is_used) in month.items():
            if is_used:
                last_use[card] = t
        months.append(month)
    return months, {card for card, last in last_use.items() if last == BEFORE}


def count(months, early, n_areas: int):
    """Issued, silent and used cards by the rules alone: who was used when."""
    found = np.zeros((3, len(months), n_areas), dtype=int)
    for t, month in enumerate(months):
        for card, (area, is_used) in month.items():
            lately = [months[s][card][1] for s in range(max(t - 2, 0), t + 1) if card in months[s]]
            found[0, t, area] += 1
            found[1, t, area] += not any(lately) and not (card in early and t - 2 <= BEFORE)
            found[2, t, area] += is_used
    return found


@pytest.mark.parametrize("seed", range(20))
def test_whatever_fits_each_month_alone_is_the_count_of_some_cards(seed):
    rng = np.random.default_rng(seed)
    n_months, n_areas = 6, 4
    used = rng.integers(3, 30, (n_months, n_areas))
    silent = rng.integers(0, 10, (n_months, n_areas))
    issued = used + silent + rng.integers(0, 6, (n_months, n_areas))
    for _ in range(3):  # three fillings of the gaps, all with the same issued cards
        months, early = make_history(issued, silent, used)
        np.testing.assert_array_equal(count(months, early, n_areas), [issued, silent, used])
        moved = rng.integers(0, np.minimum(9, issued - used - silent) + 1)
        used = used + moved  # hidden counts of this month rise as far as this month allows
        lower = rng.integers(0, silent + 1)
        silent = np.where(rng.random(silent.shape) < 0.3, silent - np.minimum(lower, 2), silent)


def test_the_guess_that_no_card_ever_goes_narrows_no_hidden_count_of_users(demo_release):
    """Users of a month against the cards not silent in the two months after, where shown."""
    folder, manifest = open_release(demo_release.parent)
    tree = AreaTree(pd.read_parquet(folder / "areas.parquet"))
    months = PublishedMonths(folder, manifest, tree, MonthGate(tree))
    knowledge, width = months.gate.knowledge, months.gate.rule.width
    cells, tried = knowledge.swipes.of_all_categories, 0
    for number in range(0, len(months.periods) - 2, 11):
        values, hidden = months.read(months.periods[number])
        system, _ = knowledge.system(values, hidden, flows_are_some=False)
        lower, upper = tighten(system)
        own = np.flatnonzero(system.kind == system.kinds.index(CARDS))
        place = np.full(len(values[CARDS]), -1)
        place[system.cell[own]] = own
        for later in (number + 1, number + 2):
            after, closed = months.read(months.periods[later])
            shown = ~closed[ISSUED] & ~closed[SILENT] & (after[ISSUED] >= 0) & (after[SILENT] >= 0)
            limit = np.where(shown, after[ISSUED] - after[SILENT], np.inf)
            unknowns = place[cells]
            use = (unknowns >= 0) & np.isfinite(limit)
            tried += int(use.sum())
            narrowed = np.minimum(upper[unknowns[use]], limit[use]) - lower[unknowns[use]]
            assert (limit[use] >= months.gate.rule.k).all()
            assert (narrowed >= width).all()
    assert tried > 50
