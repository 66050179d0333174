"""Flows as networks, see `cycles`.

Of each home district: a flow leads from its category to its place of service; what is used in all
categories leads from the place back. Between the uses of a category and its flows stand those
outside the district and those outside the province.

What is used outside adds over homes along the area tree as well: tables of the children of an area
by categories.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from geodata.disclosure.arcs import ArcDrawer, Arcs
from geodata.disclosure.families import FamilyLevel

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


def outside_arcs(
    levels: Sequence[FamilyLevel], slots: Iterable[int], shape: tuple[int, int, int]
) -> Arcs:
    """Arcs of what is used outside, by homes and categories.

    Parameters
    ----------
    levels : sequence of FamilyLevel
        From the region to the districts.
    slots : iterable of int
        Slots of what is used outside the district and outside the province.
    shape : tuple of int
        Categories, slots and homes of the cells, which are numbered in this order.
    """
    drawer, (n_categories, n_slots, n_homes) = ArcDrawer(), shape
    children = np.concatenate([np.arange(lv.children.start, lv.children.stop) for lv in levels])
    parents = np.concatenate([np.repeat(lv.parents, lv.sizes) for lv in levels])
    for slot in slots:

        def cells(category: int, homes: np.ndarray, slot: int = slot) -> np.ndarray:
            return (category * n_slots + slot) * n_homes + homes

        drawer.draw_families(children, parents, cells, n_categories)
    return drawer.arcs()
