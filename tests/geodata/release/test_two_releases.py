"""Differencing: what do two releases tell together that neither tells alone?"""

import shutil

import numpy as np
import pandas as pd
import pytest

from geodata.areas import AreaTree
from geodata.disclosure import MonthGate, tighten
from geodata.release import audit_release, build_release, open_release
from geodata.release.published_month import PublishedMonths
from geodata.release.true_month import read_true_month
from geodata.schema import SUPPRESSED
from geodata.source import read_source
from tests import grid_source as grid
from tests.grid_source import make_periods, write_grid_source

ELSEWHERE = "110101001003"
COUNTS = ("cards_count", "swipes_count", "issued_cards_count", "silent_cards_count")


def months_of(opened):
    folder, manifest = opened
    tree = AreaTree(pd.read_parquet(folder / "areas.parquet"))
    return PublishedMonths(folder, manifest, tree, MonthGate(tree))


def test_one_more_month_tells_nothing_of_the_others(tmp_path):
    """Months that came before are published again as they were, cell by cell."""
    full = write_grid_source(tmp_path / "full", months=3)
    last = make_periods(3)[-1]
    short = shutil.copytree(full, tmp_path / "short")
    for path in [*short.glob(f"*/{last}.csv"), *short.glob(f"*/*-{last}.csv")]:
        path.unlink()
    releases = tmp_path / "releases"
    before = open_release(releases, build_release(short, releases))
    after = open_release(releases, build_release(full, releases))
    assert after[1]["periods"] == [*before[1]["periods"], last]
    for block in ("upper", "community"):
        for field in (*COUNTS, "amount_fen", "subsidy_fen"):
            earlier, later = (
                np.load(folder / "cube" / f"{block}.{field}.npy") for folder, _ in (before, after)
            )
            np.testing.assert_array_equal(earlier, later[: len(earlier)])
    assert "kept_hidden" not in after[1]
    for month in audit_release(*after, before=before):
        assert (month.found_out, month.examples) == (0, ())


@pytest.fixture(scope="module")
def corrected(tmp_path_factory):
    """A month published twice: the small cell is elsewhere in the second."""
    folder = tmp_path_factory.mktemp("corrected")
    first = write_grid_source(folder / "first", months=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid, "SMALL_COMMUNITY", ELSEWHERE)
        second = write_grid_source(folder / "second", months=1)
    releases = folder / "releases"
    ids = [build_release(source, releases) for source in (first, second)]
    return [open_release(releases, number) for number in ids], [first, second]


def test_no_cell_is_hidden_in_the_first_and_shown_in_the_second(corrected):
    (first, _), (second, _) = corrected[0]
    for block in ("upper", "community"):
        for field in COUNTS:
            earlier, later = (
                np.load(folder / "cube" / f"{block}.{field}.npy") for folder in (first, second)
            )
            assert not ((earlier == SUPPRESSED) & (later > 0)).any()


@pytest.mark.xfail(
    strict=True, reason="a cell hidden now for the sake of another was shown before, unchanged"
)
def test_what_was_shown_before_and_did_not_change_gives_nothing_away(corrected):
    """The outsider takes what the first release showed and the second hides to be as it was.

    Where only one cell was corrected he is right about its neighbours, and what hides it is gone.
    """
    opened, sources = corrected
    first, second = map(months_of, opened)
    period = second.periods[-1]
    values, hidden = second.read(period)
    earlier, hidden_earlier = first.read(period)
    was, now = (read_true_month(second, read_source(source), period) for source in sources)
    for kind, mask in hidden.items():
        known = mask & ~hidden_earlier[kind] & (was[kind] == now[kind])
        values[kind] = np.where(known, earlier[kind], values[kind])
        hidden[kind] = mask & ~known
    system, _ = second.gate.knowledge.system(values, hidden)
    lower, upper = tighten(system)
    assert (upper - lower >= second.gate.rule.width).all()
