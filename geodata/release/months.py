"""The months of a release: read, checked, summed, gated and written, in worker processes."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from multiprocessing import connection, get_context, parent_process
from pathlib import Path

import numpy as np
import pyarrow as pa

from geodata.areas import AreaTree
from geodata.disclosure import HiddenMonth, MonthCounts, MonthGate
from geodata.disclosure_rule import LINEAR
from geodata.errors import ProtectionError, SourceError
from geodata.findings import Finding, has_errors
from geodata.memory import give_back
from geodata.progress import ProgressCallback
from geodata.quality import check_month, check_swipe_file
from geodata.release.flow_tables import flow_rows, flow_total_rows
from geodata.release.layout import BLOCKS, CARD_CUBES, CUBE, MONEY_FIELDS
from geodata.release.published_month import PublishedMonths, open_published
from geodata.schema import SUPPRESSED, SWIPE_FIELDS
from geodata.slots import CATEGORY_KEYS
from geodata.source import Source, read_source
from geodata.swipes import Flows, Month, read_flows, read_month

WORKERS = 2
STAGE = "months: read, sum, protect"
FEW = 50_000  # areas x months: below it a second process costs more than it saves


@dataclass
class MonthResult:
    """What a worker hands back; the cells themselves are in the cube files."""

    period: str
    findings: list[Finding] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    hidden: dict[str, int] = field(default_factory=dict)
    misfits: int = 0  # cells with more cards used or silent than issued
    revised: bool = False  # what the release before hides of it stays hidden
    held: bool = False  # its revision would give hidden cells away: it stays as it was
    flows: pa.Table | None = None
    flow_totals: pa.Table | None = None


class MonthBuilder:
    """Turns one period of a source into slices of the cube.

    Parameters
    ----------
    source : Source
    periods : list of str
        All periods of the release, in order.
    folder : Path
        The release being written; its cube files are there already.
    before : Path, optional
        The release served until now.
    """

    def __init__(
        self, source: Source, periods: list[str], folder: Path, before: Path | None = None
    ) -> None:
        self.source, self.periods, self.folder = source, periods, folder
        self.tree: AreaTree = source.tree
        self._folder_before = before
        # What the gate knows of all months is made while the first is read.
        pool = ThreadPoolExecutor(1)
        self._gate = pool.submit(MonthGate, self.tree, source.disclosure_rule)
        pool.shutdown(wait=False)
        self.bus_taps = source.config["swipes"].get("bus_counted_as", "rides") == "taps"

    @property
    def gate(self) -> MonthGate:
        """The gate, as soon as it is ready."""
        return self._gate.result()

    @cached_property
    def before(self) -> PublishedMonths | None:
        """The release served until now, for what it shows of a month."""
        if self._folder_before is None:
            return None
        return open_published(self._folder_before, self.tree, self.gate)

    def build(self, period: str) -> MonthResult:
        """Read, check, gate and write one period."""
        files = self.source.month_files(period)
        options = {"check": check_swipe_file, "bus_taps": self.bus_taps}
        month = read_month(files["cards"], files["swipes"], self.tree, **options)
        result = MonthResult(period, month.findings, month.rows)
        flows = read_flows(files["flows"], self.tree, result.findings, **options)
        result.rows["flows"] = flows.rows
        give_back()
        if not has_errors(result.findings):
            result.findings += check_month(month, flows, self.tree, period, bus_taps=self.bus_taps)
        if has_errors(result.findings):
            return result
        self._gate_and_write(month, flows, result)
        return result

    def _gate_and_write(self, month: Month, flows: Flows, result: MonthResult) -> None:
        issued, silent = _card_blocks(month)
        counts = MonthCounts(
            month.upper, month.community, issued, silent, flows.fields, month.providers
        )
        hidden = self._find_hidden(counts, result)
        if hidden is None:
            return
        result.misfits = int((~self.gate.cells(counts).issued_fits).sum())
        blocks = zip(BLOCKS, (month.upper, month.community), hidden.swipes, hidden.amounts)
        for block, cells, mask, amounts in blocks:
            for name in SWIPE_FIELDS:
                own = amounts if name in MONEY_FIELDS else mask
                self._write(f"{block}.{name}", result.period, cells[name], own)
            result.hidden[f"swipes.{block}"] = int(mask.sum())
            result.hidden[f"amounts.{block}"] = int(amounts.sum())
        for name, cells, masks in zip(
            CARD_CUBES.values(), (issued, silent), (hidden.issued, hidden.silent)
        ):
            for block, values, mask in zip(BLOCKS, cells, masks):
                self._write(f"{block}.{name}", result.period, values, mask)
                result.hidden[f"{name}.{block}"] = int(mask.sum())
        if hidden.flows is not None:
            self._list_flows(month, flows, hidden, result)

    def _find_hidden(self, counts: MonthCounts, result: MonthResult) -> HiddenMonth | None:
        """What must be hidden; of a revised month also what the release before hides of it.

        None where nothing protects the revision from who has the release before, or nothing but
        to hide totals of cities and larger areas: a correction of one cell is not worth those.
        """
        if self.before is None or result.period not in self.before.periods:
            return self.gate.find_hidden(counts)
        result.revised = True
        kept = self.before.hidden(result.period)
        known = self.before.known(result.period, self.gate.cells(counts))
        try:
            hidden = self.gate.find_hidden(counts, kept, known)
            if known and self._totals(hidden, kept):
                alone = self.gate.find_hidden(counts, kept)
                result.held = self._totals(hidden, kept) > self._totals(alone, kept)
        except ProtectionError:
            result.held = True
        return None if result.held else hidden

    def _totals(self, hidden: HiddenMonth, kept: HiddenMonth) -> int:
        """Cells of cities and larger areas that are hidden in the one and not in the other."""
        cities = np.s_[:, : self.tree.level_slices["city"].stop]
        return sum(
            int((getattr(hidden, name)[0][cities] & ~getattr(kept, name)[0][cities]).sum())
            for name in ("swipes", "issued", "silent")
        )

    def _list_flows(
        self, month: Month, flows: Flows, hidden: HiddenMonth, result: MonthResult
    ) -> None:
        gate = self.gate.flow_gate
        swipes = month.upper["swipes_count"][: len(CATEGORY_KEYS), : gate.n_homes]
        result.flows = flow_rows(result.period, flows, hidden.flows, self.tree)
        result.flow_totals = flow_total_rows(
            result.period, flows, swipes, hidden.flows, gate, self.tree
        )
        result.hidden["flows"] = int(hidden.flows.cells.sum())

    def _write(self, cube: str, period: str, values: np.ndarray, hidden: np.ndarray) -> None:
        path = self.folder / CUBE / f"{cube}.npy"
        target = np.load(path, mmap_mode="r+")
        if values.size and values.max() > np.iinfo(target.dtype).max:
            raise SourceError(
                f"{period}: a count of {cube} is too large ({values.max()})", "check its unit"
            )
        np.copyto(
            target[self.periods.index(period)], np.where(hidden, SUPPRESSED, values), "same_kind"
        )


def _card_blocks(month: Month):
    return tuple((month.upper_cards[name], month.community_cards[name]) for name in CARD_CUBES)


class Months:
    """The wanted periods of a release, begun at once; use as a context manager.

    Few months are built in a thread of this process, most of whose work is done outside the
    interpreter; many in `workers` processes, which end when this one is killed.
    """

    def __init__(
        self,
        source: Source,
        periods: list[str],
        wanted: list[str],
        folder: Path,
        report: ProgressCallback,
        before: Path | None = None,
        workers: int = WORKERS,
    ) -> None:
        self.wanted, self.report, self.done = wanted, report, 0
        # Who waits for minutes is told what for.
        self.stage = STAGE + ", prove" * (source.disclosure_rule.proof == LINEAR)
        report(self.stage, 0, len(wanted))
        if workers < 2 or len(wanted) < 2 or len(wanted) * len(source.tree) < FEW:
            self.pool: Executor = ThreadPoolExecutor(1)
            one_by_one = _OneByOne(source, periods, folder, before)
            self.futures = [self.pool.submit(one_by_one.build, period) for period in wanted]
        else:
            start = (source.folder, source.generation, periods, folder, before)
            self.pool = ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, start)
            self.futures = [self.pool.submit(_build_in_worker, period) for period in wanted]
        for future in self.futures:
            future.add_done_callback(self._count)

    def results(self) -> list[MonthResult]:
        """What came of each period, in order."""
        return [future.result() for future in self.futures]

    def __enter__(self) -> Months:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)

    def _count(self, future: Future[MonthResult]) -> None:
        if not future.cancelled():
            self.done += 1
            self.report(self.stage, self.done, len(self.wanted))


class _OneByOne:
    """Builds months in this process; what it needs for that is made with the first."""

    def __init__(self, *arguments: object) -> None:
        self.arguments = arguments

    @cached_property
    def builder(self) -> MonthBuilder:
        return MonthBuilder(*self.arguments)

    def build(self, period: str) -> MonthResult:
        return self.builder.build(period)


_builder: MonthBuilder | None = None


def _start_worker(
    source_folder: Path,
    generation: str | None,
    periods: list[str],
    folder: Path,
    before: Path | None,
) -> None:
    global _builder
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(5)  # the boundaries, in the parent, take longer: they come first
    pa.set_cpu_count(1)
    source = read_source(source_folder, generation)
    _builder = MonthBuilder(source, periods, folder, before)


def _end_with_parent() -> None:
    connection.wait([parent_process().sentinel])
    os._exit(1)


def _build_in_worker(period: str) -> MonthResult:
    result = _builder.build(period)
    give_back()
    return result
