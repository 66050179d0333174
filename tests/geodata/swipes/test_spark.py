"""Spark on a real cluster gives what DuckDB gives, to the last unit, also when a worker dies."""

from __future__ import annotations

import pytest
from pandas.testing import assert_frame_equal

from geodata.demo.raw import RawPlan
from geodata.swipes.store import aggregate
from tests.geodata.swipes.conftest import Room
from tests.geodata.swipes.raw_folder import published, write_ground, write_small_raw
from tests.geodata.swipes.spark_cluster import EXECUTOR_MEMORY, running_cluster, why_not

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "can run"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support"),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with running_cluster(tmp_path_factory.mktemp("spark")) as running:
        yield running


@pytest.fixture(scope="module")
def engine(cluster):
    from geodata.swipes.aggregation.spark_engine import SparkEngine

    settings = {"spark.sql.shuffle.partitions": "4", "spark.driver.memory": "640m"}
    engine = SparkEngine(cluster.url, EXECUTOR_MEMORY, settings)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> tuple[Room, Room]:
    """A room of twelve days in two months, before and after DuckDB has aggregated it."""
    folder = tmp_path_factory.mktemp("small")
    source = write_ground(folder / "source")
    plan = RawPlan(n_cards=400, n_rows=8_000, first_day="2026-01-25", n_days=12)
    room = Room(write_small_raw(folder / "raw", source, plan, 4), source, folder / "store")
    by_duckdb = room.copy(tmp_path_factory.mktemp("duckdb"))
    aggregate(by_duckdb.raw, by_duckdb.source, by_duckdb.store)
    return room, by_duckdb


def assert_same(one: Room, other: Room) -> None:
    expected, found = published(one.source), published(other.source)
    assert len(expected) == 10 and expected.keys() == found.keys()
    for key, table in expected.items():
        assert len(table) > 50
        assert_frame_equal(found[key], table)
    current = [room.source / "aggregates" / "current" for room in (one, other)]
    assert current[0].read_text() == current[1].read_text()


def test_spark_and_duckdb_agree_to_the_last_unit(small, engine, tmp_path):
    room, by_duckdb = small
    copy = room.copy(tmp_path)
    aggregate(copy.raw, copy.source, copy.store, engine=engine)
    assert_same(by_duckdb, copy)


def test_a_worker_killed_on_the_way_changes_nothing(small, cluster, engine, tmp_path):
    """One of two is lost after both have worked out what the tables read, and its part with it."""
    room, by_duckdb = small
    copy, killed = room.copy(tmp_path), []

    def kill_once(stage: str, step: int, steps: int) -> None:
        if stage.endswith("on Spark") and step == steps - 3 and not killed:
            killed.append(stage)
            cluster.kill_worker(1)

    aggregate(copy.raw, copy.source, copy.store, engine=engine, progress=kill_once)
    assert killed and cluster.workers[0].poll() is None
    assert_same(by_duckdb, copy)
