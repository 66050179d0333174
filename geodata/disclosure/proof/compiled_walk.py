"""Exchanges that take unknowns up and down until they are seen to be free, compiled by numba.

For the shapes see `compiled_exchange`. `goal` is the width and whether being nothing is free as
well; `reach` the least and the most of each unknown, widened in place.
"""

from __future__ import annotations

import numpy as np

from geodata.disclosure.compiled import compiled
from geodata.disclosure.proof.compiled_exchange import exchange


@compiled
def is_free(unknown, width, nothing, reach):
    """Whether an unknown was seen far enough apart, or may be nothing where that is enough."""
    low, high = reach[0][unknown], reach[1][unknown]
    return high - low >= width or (nothing and low <= 0)


@compiled
def take_in(moved, table, reach):
    """Widen what was reached by some unknowns of a table."""
    for one in moved:
        reach[0][one] = min(reach[0][one], table[one])
        reach[1][one] = max(reach[1][one], table[one])


@compiled
def pull(unknown, way, tries, longest, goal, reach, rows, columns, limits, bounds, state, scratch):
    """Take an unknown up (1) or down (-1), in smaller steps when that fails, until it is free."""
    width, nothing = goal
    table, moved = state[0], scratch[3]
    size, failures = width, 0
    for _ in range(tries):
        if is_free(unknown, width, nothing, reach):
            return
        if way > 0:
            wanted = reach[0][unknown] + width - table[unknown]
            room = bounds[1][unknown] - table[unknown]
        else:
            wanted = table[unknown] - (reach[1][unknown] - width)
            room = table[unknown] - bounds[0][unknown]
        step = np.floor(min(size, wanted, room))
        if step < 1:
            return
        n_moved = exchange(
            unknown, way * step, longest, rows, columns, limits, bounds, state, scratch
        )
        take_in(moved[:n_moved], table, reach)
        failures += n_moved == 0
        if n_moved == 0 and failures % 2 == 0:
            size = max(1.0, np.floor(step / 2))


@compiled
def pull_each(
    todo, seed, tries, longest, goal, reach, rows, columns, limits, bounds, state, scratch
):
    """Take each of some unknowns up and down, one after the other.

    The table goes on from where the last one left it.
    """
    np.random.seed(seed)
    for unknown in todo:
        for way in (1, -1):
            pull(
                unknown,
                way,
                tries,
                longest,
                goal,
                reach,
                rows,
                columns,
                limits,
                bounds,
                state,
                scratch,
            )
