"""From a source folder to a published release."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.coverage import Standards, check_standards, parse_standards
from geodata.durable import sync_tree
from geodata.errors import CheckError, ReleaseError
from geodata.findings import ERROR, Finding, findings_frame
from geodata.progress import ProgressCallback, no_progress
from geodata.quality.source import check_calendar, check_tables
from geodata.release.flow_tables import FLOW_TOTALS_SCHEMA, FLOWS_SCHEMA
from geodata.release.hashing import FileHashes
from geodata.release.layout import BUILDING, CUBE, Cube, list_cubes
from geodata.release.manifest import (
    build_manifest,
    hash_source,
    list_files,
    name_release,
    rules_of,
    write_manifest,
)
from geodata.release.months import MonthResult, Months
from geodata.release.places import PlacesBuilder
from geodata.release.publish import open_release, publish, remove_leftovers
from geodata.release.reuse import PLACE_CUBES, Earlier, Ingredients, write_made_of
from geodata.release.tables import write_monthly, write_table
from geodata.source import STANDARDS_FILE, Source, read_source


def build_release(
    source_folder: str | Path,
    releases: str | Path,
    progress: ProgressCallback | None = None,
) -> str:
    """Check a source, build a release beside the published ones, and publish it in one step.

    Parameters
    ----------
    source_folder : path
        As documented in `geodata.schema` and `geodata.source`.
    releases : path
        Made when missing. While the build runs it holds a folder `.building-...`; when it is
        killed the release published before goes on serving, and the next build clears up.
    progress : callable, optional
        Called with (stage, done, total).

    A cell the release served now hides stays hidden when the same month comes again with other
    counts: what one release shows and the other hides is a difference that tells. What it shows
    and has not changed protects nothing any more; a month whose revision cannot be protected
    without it stays as it was, and a finding says so.

    Returns
    -------
    str
        The id of the release now served. The same source gives the same bytes, unless it was
        built over a release with other counts of a month: the manifest names these months under
        `kept_hidden` and `held_back`.

    Raises
    ------
    CheckError
        If the source has findings of severity error; they are in its `findings`.
    GeodataError
        If the source cannot be read.
    """
    source, releases = read_source(source_folder), Path(releases)
    report = progress or no_progress
    report("check", 0, 1)
    _, findings = check_tables(source)
    findings += check_calendar(source)
    _require_sound(findings)
    findings += check_standards(source.standards)
    _require_sound(findings)
    report("check", 1, 1)
    releases.mkdir(parents=True, exist_ok=True)
    remove_leftovers(releases)
    building = releases / f"{BUILDING}{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        release_id = _Build(source, building, findings, report, _served(releases)).run()
        report("publish", 0, 1)
        release_id = publish(building, releases, release_id)
        report("publish", 1, 1)
        return release_id
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _served(releases: Path) -> Path | None:
    """Folder of the release served now, if this program can read it."""
    try:
        return open_release(releases)[0]
    except ReleaseError:
        return None


class _Build:
    """One build: what its steps share."""

    def __init__(
        self,
        source: Source,
        folder: Path,
        findings: list[Finding],
        report: ProgressCallback,
        before: Path | None,
    ) -> None:
        self.before = before
        self.source, self.folder, self.findings, self.report = source, folder, findings, report
        self.tree = source.tree
        self.periods = list(source.periods)
        self.standards: Standards = parse_standards(source.standards)
        self.sources = hash_source(source)
        self.ingredients, self.earlier = Ingredients(source, self.sources), Earlier(before)
        self.rows: dict[str, int] = {}
        self.hidden: dict[str, int] = {}
        self.misfits: list[str] = []
        self.revised: list[str] = []
        self.held: list[str] = []
        self.cubes, self.hashes = self._make_cubes(), FileHashes()

    def run(self) -> str:
        """All steps up to the manifest; returns the id of the release."""
        same = {p: self.earlier.month(p, self.ingredients.month(p)) for p in self.periods}
        same = {period: result for period, result in same.items() if result is not None}
        wanted = [period for period in self.periods if period not in same]
        arguments = self.source, self.periods, wanted, self.folder, self.report, self.before
        with Months(*arguments) as months:
            places = self._write_places()
            monthly = [cube for cube in self.cubes if cube.name not in PLACE_CUBES]
            self.earlier.copy_cubes(monthly, self.folder, self.periods, same)
            # Waits more than it works: done beside the months, it leaves publishing little to do.
            sync_tree(self.folder)
            self.hashes.begin(self._bytes_done(monthly, wanted))
            built = {result.period: result for result in months.results()}
            held = {p: self.earlier.held(p) for p, result in built.items() if result.held}
            self.earlier.copy_cubes(monthly, self.folder, self.periods, held)
        results = [{**same, **built, **held}[period] for period in self.periods]
        self._write_months(results)
        write_made_of(self.folder, self.ingredients, self.earlier, places, results)
        return self._write_manifest()

    def _make_cubes(self) -> list[Cube]:
        (self.folder / CUBE).mkdir()
        split = self.tree.level_slices["community"].start
        sizes = len(self.periods), split, len(self.tree) - split, len(self.standards.items)
        cubes = list_cubes(*sizes)
        for cube in cubes:
            path = cube.path(self.folder)
            np.lib.format.open_memmap(path, "w+", dtype=cube.dtype, shape=cube.shape)
        return cubes

    def _bytes_done(self, monthly: list[Cube], wanted: list[str]) -> dict[Path, int]:
        """How many first bytes of each file are as they will be: of cubes up to a wanted month."""
        sizes = {path: path.stat().st_size for path in self.folder.rglob("*") if path.is_file()}
        for cube in monthly:
            cells = np.load(cube.path(self.folder), mmap_mode="r")
            first = self.periods.index(wanted[0]) if wanted else len(cells)
            # None where it is the first: its cube may yet become the file of the release before.
            sizes[cube.path(self.folder)] = (cells.offset + cells[:first].nbytes) if first else 0
        return sizes

    def _write_places(self) -> tuple[list[Finding], dict[str, int]]:
        """What does not change by month: areas, polygons, population, providers and reach."""
        shutil.copyfile(self.source.folder / STANDARDS_FILE, self.folder / STANDARDS_FILE)
        builder = PlacesBuilder(self.source, self.folder, self.report)
        kept: list[str] = []
        if self.earlier.has_places(self.ingredients.places()):
            self.earlier.copy_places(self.folder)
            findings, rows = self.earlier.places()
            kept = [period for period in self.periods if period in self.earlier.periods]
            cubes = [cube for cube in self.cubes if cube.name in PLACE_CUBES]
            self.earlier.copy_cubes(cubes, self.folder, self.periods, kept)
        else:
            findings, rows = builder.write()
        missing = [period for period in self.periods if period not in kept]
        if missing:
            builder.write_supply(self.standards, self.periods, missing)
        self.findings += findings
        self.rows |= rows
        return findings, rows

    def _write_months(self, results: list[MonthResult]) -> None:
        self.misfits, self.revised, self.held = (
            [result.period for result in results if getattr(result, name)]
            for name in ("misfits", "revised", "held")
        )
        for result in results:
            self.findings += result.findings
            for counts, found in ((self.rows, result.rows), (self.hidden, result.hidden)):
                for name, count in found.items():
                    counts[name] = counts.get(name, 0) + count
        _require_sound(self.findings)
        for name, schema in (("flows", FLOWS_SCHEMA), ("flow_totals", FLOW_TOTALS_SCHEMA)):
            tables = [t for r in results if (t := getattr(r, name)) is not None]
            self.rows[name] = write_monthly(tables, schema, self.folder / f"{name}.parquet")
        table: pd.DataFrame = findings_frame(self.findings)
        self.rows["findings"] = write_table(table, self.folder / "findings.parquet")

    def _of_before(self, periods: list[str]) -> dict[str, object]:
        """The release before and the months that it decides about; nothing if there are none."""
        return {"release": self.before.name, "periods": periods} if periods else {}

    def _write_manifest(self) -> str:
        self.report("manifest", 0, 1)
        rules = rules_of(self.standards, self.source.disclosure_rule)
        release_id = name_release(self.periods[-1], self.sources, rules)
        manifest = build_manifest(
            release_id,
            self.source,
            periods=self.periods,
            standards=self.standards,
            sources=self.sources,
            rows=self.rows,
            hidden=self.hidden,
            kept_hidden=self._of_before(self.revised),
            held_back=self._of_before(self.held),
            misfits=self.misfits,
            cubes=self.cubes,
        )
        write_manifest({**manifest, "files": list_files(self.folder, self.hashes)}, self.folder)
        self.report("manifest", 1, 1)
        return release_id


def _require_sound(findings: list[Finding]) -> None:
    errors = [item for item in findings if item.severity == ERROR]
    if errors:
        first = errors[0]
        raise CheckError(
            f"the source has {len(errors)} errors, nothing was published; "
            f"first: {first.table}: {first.check}: {first.example}",
            first.fix_en,
            findings,
        )
