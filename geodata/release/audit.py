"""An attack on a release: what can an outsider work out about the cells it hides?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.areas import AreaTree
from geodata.disclosure import DisclosureRule, MonthGate, System, find_intervals, tighten
from geodata.disclosure.knowledge import DERIVED, FLOWS, ISSUED, PLAIN, SILENT
from geodata.disclosure.stretch import is_bounded_whole
from geodata.disclosure_rule import MONEY
from geodata.errors import ReleaseError
from geodata.progress import ProgressCallback, no_progress
from geodata.release.exact_audit import settle_counts, settle_money
from geodata.release.linked_audit import add_earlier, bound_linked, is_revised
from geodata.release.published_month import PublishedMonths
from geodata.release.true_month import read_true_month
from geodata.schema import AGE_BANDS, CATEGORY_ALL
from geodata.slots import CATEGORY_KEYS, UPPER_SLOTS
from geodata.source import read_source

STAGE = "audit: everything published, month by month"
EXAMPLES = 5


@dataclass(frozen=True)
class MonthAudit:
    """What was found in one month.

    Attributes
    ----------
    period : str
    cells, hidden : int
        Counts the release holds, those it hides; each field of a cell is one.
    found_out : int
        Hidden counts whose interval is narrower than the protection width.
    proved : int
        Hidden counts that two possible tables prove to be free; 0 unless it was asked for.
    undecided : int
        Hidden counts neither found out nor proved, although proof was asked for.
    examples : tuple of str
        The first of those found out, with their intervals.
    """

    period: str
    cells: int
    hidden: int
    found_out: int
    proved: int = 0
    undecided: int = 0
    examples: tuple[str, ...] = field(default=())


def audit_release(
    folder: Path,
    manifest: dict,
    *,
    periods: Sequence[str] | None = None,
    exact: bool = False,
    source: Path | None = None,
    area: str | None = None,
    connected: int | None = None,
    before: tuple[Path, dict] | None = None,
    progress: ProgressCallback = no_progress,
) -> list[MonthAudit]:
    """Bound every hidden count of whole months from everything that is published.

    Parameters
    ----------
    folder, manifest
        From `open_release`.
    periods : sequence of str, optional
        Months, all by default.
    exact : bool
        Also prove by linear programming that what was not found out is free. Without it bounds
        are passed along all sums, which finds what a chain of subtractions finds.
    source : Path, optional
        The source the release was built from, to prove with: the search starts from its true
        counts, amounts are settled too, and the outsider is taken to know which hidden flows are
        nothing. Without it a first table is looked for, which takes long in large months.
    area : str, optional
        With `source`: only what is hidden about this area and what is inside it, bound by all
        that is published.
    connected : int, optional
        With `source`: only what sums connect with at most so many other hidden counts, directly
        or through others. A whole month of a region takes a quarter of an hour or more.
    before : tuple of Path and dict, optional
        A release published earlier: what it shows of the same months is known as well. Of a
        month that was revised between them it is known where the counts have not changed, which
        takes `source` to tell: then small counts narrower than `DisclosureRule.linked_width`
        are found out. Without it revised months are looked at alone.
    progress : callable

    Raises
    ------
    ReleaseError
        If a month is not in the release, or the source has not what the release shows.
    """
    rule = DisclosureRule.from_manifest(manifest["rules"]["disclosure"])
    months = _months(folder, manifest)
    earlier = None if before is None else _months(*before)
    periods = list(periods or months.periods)
    unknown = [period for period in periods if period not in months.periods]
    if unknown:
        raise ReleaseError(
            f"month {unknown[0]} is not in the release",
            f"it has {months.periods[0]} to {months.periods[-1]}",
        )
    opened = read_source(source) if source is not None else None
    part, found = {"area": area, "connected": connected}, []
    for number, period in enumerate(periods):
        progress(STAGE, number, len(periods))
        values, hidden = months.read(period)
        then = None
        if earlier is not None and period in earlier.periods:
            then = earlier.read(period)
            if not is_revised(values, hidden, *then):
                hidden, then = add_earlier(values, hidden, *then), None
        if then is not None and opened is not None:
            true = read_true_month(months, opened, period)
            found.append(_audit_linked(months, period, (values, hidden), then, true, rule))
            continue
        if opened is not None and exact:
            true = read_true_month(months, opened, period)
            found.append(_settle(months, period, values, hidden, true, rule, part, progress))
            continue
        month = _audit(months, period, values, hidden, rule.width, exact)
        found.append(_with_money(months, month, rule))
    progress(STAGE, len(periods), len(periods))
    return found


def _months(folder: Path, manifest: dict) -> PublishedMonths:
    tree = AreaTree(pd.read_parquet(folder / "areas.parquet"))
    rule = DisclosureRule.from_manifest(manifest["rules"]["disclosure"])
    return PublishedMonths(folder, manifest, tree, MonthGate(tree, rule))


def _audit_linked(months, period, now, then, true, rule) -> MonthAudit:
    system, lower, upper, small = bound_linked(months, period, now, then, true, rule)
    narrow = np.flatnonzero(small & (upper - lower < rule.linked_width))
    return MonthAudit(
        period,
        sum(int((counts >= 0).sum()) for counts in now[0].values()) + system.n_hidden,
        int(small.sum()),
        len(narrow),
        examples=tuple(_describe(months, system, i, lower[i], upper[i]) for i in narrow[:EXAMPLES]),
    )


def _settle(months, period, values, hidden, true, rule, part, progress) -> MonthAudit:
    """Every hidden count and amount of a month, from its true ones outward."""
    stage = f"{period}: hidden counts proved free"
    told = {**part, "report": progress}
    settled = [settle_counts(months, values, hidden, true, rule.width, stage=stage, **told)]
    for kind in MONEY:
        amounts, mask = months.read_money(period, kind)
        stage = f"{period}: hidden amounts proved free, {kind}"
        settled.append(settle_money(months, kind, amounts, mask, true, rule, stage=stage, **told))
        values = {**values, kind: amounts}
    examples = [
        _describe(months, item.system, i, item.lower[i], item.upper[i])
        for item in settled
        for i in np.flatnonzero(item.tight | item.undecided)[:EXAMPLES]
    ]
    n_hidden = sum(int((~item.outside).sum()) for item in settled)
    return MonthAudit(
        period,
        sum(int((counts >= 0).sum()) for counts in values.values()) + n_hidden,
        n_hidden,
        sum(int(item.tight.sum()) for item in settled),
        sum(int(item.free.sum()) for item in settled),
        sum(int(item.undecided.sum()) for item in settled),
        tuple(examples[:EXAMPLES]),
    )


def _audit(months, period, values, hidden, width, exact) -> MonthAudit:
    system, _ = months.gate.knowledge.system(
        values,
        hidden,
        flows_are_some=False,
        issued_fits=period not in months.misfits,
        rows=PLAIN if exact else DERIVED,  # programs need none that follow
    )
    lower, upper = tighten(system)
    narrow = _narrow(system, lower, upper, width)
    proved, undecided = 0, np.zeros(system.n_hidden, dtype=bool)
    if exact:
        found = find_intervals(system, width, blocks=_blocks(months, system))
        free = found.high - found.low
        proved = int((free >= width).sum())
        further = (free < width) & _narrow(system, found.low, found.high, width) & ~narrow
        undecided = further & ~is_bounded_whole(system)
        narrow |= further & ~undecided
        lower, upper = (
            np.where(further, found.low, lower),
            np.where(further, found.high, upper),
        )
    numbers = np.flatnonzero(narrow | undecided)
    return MonthAudit(
        period,
        sum(int((counts >= 0).sum()) for counts in values.values()) + system.n_hidden,
        system.n_hidden,
        int(narrow.sum()),
        proved,
        int(undecided.sum()),
        tuple(_describe(months, system, i, lower[i], upper[i]) for i in numbers[:EXAMPLES]),
    )


def _with_money(months: PublishedMonths, month: MonthAudit, rule: DisclosureRule) -> MonthAudit:
    """The audit of a month with its amounts; of those only what the bounds find out."""
    hidden, found, examples = month.hidden, month.found_out, list(month.examples)
    cells = month.cells
    for kind in MONEY:
        amounts, mask = months.read_money(month.period, kind)
        system, _ = months.gate.knowledge.money(kind, amounts, mask)
        lower, upper = tighten(system)
        # Which amounts are hidden for their providers is not published.
        unknown = np.zeros(system.n_hidden, dtype=bool)
        numbers = np.flatnonzero(rule.is_narrow(lower, upper, unknown))
        cells += int((amounts >= 0).sum()) + system.n_hidden
        hidden += system.n_hidden
        found += len(numbers)
        examples += [_describe(months, system, i, lower[i], upper[i]) for i in numbers[:EXAMPLES]]
    return replace(
        month, cells=cells, hidden=hidden, found_out=found, examples=tuple(examples[:EXAMPLES])
    )


def _narrow(system: System, lower, upper, width: float) -> np.ndarray:
    """Too narrow; what is surely or possibly nothing is no cell of anybody."""
    flows = np.isin(system.kind, [i for i, k in enumerate(system.kinds) if k in FLOWS])
    return (upper - lower < width) & (upper > 0) & ~(flows & (lower < 1))


def _blocks(months: PublishedMonths, system: System) -> list[np.ndarray]:
    """By subdistrict, then by district, and flows by the city of the home."""
    tree = months.tree
    cuts = []
    for level, below in (("subdistrict", "community"), ("district", "subdistrict")):
        first = tree.level_slices[below].start
        above = np.full(len(tree), -1)
        above[first:] = [tree.ancestor(p, level) for p in range(first, len(tree))]
        cut = np.full(system.n_hidden, -1)
        for number, kind in enumerate(system.kinds):
            own = system.kind == number
            if kind not in FLOWS:
                cut[own] = above[_place(months, kind, system.cell[own])[1]]
            elif level == "district":
                home = months.gate.knowledge.flows.home[system.cell[own]]
                cut[own] = len(tree) + np.array([tree.ancestor(int(h), "city") or 0 for h in home])
        cuts.append(cut)
    return cuts


def _place(months: PublishedMonths, kind: str, cells: np.ndarray):
    return months.gate.knowledge.sums_of(kind).describe(cells)


def _describe(months: PublishedMonths, system: System, number: int, lower, upper) -> str:
    kind, cell = system.kinds[system.kind[number]], int(system.cell[number])
    codes = months.tree.codes
    if kind in FLOWS:
        flows = months.gate.knowledge.flows
        what = f"{CATEGORY_KEYS[flows.category[cell]]}, home {codes[flows.home[cell]]}"
    else:
        slot, position = (int(a[0]) for a in _place(months, kind, np.array([cell])))
        is_use = kind not in (ISSUED, SILENT)
        category, age = UPPER_SLOTS[slot] if is_use else (CATEGORY_ALL, AGE_BANDS[slot])
        what = f"{category}, {age}, {codes[position]}"
    return f"{kind}: {what}: between {lower:.0f} and {upper:.0f}"
