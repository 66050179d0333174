"""`python -m geodata ...`: from raw swipes and sources to releases, and back; attacks on them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from geodata.errors import CheckError, GeodataError
from geodata.findings import CHECKS, ERROR, Finding
from geodata.progress import progress_bars

CLEAN, ERRORS, USAGE = 0, 1, 2
DEFAULT_RELEASES = os.path.join("var", "releases")  # noqa: PTH118  as a default it is text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0 clean, 1 errors, 2 usage.
    """
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        return options.run(options)
    except CheckError as error:
        show_findings(error.findings)
        return _fail(str(error))
    except GeodataError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or ''}: {error.strerror or error}".removeprefix(": "))
    except KeyboardInterrupt:
        return _fail("stopped; nothing was published")


def show_findings(findings: Iterable[Finding]) -> None:
    """Findings as a table on standard output, errors first."""
    findings = sorted(findings, key=lambda item: item.severity != ERROR)
    table = Table(title=None, show_lines=False, header_style="bold")
    for title, overflow in (
        ("severity", "fold"),
        ("table", "fold"),
        ("check", "fold"),
        ("rows", "fold"),
        ("example", "fold"),
        ("how to fix it", "fold"),
    ):
        justify = "right" if title == "rows" else "left"
        table.add_column(title, overflow=overflow, justify=justify)
    for item in findings:
        style = "red" if item.severity == ERROR else "yellow"
        cells = (item.severity, item.table, item.check, str(item.rows), item.example)
        fix = f"{item.fix_zh}\n{item.fix_en}"
        table.add_row(*(_plain(cell) for cell in (*cells, fix)), style=style)
    if findings:
        _console().print(table)


def _plain(text: str):
    from rich.text import Text

    return Text(text)  # square brackets in an example are no markup


def _console() -> Console:
    """As wide as the terminal; wide enough to read where the output goes to a file."""
    return Console(width=None if sys.stdout.isatty() else 160)


def _fail(text: str) -> int:
    print(f"error: {text}", file=sys.stderr)
    return ERRORS


def _demo(options: argparse.Namespace) -> int:
    from geodata.demo import write_demo

    districts = [d for d in (options.districts or "").split(",") if d] or None
    with progress_bars() as progress:
        write_demo(options.out, districts=districts, progress=progress)
    print(options.out)
    return CLEAN


def _demo_swipes(options: argparse.Namespace) -> int:
    from geodata.demo.raw import RawPlan, write_raw

    plan = RawPlan(options.cards, options.rows, options.first_day, options.days, options.format)
    with progress_bars() as progress:
        write_raw(options.source, options.into, plan, progress)
    print(options.into)
    return CLEAN


def _aggregate(options: argparse.Namespace) -> int:
    from geodata.swipes.store import IngestOptions, aggregate, describe_load

    settings = IngestOptions(max_bad_share=options.max_bad_share, memory=options.memory)
    with progress_bars() as progress:
        report = aggregate(
            options.raw,
            options.into,
            options.store,
            engine=_engine(options),
            options=settings,
            progress=progress,
        )
    for line in describe_load(report):
        print(line)
    return ERRORS if report.refused else CLEAN


def _engine(options: argparse.Namespace):
    """None: DuckDB in this process."""
    if options.engine == "duckdb":
        return None
    from geodata.swipes.aggregation.spark_engine import SparkEngine

    return SparkEngine(options.master, options.executor_memory)


def _check(options: argparse.Namespace) -> int:
    from geodata.coverage import check_standards
    from geodata.quality import check_source
    from geodata.source import read_source

    source = read_source(options.source)
    with progress_bars() as progress:
        findings = list(check_source(source, progress=progress).itertuples(index=False))
    if not any(item.check in ("missing_file", "broken_standards") for item in findings):
        findings += check_standards(source.standards)
    show_findings(findings)
    n_errors = sum(item.severity == ERROR for item in findings)
    print(f"{n_errors} errors, {len(findings) - n_errors} warnings")
    return ERRORS if n_errors else CLEAN


