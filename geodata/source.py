"""A source folder: source.toml, its tables, its months and its boundary layers, read lazily."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.areas import AreaTree, order_areas
from geodata.boundaries.layers import Layer, find_layer, read_layer
from geodata.columns import PERIOD
from geodata.disclosure_rule import DisclosureRule
from geodata.errors import SourceError
from geodata.schema import LEVELS, TABLES
from geodata.tables import TableData, TableFile

CONFIG_FILE = "source.toml"
STANDARDS_FILE = "standards.toml"
TABLE_SUFFIXES = (".parquet", ".csv")
MONTHS = ("cards", "swipes", "flows")
AGGREGATES = "aggregates"  # written by `python -m geodata aggregate`


@dataclass(frozen=True)
class Source:
    """A source folder and its configuration; tables are read when asked for.

    Attributes
    ----------
    folder : Path
    config : Mapping
        source.toml as read, with defaults filled in.
    generation : str or None
        Which aggregates in `aggregates/` count besides the files in cards/ and swipes/; named
        when the source is opened, so that one build reads one generation.
    """

    folder: Path
    config: Mapping
    generation: str | None = None

    def table_file(self, name: str) -> TableFile:
        """The file of table `areas`, `population` or `providers` (it may not exist)."""
        paths = [self.folder / f"{name}{suffix}" for suffix in TABLE_SUFFIXES]
        path = next((p for p in paths if p.is_file()), paths[-1])
        return self._file(path, name)

    @cached_property
    def area_data(self) -> TableData:
        """Table areas as read, with findings: it is checked and used, and takes a while."""
        return self.table_file("areas").load()

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Table areas in tree order. Raises SchemaError or AreaError."""
        return order_areas(self.area_data.sound_frame())

    @cached_property
    def tree(self) -> AreaTree:
        """The hierarchy of `areas`."""
        return AreaTree(self.areas)

    @cached_property
    def population(self) -> pd.DataFrame:
        """Table population as delivered. Raises SchemaError."""
        return self.table_file("population").read()

    @cached_property
    def providers(self) -> pd.DataFrame:
        """Table providers as delivered. Raises SchemaError."""
        return self.table_file("providers").read()

    @cached_property
    def standards(self) -> dict:
        """standards.toml as read. Raises SourceError."""
        return _read_toml(self.folder / STANDARDS_FILE)

    @cached_property
    def card_files(self) -> tuple[TableFile, ...]:
        """Files in cards/, by name; one period each."""
        return self._month_files("cards", "cards")

    @cached_property
    def _all_swipe_files(self) -> tuple[TableFile, ...]:
        return self._month_files("swipes", "swipes")

    @cached_property
    def swipe_files(self) -> tuple[TableFile, ...]:
        """Files in swipes/ without a place of service."""
        return tuple(f for f in self._all_swipe_files if not f.first_row.get("service_area_code"))

    @cached_property
    def flow_files(self) -> tuple[TableFile, ...]:
        """Files in swipes/ with a place of service in their first row."""
        return tuple(f for f in self._all_swipe_files if f.first_row.get("service_area_code"))

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Periods of which there are swipes, in order, from the first row of each file."""
        found = {f.first_row.get("period", "") for f in self.swipe_files}
        return tuple(sorted(p for p in found if PERIOD.fullmatch(p)))

    def month_files(self, period: str) -> dict[str, tuple[TableFile, ...]]:
        """The files of one period: keys `cards`, `swipes`, `flows`."""
        groups = {"cards": self.card_files, "swipes": self.swipe_files, "flows": self.flow_files}
        return {
            kind: tuple(f for f in files if f.first_row.get("period") == period)
            for kind, files in groups.items()
        }

    @cached_property
    def disclosure_rule(self) -> DisclosureRule:
        """What is hidden, from [disclosure] of source.toml."""
        return DisclosureRule.from_config(self.config["disclosure"])

    @property
    def boundary_levels(self) -> tuple[str, ...]:
        """Levels with a boundary layer, from the top."""
        declared = self.config["boundaries"]
        return tuple(level for level in LEVELS if level in declared)

    def layer(self, level: str) -> Layer:
        """What source.toml declares about the layer of a level. Raises KeyError if nothing."""
        options = self.config["boundaries"][level]
        return find_layer(self.folder, level, options, self.config)

    def boundaries(self, level: str) -> gpd.GeoDataFrame:
        """The layer of one level: `area_code`, `name`, geometry in EPSG:4490, as delivered.

        Raises
        ------
        CrsError, BoundaryError, SourceError
        """
        return read_layer(self.layer(level))

    def _file(self, path: Path, table: str) -> TableFile:
        name = path.relative_to(self.folder).as_posix()
        renames = self.config["columns"].get(table, {})
        return TableFile(path, name, TABLES[table], self.config["encoding"], renames)

    def _month_files(self, folder: str, table: str) -> tuple[TableFile, ...]:
        places = [self.folder / folder]
        if self.generation:
            places.append(self.folder / AGGREGATES / self.generation / folder)
        paths = [p for place in places if place.is_dir() for p in place.glob("*")]
        paths = [p for p in paths if p.suffix.lower() in TABLE_SUFFIXES]
        return tuple(self._file(path, table) for path in sorted(paths))


def current_generation(folder: Path) -> str | None:
    """Which aggregates of a source folder count now; None where there are none."""
    try:
        return (folder / AGGREGATES / "current").read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def read_source(folder: str | Path, generation: str | None = None) -> Source:
    """Open a source folder; reads source.toml only.

    Parameters
    ----------
    folder : path
    generation : str, optional
        Aggregates to read; by default those that count now.

    Returns
    -------
    Source

    Raises
    ------
    SourceError
        If there is no such folder, or source.toml is missing or broken.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder", "give the folder that holds source.toml")
    config = _read_toml(folder / CONFIG_FILE)
    config.setdefault("encoding", "utf-8")
    config.setdefault("root_code", "jjj")
    for name in ("columns", "boundaries", "population", "swipes", "providers", "disclosure"):
        section = config.setdefault(name, {})
        if not isinstance(section, dict):
            raise SourceError(
                f"source.toml: {name} is not a section", f"write [{name}] and its keys below it"
            )
    _require_sections(config)
    DisclosureRule.from_config(config["disclosure"])
    return Source(folder, config, generation or current_generation(folder))


