"""What a load did, in words: nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from geodata.swipes.raw.contract import COUNTED, FATES, REASONS
from geodata.swipes.store.ledger import LOADED, REFUSED, REPLACED

if TYPE_CHECKING:
    from geodata.swipes.store.aggregate import LoadReport


def describe_load(report: LoadReport) -> Iterator[str]:
    """Lines for the operator: files, rows by what became of them, quarantine by reason."""
    new = ", ".join(report.months) or "none"
    yield f"files: {len(report.loaded)} new, {report.skipped} known; months worked out: {new}"
    for entry in report.refused:
        share = entry.bad_rows / max(entry.rows, 1)
        yield f"refused: {entry.name}: {entry.bad_rows} of {entry.rows} rows are bad ({share:.1%})"
    by_fate: dict[str, list[int]] = {fate: [0, 0] for fate in FATES}
    for (fate, _), (rows, gross) in report.fates.items():
        by_fate[fate][0] += rows
        by_fate[fate][1] += gross
    for fate, (rows, gross) in by_fate.items():
        if rows:
            where = "counted" if fate in COUNTED else "left out"
            yield f"{where}: {fate}: {rows:,} rows, {gross / 100:,.2f} yuan"
    quarantined: dict[str, int] = {}
    for entry in report.files:
        if entry.status == LOADED:
            for reason, rows in entry.quarantined.items():
                quarantined[reason] = quarantined.get(reason, 0) + rows
    for reason, rows in sorted(quarantined.items()):
        zh, en = REASONS[reason]
        yield f"quarantine: {reason}: {rows:,} rows; {zh}; {en}"
    for status in (REFUSED, REPLACED):
        rows = sum(entry.rows for entry in report.files if entry.status == status)
        if rows:
            yield f"files {status}: {rows:,} rows"
    yield f"published: {report.generation or 'nothing'}"
