"""A month as the gate sees it: true counts in, masks of what is hidden out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from geodata.disclosure.flows import HiddenFlows
from geodata.disclosure.gate import Masks


@dataclass(frozen=True)
class MonthCounts:
    """True counts of a month; negative where not reported.

    Attributes
    ----------
    upper, community : mapping of field to ndarray of int, (n_slots, n_areas)
    issued, silent : tuple of ndarray of int, (n_ages, n_areas) of each block
    flows : mapping of field to ndarray of int, (n_categories, n_services, n_homes)
        Empty where the month has none.
    providers : tuple of ndarray of int, (n_slots, n_areas) of each block, optional
        How many providers, at least, the amount of a cell was paid to; negative where not known.
    """

    upper: Mapping[str, np.ndarray]
    community: Mapping[str, np.ndarray]
    issued: Masks
    silent: Masks
    flows: Mapping[str, np.ndarray] = field(default_factory=dict)
    providers: Masks | None = None


@dataclass(frozen=True)
class HiddenMonth:
    """What is hidden in a month.

    Attributes
    ----------
    swipes, issued, silent : tuple of ndarray of bool
        Upper and community block. A cell hidden in `swipes` loses all its fields.
    flows : HiddenFlows or None
    amounts : tuple of ndarray of bool or None
        Cells that lose their amounts, those of `swipes` and more; None: those of `swipes`.
    """

    swipes: Masks
    issued: Masks
    silent: Masks
    flows: HiddenFlows | None
    amounts: Masks | None = None

    def union(self, other: HiddenMonth) -> HiddenMonth:
        """What either hides."""
        flows = self.flows or other.flows
        if self.flows is not None and other.flows is not None:
            flows = HiddenFlows.split(self.flows.stack() | other.flows.stack())
        blocks = [
            _either(getattr(self, name), getattr(other, name))
            for name in ("swipes", "issued", "silent")
        ]
        amounts = _either(self.amounts or self.swipes, other.amounts or other.swipes)
        return HiddenMonth(*blocks, flows, amounts)


def _either(one: Masks, other: Masks) -> Masks:
    return tuple(a | b for a, b in zip(one, other))
