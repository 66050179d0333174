"""How many providers open when: published supply totals as published, the rest assumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.periods import month_number


@dataclass(frozen=True)
class Stage:
    """`count` providers open between two months; `published` names the total this completes."""

    count: int
    first: str
    last: str


@dataclass(frozen=True)
class Supply:
    """Providers of one category in one province, in stages of opening.

    Attributes
    ----------
    basis : str
        "found" where every stage follows published totals, "assumed" otherwise.
    note : str
        Which totals hold at the end of which month, with the source.
    """

    province: str
    category: str
    label: str
    stages: tuple[Stage, ...]
    basis: str
    note: str
    capacity: int | None = None  # published sum of places, if any

    @property
    def count(self) -> int:
        """Providers of all stages."""
        return sum(stage.count for stage in self.stages)


FOUND = "found"
ASSUMED = "assumed"

SUPPLIES = (
    Supply(
        "11",
        "meals",
        "养老助餐点",
        (
            Stage(1246, "2018-01", "2021-12"),
            Stage(524, "2022-01", "2023-12"),
            Stage(300, "2024-01", "2024-06"),
            Stage(186, "2024-07", "2025-06"),
        ),
        FOUND,
        "1,770 open at 2023-12 (S81); 300 more in the first half of 2024 (year inferred); 2,256 "
        "(date not shown in the source, taken as 2025-06)",
    ),
    Supply(
        "11",
        "day_care",
        "社区养老服务驿站",
        (Stage(1003, "2015-01", "2019-12"), Stage(495, "2020-01", "2025-12")),
        FOUND,
        "1,003 stations at 2019-12-31 (S37); 1,498 in the 2025 report (S80), taken as 2025-12",
    ),
    Supply(
        "11",
        "care_home",
        "养老机构",
        (Stage(544, "2005-01", "2020-11"), Stage(33, "2020-12", "2024-12")),
        FOUND,
        "544 at 2020-11 (S40); 577 with 108,000 beds at 2024-12-31 (S30)",
        capacity=108_000,
    ),
    Supply(
        "11",
        "medical",
        "老年友善医疗机构",
        (Stage(253, "2019-01", "2020-11"),),
        FOUND,
        "253 elderly-friendly medical institutions at 2020-11 (S40)",
    ),
    Supply(
        "12",
        "meals",
        "老人家食堂",
        (Stage(1100, "2019-01", "2023-06"), Stage(700, "2023-07", "2025-09")),
        FOUND,
        "1,800 canteens at 2025-09 (S86); the path before is assumed",
    ),
    Supply(
        "12",
        "day_care",
        "社区老年日间照料服务中心",
        (Stage(1400, "2012-01", "2023-06"), Stage(301, "2023-07", "2025-12")),
        FOUND,
        "1,701 community stations and day-care places in the 2025 report (S80), taken as 2025-12",
    ),
)

# Designated outlets of the demonstration; no public figure. (11, 12, 13)
OUTLETS = {
    "meals": ("助老食堂", (0, 0, 430)),
    "day_care": ("日间照料站", (0, 0, 270)),
    "care_home": ("养老院", (0, 45, 220)),
    "medical": ("定点医疗机构", (0, 40, 90)),
    "park": ("公园", (42, 16, 24)),
    "supermarket": ("定点超市", (70, 35, 75)),
    "food": ("定点食品店", (45, 22, 40)),
    "pharmacy": ("定点药店", (50, 25, 55)),
    "aids": ("康复辅具租赁点", (22, 10, 16)),
    "home_cleaning": ("家政服务站", (38, 15, 20)),
    "personal_care": ("助浴理发服务点", (34, 14, 18)),
    "culture": ("老年活动中心", (30, 14, 22)),
}
CLOSING_SHARE = 0.03  # of the assumed outlets
PLACES = {"meals": 85.0, "day_care": 22.0, "care_home": 140.0}  # median places of one site


def all_supplies() -> tuple[Supply, ...]:
    """Published and assumed supplies; about 10,000 providers in all."""
    assumed = []
    for category, (label, counts) in OUTLETS.items():
        for province, count in zip(("11", "12", "13"), counts, strict=True):
            if count:
                stages = (
                    Stage(count - count // 4, "2016-01", "2023-06"),
                    Stage(count // 4, "2023-07", "2026-05"),
                )
                note = "assumed number of designated outlets"
                assumed.append(Supply(province, category, label, stages, ASSUMED, note))
    return SUPPLIES + tuple(assumed)


def opening_months(supply: Supply, rng: np.random.Generator) -> np.ndarray:
    """Opening month of each provider as months since year 0, in random order."""
    parts = []
    for stage in supply.stages:
        first, last = month_number(stage.first), month_number(stage.last)
        months = rng.integers(first, last + 1, stage.count)
        months[-1] = last  # the stage is complete at its end, not before
        parts.append(months)
    return rng.permutation(np.concatenate(parts))


def supply_of_everything() -> pd.DataFrame:
    """Which supply totals are published and kept, as of when, and which are assumed."""
    rows = [
        {
            "province": supply.province,
            "category": supply.category,
            "label": supply.label,
            "last_opening": supply.stages[-1].last,
            "providers_count": supply.count,
            "capacity": "" if supply.capacity is None else str(supply.capacity),
            "basis": supply.basis,
            "note": supply.note,
        }
        for supply in all_supplies()
    ]
    return pd.DataFrame(rows)
