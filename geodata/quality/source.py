"""All checks of a source folder, in the order an operator reads them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from geodata.areas import AreaTree
from geodata.boundaries import examine_boundaries
from geodata.columns import PERIOD
from geodata.crs import parse_crs
from geodata.errors import AreaError, CrsError, GeodataError, SchemaError, SourceError
from geodata.findings import Finding, finding, findings_frame
from geodata.population import check_population
from geodata.providers import check_providers, read_providers
from geodata.quality.hierarchy import check_areas
from geodata.quality.month_rows import check_swipe_file
from geodata.quality.months import check_month
from geodata.source import CONFIG_FILE, STANDARDS_FILE, Source, read_source
from geodata.swipes import read_flows, read_month

Progress = Callable[[str, int, int], None]
SPAWN_ROWS = 50_000  # below this many areas x months a second process costs more than it saves


def check_source(
    source: Source | str | Path,
    *,
    boundaries: bool = True,
    months: bool = True,
    workers: int = 2,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Everything that is wrong with a source; never raises for what the folder holds.

    Parameters
    ----------
    source : Source or path
        A path may lead to a folder without a readable source.toml: that is a finding too.
    boundaries, months : bool
        Whether to read the layers (and where the providers lie), and each month's files. A build
        leaves them out here and collects the same findings where it reads them anyway.
    workers : int
        Processes for the months.
    progress : callable, optional
        Called with (stage, done, total).

    Returns
    -------
    DataFrame
        severity, check, table, rows, example, fix_zh, fix_en; errors first.
    """
    if not isinstance(source, Source):
        try:
            source = read_source(source)
        except SourceError as error:
            return findings_frame([_config_finding(error)])
    report = progress or (lambda stage, done, total: None)
    report("check: tables", 0, 1)
    tree, found = check_tables(source)
    found += check_calendar(source)
    if tree is not None and boundaries:
        found += check_places(source, tree, progress)
    if tree is not None and months:
        found += _check_months(source, tree, workers, report)
    return findings_frame(found)


def check_tables(source: Source) -> tuple[AreaTree | None, list[Finding]]:
    """Findings on source.toml, standards.toml and the tables that hold no month."""
    found = _check_config(source)
    root = source.config["root_code"]
    tree, findings = check_areas(source.area_data, root, lambda: source.tree)
    found += findings
    for name, check in (("population", check_population), ("providers", check_providers)):
        data = source.table_file(name).load()
        found += check(data, tree) if tree is not None else data.findings
    return tree, found


def check_calendar(source: Source) -> list[Finding]:
    """Findings on which months there are; reads the first row of each file.

    A file whose first row names no period belongs to no month: its own findings say why.
    """
    found: list[Finding] = []
    for file in (*source.card_files, *source.swipe_files, *source.flow_files):
        if not PERIOD.fullmatch(file.first_row.get("period", "")):
            own = file.load().findings
            found += own or [finding("empty_table", file.name, 0, file.name)]
    months: dict[str, set[str]] = {}
    for kind, files in (("cards", source.card_files), ("swipes", source.swipe_files)):
        found_periods = {f.first_row.get("period", "") for f in files}
        months[kind] = {p for p in found_periods if PERIOD.fullmatch(p)}
        if not months[kind]:
            found.append(finding("no_months", f"{kind}/", 0, f"{len(files)} files in {kind}/"))
    every = months["cards"] | months["swipes"]
    if not every:
        return found
    whole = pd.period_range(min(every), max(every), freq="M").astype(str)
    for kind, present in months.items():
        absent = [p for p in whole if p not in present]
        if absent and present:
            example = f"{kind}: {', '.join(absent[:6])}"
            found.append(finding("missing_month", f"{kind}/", len(absent), example))
    return found


def check_places(source: Source, tree: AreaTree, progress: Progress | None = None) -> list[Finding]:
    """Findings on the layers and on where the providers lie."""
    if not source.boundary_levels:
        return [finding("no_boundaries", CONFIG_FILE, 0, "[boundaries]")]
    coverages, found = examine_boundaries(source, tree, progress)
    if coverages is None:
        return found
    try:
        return found + read_providers(source, tree, coverages).findings
    except (SchemaError, SourceError, CrsError):
        return found  # the table's own findings say why


def check_period(source: Source, tree: AreaTree, period: str) -> list[Finding]:
    """Findings on all files of one period."""
    files = source.month_files(period)
    taps = source.config["swipes"].get("bus_counted_as", "rides") == "taps"
    options = {"check": check_swipe_file, "bus_taps": taps}
    month = read_month(files["cards"], files["swipes"], tree, **options)
    found = month.findings
    flows = read_flows(files["flows"], tree, found, **options)
    return found + check_month(month, flows, tree, period, bus_taps=taps)


def _check_months(source: Source, tree: AreaTree, workers: int, report) -> list[Finding]:
    found: list[Finding] = []
    periods = source.periods
    if workers < 2 or len(periods) * len(tree) < SPAWN_ROWS:
        for i, period in enumerate(periods):
            report("check: months", i, len(periods))
            found += check_period(source, tree, period)
        return found
    start = (source.folder, source.generation)
    with ProcessPoolExecutor(workers, get_context("spawn"), _start, start) as pool:
        for i, findings in enumerate(pool.map(_check_in_worker, periods)):
            report("check: months", i + 1, len(periods))
            found += findings
    return found


_source: Source | None = None


def _start(folder: Path, generation: str | None) -> None:
    global _source
    _source = read_source(folder, generation)


def _check_in_worker(period: str) -> list[Finding]:
    assert _source is not None
    return check_period(_source, _source.tree, period)


def _config_finding(error: GeodataError) -> Finding:
    check = "missing_file" if "missing" in error.message else "broken_config"
    return finding(check, CONFIG_FILE, 0, error.message, file=CONFIG_FILE)


def _check_config(source: Source) -> list[Finding]:
    found = []
    for crs in (source.config.get("crs", ""), source.config["providers"].get("crs", "")):
        try:
            if crs:
                parse_crs(str(crs))
        except CrsError as error:
            found.append(finding("unknown_crs", CONFIG_FILE, 0, error.message))
    try:
        _ = source.standards
    except (SourceError, AreaError) as error:
        check = "missing_file" if "missing" in error.message else "broken_standards"
        words = {"file": STANDARDS_FILE, "fix": error.fix}
        found.append(finding(check, STANDARDS_FILE, 0, error.message, **words))
    return found
