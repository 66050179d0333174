"""The gate for flows: which cells of home x service are hidden.

Per home district and category: all uses = inside the district + outside it; outside = outside
the province + each other district of the province; outside the province = each district there.
All uses, those outside the district and those outside the province also add over homes along the
area tree; over categories swipes add to "all". Flows by place of service are those of home
districts only: above them a reader adds up what is published. Published as exact sums they would
tie all districts together, and more of them would be hidden than adding up loses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geodata.areas import AreaTree
from geodata.disclosure.equations import Equation
from geodata.disclosure.families import family_levels
from geodata.disclosure.fixpoint import protect
from geodata.disclosure.flow_cycles import FlowCycles
from geodata.disclosure_rule import DISCLOSURE_RULE, DisclosureRule

TOTAL, OUTSIDE, FAR, FIRST = 0, 1, 2, 3  # slots of a category; then one for each service district


@dataclass(frozen=True)
class HiddenFlows:
    """What is hidden; axes as in the flows, homes from the region to the districts.

    Attributes
    ----------
    total, outside, far : ndarray of bool, (n_categories, n_homes)
        All uses of a home area, those outside the district, those outside the province.
    cells : ndarray of bool, (n_categories, n_services, n_homes)
        Flows of home districts; above them there are none.
    """

    total: np.ndarray
    outside: np.ndarray
    far: np.ndarray
    cells: np.ndarray

    def stack(self) -> np.ndarray:
        """All masks along the axis of the slots: total, outside, far, then the services."""
        parts = [mask[:, None] for mask in (self.total, self.outside, self.far)]
        return np.concatenate([*parts, self.cells], axis=1)

    @staticmethod
    def split(stacked: np.ndarray) -> HiddenFlows:
        """The reverse of `stack`."""
        return HiddenFlows(
            stacked[:, TOTAL], stacked[:, OUTSIDE], stacked[:, FAR], stacked[:, FIRST:]
        )


class FlowGate:
    """Decides which flow cells of a period are hidden.

    Parameters
    ----------
    tree : AreaTree
        The whole hierarchy.
    rule : DisclosureRule
    """

    def __init__(self, tree: AreaTree, rule: DisclosureRule = DISCLOSURE_RULE) -> None:
        self.rule = rule
        self.districts = districts = tree.level_slices["district"]
        self.n_homes, self.n_services = districts.stop, districts.stop - districts.start
        self.levels = family_levels(AreaTree(tree.frame.iloc[: self.n_homes]))
        self.is_district = np.arange(self.n_homes) >= districts.start
        homes = np.arange(districts.start, districts.stop)
        self._within = np.zeros((self.n_homes, self.n_services), dtype=bool)
        for number, home in enumerate(homes.tolist()):
            while home >= 0:
                self._within[home, number] = True
                home = int(tree.parents[home])
        province = np.array([tree.ancestor(int(p), "province") or 0 for p in homes])
        shape = (self.n_services, self.n_homes)
        self.inside, self.near, self.distant = (np.zeros(shape, dtype=bool) for _ in range(3))
        same = province[:, None] == province[None, :]
        itself = np.eye(self.n_services, dtype=bool)
        self.inside[:, districts] = itself
        self.near[:, districts] = same & ~itself
        self.distant[:, districts] = ~same
        places, slots = (self.inside, self.near, self.distant), (TOTAL, OUTSIDE, FAR, FIRST)
        self.cycles = FlowCycles(places, self.levels, slots, rule)

    def districts_of(self, home: int) -> np.ndarray:
        """Districts of a home area, as homes in order."""
        first = int(np.argmax(self.is_district))
        return first + np.flatnonzero(self._within[home])

    def find_hidden(
        self,
        cards: np.ndarray,
        total_cards: np.ndarray,
        total_hidden: np.ndarray,
        groups: Sequence[Sequence[int]],
        also_hidden: HiddenFlows | None = None,
        swipes: tuple[np.ndarray, np.ndarray] | None = None,
        before: HiddenFlows | None = None,
    ) -> HiddenFlows:
        """Masks of hidden flows.

        Parameters
        ----------
        cards : ndarray of int, (n_categories, n_services, n_districts)
            Distinct cards of each flow; category 0 is "all".
        total_cards : ndarray of int, (n_categories, n_homes)
            Distinct cards of the home area in any place.
        total_hidden : ndarray of bool, (n_categories, n_homes)
            Which totals are hidden already.
        groups : sequence of sequence of int
            Categories that add up to "all", one group for each field (free categories do not
            occur in amounts).
        also_hidden : HiddenFlows, optional
            What is hidden for another reason.
        swipes : tuple of ndarray of int, optional
            Swipes of the flows and of the totals, shaped as the cards; by default no more than
            these.
        before : HiddenFlows, optional
            What this returned last for the same flows; all of it is hidden still.

        Returns
        -------
        HiddenFlows
        """
        n_categories = len(cards)
        values = self.cards(cards, total_cards)
        hidden = (values > 0) & (values < self.rule.k)  # a flow of nothing is not listed at all
        hidden[:, TOTAL] |= total_hidden
        if also_hidden is not None:
            hidden |= also_hidden.stack() & (values > 0)
        flows, totals = swipes or (cards, total_cards)
        uses = self.stack(flows)
        uses[:, TOTAL] = np.maximum(totals, 0)
        equations = self.equations(n_categories, groups)
        n_hidden, settled = -1, None if before is None else before.stack()
        while n_hidden != (n_hidden := int(hidden.sum())):
            self._protect(values, hidden, (), equations)
            outside = hidden[:, 1:FIRST].copy()
            self._protect(values[:, 1:FIRST].copy(), outside, self.levels, ())
            hidden[:, 1:FIRST] = outside
            self.cycles.close(hidden, uses, values, settled)
            settled = hidden.copy()
        return HiddenFlows.split(hidden)

    def _protect(self, values: np.ndarray, hidden: np.ndarray, levels, equations) -> None:
        none = np.zeros((0, 0), dtype=np.int64)
        flat, flat_hidden = (a.reshape(-1, self.n_homes) for a in (values, hidden))
        protect(flat, none, flat_hidden, none.astype(bool), levels, equations, self.rule)

    def cards(self, cards: np.ndarray, total_cards: np.ndarray) -> np.ndarray:
        """Cards every published figure rests on, (n_categories, FIRST + n_services, n_homes)."""
        values = np.zeros((len(cards), self.n_services + FIRST, self.n_homes), dtype=np.int64)
        values[:, FIRST:, self.districts] = cards
        values[:, TOTAL] = np.maximum(total_cards, 0)
        outside = self._cards_outside(values[:, FIRST:], values[:, TOTAL])
        values[:, OUTSIDE], values[:, FAR] = outside
        return values

    def stack(self, counts: np.ndarray) -> np.ndarray:
        """Flows of a field with what is used outside, shaped as `cards`; totals are left 0."""
        values = np.zeros((len(counts), self.n_services + FIRST, self.n_homes), dtype=np.int64)
        values[:, FIRST:, self.districts] = counts
        values[:, OUTSIDE], values[:, FAR] = self.outside(counts)
        return values

    def outside(self, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What of a field is used outside the district and outside the province of the home.

        Parameters
        ----------
        counts : ndarray of int, (n_categories, n_services, n_districts)

        Returns
        -------
        tuple of ndarray of int, (n_categories, n_homes)
        """
        parts = []
        for places in (self.near | self.distant, self.distant):
            part = np.zeros((len(counts), self.n_homes), dtype=np.int64)
            part[:, self.districts] = np.where(places[:, self.districts], counts, 0).sum(axis=1)
            parts.append(self.sum_homes(part))
        return tuple(parts)

    def _cards_outside(self, cards: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The fewest cards that uses outside district and province can rest on.

        A card may be used in many places, so cards do not add over services: there are at least
        as many as in the largest flow, and as in the total less the other flows.
        """

        def fewest(here: np.ndarray) -> np.ndarray:
            at_home = here | ~self.is_district  # districts only: flows of others elsewhere
            largest = np.where(here, cards, 0).max(axis=1)
            others = np.where(at_home, 0, cards).sum(axis=1)
            return np.where(
                self.is_district & here.any(axis=0) & (largest > 0),
                np.maximum(largest, total - others),
                0,
            )

        outside = self.sum_homes(fewest(self.near | self.distant))
        far = self.sum_homes(fewest(self.distant))
        return outside, np.minimum(far, outside)

    def sum_homes(self, values: np.ndarray) -> np.ndarray:
        """Fill in the homes above the districts: sums of their districts, (..., n_homes)."""
        values = values.copy()
        for level in reversed(self.levels):
            children = values[..., level.children]
            values[..., level.parents] = np.add.reduceat(children, level.starts, axis=-1)
        return values

    def equations(self, n_categories: int, groups: Sequence[Sequence[int]]) -> list[Equation]:
        """Sums over places of service and over categories; slots as in `find_hidden`."""
        equations, width = [], self.n_services + FIRST
        for first in range(0, n_categories * width, width):
            services = first + FIRST + np.arange(self.n_services)
            with_outside = np.concatenate([[first + OUTSIDE], services])
            with_far = np.concatenate([[first + FAR], services])
            row = self.is_district[None]
            equations += [
                Equation(first + TOTAL, with_outside, np.concatenate([row, self.inside])),
                Equation(first + OUTSIDE, with_far, np.concatenate([row, self.near])),
                Equation(first + FAR, services, self.distant),
            ]
        slots = np.repeat(np.arange(width), self.n_homes) != TOTAL  # totals are cells of the cube
        for group in groups:
            members = np.broadcast_to(slots, (len(group), len(slots)))
            equations.append(Equation(0, np.array(group), members, span=width))
        return equations