def _build(options: argparse.Namespace) -> int:
    from geodata.release import build_release, open_release

    with progress_bars() as progress:
        release_id = build_release(options.source, options.into, progress)
    held = open_release(options.into, release_id)[1].get("held_back")
    if held:
        periods, why = ", ".join(held["periods"]), CHECKS["revision_held"][2]
        print(f"held back: {periods}, as in {held['release']}\n  {why}", file=sys.stderr)
    print(release_id)
    return CLEAN


def _audit(options: argparse.Namespace) -> int:
    from geodata.release import audit_release, open_release

    before = open_release(options.folder, options.before) if options.before else None
    with progress_bars() as progress:
        found = audit_release(
            *open_release(options.folder, options.release),
            periods=[p for p in (options.months or "").split(",") if p] or None,
            exact=options.exact or options.source is not None,
            source=Path(options.source) if options.source else None,
            area=options.area,
            connected=options.connected,
            before=before,
            progress=progress,
        )
    table = Table(header_style="bold")
    titles = ("month", "counts", "hidden", "share", "found out", "proved free", "undecided")
    for title in (*titles, "for example"):
        table.add_column(title, justify="left" if title in ("month", "for example") else "right")
    for month in found:
        share = f"{month.hidden / month.cells:.1%}" if month.cells else ""
        numbers = (month.cells, month.hidden, share, month.found_out)
        exact = options.exact or options.source
        proof = (month.proved, month.undecided) if exact else ("", "")
        examples = _plain("\n".join(month.examples))
        table.add_row(month.period, *(str(n) for n in (*numbers, *proof)), examples)
    _console().print(table)
    n_found, n_open = (sum(getattr(m, name) for m in found) for name in ("found_out", "undecided"))
    n_hidden = sum(month.hidden for month in found)
    print(f"{n_found} of {n_hidden} hidden counts found out, {n_open} undecided")
    return ERRORS if n_found or n_open else CLEAN


def _noise(options: argparse.Namespace) -> int:
    from geodata.disclosure.noise import CellKeyNoise
    from geodata.disclosure.rounding import CellKeyRounding
    from geodata.release.noisy import describe_method, noisy_cards
    from geodata.source import read_source

    source, secret = read_source(options.source), Path(options.secret).read_bytes()
    method = CellKeyNoise() if options.rounding is None else CellKeyRounding(options.rounding)
    table = noisy_cards(source, options.month, secret, level=options.level, method=method)
    table.to_csv(options.out, index=False)
    rule = Path(options.out).with_suffix(".json")
    text = json.dumps(describe_method(source, options.month, method), ensure_ascii=False, indent=1)
    rule.write_text(text + "\n", encoding="utf-8")
    print(f"{options.out}: {len(table)} rows; {rule}: the rule")
    return CLEAN


def _releases(options: argparse.Namespace) -> int:
    from geodata.release import list_releases

    table = Table(header_style="bold")
    for title in ("", "release", "months", "data of", "published", "MB"):
        table.add_column(title, justify="right" if title in ("months", "MB") else "left")
    for item in list_releases(options.folder):
        mark = "current" if item["current"] else ""
        size = f"{item['bytes'] / 1e6:.0f}"
        months = str(item["periods"])
        table.add_row(mark, item["id"], months, item["data_date"], item["published"], size)
    if table.row_count:
        _console().print(table)
    else:
        print(f"no releases in {options.folder}")
    return CLEAN


