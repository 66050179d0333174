"""Loops over the entries of sparse rows and over sums, compiled by numba.

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


@compiled
def settle_sums(values, hidden, areas, total, parts, members, floor, room):
    """`equations.settle_equation` of sums of one slot each; `members` without areas: all count."""
    count = 0
    for area in areas:
        n_hidden, free, smallest = 0, 0, -1
        for number in range(len(parts)):
            part = parts[number]
            if members.shape[1] and not members[number, area]:
                continue
            if hidden[part, area]:
                n_hidden += 1
                free += values[part, area] - floor
            elif values[part, area] > 0 and (
                smallest < 0 or values[part, area] < values[smallest, area]
            ):
                smallest = part
        if hidden[total, area]:
            is_open = n_hidden == 0
        else:
            is_open = n_hidden == 1 or (n_hidden > 1 and free < room)
        if not is_open:
            continue
        if smallest >= 0:
            hidden[smallest, area] = True
            count += 1
        # No part is left to hide: then the total goes too, unless it is hidden already.
        elif not hidden[total, area]:
            hidden[total, area] = True
            count += 1
    return count


@compiled
def settle_families(
    values,
    hidden,
    room,
    upper,
    hidden_upper,
    room_upper,
    first,
    starts,
    sizes,
    parents,
    floor,
    least,
):
    """One level of `fixpoint._settle_upward`, in place; how many cells are hidden now.

    `values`, `hidden` and `room` are those of the block the children are in, from `first` on; a
    hidden child can go down by its `room`, one hidden now by all but the `floor`.
    """
    count = 0
    for slot in range(values.shape[0]):
        for family in range(len(parents)):
            parent, n_hidden, free, smallest = parents[family], 0, 0, -1
            start = first + starts[family]
            for child in range(start, start + sizes[family]):
                value = values[slot, child]
                if hidden[slot, child]:
                    n_hidden += 1
                    free += room[slot, child]
                elif value > 0 and (smallest < 0 or value < values[slot, smallest]):
                    smallest = child
            if hidden_upper[slot, parent]:
                is_open = n_hidden == 0 and upper[slot, parent] > 0
            else:
                is_open = n_hidden == 1 or (n_hidden > 1 and free < least)
            if is_open and smallest >= 0:
                hidden[slot, smallest] = True
                room[slot, smallest] = values[slot, smallest] - floor
                free += room[slot, smallest]
                count += 1
            elif is_open and not hidden_upper[slot, parent]:
                hidden_upper[slot, parent] = True
                count += 1
            # A hidden parent moves exactly as far as its hidden children do together.
            room_upper[slot, parent] = free if hidden_upper[slot, parent] else 0
    return count
