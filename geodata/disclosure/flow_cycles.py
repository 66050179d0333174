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
from geodata.disclosure.cycles import Room, close_cycles
from geodata.disclosure.families import FamilyLevel
from geodata.disclosure_rule import DisclosureRule
from geodata.slots import CATEGORY_KEYS

DEAR = 10  # times the price: what is used outside is on the map, rather hide flows
_OWN, _OUTSIDE, _FAR = range(3)  # nodes of a category


class FlowCycles:
    """Closes the cycles of all flows.

    Parameters
    ----------
    places : tuple of ndarray of bool, (n_services, n_homes)
        Which places of service are the home district, in its province, outside it.
    levels : sequence of FamilyLevel
        Of homes, from the region to the districts.
    slots : tuple of int
        Slots of the totals, of what is used outside the district and outside the province, and
        of the first place of service.
    rule : DisclosureRule
    """

    def __init__(self, places, levels: Sequence[FamilyLevel], slots, rule: DisclosureRule) -> None:
        self.places, self.levels, self.slots, self.rule = places, levels, slots, rule
        (n_services, n_homes), (_, outside, far, first) = places[0].shape, slots
        shape = len(CATEGORY_KEYS), first + n_services, n_homes
        self.of_districts = flow_arcs(*places, len(CATEGORY_KEYS), slots)
        self.of_outside = outside_arcs(levels, (outside, far), shape)

    def close(
        self,
        hidden: np.ndarray,
        uses: np.ndarray,
        cards: np.ndarray,
        settled: np.ndarray | None = None,
    ) -> None:
        """Hide further cells.

        Parameters
        ----------
        hidden : ndarray of bool, (n_categories, n_slots, n_homes)
            Changed in place.
        uses, cards : ndarray of int, (n_categories, n_slots, n_homes)
            Counts, and how many cards each rests on.
        settled : ndarray of bool, (n_categories, n_slots, n_homes), optional
            What was hidden after a call for the same counts.
        """
        total, *_, first = self.slots
        prices = cards.copy()
        prices[:, total] = 0  # a cell of the cube
        prices[:, total + 1 : first] *= DEAR
        wanted = np.ones(hidden.shape, dtype=bool)
        wanted[:, total] = False
        before = None if settled is None else settled.ravel()
        for arcs, find_least, since in (
            (self.of_districts, self._least_alone, before),
            (self.of_outside, self._least_of_parts, None),  # what is hidden elsewhere counts too
        ):
            least = find_least(uses, hidden)
            room = Room(uses.ravel(), prices.ravel(), least.ravel(), self.rule.width)
            further = close_cycles(arcs, hidden.reshape(-1), room, wanted.ravel(), since)
            hidden.reshape(-1)[further] = True

    def _least_alone(self, uses: np.ndarray, _) -> np.ndarray:
        """What each count is at least when it is hidden; its parts are arcs beside it."""
        return np.minimum(uses, self.rule.floor)

    def _least_of_parts(self, uses: np.ndarray, hidden: np.ndarray) -> np.ndarray:
        """The same; of what is used outside as much as all its parts, which are no arcs here."""
        least, (_, near, distant) = self._least_alone(uses, hidden), self.places
        _, outside, far, first = self.slots
        known = np.where(hidden, least, uses)[:, first:]
        inside = np.zeros((len(uses), uses.shape[-1]), dtype=uses.dtype)
        for slot, places in ((far, distant), (outside, near)):
            parts = inside + np.where(places, known, 0).sum(axis=1)
            least[:, slot], inside = self._least_of_homes(parts, uses[:, slot], hidden[:, slot])
        return least

    def _least_of_homes(self, parts: np.ndarray, uses: np.ndarray, hidden: np.ndarray):
        """When they are hidden, and as they are: districts of their parts, others of districts."""
        least = np.maximum(parts, np.minimum(uses, self.rule.floor))
        known = np.where(hidden, least, uses)
        for level in reversed(self.levels):
            own, at = known[:, level.children], level.parents
            least[:, at] = np.maximum(np.add.reduceat(own, level.starts, axis=-1), least[:, at])
            known[:, at] = np.where(hidden[:, at], least[:, at], uses[:, at])
        return least, known


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
