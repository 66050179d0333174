"""What a build takes over from the release served before: all that was made of the same files.

`made_of.json` in a release says what each part was made of: one hash for the places (areas,
polygons, population, providers, reach), one for each month. A part with the same hash is copied,
so that a new day costs its month and not the other thirty-five.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geodata.coverage import DEMAND_POINTS
from geodata.durable import link_or_copy
from geodata.errors import ReleaseError
from geodata.findings import Finding, finding
from geodata.release.cube_slices import copy_slices
from geodata.release.layout import MANIFEST, Cube
from geodata.release.manifest import BUILD_VERSION
from geodata.release.months import MonthResult
from geodata.release.tables import read_monthly
from geodata.schema import SCHEMA_VERSION
from geodata.source import AGGREGATES, CONFIG_FILE, Source

MADE_OF = "made_of.json"
HELD = "revision_held"
PLACE_FILES = (
    "areas.parquet",
    "population.parquet",
    "providers.parquet",
    "join_report.parquet",
    DEMAND_POINTS,
)
PLACE_FOLDERS = ("geometry", "boundaries")
PLACE_CUBES = ("providers_count", "capacity", "reached_count")
FLOW_TABLES = ("flows", "flow_totals")
# What only the manifest repeats: changed words make no other numbers.
WORDS = ("title_zh", "title_en", "source_zh", "source_en", "created", "data_date")
WORDS += ("approval_number", "synthetic")


class Ingredients:
    """What each part of a release is made of.

    Parameters
    ----------
    source : Source
    hashes : mapping of str to str
        SHA-256 of each file of the source by its path in it, from `hash_source`.
    """

    def __init__(self, source: Source, hashes: Mapping[str, str]) -> None:
        self.hashes = hashes
        config = {key: value for key, value in source.config.items() if key not in WORDS}
        rule = source.disclosure_rule.to_manifest()
        areas = hashes[source.table_file("areas").name]
        self.common = [SCHEMA_VERSION, BUILD_VERSION, config, rule, areas]
        self.files = {
            period: sorted(
                (kind, file.name)
                for kind, group in source.month_files(period).items()
                for file in group
            )
            for period in source.periods
        }

    def month(self, period: str) -> dict[str, Any]:
        """Hash of everything a month is made of, and its files by their hashes."""
        parts = sorted((kind, self.hashes[name]) for kind, name in self.files[period])
        names = {self.hashes[name]: name for _, name in self.files[period]}
        return {"hash": self._hash(parts), "files": names}

    def places(self) -> dict[str, Any]:
        """The same of the places: all files that belong to no month."""
        monthly = {name for files in self.files.values() for _, name in files}
        files = {
            name: digest
            for name, digest in self.hashes.items()
            if name not in monthly and name != CONFIG_FILE and not name.startswith(AGGREGATES)
        }
        return {"hash": self._hash(files)}

    def _hash(self, parts: object) -> str:
        text = json.dumps([self.common, parts], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


class Earlier:
    """The parts of a release that a build may take over.

    Parameters
    ----------
    folder : Path, optional
        The release served until now; None, or one without `made_of.json`, offers nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder, self.periods = folder, []
        self._places, self._months = {}, {}
        if folder is None:
            return
        try:
            made_of = json.loads((folder / MADE_OF).read_text(encoding="utf-8"))
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            self._places, self._months = made_of["places"], made_of["months"]
            self.periods = list(manifest["periods"])
        except (TypeError, OSError, ValueError, KeyError):
            self._places, self._months = {}, {}  # of an older program, or damaged

    def month(self, period: str, made_of: Mapping[str, Any]) -> MonthResult | None:
        """What came of a month made of the same, with the names of its files now, or None."""
        before = self._months.get(period)
        if before is None or before["made_of"]["hash"] != made_of["hash"]:
            return None
        names = {old: made_of["files"][key] for key, old in before["made_of"]["files"].items()}
        return self._result(period, names)

    def held(self, period: str) -> MonthResult:
        """What the release has of a month that stays as it was though its files are others.

        Raises
        ------
        ReleaseError
            If the release does not say what it was made of.
        """
        if period not in self._months:
            raise ReleaseError(
                f"the correction of {period} would give hidden numbers away, and "
                f"{self.folder} is of an older program: the month cannot be taken over from it",
                f"leave {period} as it was, or remove that release",
            )
        result = self._result(period, {})
        result.held = True
        result.findings = [f for f in result.findings if f.check != HELD]
        result.findings.append(finding(HELD, "swipes", 0, period))
        return result

    def made_of(self, period: str) -> dict[str, Any]:
        """Of what it made a month."""
        return self._months[period]["made_of"]

    def _result(self, period: str, names: Mapping[str, str]) -> MonthResult:
        before = self._months[period]
        result = MonthResult(
            period,
            [_renamed(Finding(**item), names) for item in before["findings"]],
            before["rows"],
            before["hidden"],
            before["misfits"],
        )
        result.flows, result.flow_totals = (
            read_monthly(self.folder / f"{name}.parquet", period) for name in FLOW_TABLES
        )
        return result

    def has_places(self, made_of: Mapping[str, Any]) -> bool:
        """Whether the places were made of the same."""
        return self._places.get("made_of") == made_of

    def places(self) -> tuple[list[Finding], dict[str, int]]:
        """Findings and rows of the places."""
        findings = [Finding(**item) for item in self._places["findings"]]
        return findings, dict(self._places["rows"])

    def copy_places(self, folder: Path) -> None:
        """The files of the places in a release that is being built: no release is ever changed."""
        for name in PLACE_FILES:
            link_or_copy(self.folder / name, folder / name)
        for name in PLACE_FOLDERS:
            shutil.copytree(self.folder / name, folder / name, copy_function=link_or_copy)

    def copy_cubes(
        self, cubes: Iterable[Cube], folder: Path, periods: list[str], wanted: Collection[str]
    ) -> None:
        """Copy the slices of the wanted ones of the new release's periods."""
        if not wanted:
            return
        slices = [(self.periods.index(period), periods.index(period)) for period in wanted]
        for cube in cubes:
            copy_slices(cube.path(self.folder), cube.path(folder), slices)


def write_made_of(
    folder: Path,
    ingredients: Ingredients,
    earlier: Earlier,
    places: tuple[list[Finding], Mapping[str, int]],
    results: Iterable[MonthResult],
) -> None:
    """Write `made_of.json` of a release.

    A month that was held is of what it was made of then, so that the next build tries it again.
    """
    findings, rows = places
    months = {
        result.period: {
            "made_of": (earlier.made_of if result.held else ingredients.month)(result.period),
            "findings": [asdict(item) for item in result.findings],
            "rows": result.rows,
            "hidden": result.hidden,
            "misfits": result.misfits,
        }
        for result in results
    }
    made_of = {
        "places": {
            "made_of": ingredients.places(),
            "findings": [asdict(item) for item in findings],
            "rows": dict(rows),
        },
        "months": months,
    }
    text = json.dumps(made_of, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MADE_OF).write_text(text + "\n", encoding="utf-8")


def _renamed(item: Finding, names: Mapping[str, str]) -> Finding:
    """A finding on files that have another path now."""
    entry = asdict(item)
    for old, new in names.items():
        if old != new:
            entry["table"] = entry["table"].replace(old, new)
            entry["example"] = entry["example"].replace(old, new)
    return Finding(**entry)
