"""What is wrong with a raw file, row by row, file by file; where points lie."""

from __future__ import annotations

import os

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geodata.cli import main
from geodata.errors import GeodataError, SchemaError, SourceError
from geodata.source import read_source
from geodata.swipes.raw.contract import REASONS
from geodata.swipes.raw.merchants import read_mcc, read_merchants
from geodata.swipes.raw.places import PlaceIndex
from geodata.swipes.store import IngestOptions, aggregate
from geodata.swipes.store import ledger as ledger_module
from geodata.swipes.store.areas import communities_of, places_of
from geodata.swipes.store.layout import PLACES, SCRATCH
from tests.geodata.swipes.raw_folder import published, write_ground
from tests.grid_source import make_layer


@pytest.fixture
def small(room, tmp_path):
    """The room with its first file only, and that file as text."""
    copy = room.copy(tmp_path)
    first, *others = sorted((copy.raw / "swipes").iterdir())
    for path in others:
        path.unlink()
    return copy, first


def as_text(path) -> pd.DataFrame:
    frame = pq.read_table(path).to_pandas()
    for name in ("txn_time", "received_at"):
        local = frame[name].dt.tz_convert("Asia/Shanghai")
        frame[name] = local.dt.strftime("%Y-%m-%dT%H:%M:%S+08:00")
    return frame.astype(object).where(frame.notna(), "").astype(str)


def load(room, **options):
    return aggregate(room.raw, room.source, room.store, options=IngestOptions(**options))


def test_csv_gives_what_parquet_gives(small):
    room, path = small
    load(room)
    expected = published(room.source)
    as_text(path).to_csv(path.with_suffix(".csv"), index=False)
    path.unlink()
    again = type(room)(room.raw, room.source, room.store.with_name("other"))
    load(again)
    found = published(room.source)
    assert expected.keys() == found.keys()
    assert all(found[key].equals(table) for key, table in expected.items())


SPOILT = {
    "blank_field:record_id": {"record_id": ""},
    "wrong_type:card_token": {"card_token": "12 34"},
    "no_age:birth_year": {"birth_year": ""},
    "wrong_type:birth_year": {"birth_year": "1850"},
    "unknown_word:sex": {"sex": "X"},
    "unknown_home:home_community_code": {"home_community_code": "110101999999"},
    "wrong_type:txn_time": {"txn_time": "2026-01-20 09:00:00"},
    "wrong_type:posting_date": {"posting_date": "20.01.2026"},
    "posted_before:posting_date": {"posting_date": "2026-01-01"},
    "too_late:posting_date": {"posting_date": "2027-06-01"},
    "received_before:received_at": {"received_at": "2026-01-01T00:00:00+08:00"},
    "wrong_type:amount_gross_fen": {"amount_gross_fen": "12.5"},
    "wrong_sum:amount_gross_fen": {"amount_gross_fen": "123456789"},
    "unknown_merchant:merchant_no": {
        "txn_type": "purchase",
        "merchant_no": "999110199990001",
    },
    "no_place:service_unit_code": {
        "txn_type": "park_entry",
        "merchant_no": "",
        "service_unit_code": "",
        "lon": "10.0",
        "lat": "50.0",
    },
}


def test_every_reason_is_found_named_and_counted(small):
    """One spoilt row for each; a line with too few fields besides."""
    room, path = small
    frame = as_text(path).drop_duplicates("record_id").head(400).reset_index(drop=True)
    plain = frame.index[frame["txn_type"].isin(["purchase", "board"])][: len(SPOILT)]
    for index, changes in zip(plain, SPOILT.values(), strict=True):
        for column, value in changes.items():
            frame.loc[index, column] = value
    target = path.with_suffix(".csv")
    path.unlink()
    frame.to_csv(target, index=False)
    lines = target.read_text().splitlines()
    target.write_text("\n".join([*lines[:5], "only,three,fields", *lines[5:]]) + "\n")
    entry = load(room, max_bad_share=0.5).loaded[0]
    table = pd.read_parquet(next((room.store / "quarantine").iterdir()))
    ours = table[table["row_no"].isin([*(i + 2 + (i >= 4) for i in plain), 6])]
    named = dict(zip(ours["row_no"], ours["reason"] + ":" + ours["field"]))
    assert named.pop(6) == "ragged_row:"
    expected = {index + 2 + (index >= 4): fault for index, fault in zip(plain, SPOILT)}
    assert named == expected
    assert {fault.split(":")[0] for fault in SPOILT} | {"ragged_row"} == set(REASONS)
    assert entry.rows == len(frame) + 1
    assert sum(entry.quarantined.values()) == len(table)


def test_a_file_with_too_many_bad_rows_is_refused_whole(small, capsys):
    room, path = small
    frame = as_text(path)
    frame.loc[frame.index % 10 == 0, "home_community_code"] = "999999999999"
    path.unlink()
    frame.to_csv(path.with_suffix(".csv"), index=False)
    arguments = ["aggregate", str(room.raw), "--into", str(room.source), "--store", str(room.store)]
    assert main(arguments) == 1
    assert f"refused: {path.stem}.csv" in capsys.readouterr().out
    assert published(room.source) == {}
    assert main([*arguments, "--max-bad-share", "0.5"]) == 0, "it may be taken all the same"


