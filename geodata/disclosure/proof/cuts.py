"""Which hidden counts move together while all else stays: the blocks of a search."""

from __future__ import annotations

import numpy as np

from geodata.areas import AreaTree
from geodata.disclosure.knowledge import Knowledge
from geodata.disclosure.system import System
from geodata.schema import LEVELS


def cuts_of(knowledge: Knowledge, system: System) -> list[np.ndarray]:
    """Blocks that may move while all else stays, finest first.

    What is below each district, and the flows of each; districts; the flows of cities; cities; all
    flows; all that is connected.
    """
    tree, areas = knowledge.swipes.tree, areas_of(knowledge, system)
    flow = np.array([kind.startswith("flow") for kind in system.kinds])[system.kind]
    district, city = (ancestors(tree, level)[areas] for level in ("district", "city"))
    inside = tree.level_index[areas] > LEVELS.index("district")
    fine = np.where(flow & (district >= 0), len(tree) + district, np.where(inside, district, -1))
    some, every = np.where(flow, city, -1), np.where(flow, 0, -1)
    cuts = [fine, district, some, city, every, system.components()]
    return [cut for cut in cuts if (cut >= 0).any()]


def areas_of(knowledge: Knowledge, system: System) -> np.ndarray:
    """Position of the area each unknown is about, (n_hidden,); of flows that of the home."""
    areas = np.zeros(system.n_hidden, dtype=np.int64)
    for index, kind in enumerate(system.kinds):
        own = system.kind == index
        if kind.startswith("flow"):
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
