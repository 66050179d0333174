"""How much is lost: what the gate hides against the least that could be hidden."""

import numpy as np

from tests.geodata.disclosure.optimum import hide_optimally
from tests.geodata.disclosure.small_table import RULE, SmallTable


def compare(seeds):
    """Cells hidden beyond the few-card ones and the cards in them: ours, the least; totals."""
    ours, least = np.zeros(2), np.zeros(2)
    for seed in seeds:
        table = SmallTable(np.random.default_rng(seed), 5, 4)
        if not table.primary.any():
            continue
        hidden = table.hide()
        best = hide_optimally(
            table.values, table.sums, table.primary, table.values.astype(float), RULE.width
        )
        assert hidden[table.primary].all() and best[table.primary].all()
        for found, mask in ((ours, hidden), (least, best)):
            found += mask.sum(), table.values[mask].sum()
    return ours, least


def test_little_more_is_hidden_than_must_be():
    ours, least = compare(range(12))
    assert least[1] <= ours[1]  # nothing can be below the optimum of its own goal
    assert ours[0] <= 1.5 * least[0]
    assert ours[1] <= 2.5 * least[1]
