"""Population of the counting units: published figures kept, gaps estimated, sums exact.

A unit is a district, or a development zone that has figures of its own. Units belong to a group
with one total: a province, a city as the census published it (Baoding without Dingzhou and
Xiong'an, Shijiazhuang without Xinji), or one of those taken out.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from geodata.demo.apportion import complete
from geodata.demo.recorded import read_fact

AGES = ("total", "60plus", "65plus", "70plus", "80plus")
XIONGAN = ("130629", "130632", "130638")
OWN_GROUPS = ("130181", "130682")
# Weights of the estimates where nothing is published. Assumptions of the demonstration.
AGED_SHARE = {"11": 0.20, "12": 0.215, "13": 0.20}
OLD_CENTRE = ("120101", "120102", "120103", "120104", "120105", "120106")
RATIO_65 = {"11": 0.677, "12": 0.681, "13": 0.701}
RATIO_70 = {"12": 0.405, "13": 0.420}
RATIO_80 = {"11": 0.134, "12": 0.130, "13": 0.118}  # Beijing: 687,000 of 5,140,000 in 2024 (S30)
PUBLISHED_ZONES = ("130172", "130771", "130772", "130773")
RISE_TO_2024 = 0.77  # census share of 60+ over that of 2024 in the three oldest districts


@cache
def census_figures() -> dict[tuple[str, str], float]:
    """(code, measure) -> figure of `facts/census2020.csv`, whatever its status."""
    rows = read_fact("census2020.csv")
    return {(r.code, r.measure): float(r.value) for r in rows.itertuples()}


def unit_of(own_unit: pd.Series, host: pd.Series) -> pd.Series:
    """The counting unit of a subdistrict: its zone where that has figures, else its host."""
    return host.where(~own_unit.isin(PUBLISHED_ZONES), own_unit)


def estimate_units(size: pd.Series, seed: int) -> pd.DataFrame:
    """Census figures of every unit.

    Parameters
    ----------
    size : Series, (n_units,)
        Index unit code; relative number of residents, used where no figure is known.
    seed : int
        Seed of the estimated spread between units.

    Returns
    -------
    DataFrame, (n_units, 5), int64
        Columns `AGES`. Known figures are unchanged; sums per group and province equal the
        published totals. Of Beijing's 16 districts three have a published 60+, dated 2020-12-31.
    """
    codes = size.index.to_list()
    spread = np.exp(np.random.default_rng([seed, 1]).normal(0, 0.06, len(codes)))
    units = pd.DataFrame({"group": [_group(code) for code in codes]}, index=size.index)
    units["province"] = [code[:2] for code in codes]
    ratios = _ratios(units, spread)
    weights = size.to_numpy(dtype=float)
    for i, age in enumerate(AGES):
        known = np.array([_known(code, age) for code in codes])
        if i:
            weights = units[AGES[i - 1]].to_numpy() * ratios[age]
            if age == "80plus":
                weights = units["60plus"].to_numpy() * ratios[age]
        units[age] = _fill(units, known, weights, age)
    return units[list(AGES)]


def _group(code: str) -> str:
    if code in XIONGAN:
        return "xiongan"
    if code in OWN_GROUPS:
        return code
    return code[:2] if code[:2] in ("11", "12") else code[:4]


def _known(code: str, age: str) -> float:
    figures = census_figures()
    if code == "130172" and age == "total":  # a difference of two published figures
        return figures["130109", "total_incl_zone"] - figures["130109", "total"]
    if (code, age) in figures:
        return figures[code, age]
    if age == "65plus" and (code, "share_65plus") in figures and code not in ("12", "1302"):
        return round(figures[code, "share_65plus"] * figures[code, "total"] / 100)
    return np.nan


def _ratios(units: pd.DataFrame, spread: np.ndarray) -> dict[str, np.ndarray]:
    """Share of each age in the age above it (80plus: in 60plus), before sums are enforced."""
    figures = census_figures()
    aged = []
    for code, province in zip(units.index, units["province"], strict=True):
        share = AGED_SHARE[province] * (1.35 if code in OLD_CENTRE else 1.0)
        if (code[:4], "65plus_2022") in figures:
            share = figures[code[:4], "65plus_2022"] / figures[code[:4], "total"] * 1.2
        if (code, "share_60plus_2024") in figures:
            share = figures[code, "share_60plus_2024"] / 100 * RISE_TO_2024
        aged.append(share)
    province = units["province"]
    mild = spread**0.3
    return {
        "60plus": np.array(aged) * spread,
        "65plus": province.map(RATIO_65).to_numpy() * mild,
        "70plus": np.ones(len(units)),
        "80plus": province.map(RATIO_80).to_numpy() * mild,
    }


def _province_total(province: str, age: str, units: pd.DataFrame) -> int:
    figures = census_figures()
    if (province, age) in figures:
        return int(figures[province, age])
    if age == "65plus":
        return round(figures[province, "share_65plus"] * figures[province, "total"] / 100)
    if age == "70plus" and (province, "60_69") in figures:
        return int(figures[province, "60plus"] - figures[province, "60_69"])
    ratio = RATIO_70 if age == "70plus" else RATIO_80
    return round(ratio[province] * _province_total(province, "60plus", units))


def _fill(units: pd.DataFrame, known: np.ndarray, weights: np.ndarray, age: str) -> np.ndarray:
    figures = census_figures()
    values = np.zeros(len(units), dtype=np.int64)
    for province, rows in units.groupby("province").indices.items():
        total = _province_total(province, age, units)
        groups = units["group"].iloc[rows]
        names = list(dict.fromkeys(groups))
        rough = pd.Series(weights[rows]).groupby(groups.to_numpy()).sum().reindex(names)
        published = np.array([_group_figure(name, age) for name in names])
        estimate = rough.to_numpy().copy()
        if age == "total":  # recalled city totals only weigh the split of what is left over
            recalled = [figures.get((name, "total"), np.nan) for name in names]
            estimate = np.where(np.isnan(recalled), estimate, recalled)
        totals = complete(total, published, estimate)
        for name, group_total in zip(names, totals, strict=True):
            mine = rows[(groups == name).to_numpy()]
            values[mine] = complete(group_total, known[mine], weights[mine])
    return values


def _group_figure(name: str, age: str) -> float:
    if len(name) == 2 or name == "xiongan" or _is_recalled(name, age):
        return np.nan
    return census_figures().get((name, age), np.nan)


@cache
def _recalled() -> frozenset[tuple[str, str]]:
    rows = read_fact("census2020.csv")
    rows = rows[rows["status"] == "recalled"]
    return frozenset(zip(rows["code"], rows["measure"], strict=True))


def _is_recalled(name: str, age: str) -> bool:
    return (name, age) in _recalled()