def _rollback(options: argparse.Namespace) -> int:
    from geodata.release import rollback

    print(rollback(options.folder, options.id))
    return CLEAN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m geodata",
        description="From a source folder to a published release of the atlas.",
        epilog="Exit status: 0 clean, 1 errors, 2 wrong usage.",
    )
    commands = parser.add_subparsers(metavar="command", required=True)

    demo = commands.add_parser("demo", help="write the demonstration source")
    demo.add_argument("out", metavar="OUT", help="folder to write")
    demo.add_argument("--districts", metavar="A,B", help="only these districts, by code")
    demo.set_defaults(run=_demo)

    swipes = commands.add_parser("demo-swipes", help="write made-up raw swipes for a source")
    swipes.add_argument("source", metavar="SOURCE")
    swipes.add_argument("--into", metavar="RAW", required=True)
    swipes.add_argument("--cards", type=int, default=250_000)
    swipes.add_argument("--rows", type=int, default=5_000_000)
    swipes.add_argument("--days", type=int, default=90)
    swipes.add_argument("--first-day", default="2026-01-01")
    swipes.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    swipes.set_defaults(run=_demo_swipes)

    raw = commands.add_parser("aggregate", help="raw swipes to the cards/ and swipes/ of a source")
    raw.add_argument("raw", metavar="RAW", help="folder with swipes/, cards and merchants")
    raw.add_argument("--into", metavar="SOURCE", required=True)
    raw.add_argument("--store", metavar="STORE", help="checked records; by default RAW-store")
    raw.add_argument(
        "--max-bad-share", type=float, default=0.05, help="a file with more bad rows is refused"
    )
    raw.add_argument("--memory", default="3GB", help="what DuckDB may hold before it spills")
    raw.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    raw.add_argument("--master", default="local[*]", help="of Spark, as spark://host:7077")
    raw.add_argument("--executor-memory", default="1g", help="of each Spark executor")
    raw.set_defaults(run=_aggregate)

    check = commands.add_parser("check", help="check a source folder and print the findings")
    check.add_argument("source", metavar="SOURCE")
    check.set_defaults(run=_check)

    build = commands.add_parser("build", help="check, build and publish a release")
    build.add_argument("source", metavar="SOURCE")
    build.add_argument("--into", metavar="RELEASES", default=DEFAULT_RELEASES)
    build.set_defaults(run=_build)

    audit = commands.add_parser("audit", help="attack a release: can hidden cells be worked out?")
    audit.add_argument("folder", nargs="?", metavar="RELEASES", default=DEFAULT_RELEASES)
    audit.add_argument("--release", metavar="ID", help="by default the current one")
    audit.add_argument("--months", metavar="A,B", help="only these months")
    audit.add_argument("--before", metavar="ID", help="an earlier release that is known too")
    audit.add_argument("--exact", action="store_true", help="also prove what is safe (slow)")
    audit.add_argument(
        "--source",
        metavar="SOURCE",
        help="prove from the true counts of this source; implies --exact",
    )
    audit.add_argument("--area", metavar="CODE", help="with --source: only this area's counts")
    audit.add_argument(
        "--connected",
        metavar="N",
        type=int,
        help="with --source: only counts that sums connect with at most N others",
    )
    audit.set_defaults(run=_audit)

    noise = commands.add_parser("noise", help="a month with noise instead of hidden cells")
    noise.add_argument("source", metavar="SOURCE")
    noise.add_argument("--month", metavar="YYYY-MM", required=True)
    noise.add_argument("--secret", metavar="FILE", required=True, help="16 bytes or more")
    noise.add_argument("--level", default="district", help="the finest level")
    noise.add_argument(
        "--rounding", metavar="BASE", type=int, help="round to multiples of it instead, e.g. 10"
    )
    noise.add_argument("--out", metavar="FILE.csv", required=True)
    noise.set_defaults(run=_noise)

    releases = commands.add_parser("releases", help="list the releases")
    releases.add_argument("--in", dest="folder", metavar="RELEASES", default=DEFAULT_RELEASES)
    releases.set_defaults(run=_releases)

    back = commands.add_parser("rollback", help="serve an earlier release again")
    back.add_argument("id", nargs="?", metavar="ID", help="by default the one served before")
    back.add_argument("--in", dest="folder", metavar="RELEASES", default=DEFAULT_RELEASES)
    back.set_defaults(run=_rollback)
    return parser
