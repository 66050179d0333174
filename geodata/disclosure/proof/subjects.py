"""What each hidden count of a system is about."""

from __future__ import annotations

import numpy as np

from geodata.areas import AreaTree
from geodata.disclosure.knowledge import FLOWS, Knowledge
from geodata.disclosure.system import System
from geodata.schema import LEVELS


def are_flows(system: System) -> np.ndarray:
    """Which unknowns are flows, (n_hidden,) of bool."""
    return np.isin(system.kinds, FLOWS)[system.kind]


def areas_of(knowledge: Knowledge, system: System) -> np.ndarray:
    """Position of the area each unknown is about, (n_hidden,); of flows that of the home."""
    areas = np.zeros(system.n_hidden, dtype=np.int64)
    for index, kind in enumerate(system.kinds):
        own = system.kind == index
        if kind in FLOWS:
            areas[own] = knowledge.flows.home[system.cell[own]]
        else:
            areas[own] = knowledge.sums_of(kind).describe(system.cell[own])[1]
    return areas


def ancestors(tree: AreaTree, level: str) -> np.ndarray:
    """Ancestor at a level of every area; -1 above it."""
    found = np.where(tree.level_index == LEVELS.index(level), np.arange(len(tree)), -1)
    for below in range(LEVELS.index(level) + 1, len(LEVELS)):
        own = tree.level_index == below
        found[own] = found[tree.parents[own]]
    return found
