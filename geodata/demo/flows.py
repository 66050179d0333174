"""Where cards are used: shares of home districts over places of service, and the month's flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geodata.demo.habits import habit_table
from geodata.demo.planted import Plan
from geodata.schema import CATEGORY_CODES

if TYPE_CHECKING:
    from geodata.demo.use import MonthUse

# Towns just outside Beijing whose people shop and see doctors there.
COMMUTER_TOWNS = ("131082", "131028", "131024", "131022", "131003", "130681", "130730")
COMMUTER_PULL = 4.0
# Places whose hospitals, parks and theatres draw from far away.
CENTRES = ("110101", "110102", "110105", "110108", "120101", "120103", "130104", "130105")
CENTRE_PULL = {"medical": 4.0, "culture": 4.0, "park": 3.0, "bus": 1.6, "care_home": 0.4}
PAIR_PULL = 25.0
LEAST_SHARE = 3e-5  # smaller flows are no flows
MOST_LEAVING = 0.42
LONELINESS = 0.15  # where there is little within reach, few leave
REVISITS = 2.2  # a card seen away from home is seen less often there


def flow_shares(
    districts: list[str],
    polygons: np.ndarray,
    elders: np.ndarray,
    district: np.ndarray,
    plan: Plan,
) -> np.ndarray:
    """Share of a home district's swipes by district of service, by category.

    Gravity: people at the destination times exp(-distance / reach of the category); small
    districts are left more often than large ones.

    Parameters
    ----------
    districts : list of str, (n,)
    polygons : ndarray of geometries, (n,), measuring CRS
    elders : int array, (3, n_communities)
    district : int array, (n_communities,)
    plan : Plan
        Its pair of districts gets a flow that stands out.

    Returns
    -------
    float64 array, (n_categories, n, n)
        Rows add up to 1; at least 1 - `MOST_LEAVING` stays at home.
    """
    n = len(districts)
    middle = shapely.get_coordinates(shapely.point_on_surface(polygons))
    radius_km = np.sqrt(shapely.area(polygons) / np.pi) / 1000
    distance = np.hypot(*(middle[:, None, :] - middle).transpose(2, 0, 1)) / 1000
    people = np.bincount(district, elders.sum(axis=0), minlength=n)
    special = _special_ties(districts)
    shares = np.zeros((len(CATEGORY_CODES), n, n))
    leaving, reach = habit_table("leaving"), habit_table("reach_km")
    smallness = np.clip(14 / radius_km, 0.45, 1.7)
    for c, category in enumerate(CATEGORY_CODES):
        pull = people * np.where(np.isin(districts, CENTRES), CENTRE_PULL.get(category, 1.0), 1.0)
        gravity = pull * np.exp(-distance / reach[c]) * special
        if plan.pair:
            home, service = (districts.index(code) for code in plan.pair)
            gravity[home, service] *= PAIR_PULL
        np.fill_diagonal(gravity, 0)
        out = np.minimum(leaving[c] * smallness, MOST_LEAVING)
        total = gravity.sum(axis=1)
        out = out * total / (total + LONELINESS * people)
        away = gravity / np.where(total > 0, total, 1)[:, None] * out[:, None]
        away[away < LEAST_SHARE] = 0
        shares[c] = away
        shares[c][np.diag_indices(n)] = 1 - away.sum(axis=1)
    return shares


def _special_ties(districts: list[str]) -> np.ndarray:
    codes = np.array(districts)
    ties = np.ones((len(codes), len(codes)))
    commuter = np.isin(codes, COMMUTER_TOWNS)
    beijing = np.char.startswith(codes.astype(str), "11")
    ties[np.ix_(commuter, beijing)] = COMMUTER_PULL
    ties[np.ix_(beijing, commuter)] = COMMUTER_PULL / 2
    return ties


def month_flows(shares: np.ndarray, home: MonthUse, rng: np.random.Generator) -> dict:
    """Flows of one month between districts.

    Parameters
    ----------
    shares : float array, (n_categories, n, n)
    home : MonthUse
        Totals of each home district: `swipes`, `cards`, `amount`, `subsidy` of shape
        (n_categories, n) and `all_cards` (n,).
    rng : Generator

    Returns
    -------
    dict of int64 arrays, (1 + n_categories, n, n)
        Category "all" first. Swipes, amounts and subsidies add up over places of service to the
        home totals; cards of a cell never exceed those of the home district, and together
        they are at least as many, since every card in use is seen somewhere.
    """
    n = shares.shape[1]
    diagonal = np.arange(n)
    expected = home.swipes[:, :, None] * shares
    swipes = np.floor(expected + rng.random(expected.shape, dtype=np.float32)).astype(np.int64)
    swipes[shares == 0] = 0
    swipes[:, diagonal, diagonal] = 0
    _shrink_overflow(swipes, home.swipes)
    per_card = home.cards / np.maximum(home.swipes, 1)
    cards = np.ceil(swipes * np.minimum(1, REVISITS * per_card)[:, :, None]).astype(np.int64)
    cards = np.minimum(cards, home.cards[:, :, None])
    swipes[:, diagonal, diagonal] = home.swipes - swipes.sum(axis=2)
    own_swipes = swipes[:, diagonal, diagonal]
    own = np.maximum(np.round(home.cards * 0.94).astype(np.int64), home.cards - cards.sum(axis=2))
    cards[:, diagonal, diagonal] = np.minimum(own, own_swipes)
    parts = {"swipes_count": swipes, "cards_count": cards}
    split = swipes / np.maximum(home.swipes, 1)[:, :, None]
    for name, total in (("amount_fen", home.amount), ("subsidy_fen", home.subsidy)):
        money = np.floor(total[:, :, None] * split).astype(np.int64)
        money[:, diagonal, diagonal] += total - money.sum(axis=2)
        parts[name] = money
    parts["subsidy_fen"] = _keep_below(parts["subsidy_fen"], parts["amount_fen"], diagonal)
    return {name: _with_all(name, part, home) for name, part in parts.items()}


def _shrink_overflow(swipes: np.ndarray, total: np.ndarray) -> None:
    """Rounding up may send out more than there is in a tiny cell: keep those swipes at home."""
    over = swipes.sum(axis=2) > total * 0.6
    swipes[over] = 0


def _keep_below(subsidy: np.ndarray, amount: np.ndarray, diagonal: np.ndarray) -> np.ndarray:
    over = np.maximum(subsidy - amount, 0)
    subsidy = subsidy - over
    subsidy[:, diagonal, diagonal] += over.sum(axis=2)
    return subsidy


def _with_all(name: str, part: np.ndarray, home: MonthUse) -> np.ndarray:
    """Put category "all" before the categories; distinct cards lie between the bounds."""
    total = part.sum(axis=0)
    if name == "cards_count":
        most = part.max(axis=0)
        upper = np.minimum(total, home.all_cards[:, None])
        total = np.clip(np.round(most + 0.35 * (total - most)).astype(np.int64), most, upper)
        diagonal = np.arange(len(total))
        missing = home.all_cards - total.sum(axis=1)
        grown = total[diagonal, diagonal] + np.maximum(missing, 0)
        total[diagonal, diagonal] = np.minimum(grown, upper[diagonal, diagonal])
    return np.concatenate([total[None], part])
