"""Differencing: what do two releases tell together that neither tells alone?"""

import shutil

import numpy as np
import pandas as pd
import pytest

from geodata.disclosure import MonthGate
from geodata.errors import ProtectionError
from geodata.release import audit_release, build_release, open_release
from geodata.schema import SUPPRESSED
from tests import grid_source as grid
from tests.geodata.release.differencing import a_card_more
from tests.grid_source import make_periods, write_grid_source

ELSEWHERE, NEAR = "110105001004", "110101001003"
COUNTS = ("cards_count", "swipes_count", "issued_cards_count", "silent_cards_count")


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


def test_a_correction_of_one_cell_stays_out(corrected):
    """Nothing but totals up to the region would hide it: all around it is known from before."""
    (before, after), _ = corrected
    assert after[1]["held_back"] == {"release": before[0].name, "periods": before[1]["periods"]}
    assert "kept_hidden" not in after[1]
    assert_same_months(before, after)
    findings = pd.read_parquet(after[0] / "findings.parquet")
    held = findings[findings["check"] == "revision_held"]
    assert held["example"].tolist() == before[1]["periods"]
    assert "two releases" in held["fix_en"].iloc[0]


def test_a_correction_near_what_was_hidden_comes_in(tmp_path, monkeypatch):
    """Totals of subdistricts hide it, each with a part of it that nobody knows from before."""
    first = write_grid_source(tmp_path / "first", months=1)
    monkeypatch.setattr(grid, "SMALL_COMMUNITY", NEAR)
    second = write_grid_source(tmp_path / "second", months=1)
    releases = tmp_path / "releases"
    before, after = (
        open_release(releases, build_release(source, releases)) for source in (first, second)
    )
    assert "held_back" not in after[1]
    found = audit_release(*after, before=before, exact=True, source=second)
    assert [(month.found_out, month.undecided) for month in found] == [(0, 0)]
    for month in audit_release(*after, before=before):
        assert month.hidden > 0 and (month.found_out, month.examples) == (0, ())
    areas = pd.read_parquet(after[0] / "areas.parquet")
    cards = np.load(after[0] / "cube" / "upper.cards_count.npy")
    large = areas["level"].isin(["region", "province", "city"]).to_numpy()[: cards.shape[2]]
    hidden = (cards == SUPPRESSED).any(axis=(0, 1))
    assert hidden.any() and large.any() and not (hidden & large).any()


def assert_same_months(before, after):
    for name in before[1]["files"]:
        if name.startswith(("cube/", "flow")):
            assert (before[0] / name).read_bytes() == (after[0] / name).read_bytes(), name


def test_the_next_build_tries_it_again_with_what_came_with_it(corrected, tmp_path, monkeypatch):
    """Where many cells of the month change the correction is one among them."""
    releases = tmp_path / "releases"
    _, (first, second) = corrected
    for source in (first, second):
        before = open_release(releases, build_release(source, releases))
    assert "held_back" in before[1]
    with monkeypatch.context() as patch:
        patch.setattr(grid, "SMALL_COMMUNITY", ELSEWHERE)
        patch.setattr(grid, "make_cube", a_card_more)
        more = write_grid_source(tmp_path / "more", months=1)
    after = open_release(releases, build_release(more, releases))
    assert after[1]["kept_hidden"]["periods"] == after[1]["periods"]
    assert "held_back" not in after[1]
    findings = pd.read_parquet(after[0] / "findings.parquet")
    assert not (findings["check"] == "revision_held").any()


def test_what_cannot_be_protected_at_all_stays_out(corrected, tmp_path, monkeypatch):
    def refuse(self, counts, also=None, known=None):
        raise ProtectionError("nothing is left", "")

    _, (first, second) = corrected
    releases = tmp_path / "releases"
    before = open_release(releases, build_release(first, releases))
    monkeypatch.setattr(MonthGate, "find_hidden", refuse)
    after = open_release(releases, build_release(second, releases))
    assert after[1]["held_back"]["periods"] == after[1]["periods"]
    assert_same_months(before, after)
    shutil.rmtree(releases)
    with pytest.raises(ProtectionError):  # without a release before there is nothing to keep
        build_release(second, releases)


@pytest.mark.parametrize("first_has", [True, False])
def test_flows_may_come_with_a_correction_or_go(tmp_path, monkeypatch, first_has):
    monkeypatch.setattr(grid, "make_cube", a_card_more)
    more = write_grid_source(tmp_path / "more", months=1)
    monkeypatch.undo()
    first = write_grid_source(tmp_path / "first", months=1)
    (flows,) = (more if first_has else first).glob("swipes/flows-*")
    flows.unlink()
    for source in (first, more):
        opened = open_release(tmp_path / "releases", build_release(source, tmp_path / "releases"))
    assert opened[1]["kept_hidden"]["periods"] == opened[1]["periods"]
