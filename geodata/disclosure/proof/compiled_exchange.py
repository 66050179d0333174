"""An exchange: a step from one table that fits to another, compiled by numba.

A table is moved by changing one unknown and mending each row that no longer fits by changing
another unknown of it, until all rows fit again: a search by least conflicts (Minton et al. 1992)
that mends the row with the fewest unknowns first (Haralick and Elliott 1980). In a table of two
dimensions it finds the alternating cycles that the gate makes sure of; in sums that are linked it
finds what no single table shows.

Shapes: `rows` is pointer, unknown and sign of the matrix by rows, `columns` pointer, row and sign
of the same by columns; `limits` the least and the most of each row, `bounds` those of each unknown;
`state` the table and the sums of its rows, both moved in place; `scratch` the change of each
unknown, rows that do not fit, the place of each row among them (-1: it fits) and the unknowns that
were changed. The changes are zero and all rows fit before and after each call.
"""

from __future__ import annotations

import numpy as np

from geodata.disclosure.compiled import compiled

_CHANCE = 0.9  # below one broken row: it decides only among equals
_REST = 0.5  # how much a row counts of which an unknown mends only a part


@compiled
def misfit(sum_of_row, least, most):
    """How far a row is above the most it may be, or below the least (negative); 0 if it fits."""
    return max(sum_of_row - most, 0.0) + min(sum_of_row - least, 0.0)


@compiled
def change(unknown, step, n_wrong, columns, limits, sums, wrong, place):
    """Change an unknown, keep the list of rows that do not fit, and return its length."""
    pointer, row_of, sign = columns
    for entry in range(pointer[unknown], pointer[unknown + 1]):
        row = row_of[entry]
        sums[row] += step * sign[entry]
        fits = misfit(sums[row], limits[0][row], limits[1][row]) == 0
        if fits and place[row] >= 0:
            n_wrong -= 1
            last = wrong[n_wrong]
            wrong[place[row]], place[last] = last, place[row]
            place[row] = -1
        elif not fits and place[row] < 0:
            place[row], wrong[n_wrong] = n_wrong, row
            n_wrong += 1
    return n_wrong


@compiled
def n_broken(unknown, step, columns, limits, sums):
    """How many more rows would not fit if an unknown were changed."""
    pointer, row_of, sign = columns
    more = 0
    for entry in range(pointer[unknown], pointer[unknown + 1]):
        row = row_of[entry]
        least, most = limits[0][row], limits[1][row]
        more += misfit(sums[row] + step * sign[entry], least, most) != 0
        more -= misfit(sums[row], least, most) != 0
    return more


@compiled
def shortest_wrong(n_wrong, wrong, pointer):
    """Of the rows that do not fit the one with the fewest unknowns, of equal ones any."""
    first = np.random.randint(n_wrong)
    best = wrong[first]
    for number in range(1, n_wrong):
        row = wrong[(first + number) % n_wrong]
        if pointer[row + 1] - pointer[row] < pointer[best + 1] - pointer[best]:
            best = row
    return best


@compiled
def mend(row, rows, columns, limits, bounds, state, changed):
    """The unknown to change in a row so that it fits and breaks least, and by how much.

    -1 if none has room.
    """
    pointer, unknown_of, sign = rows
    table, sums = state
    off = misfit(sums[row], limits[0][row], limits[1][row])
    best, found, by = np.inf, -1, 0.0
    for entry in range(pointer[row], pointer[row + 1]):
        unknown = unknown_of[entry]
        if changed[unknown] != 0:
            continue
        rises = off * sign[entry] < 0
        end = bounds[1][unknown] if rises else bounds[0][unknown]
        part = min(abs(off), np.floor(abs(end - table[unknown])))
        if part < 1:
            continue
        step = part if rises else -part
        cost = n_broken(unknown, step, columns, limits, sums)
        cost += _CHANCE * np.random.random() + _REST * (1 - part / abs(off))
        if cost < best:
            best, found, by = cost, unknown, step
    return found, by


@compiled
def exchange(unknown, step, longest, rows, columns, limits, bounds, state, scratch):
    """Change an unknown and mend the rows; how many unknowns were changed, 0 if that failed.

    If it failed nothing has changed.
    """
    changed, wrong, place, moved = scratch
    table, sums = state
    n_moved = n_wrong = 0
    while unknown >= 0:
        changed[unknown] = step
        moved[n_moved] = unknown
        n_moved += 1
        n_wrong = change(unknown, step, n_wrong, columns, limits, sums, wrong, place)
        if n_wrong == 0 or n_moved == longest:
            break
        row = shortest_wrong(n_wrong, wrong, rows[0])
        unknown, step = mend(row, rows, columns, limits, bounds, state, changed)
    failed = n_wrong > 0
    for number in range(n_moved):
        one = moved[number]
        if failed:
            n_wrong = change(one, -changed[one], n_wrong, columns, limits, sums, wrong, place)
        else:
            table[one] += changed[one]
        changed[one] = 0
    return 0 if failed else n_moved
