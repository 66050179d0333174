"""Files added to months that are there: taken in without reading all records, same result."""

from __future__ import annotations

import random
import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from geodata.demo.raw import RawPlan
from geodata.swipes.aggregation.increment import Increment
from geodata.swipes.store import aggregate
from tests.geodata.swipes.conftest import Room
from tests.geodata.swipes.raw_folder import write_ground, write_small_raw

PLAN = RawPlan(n_cards=300, n_rows=9_000, first_day="2026-01-22", n_days=16)


@pytest.fixture
def added(monkeypatch) -> list[int]:
    """Months to which files were added, in the order of the calls."""
    months, run = [], Increment.run

    def counted(self):
        result = run(self)
        if result is not None:
            months.append(self.month.month)
        return result

    monkeypatch.setattr(Increment, "run", counted)
    return months


@pytest.fixture(scope="module")
def days(tmp_path_factory) -> Room:
    """A room of nine files; cards move, files hold rows of other days, records come twice."""
    folder = tmp_path_factory.mktemp("days")
    source = write_ground(folder / "source")
    room = Room(write_small_raw(folder / "raw", source, PLAN, 9), source, folder / "store")
    paths = sorted((room.raw / "swipes").iterdir())
    tables = [pq.read_table(path) for path in paths]
    tables = [*tables[:4], *(move(table) for table in tables[4:])]
    delivered = list(tables)
    for i in range(len(paths) - 2):
        again = [void_some(delivered[i], 1), pair_otherwise(delivered[i], 2)]
        for more, table in enumerate(again, start=1):
            table = table.cast(tables[i + more].schema)
            tables[i + more] = pa.concat_tables([tables[i + more], table])
    for path, table in zip(paths, tables):
        pq.write_table(table, path)
    return room


def move(table: pa.Table) -> pa.Table:
    """One card in sixteen has moved to the home of the first row."""
    homes = table["home_community_code"]
    moved = pc.ends_with(table["card_token"], "3")
    homes = pc.if_else(moved, homes[0], homes).cast(homes.type)
    return table.set_column(
        table.column_names.index("home_community_code"), "home_community_code", homes
    )


def void_some(table: pa.Table, days: int) -> pa.Table:
    """One row in nine, received again as void."""
    again = received_later(table.take(pa.array(range(0, table.num_rows, 9))), days)
    void = pa.array(["Y"] * again.num_rows)
    return again.set_column(again.column_names.index("void_flag"), "void_flag", void)


def pair_otherwise(table: pa.Table, days: int) -> pa.Table:
    """One row in six, received again with the pairing id of another: its event is another one."""
    again = received_later(table.take(pa.array(range(0, table.num_rows, 6))), days)
    pairing = again["pairing_id"].combine_chunks()
    pairing = pa.concat_arrays([pairing[1:], pairing[:1]])
    return again.set_column(again.column_names.index("pairing_id"), "pairing_id", pairing)


def received_later(table: pa.Table, days: int) -> pa.Table:
    later = pa.scalar(days * 86_400_000_000, pa.duration("us"))
    index = table.column_names.index("received_at")
    return table.set_column(index, "received_at", pc.add(table["received_at"], later))


@pytest.fixture(scope="module")
def at_once(days, tmp_path_factory) -> str:
    copy = days.copy(tmp_path_factory.mktemp("once"))
    return aggregate(copy.raw, copy.source, copy.store).generation


def one_by_one(days: Room, folder, order: list[int]) -> tuple[Room, list[str]]:
    copy = days.copy(folder)
    shutil.rmtree(copy.raw / "swipes")
    (copy.raw / "swipes").mkdir()
    files = sorted((days.raw / "swipes").iterdir())
    generations = []
    for number in order:
        shutil.copyfile(files[number], copy.raw / "swipes" / files[number].name)
        generations.append(aggregate(copy.raw, copy.source, copy.store).generation)
    return copy, generations


@pytest.mark.parametrize("seed", range(3))
def test_files_one_by_one_are_added_and_give_what_all_at_once_give(
    days, at_once, tmp_path, added, seed
):
    order = random.Random(seed).sample(range(9), 9)
    _, generations = one_by_one(days, tmp_path, order)
    assert generations[-1] == at_once
    assert len(added) >= 5  # the first files of a month are more than half of it


def test_each_step_gives_what_the_records_give(days, tmp_path, added, monkeypatch):
    """A second store, in which every month is worked out from all its records."""
    _, generations = one_by_one(days, tmp_path / "files", list(range(9)))
    taken = len(added)
    monkeypatch.setattr("geodata.swipes.aggregation.duckdb_engine.few_enough", lambda month: False)
    _, expected = one_by_one(days, tmp_path / "records", list(range(9)))
    assert taken and len(added) == taken
    assert generations == expected


def test_after_a_change_of_merchants_months_are_worked_out_from_their_records(
    days, tmp_path, added
):
    copy, _ = one_by_one(days, tmp_path, list(range(9)))
    added.clear()
    path = copy.raw / "merchants.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",supermarket,", ",food,"), encoding="utf-8")
    report = aggregate(copy.raw, copy.source, copy.store)
    assert report.months and not added


def test_a_replaced_file_has_its_months_worked_out_from_their_records(days, tmp_path, added):
    copy, _ = one_by_one(days, tmp_path, list(range(9)))
    added.clear()
    path = sorted((copy.raw / "swipes").iterdir())[4]
    table = pq.read_table(path)
    later = pc.add(table["received_at"], pa.scalar(60 * 86_400_000_000, pa.duration("us")))
    table = table.set_column(table.column_names.index("received_at"), "received_at", later)
    pq.write_table(table.slice(0, table.num_rows // 2), path)
    report = aggregate(copy.raw, copy.source, copy.store)
    assert report.months and not added
