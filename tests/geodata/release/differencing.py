"""An outsider who has two releases of the same month."""

import numpy as np
import pandas as pd

from geodata.areas import AreaTree
from geodata.disclosure import MonthGate, tighten
from geodata.release.published_month import PublishedMonths
from geodata.release.true_month import read_true_month
from geodata.source import read_source
from tests.grid_source import make_cube


def a_card_more(m, make_cube=make_cube):
    """Cells of a grid source with a card more of each age, and more swipes, wherever there are any.

    For a month that is revised as a whole.
    """
    cube = make_cube(m + 1)
    cards = cube["cards_count"]
    there = (cards > 0).all(axis=1, keepdims=True)
    cube["cards_count"] = cards + np.where(there, np.array([1, 1, 1, 3])[:, None], 0)
    return cube


def months_of(opened):
    folder, manifest = opened
    tree = AreaTree(pd.read_parquet(folder / "areas.parquet"))
    return PublishedMonths(folder, manifest, tree, MonthGate(tree))


def find_out(opened, sources):
    """What who has two releases finds out of the last month of the second, by bounds.

    He takes what the first showed and the second hides to be as it was; here he is told where
    that is true. Returns how wide the intervals are of the counts that rest on few cards.
    """
    first, second = map(months_of, opened)
    period = second.periods[-1]
    values, hidden = second.read(period)
    earlier, hidden_earlier = first.read(period)
    was, now = (read_true_month(second, read_source(source), period) for source in sources)
    for kind, mask in hidden.items():
        known = mask & ~hidden_earlier[kind] & (was[kind] == now[kind])
        values[kind] = np.where(known, earlier[kind], values[kind])
        hidden[kind] = mask & ~known
    fits = period not in second.misfits
    system, _ = second.gate.knowledge.system(values, hidden, flows_are_some=False, issued_fits=fits)
    lower, upper = tighten(system)
    rests_on = {"swipes_count": "cards_count", "flow_swipes_count": "flow_cards_count"}
    cards = np.concatenate([now[rests_on.get(k, k)][hidden[k]] for k in system.kinds])
    small = (cards > 0) & (cards < second.gate.rule.k)
    return (upper - lower)[small]
