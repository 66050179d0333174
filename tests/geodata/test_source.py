"""A source folder is opened lazily and refuses what it cannot mean."""

from __future__ import annotations

import pytest

from geodata.boundaries import build_coverages
from geodata.errors import AreaError, SourceError
from geodata.population import read_population
from geodata.quality import check_source
from geodata.source import read_source
from tests.grid_source import edit_config, edit_table, write_grid_source


def test_tables_months_and_layers(pristine):
    source = read_source(pristine)
    assert source.config["encoding"] == "utf-8"
    assert len(source.areas) == 236
    assert source.areas["area_code"][0] == "jjj"
    assert source.periods == ("2026-05", "2026-06")
    names = {k: [f.name for f in v] for k, v in source.month_files("2026-06").items()}
    assert names == {
        "cards": ["cards/2026-06.csv"],
        "swipes": ["swipes/community-2026-06.csv", "swipes/subdistrict-2026-06.csv"],
        "flows": ["swipes/flows-2026-06.csv"],
    }
    assert source.boundary_levels == ("district", "subdistrict", "community")
    assert source.boundaries("district")["area_code"].tolist()[0] == "110101"
    assert source.standards["default"] == "grid-meals"


@pytest.mark.parametrize(
    ("table_format", "table_encoding", "boundary_format", "boundary_encoding"),
    [
        ("parquet", "utf-8", "gpkg", "utf-8"),
        ("csv", "gb18030", "shp.zip", "GB18030"),
        ("csv", "utf-8-sig", "geojson", "utf-8"),
    ],
)
def test_every_form_of_a_source_is_the_same_source(
    pristine, tmp_path, table_format, table_encoding, boundary_format, boundary_encoding
):
    folder = write_grid_source(
        tmp_path,
        months=1,
        table_format=table_format,
        table_encoding=table_encoding,
        boundary_format=boundary_format,
        boundary_encoding=boundary_encoding,
    )
    assert check_source(folder, workers=1)["check"].tolist() == ["population_missing"]
    source, expected = read_source(folder), read_source(pristine)
    assert source.areas.equals(expected.areas)
    assert read_population(source, source.tree).equals(read_population(expected, expected.tree))
    ours, theirs = build_coverages(source), build_coverages(expected)
    for level in theirs.levels:
        assert (abs(ours[level].bounds - theirs[level].bounds) < 2e-6).all(axis=None)


def test_columns_under_their_names(spoilt):
    edit_table(spoilt, "population", lambda f: f.rename(columns={"aged_60_count": "60岁及以上"}))
    assert "missing_column" in set(check_source(spoilt, workers=1)["check"])
    edit_config(
        spoilt, "[population]", '[columns.population]\naged_60_count = "60岁及以上"\n\n[population]'
    )
    assert check_source(spoilt, workers=1)["check"].tolist() == ["population_missing"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[boundaries.village]\nfile = 'x'", "not a level"),
        ("[boundaries.district]\ncode = 'x'", "names no file"),
        ("[columns.people]\na = 'b'", "not a table"),
        ("title_zh = 3", "not text"),
        ("= 1", "source.toml"),
    ],
)
def test_config_that_means_nothing(tmp_path, text, message):
    (tmp_path / "source.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=message) as caught:
        read_source(tmp_path)
    assert caught.value.fix


def test_no_folder_no_config_no_utf8(tmp_path):
    with pytest.raises(SourceError, match="no such folder"):
        read_source(tmp_path / "none")
    with pytest.raises(SourceError, match="is missing"):
        read_source(tmp_path)
    (tmp_path / "source.toml").write_bytes('title_zh = "京"'.encode("gbk"))
    with pytest.raises(SourceError, match="not UTF-8"):
        read_source(tmp_path)


def test_broken_hierarchy_is_an_error_of_the_areas(spoilt):
    edit_table(spoilt, "areas", lambda f: f.assign(parent_code=f["parent_code"].replace("13", "x")))
    with pytest.raises(AreaError, match="'x'"):
        _ = read_source(spoilt).areas
