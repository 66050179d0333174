"""Files in any order, late, corrected, twice, one by one or all at once: the same aggregates."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from geodata.errors import StoreError
from geodata.swipes.store import aggregate
from tests.geodata.swipes.raw_folder import by_keys, expected_of, published
from tests.geodata.swipes.raw_oracle import tables


def deliver(room, name: str, path: Path) -> None:
    shutil.copyfile(path, room.raw / "swipes" / name)


def empty(room, folder: Path):
    """The room without swipes and store, and the files that were in it."""
    copy = room.copy(folder)
    files = sorted((room.raw / "swipes").iterdir())
    for path in (copy.raw / "swipes").iterdir():
        path.unlink()
    return copy, files


@st.composite
def arrivals(draw, n_files: int):
    """Batches of file numbers, each file once, some of them a second time."""
    order = draw(st.permutations(range(n_files)))
    order += draw(st.lists(st.integers(0, n_files - 1), max_size=2))
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), max_size=3)))
    return [order[i:j] for i, j in zip([0, *cuts], [*cuts, len(order)])]


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_order_of_arrival_gives_what_all_at_once_gives(done, room, tmp_path_factory, data):
    copy, files = empty(room, tmp_path_factory.mktemp("arrivals"))
    for batch in data.draw(arrivals(len(files))):
        for number in batch:
            deliver(copy, files[number].name, files[number])
        aggregate(copy.raw, copy.source, copy.store)
    expected, found = published(done.room.source), published(copy.source)
    assert expected.keys() == found.keys()
    for key, table in expected.items():
        assert_frame_equal(found[key], table)
    # The id comes from the bytes of all tables and from the ledger.
    assert (copy.source / "aggregates/current").read_text() == (
        done.room.source / "aggregates/current"
    ).read_text()


def test_a_file_twice_or_under_another_name_changes_nothing(done, tmp_path):
    copy = done.room.copy(tmp_path)
    before = (copy.source / "aggregates" / "current").read_text()
    path = sorted((copy.raw / "swipes").iterdir())[0]
    shutil.copyfile(path, path.with_name("again.parquet"))
    report = aggregate(copy.raw, copy.source, copy.store)
    assert not report.loaded and not report.months
    assert (copy.source / "aggregates" / "current").read_text() == before


def test_only_touched_months_are_worked_out(done, room, tmp_path):
    copy, files = empty(room, tmp_path)
    for path in files[:-1]:
        deliver(copy, path.name, path)
    aggregate(copy.raw, copy.source, copy.store)
    deliver(copy, files[-1].name, files[-1])
    report = aggregate(copy.raw, copy.source, copy.store)
    rows = pq.read_table(files[-1], columns=["txn_time"]).to_pandas()["txn_time"]
    months = set(rows.dt.tz_convert("Asia/Shanghai").dt.strftime("%Y-%m"))
    assert months <= set(report.months) < {"2026-01", "2026-02", "2026-03", "2026-04"}
    assert published(copy.source).keys() == published(done.room.source).keys()


def correct(table: pa.Table) -> pa.Table:
    """A file sent again: some rows less, other amounts, received two months later."""
    kept = table.filter(pc.not_equal(pc.binary_length(table["record_id"]), 0)).slice(0)
    kept = kept.take(pa.array([i for i in range(kept.num_rows) if i % 7]))
    for name in ("amount_gross_fen", "amount_own_fen"):
        more = pc.add(kept[name], pc.if_else(pc.equal(kept["txn_type"], "purchase"), 100, 0))
        kept = kept.set_column(kept.column_names.index(name), name, more)
    later = pc.add(kept["received_at"], pa.scalar(60 * 86_400_000_000, pa.duration("us")))
    return kept.set_column(kept.column_names.index("received_at"), "received_at", later)


@pytest.mark.parametrize("first", ["old", "new"])
def test_a_corrected_file_takes_the_place_of_the_old_one(room, tmp_path, first):
    """In either order of arrival; a full computation knows the new one only."""
    copy, files = empty(room, tmp_path)
    corrected = tmp_path / "corrected.parquet"
    pq.write_table(correct(pq.read_table(files[4])), corrected)
    for path in files:
        if path != files[4]:
            deliver(copy, path.name, path)
    for path in (files[4], corrected) if first == "old" else (corrected, files[4]):
        deliver(copy, files[4].name, path)
        aggregate(copy.raw, copy.source, copy.store)
    deliver(copy, files[4].name, corrected)
    expected = expected_of(copy.raw)
    found = published(copy.source)
    for period in ("2026-01", "2026-02", "2026-03", "2026-04"):
        for name, table in tables(expected.uses, period).items():
            assert_frame_equal(
                by_keys(found[name, period], table),
                table,
                check_dtype=False,
                check_index_type=False,
            )


def test_a_change_of_merchants_loads_the_days_it_is_about_again(room, tmp_path):
    copy = room.copy(tmp_path)
    aggregate(copy.raw, copy.source, copy.store)
    path = copy.raw / "merchants.csv"
    merchants = pd.read_csv(path, dtype=str, keep_default_na=False)
    changed = merchants["category"] == "supermarket"
    day = "2026-03-10"
    after = merchants[changed].assign(valid_from=day, category="food")
    merchants.loc[changed, "valid_to"] = "2026-03-09"
    pd.concat([merchants, after]).to_csv(path, index=False)
    report = aggregate(copy.raw, copy.source, copy.store)
    assert 0 < len(report.loaded) < len(list((copy.raw / "swipes").iterdir()))
    expected = expected_of(copy.raw)
    found = published(copy.source)
    for period in ("2026-02", "2026-03"):
        table = tables(expected.uses, period)["flows"]
        assert_frame_equal(by_keys(found["flows", period], table), table, check_dtype=False)


def test_merchants_with_another_provider_are_counted_anew_from_that_day_on(room, tmp_path):
    copy = room.copy(tmp_path)
    aggregate(copy.raw, copy.source, copy.store)
    path = copy.raw / "merchants.csv"
    merchants = pd.read_csv(path, dtype=str, keep_default_na=False)
    merchants["provider_id"] = "R999999"
    merchants.to_csv(path, index=False)
    report = aggregate(copy.raw, copy.source, copy.store)
    assert len(report.loaded) == len(list((copy.raw / "swipes").iterdir()))
    table = published(copy.source)["subdistrict", "2026-02"]
    paid = table[(table["amount_fen"] > 0) & (table["category"] != "bus")]
    assert len(paid) > 50 and paid["providers_count"].eq(1).all()


def test_a_store_for_other_areas_is_not_mixed(done, tmp_path):
    copy = done.room.copy(tmp_path)
    path = copy.source / "areas.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(StoreError, match="other areas"):
        aggregate(copy.raw, copy.source, copy.store)


def test_rows_about_persons_stay_out_of_the_source(done, tmp_path):
    with pytest.raises(StoreError, match="inside the source"):
        aggregate(done.room.raw, done.room.source, done.room.source / "store")
    columns = {name for table in published(done.room.source).values() for name in table.columns}
    assert not columns & {"card_token", "record_id", "birth_year", "txn_time"}
