"""The facts of a release for a choice of months and areas: what measures are computed from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.coverage.facts import CoverageFacts
from dashboard.coverage.use_fields import compute_use_field
from dashboard.word_columns import number_words
from geodata.areas import AreaTree
from geodata.coverage import compute_shortfall
from geodata.measures import Query
from geodata.measures.compute import combine_codes
from geodata.schema import AGE_BANDS, AGED_COLUMNS, COARSER, MISSING
from geodata.slots import CATEGORY_KEYS

BLOCKS = ("community", "upper")
AGED = {  # band: (this many or older, less this many or older)
    "total": ("population_count", None),
    "all": ("aged_60_count", None),
    "60plus": ("aged_60_count", None),
    "65plus": ("aged_65_count", None),
    "70plus": ("aged_70_count", None),
    "80plus": ("aged_80_count", None),
    "60-69": ("aged_60_count", "aged_70_count"),
    "70-79": ("aged_70_count", "aged_80_count"),
}


class FlowTotals:
    """Swipes in all, outside the own district and outside the own province.

    Parameters
    ----------
    table : Table or None
        The release's flow_totals: period, home_code, category and FIELDS, negative where hidden
        or missing; None when the source has no flows.
    periods : sequence of str
    position : mapping of area code to position
    """

    FIELDS = ("swipes_total", "swipes_outside_district", "swipes_outside_province")

    def __init__(
        self, table: pa.Table | None, periods: Sequence[str], position: Mapping[str, int]
    ) -> None:
        self.stop = 0
        self.categories = {category: i for i, category in enumerate(CATEGORY_KEYS)}
        self.arrays: dict[str, np.ndarray] = {}
        if table is None or not table.num_rows:
            return
        homes = number_words(table["home_code"], position)
        self.stop = int(homes.max()) + 1
        where = (
            number_words(table["category"], self.categories),
            number_words(table["period"], {period: i for i, period in enumerate(periods)}),
            homes,
        )
        for name in self.FIELDS:
            array = np.full((len(self.categories), len(periods), self.stop), MISSING, np.int64)
            array[where] = table[name].to_numpy()
            self.arrays[name] = array


@dataclass(frozen=True)
class Cubes:
    """The arrays of a release, memory-mapped, with the order of their axes.

    Parameters
    ----------
    arrays : mapping of file stem ("upper.cards_count", "capacity") to array
    slots : mapping of block to {(category, age): number}
    categories : mapping of category ("all" included) to number in the provider cubes
    standards : mapping of standard id to number in reached_count
    population : mapping of column to int64 array, (n_areas,), MISSING where unknown
    flow_totals : FlowTotals
    n_upper : int
        Areas above community level; they are the first ones of the tree.
    """

    arrays: Mapping[str, np.ndarray]
    slots: Mapping[str, Mapping[tuple[str, str], int]]
    categories: Mapping[str, int]
    standards: Mapping[str, int]
    population: Mapping[str, np.ndarray]
    flow_totals: FlowTotals
    n_upper: int


def open_cubes(folder: Path, manifest: Mapping, tree: AreaTree) -> Cubes:
    """Map the arrays of a release into memory and read its small tables.

    Raises
    ------
    OSError, ValueError, KeyError
        If a file is missing or not what the manifest says.
    """
    arrays = {}
    for name, entry in manifest["cubes"].items():
        arrays[name] = np.load(folder / entry["file"], mmap_mode="r")
        if list(arrays[name].shape) != list(entry["shape"]):
            raise ValueError(f"{entry['file']} has shape {arrays[name].shape}")
    people = pq.read_table(folder / "population.parquet", columns=list(AGED_COLUMNS))
    return Cubes(
        arrays=arrays,
        slots={b: {tuple(s): i for i, s in enumerate(manifest["slots"][b])} for b in BLOCKS},
        categories={category: i for i, category in enumerate(CATEGORY_KEYS)},
        standards={standard: i for i, standard in enumerate(manifest["standards"])},
        population={name: _counts(people.column(name)) for name in AGED_COLUMNS},
        flow_totals=FlowTotals(_read_totals(folder), manifest["periods"], tree.position),
        n_upper=tree.level_slices["community"].start,
    )


def _read_totals(folder: Path) -> pa.Table | None:
    path = folder / "flow_totals.parquet"
    return pq.read_table(path) if path.exists() else None


def _counts(column: pa.ChunkedArray) -> np.ndarray:
    return column.fill_null(MISSING).to_numpy().astype(np.int64)


class Cells:
    """Facts of some areas in some months; satisfies the protocol of `geodata.measures`.

    Every method gives int64 counts (fen for money) of one shape: (n_areas,) for one month,
    (n_periods,) for one area, (n_periods, n_areas) for both; negative where there is no number.

    Parameters
    ----------
    cubes : Cubes
    period : int or slice
    positions : int or slice
        In the tree; a slice stays inside one level.
    facts : CoverageFacts, optional
        Answers what depends on a plan or on own values; without it that is missing.
    """

    def __init__(
        self,
        cubes: Cubes,
        period: int | slice,
        positions: int | slice,
        facts: CoverageFacts | None = None,
    ) -> None:
        self.cubes = cubes
        self.facts = facts
        self.period = period
        self.positions = positions
        first = positions.start if isinstance(positions, slice) else positions
        self.block = BLOCKS[first < cubes.n_upper]
        self.offset = 0 if self.block == "upper" else cubes.n_upper
        self.shape = self._whole("capacity", 0).shape

    def swipe(self, field: str, category: str, age: str) -> np.ndarray:
        """A field of the swipes; COARSER where this level does not publish the combination."""
        slot = self.cubes.slots[self.block].get((category, age))
        if slot is None:
            return self._all(COARSER)
        return self._block(f"{self.block}.{field}", slot)

    def issued(self, age: str) -> np.ndarray:
        """Cards issued."""
        return self._block(f"{self.block}.issued_cards_count", AGE_BANDS.index(age))

    def silent(self, age: str) -> np.ndarray:
        """Cards without use in three months."""
        return self._block(f"{self.block}.silent_cards_count", AGE_BANDS.index(age))

    def aged(self, band: str) -> np.ndarray:
        """People of an age band at the census date; the same in every month."""
        column, less = AGED[band]
        counts = self.cubes.population[column][self.positions]
        if less:
            younger = self.cubes.population[less][self.positions]
            counts = np.where((counts < 0) | (younger < 0), MISSING, counts - younger)
        return self._spread(counts)

    def provider(self, field: str, query: Query) -> np.ndarray:
        """Provider sites (providers_count) or places (capacity) of a category, with a plan's."""
        number = self.cubes.categories.get(query.category)
        if number is None:
            return self._all(MISSING)
        if not query.plan or self.facts is None:
            return self._whole(field, number)
        return self._each_month(
            lambda period: self.facts.provider(field, query.category, query.plan, period)
        )

    def covered(self, field: str, query: Query) -> np.ndarray:
        """What follows from a standard and a plan, see `Facts.covered`."""
        standard = query.standard
        if standard is None:
            return self._all(MISSING)
        if field == "places_short":
            return self._places_short(query)
        number = self.cubes.standards.get(standard.id)
        if field == "reached" and number is not None and not query.plan:
            return self._whole("reached_count", number)
        if self.facts is None:
            return self._all(MISSING)
        if isinstance(self.period, slice):
            if field != "reached":  # counted for one month at a time, see Measure.by_month
                return self._all(MISSING)
            months = self.facts.reached_by_month(standard, query.plan)
            return np.asarray(months[self.period, self.positions], dtype=np.int64)
        period = self.facts.periods[self.period]
        if field == "use_field":
            return compute_use_field(self, self._whole_region(), query, period)
        found = self.facts.covered(field, standard, query.plan, period)
        return np.asarray(found[self.positions], dtype=np.int64)

    def _places_short(self, query: Query) -> np.ndarray:
        norm = query.standard.capacity_per_1000
        if norm is None:
            return self._all(MISSING)
        capacity, people = self.provider("capacity", query), self.aged(query.counts)
        short = compute_shortfall(capacity, people, norm).places
        codes = combine_codes(np.minimum(capacity, 0), np.minimum(people, 0))
        return np.where(codes < 0, codes, np.nan_to_num(short).astype(np.int64))

    def _whole_region(self) -> Cells:
        return Cells(self.cubes, self.period, 0, self.facts)

    def _each_month(self, count: Callable[[str], np.ndarray]) -> np.ndarray:
        """An array of all areas for the month or the months, cut to the areas."""
        periods = self.facts.periods[self.period]
        if isinstance(periods, str):
            return np.asarray(count(periods)[self.positions], dtype=np.int64)
        return np.array([count(period)[self.positions] for period in periods], dtype=np.int64)

    def flow(self, field: str, category: str) -> np.ndarray:
        """Totals of the flows; COARSER below district level."""
        totals = self.cubes.flow_totals
        last = self.positions.stop if isinstance(self.positions, slice) else self.positions + 1
        if not totals.arrays:
            return self._all(MISSING)
        if last > totals.stop:
            return self._all(COARSER)
        return totals.arrays[field][totals.categories[category], self.period, self.positions]

    def _block(self, name: str, slot: int) -> np.ndarray:
        return self._cut(self.cubes.arrays[name], slot, self.offset)

    def _all(self, code: int) -> np.ndarray:
        return np.full(self.shape, code, dtype=np.int64)

    def _spread(self, counts: np.ndarray) -> np.ndarray:
        """One count per area, repeated for each month."""
        return np.broadcast_to(counts, self.shape)

    def _whole(self, name: str, number: int) -> np.ndarray:
        return self._cut(self.cubes.arrays[name], number)

    def _cut(self, array: np.ndarray, number: int, offset: int = 0) -> np.ndarray:
        positions = self.positions
        if isinstance(positions, slice):
            positions = slice(positions.start - offset, positions.stop - offset)
        else:
            positions -= offset
        return np.asarray(array[self.period, number, positions], dtype=np.int64)
