"""The flows of each home district as a network, see `cycles`.

A flow leads from its category to its place of service; what is used in all categories leads from
the place back. Between the uses of a category and its flows stand those outside the district and
those outside the province.
"""

from __future__ import annotations

import numpy as np

from geodata.disclosure.cycles import Arcs

_OWN, _OUTSIDE, _FAR = range(3)  # nodes of a category


def flow_arcs(
    inside: np.ndarray,
    near: np.ndarray,
    distant: np.ndarray,
    n_categories: int,
    slots: tuple[int, int, int, int],
) -> Arcs:
    """Arcs of all homes; cells are numbered by category, slot and home.

    Parameters
    ----------
    inside, near, distant : ndarray of bool, (n_services, n_homes)
        Which places of service are the home district, in its province, outside it.
    n_categories : int
        The first one is the sum of the others.
    slots : tuple of int
        Slots of the totals, of what is used outside the district and outside the province, and
        of the first place of service.
    """
    (n_services, n_homes), (total, outside, far, first) = inside.shape, slots
    n_nodes = 1 + 3 * n_categories + n_services
    homes = np.flatnonzero(inside.any(axis=0))
    parts = []
    for category in range(n_categories):
        own = 1 + 3 * category + np.arange(3)
        links = [(total, 0, own[_OWN]), (outside, own[_OWN], own[_OUTSIDE])]
        links.append((far, own[_OUTSIDE], own[_FAR]))
        arcs = [(slot, tail, head, homes) for slot, tail, head in links]
        for node, places in zip(own, (inside, near, distant)):
            service, home = np.nonzero(places)
            arcs.append((first + service, node, 1 + 3 * n_categories + service, home))
        for slot, tail, head, home in arcs:
            tail, head = (tail, head) if category else (head, tail)
            cell = (category * (n_services + first) + slot) * n_homes + home
            ends = (home * n_nodes + tail, home * n_nodes + head)
            parts.append((*ends, home, np.broadcast_to(cell, home.shape)))
    return Arcs.of(parts, n_homes * n_nodes)
