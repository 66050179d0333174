"""Writes the card and swipe files of one month."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.demo.flows import month_flows
from geodata.demo.habits import AGES
from geodata.demo.use import MonthCards, MonthUse, month_cards, month_use
from geodata.demo.world import World
from geodata.schema import AGE_ALL, AGE_BANDS, CATEGORY_ALL, CATEGORY_CODES, SWIPE_FIELDS

SLOT_CATEGORIES = (CATEGORY_ALL, *CATEGORY_CODES)


def write_month(world: World, month: int, folder: Path) -> str:
    """Write cards/, swipes/community-, swipes/subdistrict- and swipes/flows- of one month.

    Returns
    -------
    str
        The period written.
    """
    rng = np.random.default_rng([world.seed, 7, month])
    period = world.periods[month]
    cards = month_cards(world, month, rng)
    use = month_use(world, month, cards, rng)
    _write_cards(world, period, cards, folder)
    _write_communities(world, period, use, folder)
    _write_cross(world, period, use, folder)
    _write_flows(world, period, use, rng, folder)
    return period


def _coded(values: tuple[str, ...] | list[str], index: np.ndarray) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), pa.array(values))


def _write(columns: dict, path: Path) -> None:
    text = [name for name, column in columns.items() if isinstance(column, pa.DictionaryArray)]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.table(columns),
        path,
        compression="zstd",
        compression_level=1,
        use_dictionary=text,
        write_statistics=False,
        row_group_size=4_000_000,
    )


def _write_cards(world: World, period: str, cards: MonthCards, folder: Path) -> None:
    def with_all(part: np.ndarray) -> np.ndarray:
        return np.concatenate([part.sum(axis=0, dtype=np.int32)[None], part])

    issued, silent = with_all(cards.issued), with_all(cards.silent)
    band, area = np.nonzero(issued)
    columns = {
        "period": _coded([period], np.zeros(len(area))),
        "home_area_code": _coded(world.codes["community"], area),
        "age_band": _coded(AGE_BANDS, band),
        "cards_count": issued[band, area],
        "silent_cards_count": silent[band, area],
    }
    _write(columns, folder / "cards" / f"{period}.parquet")


def _write_communities(world: World, period: str, use: MonthUse, folder: Path) -> None:
    """Slots (category or all) x all ages, and all categories x each age band."""
    n_categories = len(CATEGORY_CODES)
    category = np.array([0, *range(1, n_categories + 1), *[0] * len(AGES)])
    band = np.array([0] * (n_categories + 1) + [1 + i for i in range(len(AGES))])

    def slots(part: np.ndarray, by_age: np.ndarray) -> np.ndarray:
        by_category = part.sum(axis=1, dtype=np.int32)
        return np.concatenate([by_age.sum(axis=0, dtype=np.int32)[None], by_category, by_age])

    fields = {
        "swipes_count": slots(use.swipes, use.swipes.sum(axis=0, dtype=np.int32)),
        "cards_count": slots(use.cards, use.all_cards),
        "amount_fen": slots(use.amount, use.amount.sum(axis=0, dtype=np.int32)),
        "subsidy_fen": slots(use.subsidy, use.subsidy.sum(axis=0, dtype=np.int32)),
    }
    _write_slots(world, "community", period, fields, category, band, folder)


def _write_cross(world: World, period: str, use: MonthUse, folder: Path) -> None:
    """Every category x every age band, for subdistricts: distinct cards add up over home areas."""
    n_categories = len(CATEGORY_CODES)
    fields = {}
    for name, part in zip(SWIPE_FIELDS, _parts(use), strict=True):
        summed = np.add.reduceat(part, world.sub_starts, axis=2, dtype=np.int64)
        fields[name] = summed.reshape(n_categories * len(AGES), -1)
    category = np.repeat(np.arange(1, n_categories + 1), len(AGES))
    band = np.tile(np.arange(1, len(AGES) + 1), n_categories)
    _write_slots(world, "subdistrict", period, fields, category, band, folder)


def _write_slots(
    world: World,
    level: str,
    period: str,
    fields: dict[str, np.ndarray],
    category: np.ndarray,
    band: np.ndarray,
    folder: Path,
) -> None:
    slot, area = np.nonzero(fields["cards_count"])
    columns = {
        "period": _coded([period], np.zeros(len(area))),
        "home_area_code": _coded(world.codes[level], area),
        "category": _coded(SLOT_CATEGORIES, category[slot]),
        "age_band": _coded(AGE_BANDS, band[slot]),
    }
    columns |= {name: part[slot, area] for name, part in fields.items()}
    _write(columns, folder / "swipes" / f"{level}-{period}.parquet")


def _parts(use: MonthUse) -> tuple[np.ndarray, ...]:
    return use.swipes, use.cards, use.amount, use.subsidy


def _write_flows(
    world: World, period: str, use: MonthUse, rng: np.random.Generator, folder: Path
) -> None:
    starts = world.district_starts
    totals = [
        np.add.reduceat(part.sum(axis=1, dtype=np.int64), starts, axis=1) for part in _parts(use)
    ]
    all_cards = np.add.reduceat(use.all_cards.sum(axis=0, dtype=np.int64), starts)
    flows = month_flows(world.shares, MonthUse(*totals, all_cards), rng)
    category, home, service = np.nonzero(flows["cards_count"])
    columns = {
        "period": _coded([period], np.zeros(len(home))),
        "home_area_code": _coded(world.codes["district"], home),
        "service_area_code": _coded(world.codes["district"], service),
        "category": _coded(SLOT_CATEGORIES, category),
        "age_band": _coded((AGE_ALL,), np.zeros(len(home))),
    }
    columns |= {name: part[category, home, service] for name, part in flows.items()}
    _write(columns, folder / "swipes" / f"flows-{period}.parquet")
