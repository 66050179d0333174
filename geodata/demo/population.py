"""Table `population`: one row per community, and the published figures above them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from geodata.demo.apportion import apportion, complete
from geodata.demo.census import AGES, estimate_units, unit_of
from geodata.demo.recorded import read_fact
from geodata.schema import AGED_COLUMNS

# Residents of one committee against another: a village 1. Assumption; about 3,000 to 1,000.
COMMITTEE_SIZE = {"residents": 3.0, "village": 1.0, "like residents": 0.8, "like village": 0.5}
BANDS = 5  # below 60, 60-64, 65-69, 70-79, 80 and over


def estimate_population(areas: pd.DataFrame, seed: int) -> pd.DataFrame:
    """People by age in every community; published totals are kept exactly.

    Parameters
    ----------
    areas : DataFrame
        All areas of the region in tree order, from `demo_areas()`.
    seed : int

    Returns
    -------
    DataFrame, (n_communities, ...)
        `area_code`, `unit` and the five counts of table `population`; in tree order.
    """
    subdistricts = areas[areas["level"] == "subdistrict"].set_index("area_code")
    communities = areas[areas["level"] == "community"].reset_index(drop=True)
    parent = communities["parent_code"]
    unit = unit_of(subdistricts["zone_code"], subdistricts["parent_code"])
    unit = parent.map(unit)
    rng = np.random.default_rng([seed, 2])
    size = communities["committee"].map(COMMITTEE_SIZE).to_numpy()
    size = size * np.exp(rng.normal(0, 0.42, len(size)))
    figures = estimate_units(pd.Series(size).groupby(unit.to_numpy()).sum(), seed)
    total = _split_total(figures["total"], size, unit, parent)
    bands = _split_ages(figures, total, communities, unit, rng)
    below = np.cumsum(bands[:, ::-1], axis=1)[:, ::-1]
    frame = pd.DataFrame({"area_code": communities["area_code"], "unit": unit})
    for column, values in zip(AGED_COLUMNS, below.T, strict=True):
        frame[column] = values
    return frame


def _split_total(
    totals: pd.Series, size: np.ndarray, unit: pd.Series, parent: pd.Series
) -> np.ndarray:
    """Residents of each community, published town totals kept."""
    group, names = pd.factorize(unit)
    people = apportion(totals.reindex(names).to_numpy(), size, group)
    towns = read_fact("towns2020.csv")
    towns = towns[towns["subdistrict_code"] != ""]
    for code in towns["district_code"].unique():
        mine = np.flatnonzero((unit == code).to_numpy())
        place, places = pd.factorize(parent.iloc[mine])
        known = towns.set_index("subdistrict_code")["population_total"].reindex(places)
        weights = np.bincount(place, size[mine])
        by_town = complete(int(totals[code]), known.astype(float).to_numpy(), weights)
        people[mine] = apportion(by_town, size[mine], place)
    return people


def _split_ages(
    figures: pd.DataFrame,
    total: np.ndarray,
    communities: pd.DataFrame,
    unit: pd.Series,
    rng: np.random.Generator,
) -> np.ndarray:
    """People of each community by age, (n, BANDS); each age adds up to its unit."""
    group, names = pd.factorize(unit)
    place, places = pd.factorize(communities["parent_code"])
    ageing = rng.normal(0, 0.14, len(places))[place] + rng.normal(0, 0.16, len(total))
    ageing += np.where(communities["committee"].str.endswith("village"), 0.12, 0)
    ageing = np.exp(np.clip(ageing, -0.5, 0.5))
    unit_ages = figures.reindex(names)[list(AGES)].to_numpy()
    bands = np.empty((len(total), BANDS), dtype=np.int64)
    for band in range(1, BANDS):
        older = unit_ages[:, band + 1] if band + 1 < BANDS else 0
        weights = total * ageing ** (0.7 + 0.25 * band)
        bands[:, band] = apportion(unit_ages[:, band] - older, weights, group)
    bands[:, 0] = total - bands[:, 1:].sum(axis=1)
    if bands.min() < 0:
        raise ValueError("a community would have more elderly people than people")
    return bands


def published_rows(areas: pd.DataFrame, everywhere: pd.DataFrame) -> pd.DataFrame:
    """Rows of upper areas that carry published figures only; blank where not published.

    A figure whose published extent is not the area's is left out: Baoding (published without
    Dingzhou and Xiong'an), the hosts of zones that were counted apart.

    Parameters
    ----------
    areas : DataFrame
        The areas of the source; a city or province that is not complete in it gets no row.
    everywhere : DataFrame
        All areas of the region.
    """
    areas = areas[areas["level"] != "community"]
    kept = _complete_areas(areas, everywhere[everywhere["level"] != "community"])
    facts = read_fact("census2020.csv")
    facts = facts[facts["status"] == "found"].copy()
    facts = facts[
        ~facts["code"].isin(["1306", "130109", "130702", "130722", "130724"])
        | (facts["measure"] == "total_incl_zone")
    ]
    facts = facts[~((facts["code"] == "1301") & (facts["measure"] == "total"))]
    facts["measure"] = facts["measure"].replace(
        {"total_incl_zone": "total", "total_incl_xinji": "total"}
    )
    columns = dict(zip(AGES, AGED_COLUMNS, strict=True))
    facts = facts[facts["measure"].isin(AGES) & facts["code"].isin(kept)]
    towns = read_fact("towns2020.csv")
    towns = towns[towns["subdistrict_code"].isin(kept)]
    towns = towns.rename(columns={"subdistrict_code": "code", "population_total": "value"})
    rows = pd.concat([facts, towns.assign(measure="total", note="")], ignore_index=True)
    rows["column"] = rows["measure"].map(columns)
    table = rows.pivot(index="code", columns="column", values="value")
    table = table.reindex(columns=list(AGED_COLUMNS)).astype(object).fillna("")
    lines = rows.groupby("code").apply(_source_line, include_groups=False)
    order = areas.set_index("area_code").index
    table = table.reindex([code for code in order if code in table.index])
    table["status"] = "published"
    table["source_line"] = lines.reindex(table.index)
    return table.rename_axis("area_code").reset_index()


def _complete_areas(areas: pd.DataFrame, everywhere: pd.DataFrame) -> set[str]:
    """Codes of the areas all of whose districts are in the source."""
    incomplete: set[str] = set()
    missing = everywhere[~everywhere["area_code"].isin(areas["area_code"])]
    parents = everywhere.set_index("area_code")["parent_code"]
    for parent in missing.loc[missing["level"] == "district", "parent_code"].unique():
        incomplete |= {parent, parents[parent]}
    return set(areas["area_code"]) - incomplete


@cache
def _titles() -> dict[str, str]:
    sources = read_fact("sources.csv")
    return dict(zip(sources["source_id"], sources["title"], strict=True))


def _source_line(rows: pd.DataFrame) -> str:
    titles = _titles()
    parts = []
    for (ids, as_of, note), part in rows.groupby(["source_id", "as_of", "note"], sort=False):
        named = [f"{titles[i]} [{i}]" for i in ids.split() if i in titles]
        what = ", ".join(part["measure"])
        parts.append(f"{what}, {as_of}: {'; '.join(named)}" + (f" ({note})" if note else ""))
    return " | ".join(parts)
