"""Loops over the entries of sparse rows, compiled by numba.

Imported only where a release is built or attacked: numba takes 50 MB, which a process that serves
pages has no use for. What was compiled is kept for the next process; where no folder for it can be
written each process compiles anew, for two seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numba
import numpy as np

FAR = 1e12  # beyond it a bound is none
_SURE = 0.5 * FAR
Function = TypeVar("Function", bound=Callable)


def compiled(function: Function) -> Function:
    """The function in machine code; other threads run beside it."""
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # there is no folder to keep it in
        return numba.njit(nogil=True)(function)


@compiled
def room_of_row(row, pointer, column, positive, row_lower, row_upper, lower, upper):
    """How far the sum of a row may rise from its least, and fall from its most."""
    least = most = 0.0
    for entry in range(pointer[row], pointer[row + 1]):
        unknown = column[entry]
        if positive[entry]:
            least += lower[unknown]
            most += upper[unknown]
        else:
            least -= upper[unknown]
            most -= lower[unknown]
    return row_upper[row] - least, most - row_lower[row]


@compiled
def bounds_of_entry(unknown, is_positive, rise, fall, lower, upper):
    """The bounds that a row with this room sets one of its unknowns; +-`FAR` where it sets none.

    Endless bounds are numbers of the size `FAR`, so sums of them are told by their size.
    """
    if not is_positive:
        rise, fall = fall, rise
    below, above = upper[unknown] - fall, lower[unknown] + rise
    return below if abs(below) < _SURE else -FAR, above if abs(above) < _SURE else FAR


@compiled
def implied(rows, pointer, column, positive, row_lower, row_upper, lower, upper, below, above):
    """Bounds that some rows set their unknowns, into `below` and `above`, entry by entry."""
    place = 0
    for row in rows:
        rise, fall = room_of_row(row, pointer, column, positive, row_lower, row_upper, lower, upper)
        for entry in range(pointer[row], pointer[row + 1]):
            below[place], above[place] = bounds_of_entry(
                column[entry], positive[entry], rise, fall, lower, upper
            )
            place += 1


@compiled
def pass_along(
    pointer,
    column,
    positive,
    row_lower,
    row_upper,
    rows_of,
    row,
    low,
    high,
    lower,
    upper,
    waiting,
    passes,
):
    """Tighten bounds in place until nothing changes; each row sees what those before have found.

    `rows_of` and `row` are the same matrix by columns, `low` and `high` the pairs. First the
    rows that are `waiting` are looked at, then only those in which a bound has changed.
    """
    for _ in range(passes):
        changed = np.zeros(len(lower), dtype=np.bool_)
        for pair in range(len(low)):
            one, other = low[pair], high[pair]
            if upper[other] < upper[one]:
                upper[one] = upper[other]
                changed[one] = True
            if lower[one] > lower[other]:
                lower[other] = lower[one]
                changed[other] = True
        for number in np.flatnonzero(waiting):
            rise, fall = room_of_row(
                number, pointer, column, positive, row_lower, row_upper, lower, upper
            )
            for entry in range(pointer[number], pointer[number + 1]):
                unknown = column[entry]
                below, above = bounds_of_entry(unknown, positive[entry], rise, fall, lower, upper)
                if below > lower[unknown]:
                    lower[unknown] = below
                    changed[unknown] = True
                if above < upper[unknown]:
                    upper[unknown] = above
                    changed[unknown] = True
        waiting[:] = False
        found = np.flatnonzero(changed)
        if not len(found):
            return
        for unknown in found:
            for entry in range(rows_of[unknown], rows_of[unknown + 1]):
                waiting[row[entry]] = True


@compiled
def list_by_column(pointer, column, pointer_of, row):
    """The rows of each column in order, into `row`, and where they begin, into `pointer_of`.

    Half the time of turning the matrix round, of which the entries are not needed.
    """
    for entry in range(len(column)):
        pointer_of[column[entry] + 1] += 1
    for number in range(len(pointer_of) - 1):
        pointer_of[number + 1] += pointer_of[number]
    place = pointer_of.copy()
    for number in range(len(pointer) - 1):
        for entry in range(pointer[number], pointer[number + 1]):
            row[place[column[entry]]] = number
            place[column[entry]] += 1


@compiled
def count_parts(rows, pointer, cell, sign, hidden, count, n_hidden, known):
    """Of some rows add up the hidden cells, into `n_hidden`, and what is shown, into `known`."""
    for place in range(len(rows)):
        row = rows[place]
        for entry in range(pointer[row], pointer[row + 1]):
            number = cell[entry]
            if hidden[number]:
                n_hidden[place] += 1
            elif count[number] > 0:
                known[place] += sign[entry] * count[number]


@compiled
def take_hidden(rows, pointer, cell, sign, hidden, numbers, first, place, column, data):
    """The hidden cells of some rows, each from its `place` on, which is moved on.

    Their numbers are looked up in `numbers`, or are their own where that is empty; `first` is
    added to them.
    """
    for at in range(len(rows)):
        row = rows[at]
        for entry in range(pointer[row], pointer[row + 1]):
            number = cell[entry]
            if hidden[number]:
                found = numbers[number] if len(numbers) else number
                column[place[at]] = first + found
                data[place[at]] = sign[entry]
                place[at] += 1
