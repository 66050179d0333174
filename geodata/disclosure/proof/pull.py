"""One unknown pulled down, then up: the two tables that take it furthest apart."""

from __future__ import annotations

import numpy as np

from geodata.disclosure.linear_program import LinearProgram
from geodata.disclosure.proof.raising import whole_if_it_fits
from geodata.disclosure.proof.reached import Reached
from geodata.disclosure.system import System


def pull_apart(
    reached: Reached, program: LinearProgram, moving: tuple[np.ndarray, System], unknown: int
) -> list[np.ndarray]:
    """Take what one unknown reaches while a block moves into account, until it is free.

    Parameters
    ----------
    reached : Reached
        Is widened.
    program : LinearProgram
        Of the part.
    moving : tuple of ndarray of int and System
        Unknowns that may move, sorted, and the system of them with all others as they are.
    unknown : int
        One of them.

    Returns
    -------
    list of ndarray of int
        For each way in which the solver came to an end the rows of the part that hold it there.
        Of an unknown that stays in doubt, two are the proof that it is held while the block moves.
    """
    block, part = moving
    ends: list[np.ndarray] = []
    for found in program.pull(int(np.searchsorted(block, unknown))):
        if found is not None:
            reached.add_part(block, part, whole_if_it_fits(part, found))
            ends.append(program.binding_rows())
        if not reached.is_open(unknown):
            break
    return ends
