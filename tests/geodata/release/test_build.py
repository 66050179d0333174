"""A release of the square cells: what is in it, and that the same source gives the same bytes."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from geodata.errors import CheckError
from geodata.release import build_release, list_releases, open_release, verify_release
from geodata.schema import SUPPRESSED
from tests.grid_source import SMALL_COMMUNITY, edit_table, make_periods, write_grid_source


@pytest.fixture(scope="module")
def opened(grid_releases):
    return open_release(grid_releases)


def load(folder, name):
    return np.load(folder / "cube" / f"{name}.npy", mmap_mode="r")


def test_the_manifest_says_what_is_there(opened):
    folder, manifest = opened
    assert manifest["release_id"] == folder.name
    assert manifest["periods"] == make_periods()
    assert manifest["rules"]["disclosure"]["k"] == 10
    assert manifest["rules"]["standards"]["version"] == "grid-1"
    assert len(manifest["slots"]["community"]) == 17
    assert len(manifest["slots"]["upper"]) == 56
    for cube in manifest["cubes"].values():
        array = np.load(folder / cube["file"], mmap_mode="r")
        assert list(array.shape) == cube["shape"]
        assert str(array.dtype) == cube["dtype"]
    assert manifest["rows"]["areas"] == 236
    assert not verify_release(folder, manifest)


def test_every_table_of_the_contract_is_written(opened):
    folder, manifest = opened
    for name in ("areas", "population", "providers", "flows", "flow_totals", "join_report"):
        frame = pd.read_parquet(folder / f"{name}.parquet")
        assert len(frame) == manifest["rows"][name]
    areas = pd.read_parquet(folder / "areas.parquet")
    row = areas.set_index("area_code").loc["110101"]
    assert (row["pinyin"], row["initials"]) == ("dongchengqu", "dcq")
    assert 115.9 < row["lon"] < 116.2


def test_hidden_cells_are_hidden_in_every_field(opened):
    folder, manifest = opened
    areas = pd.read_parquet(folder / "areas.parquet", columns=["area_code", "level"])
    first = int((areas["level"] != "community").sum())
    column = int(areas.index[areas["area_code"] == SMALL_COMMUNITY][0]) - first
    slot = manifest["slots"]["community"].index(["meals", "all"])
    for field in ("swipes_count", "cards_count", "amount_fen", "subsidy_fen"):
        assert (load(folder, f"community.{field}")[:, slot, column] == SUPPRESSED).all()


def test_no_published_cell_rests_on_few_cards(opened):
    folder, _ = opened
    for block in ("upper", "community"):
        for name in ("cards_count", "issued_cards_count", "silent_cards_count"):
            cells = load(folder, f"{block}.{name}")
            assert not ((cells > 0) & (cells < 10)).any()


def test_same_source_same_bytes(grid_source, grid_releases, tmp_path):
    again = build_release(shutil.copytree(grid_source, tmp_path / "copy"), tmp_path / "releases")
    _, manifest = open_release(grid_releases)
    _, other = open_release(tmp_path / "releases")
    assert again == manifest["release_id"]
    assert other["files"] == manifest["files"]


def test_building_again_does_not_publish_twice(tmp_path):
    source = write_grid_source(tmp_path / "source", months=2)
    first = build_release(source, tmp_path / "releases")
    assert build_release(source, tmp_path / "releases") == first
    assert len(list_releases(tmp_path / "releases")) == 1
    assert not list((tmp_path / "releases").glob(".building-*"))


@pytest.mark.parametrize(
    ("table", "change", "check"),
    [
        ("areas", lambda f: f.drop(columns="level"), "missing_column"),
        ("cards/2026-06", lambda f: f.assign(home_area_code="999999999999"), "unknown_code"),
        ("swipes/community-2026-06", lambda f: f.assign(swipes_count="-3"), "negative_count"),
        ("swipes/community-2026-06", lambda f: pd.concat([f, f.head(1)]), "duplicate_key"),
    ],
)
def test_errors_stop_the_build_and_leave_nothing_behind(tmp_path, table, change, check):
    source = write_grid_source(tmp_path / "source", months=2)
    releases = tmp_path / "releases"
    served = build_release(source, releases)
    edit_table(source, table, change)
    with pytest.raises(CheckError) as caught:
        build_release(source, releases)
    assert check in {item.check for item in caught.value.findings}
    assert [item["id"] for item in list_releases(releases)] == [served]
    assert (releases / "current").read_text().strip() == served
    assert not list(releases.glob(".building-*"))


def test_broken_standards_stop_the_build(tmp_path):
    source = write_grid_source(tmp_path / "source", months=1)
    path = source / "standards.toml"
    path.write_text(path.read_text().replace("radius_m = 1000", "radius_m = -5"))
    with pytest.raises(CheckError, match="radius_m"):
        build_release(source, tmp_path / "releases")


def test_findings_travel_with_the_release(tmp_path):
    source = write_grid_source(tmp_path / "source", months=1)
    path = source / "source.toml"
    text = path.read_text().replace('bus_counted_as = "rides"', 'bus_counted_as = "taps"')
    path.write_text(text)
    build_release(source, tmp_path / "releases")
    folder, manifest = open_release(tmp_path / "releases")
    findings = pd.read_parquet(folder / "findings.parquet")
    assert "bus_taps" in set(findings["check"])
    assert manifest["swipes"] == {"bus_counted_as": "taps"}


def test_flows_hide_small_ones_in_other(opened):
    folder, _ = opened
    flows = pd.read_parquet(folder / "flows.parquet")
    cards = flows["cards_count"]
    assert not ((cards > 0) & (cards < 10)).any()
    lumps = flows["service_code"] == "other"
    assert (cards[lumps] == SUPPRESSED).all()
    totals = pd.read_parquet(folder / "flow_totals.parquet")
    open_rows = totals[totals["swipes_outside_district"] >= 0]
    home = open_rows[(open_rows["home_code"] == "110101") & (open_rows["category"] == "all")]
    # A fifth and a tenth of the uses of a district are elsewhere (tests/grid_source.py).
    share = home["swipes_outside_district"] / home["swipes_total"]
    np.testing.assert_allclose(share, 0.3, atol=0.001)


def test_the_manifest_is_readable_json(opened):
    folder, manifest = opened
    assert json.loads((folder / "manifest.json").read_text()) == manifest