def _require_sections(config: dict) -> None:
    for table, renames in config["columns"].items():
        if table not in TABLES or not isinstance(renames, dict):
            raise SourceError(
                f"source.toml: [columns.{table}] is not a table of the source",
                f"use one of {', '.join(TABLES)}",
            )
    for level, options in config["boundaries"].items():
        if level not in LEVELS:
            raise SourceError(
                f"source.toml: [boundaries.{level}] is not a level", f"use {', '.join(LEVELS)}"
            )
        if not isinstance(options, dict) or not isinstance(options.get("file"), str):
            raise SourceError(
                f"source.toml: [boundaries.{level}] names no file",
                f'write file = "boundaries/{level}.gpkg"',
            )
    for key in ("title_zh", "title_en", "source_zh", "source_en", "encoding"):
        if not isinstance(config.setdefault(key, ""), str):
            raise SourceError(f"source.toml: {key} is not text", "put it in quotes")


def _read_toml(path: Path) -> dict:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return tomllib.loads(text)
    except FileNotFoundError:
        raise SourceError(f"{path.name} is missing", f"add {path.name} to the folder") from None
    except UnicodeDecodeError:
        raise SourceError(f"{path.name} is not UTF-8", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path.name}: {error}", "correct the line named") from None
    except OSError as error:
        raise SourceError(f"{path.name}: {error.strerror}", "check its permissions") from None
