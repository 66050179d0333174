"""The report of a join: what did not match, on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

REPORT_COLUMNS = ("table", "side", "key", "rows", "note")
FACTS_SIDE, AREAS_SIDE = "facts", "areas"


@dataclass(frozen=True)
class JoinReport:
    """What did not match.

    Attributes
    ----------
    frame : DataFrame, (n, 5)
        `table`; `side` "facts" (a key no area has) or "areas" (an area without facts); `key`;
        `rows` of facts behind the key (0 on the side of the areas); `note`.
    matched_rows : int
        Rows of facts that found their area.
    """

    frame: pd.DataFrame
    matched_rows: int = 0

    @property
    def unmatched_rows(self) -> int:
        """Rows of facts that found no area."""
        return int(self.frame.loc[self.frame["side"] == FACTS_SIDE, "rows"].sum())


def report_frame(rows: Iterable[tuple[str, str, str, int, str]]) -> pd.DataFrame:
    """Rows (table, side, key, rows, note) as a report table."""
    frame = pd.DataFrame(list(rows), columns=list(REPORT_COLUMNS))
    return frame.astype({"rows": "int64"})


def merge_reports(reports: Iterable[JoinReport]) -> JoinReport:
    """Several reports as one, in their order."""
    reports = list(reports)
    frames = [r.frame for r in reports if len(r.frame)]
    frame = pd.concat(frames, ignore_index=True) if frames else report_frame([])
    return JoinReport(frame, sum(r.matched_rows for r in reports))
