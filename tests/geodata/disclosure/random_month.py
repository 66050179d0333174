"""A made-up month on a small tree, in the shape the gate takes: true counts that add up."""

from __future__ import annotations

import numpy as np

from geodata.areas import AreaTree
from geodata.disclosure import MonthCounts
from geodata.schema import AGE_BANDS, CATEGORY_CODES
from geodata.slots import CATEGORY_KEYS, COMMUNITY_SLOTS, SLOT_INDEX, UPPER_SLOTS

N_BANDS = len(AGE_BANDS) - 1


def sum_up(leaves: np.ndarray, tree: AreaTree) -> np.ndarray:
    """Counts of all areas, (..., n_areas), from those without children, one by one."""
    values = np.zeros((*leaves.shape[:-1], len(tree)), dtype=np.int64)
    parents = set(tree.parents.tolist())
    bottom = [i for i in range(len(tree)) if i not in parents]
    values[..., bottom] = leaves[..., : len(bottom)]
    for i in range(len(tree) - 1, 0, -1):
        values[..., tree.parents[i]] += values[..., i]
    return values


def make_month(tree: AreaTree, rng: np.random.Generator, scale: float = 12.0) -> MonthCounts:
    """Cards, swipes, issued and silent cards of people who each use a few categories."""
    n, n_categories = len(tree), len(CATEGORY_CODES)
    people = rng.poisson(scale, (N_BANDS, n))
    silent = rng.binomial(people, 0.1)
    used = rng.binomial(people - silent, 0.85)
    liking = rng.beta(0.5, 1.2, (n_categories, 1, 1))
    cards = rng.binomial(np.broadcast_to(used, (n_categories, N_BANDS, n)), liking)
    cards[0] = np.maximum(cards[0], used - cards.max(axis=0))  # who used it used it for something
    cards[0] += np.maximum(used - cards.sum(axis=0), 0)  # where the first is itself the largest
    swipes = cards + rng.poisson(cards * rng.choice([0.0, 0.3, 4.0], (n_categories, 1, 1)))
    slots = {}
    for name, cells, total in (
        ("cards_count", cards, used),
        ("swipes_count", swipes, swipes.sum(axis=0)),
    ):
        full = np.zeros((len(UPPER_SLOTS), n), dtype=np.int64)
        for i, category in enumerate(CATEGORY_KEYS):
            bands = total if i == 0 else cells[i - 1]
            for age, band in zip(AGE_BANDS[1:], bands):
                full[SLOT_INDEX[category, age]] = band
            full[SLOT_INDEX[category, "all"]] = bands.sum(axis=0)
        slots[name] = sum_up(full, tree)
    slots["amount_fen"] = slots["subsidy_fen"] = slots["swipes_count"] * 100
    split = tree.level_slices["community"].start
    every = [sum_up(np.concatenate([c.sum(0, keepdims=True), c]), tree) for c in (people, silent)]
    return MonthCounts(
        {name: values[:, :split] for name, values in slots.items()},
        {name: values[: len(COMMUNITY_SLOTS), split:] for name, values in slots.items()},
        *((counts[:, :split], counts[:, split:]) for counts in every),
    )
