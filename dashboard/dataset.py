"""A release as read-only queries. Arrays stay on disk (memory-mapped), small tables in memory."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from dashboard.area_search import AreaSearch, Hit
from dashboard.cells import Cells, Cubes, open_cubes
from dashboard.coverage import CoverageFacts, CoverageQueries
from dashboard.flows import HOME_LEVELS, Flows, FlowTable, compute_flows
from dashboard.geometry_files import GeometryFiles, GeometryRef
from dashboard.kept import Kept
from dashboard.places import Places
from dashboard.provider_sites import ProviderSites
from geodata.areas import AreaTree
from geodata.coverage import Standard, Standards, adjust_standard, parse_standards
from geodata.errors import GeodataError, ReleaseError
from geodata.measures import MEASURES, Measure, Query, Values, compute_measure
from geodata.periods import month_number, month_period
from geodata.schema import (
    AGE_ALL,
    AGE_BANDS,
    CATEGORIES,
    CATEGORY_ALL,
    CATEGORY_CODES,
    SCHEMA_VERSION,
)

if TYPE_CHECKING:  # only what a view asks with, never read here
    from dashboard.view_state import OwnValues, ViewState

DEFAULT_K = 10
AREA_COLUMNS = [
    "area_code",
    "parent_code",
    "level",
    "name",
    "name_en",
    "kind",
    "zone_code",
    "zone_name",
    "pinyin",
    "initials",
    "population_status",
    "lon",
    "lat",
]
KEPT_VIEWS = 48  # about 0.3 MB each at 8,000 areas
KEPT_SPARKS = 8  # about 1 MB each


class Dataset:
    """One open release; read-only and safe to share between threads.

    Make it with `Dataset.open`.

    Attributes
    ----------
    release_id : str
    path : Path
    manifest : dict
    places : Places
    tree : AreaTree
    periods : tuple of str
        Ascending "YYYY-MM".
    book : Standards
        The standards with the detour factor, as the source has them.
    standards : dict of id to Standard
    views, sparks : Kept
        The views and spark lines shown last; they go with the release.
    """

    def __init__(self, path: Path, manifest: dict) -> None:
        areas = pd.read_parquet(path / "areas.parquet", columns=AREA_COLUMNS)
        self.path, self.manifest = path, manifest
        self.release_id: str = path.name  # an id built twice is published as <id>-2
        self.periods: tuple[str, ...] = tuple(manifest["periods"])
        self.places = Places(areas)
        self.tree: AreaTree = self.places.tree
        self.population_status = areas["population_status"].fillna("").astype("category")
        self.label_points = areas[["lon", "lat"]].to_numpy(dtype=np.float32)
        self.geometry_files = GeometryFiles(path / "geometry", self.places)
        self.sites = ProviderSites(path / "providers.parquet", self.places)
        self.flow_table = FlowTable(path / "flows.parquet", self.places)
        self.views, self.sparks = Kept(KEPT_VIEWS), Kept(KEPT_SPARKS)
        self.cubes: Cubes = open_cubes(path, manifest, self.tree)
        self.book: Standards = parse_standards(
            tomllib.loads((path / "standards.toml").read_text("utf-8"))
        )
        self.standards: dict[str, Standard] = {item.id: item for item in self.book.items}
        self.coverage_facts = CoverageFacts(path, self.tree, self.periods)
        pa.default_memory_pool().release_unused()  # 40 MB after reading the tables

    @classmethod
    def open(cls, path: str | Path) -> Dataset:
        """Open a release folder.

        Raises
        ------
        ReleaseError
            If it is not there, of another schema version, or a file is missing or damaged.
        """
        path = Path(path)
        try:
            manifest = json.loads((path / "manifest.json").read_bytes())
            version = manifest["schema_version"]
            if version != SCHEMA_VERSION:
                raise ReleaseError(
                    f"{path.name}: schema version {version}, this program reads {SCHEMA_VERSION}",
                    "build the release again with this version",
                )
            return cls(path, manifest)
        except ReleaseError:
            raise
        except (OSError, ValueError, KeyError, GeodataError) as error:
            raise ReleaseError(
                f"{path.name}: cannot be opened ({error})",
                "roll back to an earlier release or build it again",
            ) from error

    @cached_property
    def coverages(self) -> CoverageQueries:
        """Coverage of areas: summaries, plans, borders, openings and closings."""
        return CoverageQueries(self)

    @cached_property
    def finder(self) -> AreaSearch:
        """The index behind `search`: half a second of work that a single export does without."""
        areas = pd.read_parquet(self.path / "areas.parquet", columns=AREA_COLUMNS)
        return AreaSearch(areas, self.places)

    # -- areas ---------------------------------------------------------------------------------

    def names(self, lang: str) -> list[str]:
        """Names of all areas in tree order; Chinese where there is no English one."""
        return self.places.names(lang)

    def is_filler(self, position: int) -> bool:
        """True for 1101 and 1201, which stand for no real city."""
        return self.places.is_filler(position)

    def find_area(self, code: str) -> int | None:
        """Position of a code or of what it surely means; see `Places.find_area`."""
        return self.places.find_area(code)

    def trail(self, position: int) -> tuple[int, ...]:
        """Positions from the region down to the area, fillers left out."""
        return self.places.trail(position)

    def levels(self, position: int) -> tuple[str, ...]:
        """Levels that can be drawn inside an area, top down; () where nothing lies below."""
        return self.places.levels(position)

    def natural_level(self, position: int) -> str:
        """The level an official expects first inside an area."""
        return self.places.natural_level(position)

    def children(self, position: int, level: str) -> slice:
        """Positions of the areas of `level` inside the area."""
        return self.places.children(position, level)

    def middle(self, position: int) -> tuple[float, float]:
        """Longitude and latitude of the label point of an area; NaN without a polygon."""
        return tuple(self.label_points[position].tolist())

    def geometry(self, position: int, level: str) -> GeometryRef:
        """The geometry files that draw `level` inside the area."""
        return self.geometry_files.find(position, level)

    def search(
        self, text: str, limit: int = 10, opens: Callable[[int], bool] | None = None
    ) -> list[Hit]:
        """Areas by Chinese name, pinyin, initials, code prefix or alias, best first.

        With `opens` only those at whose position it says True.
        """
        return self.finder.search(text, limit, opens)

    # -- what can be asked ---------------------------------------------------------------------

    @cached_property
    def standard_by_category(self) -> Mapping[str, Standard]:
        """The default standard of each category that has one, that of the source first."""
        default = self.standards.get(self.book.default)
        ordered = [*(default.categories if default else ()), *CATEGORY_CODES]
        found = {category: self.book.of_category(category) for category in ordered}
        return {category: standard for category, standard in found.items() if standard}

    def standard_of(self, category: str) -> Standard | None:
        """The default standard of a category; None where there is none to cite."""
        return self.standard_by_category.get(category)

    def measure_keys(self) -> tuple[str, ...]:
        """Measures this release can show; without any standard none that needs one."""
        usable = [m for m in MEASURES.values() if self.standard_by_category or not m.needs_category]
        return tuple(measure.key for measure in usable)

    def categories(self, measure: str, own: OwnValues | None = None) -> tuple[str, ...]:
        """Categories a measure takes, the default first; ("all",) where it takes none.

        With an own walking distance or norm a category needs no written standard.
        """
        declared = MEASURES[measure]
        if declared.needs_category:
            key = {"radius": "radius_m", "capacity": "capacity_per_1000"}.get(declared.needs, "id")
            written = [
                category
                for category in self.standard_by_category
                if any(
                    getattr(item, key) is not None for item in self.book.all_of_category(category)
                )
            ]
            given = own and {"radius": own.walk, "capacity": own.norm}.get(declared.needs, own)
            free = [c.code for c in CATEGORIES if c.has_sites and c.code not in written]
            return (*written, *free) if given else tuple(written)
        if not declared.by_category:
            return (CATEGORY_ALL,)
        if measure == "providers_per_1000":
            return (CATEGORY_ALL, *(c.code for c in CATEGORIES if c.has_sites))
        return (CATEGORY_ALL, *CATEGORY_CODES)

    def shows(self, measure: str, planned: bool) -> tuple[str, ...]:
        """What can be drawn of a measure: its value, its changes by month, by a plan."""
        declared = MEASURES[measure]
        if declared.fields:  # words have no differences
            return ("value",)
        months = () if self.is_timeless(measure) else ("month", "year")
        return ("value", *months, *(("plan",) if planned and declared.plannable else ()))

    def ages(self, measure: str) -> tuple[str, ...]:
        """Age bands a measure takes, the default first."""
        return AGE_BANDS if MEASURES[measure].by_age else (AGE_ALL,)

    def query(self, measure: Measure, category: str, age: str = AGE_ALL) -> Query:
        """The question put to a measure, held against the category's default standard."""
        return Query(category, age, self.standard_of(category) if measure.needs_category else None)

    def question(self, measure: Measure, state: ViewState) -> Query:
        """The question of a view: its standard with own values, and its plan."""
        return Query(
            state.category,
            state.age,
            self.held(state) if measure.needs_category else None,
            state.plan if measure.plannable and state.plan else None,
        )

    def held(self, state: ViewState) -> Standard | None:
        """The standard a view is held against, own values put in; None without any."""
        written = self.standards.get(state.standard)
        own = (state.walk, state.norm, state.detour)
        if not state.who and own == (None, None, None):
            return written
        factor = written.detour_factor if written else self.book.detour_factor
        return adjust_standard(
            written,
            state.category,
            walk_m=state.walk,
            counts=state.who,
            capacity_per_1000=state.norm,
            detour_factor=state.detour or factor,
        )

    def is_timeless(self, measure: str) -> bool:
        """True when a measure rests on the census alone and is the same in every month."""
        asked = _Asked()
        declared = MEASURES[measure]
        for part in (declared.numerator, declared.denominator):
            if part is not None:
                part(asked, Query())
        return asked.names == {"aged"}

    # -- numbers -------------------------------------------------------------------------------

    def cells(self, period: str | slice, positions: int | slice) -> Cells:
        """Facts of a month (or a slice of `periods`) and areas, for `compute_measure`."""
        number = period if isinstance(period, slice) else self.periods.index(period)
        return Cells(self.cubes, number, positions, self.coverage_facts)

    def values(self, measure: Measure, positions: slice, query: Query, period: str) -> Values:
        """A measure for a range of areas of one level in one month, (n_areas,)."""
        return compute_measure(measure, self.cells(period, positions), query)

    def series(self, measure: Measure, position: int, query: Query) -> Values:
        """A measure of one area over all periods, (n_periods,)."""
        return compute_measure(measure, self.cells(slice(None), position), query)

    def series_of(self, measure: Measure, positions: slice, query: Query) -> Values:
        """A measure of a range of areas of one level over all periods, (n_periods, n_areas)."""
        return compute_measure(measure, self.cells(slice(None), positions), query)

    def earlier(self, period: str, months: int) -> str | None:
        """The period so many calendar months before; None when the release has none."""
        wanted = month_period(month_number(period) - months)
        return wanted if wanted in self.periods else None

    def flows(self, position: int, period: str, category: str, limit: int = 10) -> Flows:
        """Where holders use their cards and whose cards are used here, see `Flows`."""
        shown = position
        while self.tree.level(shown) not in HOME_LEVELS:
            shown = int(self.tree.parents[shown])
        facts = self.cells(period, shown)
        totals = {f: int(facts.flow(f, category)) for f in self.cubes.flow_totals.FIELDS}
        total, outside, cross = totals.values()
        swipes = total if total >= 0 else None
        partners, out, into = compute_flows(self.flow_table, shown, period, category, swipes, limit)
        return Flows(
            position=shown,
            code=self.tree.codes[shown],
            exact=shown == position,
            partners=partners,
            out=out,
            into=into,
            swipes=swipes,
            outside_share=outside / total if total > 0 and outside >= 0 else None,
            cross_share=cross / total if total > 0 and cross >= 0 else None,
        )

    def providers(self, position: int, category: str, period: str) -> pd.DataFrame:
        """Sites open in a month inside an area, see `ProviderSites.open_sites`."""
        return self.sites.open_sites(position, category, period)

    # -- the release itself --------------------------------------------------------------------

    @property
    def k(self) -> int:
        """Cells resting on fewer cards than this are suppressed."""
        return int(self.manifest.get("rules", {}).get("disclosure", {}).get("k", DEFAULT_K))

    def status_of_population(self, positions: slice) -> str:
        """published, estimated or mixed: where the population of some areas comes from."""
        found = set(self.population_status.iloc[positions].unique()) & {"published", "estimated"}
        return found.pop() if len(found) == 1 else "mixed"

    def join_report(self) -> pd.DataFrame:
        """What did not match between tables and areas: table, side, key, rows, note."""
        return pd.read_parquet(self.path / "join_report.parquet")

    def findings(self) -> pd.DataFrame:
        """What the checks found: severity, check, table, rows, example, fix_zh, fix_en."""
        return pd.read_parquet(self.path / "findings.parquet")


class _Asked:
    """Facts that only note what they are asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getattr__(self, name: str):
        def note(*_: str) -> np.ndarray:
            self.names.add(name)
            return np.ones(1, dtype=np.int64)

        return note
