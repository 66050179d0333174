from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

from geodata.demo import write, write_demo
from geodata.demo.recorded import read_fact
from geodata.errors import SourceError
from geodata.schema import TABLES
from tests.geodata.demo.conftest import read_text_table

DISTRICTS = ["130303", "130107"]


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("first")
    write_demo(folder, districts=DISTRICTS)
    return hashes(folder)


def test_same_seed_same_bytes_with_or_without_processes(
    first: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "WORTH_A_POOL", 0)
    write_demo(tmp_path, districts=DISTRICTS[::-1])
    assert hashes(tmp_path) == first


def test_another_seed_keeps_what_is_real_and_moves_what_is_not(
    first: dict[str, str], tmp_path: Path
) -> None:
    write_demo(tmp_path, districts=DISTRICTS, seed=1)
    second = hashes(tmp_path)
    assert second["areas.csv"] == first["areas.csv"]
    assert second["boundaries/district.parquet"] == first["boundaries/district.parquet"]
    for name in ("providers.csv", "boundaries/community.parquet", "cards/2024-01.parquet"):
        assert second[name] != first[name]


def test_progress_ends_at_its_totals(tmp_path: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    write_demo(tmp_path, districts=["130107"], progress=lambda *call: calls.append(call))
    last = {stage: (done, total) for stage, done, total in calls}
    assert len(last) == 3
    assert all(done == total for done, total in last.values())


def test_tables_have_the_columns_of_the_schema(small: Path) -> None:
    for name in ("areas", "population", "providers"):
        columns = [column.name for column in TABLES[name].columns]
        assert read_text_table(small / f"{name}.csv").columns.tolist() == columns


def test_the_source_says_what_is_synthetic(small: Path) -> None:
    config = tomllib.loads((small / "source.toml").read_text(encoding="utf-8"))
    assert config["synthetic"] is True
    assert "模拟" in config["source_zh"]
    assert "synthetic" in config["source_en"]
    assert config["swipes"] == {"bus_counted_as": "rides"}
    for level in ("district", "community"):
        assert (small / config["boundaries"][level]["file"]).is_file()


def test_standards_are_found_in_the_facts(small: Path) -> None:
    document = tomllib.loads((small / "standards.toml").read_text(encoding="utf-8"))
    facts = read_fact("standards_found.csv")
    assert set(facts["status"]) == {"found"}
    values = set(facts["value"].str.strip("<>="))
    for standard in document["standard"]:
        assert standard["status"] == "found"
        figure = standard.get("radius_m") or standard.get("capacity_per_1000")
        if standard["source"].endswith("derived"):  # a quarter of an hour at the speed found
            speed = facts.loc[facts["standard"].str.startswith("walking speed"), "value"]
            assert figure == round(float(speed.item()) * 1000 / 4)
        else:
            assert str(figure) in values
    ids = [standard["id"] for standard in document["standard"]]
    assert document["default"] in ids


def test_a_missing_polygon_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from geodata.demo import recorded

    monkeypatch.setattr(recorded, "POLYGON_PACKAGE", "no-such-package")
    with pytest.raises(SourceError, match="no-such-package"):
        recorded.read_district_polygons(["110101"])
