"""Raw swipes to aggregates: every number once more by pandas, every row and fen accounted for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geodata.cli import main
from geodata.demo.raw import RawPlan
from geodata.quality import check_source
from geodata.release import audit_release, build_release, open_release
from geodata.swipes.raw.contract import COUNTED, FATES, REASONS
from geodata.swipes.store import aggregate, describe_load
from tests.geodata.swipes.raw_folder import (
    OWN,
    SWIPES,
    by_keys,
    published,
    write_ground,
    write_small_raw,
)
from tests.geodata.swipes.raw_oracle import RETURNS, tables
from tests.grid_source import edit_config

PERIODS = ("2026-01", "2026-02", "2026-03", "2026-04")


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("name", (*SWIPES, *OWN))
def test_every_table_is_what_pandas_counts(done, name, period):
    expected = tables(done.expected.uses, period)[name]
    found = published(done.room.source)[name, period]
    assert len(expected) > 50
    assert_frame_equal(
        by_keys(found, expected), expected, check_dtype=False, check_index_type=False
    )


def test_providers_are_counted_whatever_merchants_they_have(done):
    """Chains, merchants that nobody lists, taps of which nobody knows who was paid: all occur."""
    table = published(done.room.source)["community", "2026-02"]
    counts = table["providers_count"]
    assert {0, 1, 2, 3} <= set(counts.dropna())
    assert counts.isna().any() and (table["amount_fen"][counts.isna()] > 0).all()
    uses = done.expected.uses.query("month == '2026-02' and amount > 0")
    listed = uses[uses["provider"] != ""]
    several = listed.groupby("provider")[["merchant_no", "category"]].nunique()
    assert (several > 1).any().all()
    assert (uses["provider"] == "").any()


def test_all_traps_are_there_and_each_ends_as_it_must(done):
    expected = done.expected.rows["fate"].value_counts().to_dict()
    quarantined = expected.pop("quarantined")
    found = dict.fromkeys(FATES, 0)
    for (fate, _), (rows, _) in done.report.fates.items():
        found[fate] += rows
    assert {fate: rows for fate, rows in found.items() if rows} == expected
    assert sum(entry.bad_rows for entry in done.report.files) == quarantined
    assert set(FATES) - set(expected) <= {"adjustment", "unmatched_return"}


def test_quarantine_names_the_reason(done):
    expected = done.expected.rows["reason"].value_counts().drop("").to_dict()
    found: dict[str, int] = {}
    for entry in done.report.files:
        for reason, rows in entry.quarantined.items():
            found[reason] = found.get(reason, 0) + rows
    assert found == expected
    assert {"unknown_home", "wrong_sum", "unknown_merchant", "no_place"} <= set(found)


def test_nothing_is_lost_by_count_or_by_fen(done):
    """Raw in = in the aggregates + left out by rule + quarantined."""
    rows = done.expected.rows
    signed = rows["amount_gross_fen"].where(
        ~rows["txn_type"].isin(RETURNS), -rows["amount_gross_fen"]
    )
    fates = done.report.fates
    bad = sum(entry.bad_rows for entry in done.report.files)
    assert len(rows) == sum(n for n, _ in fates.values()) + bad
    assert signed[rows["reason"] == ""].sum() == sum(fen for _, fen in fates.values())
    set_aside = sum(entry.gross_quarantined for entry in done.report.files)
    assert rows.loc[rows["reason"] != "", "amount_gross_fen"].sum() == set_aside

    found = published(done.room.source)
    everything = pd.concat([found["community", period] for period in PERIODS])
    whole = everything[(everything["category"] == "all") & (everything["age_band"] == "all")]
    counted = [value for (fate, _), value in fates.items() if fate in COUNTED]
    uses = sum(n for (fate, _), (n, _) in fates.items() if fate in ("use", "lone_tap"))
    assert whole["swipes_count"].sum() == uses
    assert whole["amount_fen"].sum() == sum(fen for _, fen in counted)


def test_distinct_cards_add_up_over_homes_and_over_nothing_else(done):
    found = published(done.room.source)
    community, flows = found["community", "2026-02"], found["flows", "2026-02"]
    cards = done.expected.uses.query("month == '2026-02'")["card_token"].nunique()
    whole = community[(community["category"] == "all") & (community["age_band"] == "all")]
    assert whole["cards_count"].sum() == cards
    parts = community[(community["category"] != "all")]
    assert parts["cards_count"].sum() > cards
    assert flows.query("category == 'all'")["cards_count"].sum() > cards


def test_issued_and_silent_cards(done):
    """Months with two months before them, by a second computation."""
    found = published(done.room.source)
    assert [period for name, period in found if name == "cards"] == ["2026-03", "2026-04"]
    register = pd.read_parquet(done.room.raw / "cards.parquet")
    used = done.expected.uses
    for last, period in (
        (pd.Timestamp("2026-03-31"), "2026-03"),
        (pd.Timestamp("2026-04-30"), "2026-04"),
    ):
        recent = pd.period_range(end=period, periods=3, freq="M").astype(str)
        active = set(used.loc[used["month"].isin(recent), "card_token"])
        issued = register[
            (pd.to_datetime(register["issued_on"]) <= last)
            & ~(pd.to_datetime(register["closed_on"]) <= last)
            & (2026 - register["birth_year"] >= 60)
        ]
        table = found["cards", period].query("age_band == 'all'").set_index("home_area_code")
        assert table["cards_count"].sum() == len(issued)
        silent = issued[~issued["card_token"].isin(active)]
        expected = silent.groupby("home_community_code").size()
        assert table["silent_cards_count"].loc[lambda s: s > 0].to_dict() == expected.to_dict()
        bands = found["cards", period].query("age_band != 'all'")
        assert bands["cards_count"].sum() == len(issued)


def test_a_source_with_aggregates_is_sound_and_becomes_a_release(tmp_path):
    """Three months of enough cards to protect; the fourth has refunds only and is no month."""
    source = write_ground(tmp_path / "source")
    plan = RawPlan(n_cards=30_000, n_rows=450_000, first_day="2026-01-01", n_days=90)
    write_small_raw(tmp_path / "raw", source, plan, 6)
    aggregate(tmp_path / "raw", source)
    months = [period for name, period in published(source) if name == "flows"]
    assert months == ["2026-01", "2026-02", "2026-03"]
    findings = check_source(source, workers=1)
    errors = findings[findings["severity"] == "error"]
    assert errors.empty, errors.to_string()
    assert main(["build", str(source), "--into", str(tmp_path / "releases")]) == 0


def test_the_report_explains_every_reason(done):
    lines = list(describe_load(done.report))
    for reason in {r for entry in done.report.files for r in entry.quarantined}:
        assert any(reason in line and REASONS[reason][0] in line for line in lines)


@pytest.mark.parametrize("zeros", ["shown", "hidden"])
def test_a_source_of_a_few_cards_becomes_a_release_that_tells_nothing(done, tmp_path, zeros):
    """Homes in the register and in the records differ: somewhere more cards are used than issued.

    Taken for sure that issued cards are the most would contradict itself there.
    """
    source = done.room.copy(tmp_path).source
    edit_config(source, "[population]", f'[disclosure]\nzeros = "{zeros}"\n[population]')
    build_release(source, tmp_path / "releases")
    folder, manifest = open_release(tmp_path / "releases")
    cards = np.load(folder / "cube" / "upper.cards_count.npy")
    assert not ((cards > 0) & (cards < 10)).any()
    assert (cards == 0).any() == (zeros == "shown")
    assert manifest["issued_below_use"]
    for month in audit_release(folder, manifest):
        assert month.hidden and not month.found_out, month.examples
