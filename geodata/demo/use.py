"""Cards and their use in one month, for every community, category and age band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.demo.habits import AGES, HABITS, season_factor
from geodata.demo.world import ACCESS_EVERY, MEALS, World
from geodata.schema import CATEGORY_CODES

MOST_USERS = 0.93
MOST_CARDS = 0.995  # of the people of an age band
CARDS_BY_AGE = np.array([0.955, 1.0, 0.97], dtype=np.float32)[:, None]
IN_USE = 0.94  # of the cards that are not dormant, in a month


@dataclass(frozen=True)
class MonthCards:
    """Issued, silent and active cards, int32, (3, n) by age band."""

    issued: np.ndarray
    silent: np.ndarray
    active: np.ndarray


@dataclass(frozen=True)
class MonthUse:
    """Use of one month; int64, (n_categories, ...) and distinct cards over all categories."""

    swipes: np.ndarray
    cards: np.ndarray
    amount: np.ndarray
    subsidy: np.ndarray
    all_cards: np.ndarray


def month_cards(world: World, month: int, rng: np.random.Generator) -> MonthCards:
    """Cards of one month.

    A card is silent when it was not used in this and the two months before, so silent cards rest
    on the cards issued two months ago and on the smaller of the dormant shares since; silent and
    active cards together never exceed the issued ones.
    """
    issued = _issued(world, month)
    dormant = _dormant_share(world, month)
    earlier = _dormant_share(world, month - 2)
    silent = np.floor(_issued(world, month - 2) * np.minimum(dormant, earlier)).astype(np.int32)
    awake = issued - np.ceil(issued * dormant)
    period = world.periods[month]
    share = IN_USE * (0.985 + 0.015 * season_factor("bus", period))
    active = np.floor(awake * share + rng.random(issued.shape, dtype=np.float32))
    active = np.clip(active, 0, issued - silent).astype(np.int32)
    return MonthCards(issued.astype(np.int32), silent, active)


def _issued(world: World, month: int) -> np.ndarray:
    start, end, middle, width = world.rollout
    share = start + (end - start) / (1 + np.exp((middle - month) / width))
    share = np.minimum(share * world.card_factor * CARDS_BY_AGE, MOST_CARDS)
    return np.floor(world.elders * share + world.phase).astype(np.float32)


def _dormant_share(world: World, month: int) -> np.ndarray:
    district, jump, added = world.silent
    share = world.dormant - np.float32(0.0006 * month)
    if month >= jump - 2:
        share = share + np.where(world.district == district, np.float32(added), np.float32(0))
    return np.clip(share, 0.02, 0.85)


def month_use(world: World, month: int, cards: MonthCards, rng: np.random.Generator) -> MonthUse:
    """Use of one month by category and age.

    Returns
    -------
    MonthUse
        Arrays (n_categories, 3, n) int32, except `all_cards` (3, n): distinct cards over the
        categories, at least the largest category and at most their sum or the cards in use.
    """
    shape = (len(CATEGORY_CODES), len(AGES), world.elders.shape[1])
    used, swipes, amount, subsidy = (np.zeros(shape, dtype=np.int32) for _ in range(4))
    price_level = 1 + 0.0015 * month
    for c, category in enumerate(CATEGORY_CODES):
        habit = HABITS[category]
        users = _users(world, month, c, cards.active, rng)
        used[c] = users
        swipes[c] = users + _extra_visits(users, habit.visits, rng)
        if habit.price_fen:
            noise = 1 + 0.12 * rng.standard_normal(shape[2], dtype=np.float32)
            price = np.float32(habit.price_fen * price_level) * np.clip(noise, 0.6, 1.5)
            amount[c] = swipes[c] * price
            part = np.array(habit.subsidy, dtype=np.float32)[:, None] * np.clip(noise, 0.8, 1.2)
            subsidy[c] = amount[c] * part
    return MonthUse(swipes, used, amount, subsidy, np.minimum(cards.active, used.sum(axis=0)))


def _users(
    world: World, month: int, c: int, active: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    category, period = CATEGORY_CODES[c], world.periods[month]
    habit = HABITS[category]
    rate = world.habit[c] * np.float32(season_factor(category, period) * (1 + habit.growth * month))
    if c == MEALS:
        rate = rate * world.access[month // ACCESS_EVERY]
    district, collapsed, when, factor = world.collapse
    if c == collapsed and period == when:
        rate = np.where(world.district == district, rate * np.float32(factor), rate)
    share = np.array(habit.users, dtype=np.float32)[:, None] * rate
    mean = active * np.minimum(share, MOST_USERS)
    draw = mean + 0.8 * np.sqrt(mean) * rng.standard_normal(mean.shape, dtype=np.float32)
    return np.clip(np.rint(draw), 0, active).astype(np.int32)


def _extra_visits(users: np.ndarray, visits: float, rng: np.random.Generator) -> np.ndarray:
    mean = users * np.float32(visits - 1)
    draw = mean + np.sqrt(mean * np.float32(visits)) * rng.standard_normal(
        mean.shape, dtype=np.float32
    )
    return np.maximum(np.rint(draw), 0).astype(np.int32)
