"""How often and for what cards are used: assumptions of the demonstration, by category and age.

No public figures of use by category exist; the numbers are plausible, not measured. One is
published: bus rides are over 98 % of transit chip records (`facts/usage_statistics.csv`), which
`BUS` and `PARK` respect.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.schema import CATEGORY_CODES

PROVINCES = ("11", "12", "13")
AGES = ("60-69", "70-79", "80plus")


@dataclass(frozen=True)
class Habit:
    """Use of one category.

    Attributes
    ----------
    users : share of the cards in use that use it in a month, by age
    visits : swipes a month of a card that uses it
    price_fen : mean amount of a swipe
    subsidy : share of the amount paid by subsidy, by age
    rural : participation in villages against towns
    province : participation by province, Beijing 1
    growth : relative growth a month
    leaving : share of swipes made outside the home district
    reach_km : distance over which use away from home falls to 1/e
    season : factor on participation, January to December
    spring : factor in the month of the Spring Festival
    """

    users: tuple[float, float, float]
    visits: float
    price_fen: float
    subsidy: tuple[float, float, float]
    rural: float
    province: tuple[float, float, float]
    growth: float
    leaving: float
    reach_km: float
    season: tuple[float, ...]
    spring: float


FLAT = (1.0,) * 12
OUTDOOR = (0.45, 0.5, 0.85, 1.2, 1.25, 1.0, 0.85, 0.85, 1.1, 1.3, 0.9, 0.5)
TRAVEL = (0.9, 0.9, 1.0, 1.05, 1.05, 1.0, 0.95, 0.95, 1.03, 1.06, 1.0, 0.92)
SHOPS = (1.08, 1.02, 0.98, 0.98, 1.0, 0.98, 0.96, 0.97, 1.02, 1.02, 0.98, 1.06)
WINTER_ILLS = (1.12, 1.05, 1.05, 1.0, 0.97, 0.94, 0.93, 0.94, 0.98, 1.02, 1.08, 1.15)
CLEANING = (1.25, 0.95, 0.95, 1.05, 1.02, 0.97, 0.92, 0.92, 1.0, 1.02, 0.98, 1.15)

HABITS = {
    "bus": Habit((0.62, 0.60, 0.32), 15.0, 0, (0, 0, 0), 0.42, (1.0, 0.92, 0.72),
                 -0.0008, 0.22, 18, TRAVEL, 0.84),
    "park": Habit((0.095, 0.10, 0.045), 1.4, 0, (0, 0, 0), 0.22, (1.0, 0.75, 0.6),
                  0.001, 0.24, 14, OUTDOOR, 0.9),
    "supermarket": Habit((0.50, 0.46, 0.30), 3.8, 4200, (0.01, 0.02, 0.06), 0.72,
                         (1.0, 1.0, 0.95), 0.002, 0.10, 6, SHOPS, 1.06),
    "food": Habit((0.35, 0.33, 0.22), 3.2, 2600, (0.01, 0.02, 0.08), 0.58, (1.0, 0.95, 0.85),
                  0.001, 0.07, 5, SHOPS, 1.04),
    "meals": Habit((0.09, 0.15, 0.22), 8.5, 1750, (0.06, 0.14, 0.32), 0.6, (1.0, 1.05, 0.75),
                   0.006, 0.05, 4, FLAT, 0.72),
    "medical": Habit((0.16, 0.21, 0.23), 1.4, 9800, (0.01, 0.02, 0.05), 0.75, (1.0, 0.95, 0.9),
                     0.001, 0.26, 30, WINTER_ILLS, 0.8),
    "pharmacy": Habit((0.18, 0.22, 0.19), 1.5, 6400, (0.01, 0.02, 0.05), 0.68,
                      (1.0, 0.98, 0.92), 0.001, 0.09, 7, WINTER_ILLS, 0.9),
    "aids": Habit((0.008, 0.014, 0.024), 1.05, 26000, (0.15, 0.25, 0.42), 0.5, (1.0, 0.8, 0.6),
                  0.003, 0.20, 16, FLAT, 0.75),
    "home_cleaning": Habit((0.028, 0.042, 0.075), 1.3, 9500, (0.08, 0.2, 0.45), 0.25,
                           (1.0, 0.85, 0.6), 0.004, 0.06, 6, CLEANING, 0.8),
    "personal_care": Habit((0.05, 0.055, 0.06), 1.3, 2800, (0.05, 0.12, 0.36), 0.4,
                           (1.0, 0.9, 0.7), 0.002, 0.08, 6, FLAT, 1.1),
    "day_care": Habit((0.004, 0.011, 0.028), 9.0, 4500, (0.12, 0.25, 0.42), 0.35,
                      (1.0, 1.0, 0.6), 0.004, 0.05, 5, FLAT, 0.7),
    "care_home": Habit((0.0015, 0.006, 0.022), 1.0, 320000, (0.02, 0.04, 0.10), 0.55,
                       (1.0, 0.85, 0.8), 0.002, 0.18, 35, FLAT, 1.0),
    "culture": Habit((0.07, 0.055, 0.02), 1.5, 3000, (0, 0, 0), 0.28, (1.0, 0.85, 0.65),
                     0.002, 0.20, 16, TRAVEL, 0.8),
}  # fmt: skip

# Part of the Spring Festival weeks that falls in a month: 2024-02-10, 2025-01-29, 2026-02-17.
SPRING = {"2024-02": 1.0, "2025-01": 0.65, "2025-02": 0.45, "2026-02": 1.0}


def season_factor(category: str, period: str) -> float:
    """Factor on the use of a category in a month."""
    habit = HABITS[category]
    festival = 1 + (habit.spring - 1) * SPRING.get(period, 0.0)
    return habit.season[int(period[5:]) - 1] * festival


def habit_table(name: str) -> np.ndarray:
    """One attribute of all categories in the order of `CATEGORY_CODES`."""
    return np.array([getattr(HABITS[code], name) for code in CATEGORY_CODES], dtype=np.float64)