@pytest.mark.parametrize(
    "content, error",
    [(b"PK\x03\x04 no table", SourceError), (b"record_id,card_token\n1,2\n", SchemaError)],
)
def test_a_file_that_is_none_stops_with_its_name(small, content, error):
    room, path = small
    (path.with_name("broken.parquet" if content[:2] == b"PK" else "broken.csv")).write_bytes(
        content
    )
    with pytest.raises(error, match="broken") as caught:
        load(room)
    assert caught.value.fix


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda m: m.drop(columns="category"), "no column category"),
        (
            lambda m: m.assign(category=m["category"].mask(m.index == 3, "coffee")),
            "row 4: category",
        ),
        (lambda m: m.assign(valid_from="2026-02-30"), "valid_from"),
        (lambda m: pd.concat([m, m.head(1)]), "valid_from"),
    ],
)
def test_wrong_merchants_are_named(room, tmp_path, change, words):
    merchants = pd.read_csv(room.raw / "merchants.csv", dtype=str, keep_default_na=False)
    change(merchants).to_csv(tmp_path / "merchants.csv", index=False)
    with pytest.raises(SchemaError, match=words):
        read_merchants(tmp_path / "merchants.csv")


def test_a_card_twice_in_the_register_is_named(done, tmp_path):
    copy = done.room.copy(tmp_path)
    path = copy.raw / "cards.parquet"
    table = pq.read_table(path)
    pq.write_table(pa.concat_tables([table, table.slice(5, 1)]), path)
    with pytest.raises(GeodataError, match="row 6: the card is there twice"):
        load(copy)


def test_mcc_names_categories_only_where_a_source_was_found():
    mcc = read_mcc()
    assert not mcc["mcc"].duplicated().any()
    assert "7299" not in set(mcc["mcc"]), "home care and cleaning share it"


def holed_and_split() -> np.ndarray:
    """The square cells, one with a hole, one of two parts, one with an island in the hole."""
    cells = make_layer("community").geometry.to_numpy()
    west, south, east, north = shapely.bounds(cells[7])
    step = (east - west) / 5
    hole = shapely.box(west + step, south + step, east - step, north - step)
    island = shapely.box(west + 2 * step, south + 2 * step, east - 2 * step, north - 2 * step)
    cells[7] = shapely.difference(cells[7], hole)
    cells[8] = shapely.union(shapely.union(cells[8], island), shapely.box(120, 41, 120.1, 41.1))
    return cells


def test_places_are_those_of_geopandas():
    """Random points, corners, borders, holes, second parts: what sjoin finds, first in order."""
    cells = holed_and_split()
    rng = np.random.default_rng(3)
    corners = shapely.get_coordinates(cells)
    middles = (corners[1:] + corners[:-1]) / 2
    random = rng.uniform(corners.min(axis=0), [116.25, 40.0], (60_000, 2))
    near = corners[rng.integers(0, len(corners), 20_000)] + rng.normal(0, 1e-13, (20_000, 2))
    xy = np.concatenate([corners, middles, random, near, [[120.05, 41.05], [np.nan, 40], [0, 0]]])
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T))
    usable = points[~np.isnan(xy).any(axis=1)]
    joined = usable.sjoin(gpd.GeoDataFrame(geometry=cells), predicate="intersects")
    first = joined.groupby(level=0)["index_right"].min()
    expected = first.reindex(range(len(xy))).fillna(-1).to_numpy(dtype=int)
    index, loaded = PlaceIndex(cells), []
    found = index.locate(xy[:, 0].copy(), xy[:, 1].copy())
    assert np.array_equal(found, expected)
    kept = PlaceIndex.of_arrays(index.arrays, lambda: loaded.append(1) or cells)
    inside = shapely.get_coordinates(shapely.point_on_surface(cells)).T.copy()
    assert (kept.locate(*inside) == np.arange(len(cells))).all() and not loaded
    assert np.array_equal(kept.locate(xy[:, 0].copy(), xy[:, 1].copy()), expected) and loaded == [1]
    assert (found >= 0).sum() > 10_000 and (found < 0).sum() > 1_000


def test_the_index_of_polygons_is_kept_in_the_store(tmp_path):
    """It is opened the next time, and made anew for other polygons or another list of areas."""
    source, store = read_source(write_ground(tmp_path / "source")), tmp_path / "store"
    (store / SCRATCH).mkdir(parents=True)
    communities = communities_of(source)
    index, codes = places_of(source, communities, store)()
    (first,) = (store / PLACES).iterdir()
    written = first.stat().st_mtime_ns
    again, same_codes = places_of(read_source(source.folder), communities, store)()
    assert first.stat().st_mtime_ns == written and np.array_equal(codes, same_codes)
    lon, lat = np.random.default_rng(1).uniform([115.9, 39.9], [116.3, 40.2], (5_000, 2)).T.copy()
    found = index.locate(lon, lat)
    assert np.array_equal(again.locate(lon, lat), found) and (found >= 0).sum() > 500
    places_of(source, communities.slice(1), store)()
    (second,) = (store / PLACES).iterdir()
    layer = source.layer("community").path
    gpd.read_parquet(layer).to_parquet(layer, compression="gzip")
    places_of(source, communities.slice(1), store)()
    assert first != second and not second.exists()


def test_a_hash_is_remembered_until_the_file_is_another(tmp_path, monkeypatch):
    """A file just written is hashed each time: it may change within one tick of the clock."""
    path, hashed = tmp_path / "day.csv", []

    def hash_file(path):
        hashed.append(path.read_text())
        return hashed[-1]

    monkeypatch.setattr(ledger_module, "hash_file", hash_file)
    ledger = ledger_module.Ledger(tmp_path)
    path.write_text("one")
    assert [ledger.hash_of(path), ledger.hash_of(path)] == ["one", "one"]
    assert hashed == ["one", "one"]
    monkeypatch.setattr(ledger_module, "SURE_S", -1)
    assert [ledger.hash_of(path), ledger.hash_of(path)] == ["one", "one"]
    assert hashed == ["one"] * 3
    path.write_text("two")
    os.utime(path, ns=(1, 1))
    assert ledger.hash_of(path) == "two"
    ledger.close()
