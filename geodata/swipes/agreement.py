"""Files of several levels that report the same slots must agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geodata.areas import AreaTree
from geodata.findings import Finding, finding
from geodata.rollup import sum_children
from geodata.schema import LEVELS, PROVIDERS
from geodata.swipes.cells import LevelCells


def check_levels_agree(
    cells: Sequence[LevelCells], tree: AreaTree, names: Sequence[str]
) -> list[Finding]:
    """Findings on slots two files report differently, or one level reports twice.

    Parameters
    ----------
    cells : sequence of LevelCells
        The files of one period and one table, each of one home level.
    tree : AreaTree
    names : sequence of str
        Their file names.
    """
    found: list[Finding] = []
    order = sorted(range(len(cells)), key=lambda i: -LEVELS.index(cells[i].level))
    for k, i in enumerate(order):
        for j in order[k + 1 :]:
            lower, upper = cells[i], cells[j]
            n_slots = min(len(lower.covered), len(upper.covered))
            slots = np.flatnonzero(lower.covered[:n_slots] & upper.covered[:n_slots])
            if not len(slots):
                continue
            if lower.level == upper.level:
                example = f"{names[i]}, {names[j]}: {lower.level}"
                found.append(finding("double_month", names[j], len(slots), example))
            else:
                found += _compare(lower, upper, slots, tree, names[j])
    return found


def _compare(
    lower: LevelCells, upper: LevelCells, slots: np.ndarray, tree: AreaTree, name: str
) -> list[Finding]:
    found = []
    for field, values in upper.fields.items():
        if field == PROVIDERS:
            continue  # one provider may be paid in several areas
        summed = lower.fields[field][slots]
        for level in LEVELS[LEVELS.index(lower.level) - 1 : LEVELS.index(upper.level) - 1 : -1]:
            summed = np.maximum(sum_children(summed, tree, level), 0)
        differs = summed != values[slots]
        if differs.any():
            slot, area = np.argwhere(differs)[0]
            code = tree.codes[tree.level_slices[upper.level].start + int(area)]
            example = (
                f"{code}: {field} = {values[slots[slot], area]}, "
                f"sum of the {lower.level} file = {summed[slot, area]}"
            )
            found.append(finding("levels_disagree", name, int(differs.sum()), example))
    return found
