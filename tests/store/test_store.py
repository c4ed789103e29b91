"""The partnership file: GDAL opens it, a write is whole or not at all, and bad files are plain errors."""

import sqlite3
import subprocess
import sys

import geopandas as gpd
import pyogrio
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.exc import DBAPIError

from rosc_map.errors import FileProblem
from rosc_map.place import place_assets
from rosc_map.records import Asset, Footprint, Referral
from rosc_map.store import Store
from rosc_map.store.tables import settings


@pytest.fixture
def store(tmp_path):
    return Store.create(tmp_path / "area.gpkg", {"title": "T", "banner": ""})


def asset_row(identifier="a", **fields):
    record = Asset(**{"id": identifier, "name": "Näme", "asset_type": "lero", "postcode": "TS1 2PA", **fields})
    return place_assets([(2, record)]).table.drop(columns="row").to_dict("records")[0]


def test_what_is_written_is_read_back(store):
    row = asset_row(rss_types="peer_based; housing", commissions_others="yes", verified_on="2026-03-01")
    with store.write() as writer:
        writer.insert(Asset, [row])
    read = store.read(Asset).iloc[0].to_dict()
    assert {name: read[name] for name in row} == row


def test_a_fault_is_told_without_the_values_that_were_written(store):
    with store._engine.connect() as connection, pytest.raises(DBAPIError, match="no such table") as told:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Zwiebel"})
    assert "Zwiebel" not in str(told.value)


def test_gdal_opens_it_without_a_warning(store):
    with store.write() as writer:
        writer.insert(Asset, [asset_row(), asset_row("b", postcode="", areas_served="Kent")])
    layers = {name for name, _ in pyogrio.list_layers(store.path)}
    assert layers >= {
        "assets",
        "referrals",
        "surveyed_areas",
        "rounds",
        "questions",
        "attempts",
        "answers",
        "footprint",
    }
    shapes = gpd.read_file(store.path, layer="assets")
    assert shapes.crs.to_epsg() == 4326
    assert (shapes.geometry[0].x, shapes.geometry[0].y) == (
        pytest.approx(-1.235, abs=1e-3),
        pytest.approx(54.576, abs=1e-3),
    )
    assert shapes.geometry[1] is None


def test_a_file_edited_by_gdal_can_still_be_written(store):
    with store.write() as writer:
        writer.insert(Asset, [asset_row()])
    # What QGIS does when it adds a spatial index: triggers that call ST_ functions.
    with sqlite3.connect(store.path) as raw:
        raw.execute("CREATE TABLE seen (x REAL)")
        raw.execute(
            "CREATE TRIGGER t AFTER UPDATE OF geom ON assets WHEN NOT ST_IsEmpty(NEW.geom) "
            "BEGIN INSERT INTO seen VALUES (ST_MinX(NEW.geom)); END"
        )
    with store.write() as writer:
        writer.update(Asset, {"id": "a"}, {"longitude": -1.0, "latitude": 54.0})
    with sqlite3.connect(store.path) as raw:
        assert raw.execute("SELECT x FROM seen").fetchall() == [(-1.0,)]


def test_a_write_is_whole_or_not_at_all(store):
    with pytest.raises(FileProblem, match="breaks a rule of"), store.write() as writer:
        writer.insert(Footprint, [{"area_code": "E06000002"}])
        writer.insert(Referral, [{"from_asset": "nobody", "to_asset": "nobody", "evidence": "declared"}])
    assert store.read(Footprint).empty


def test_a_killed_import_leaves_the_file_as_it_was(store):
    with store.write() as writer:
        writer.insert(Asset, [asset_row()])
    code = (
        "import os, sys; from pathlib import Path\n"
        "from rosc_map.store import Store; from rosc_map.records import Footprint\n"
        "store = Store(Path(sys.argv[1]))\n"
        "with store.write() as w:\n"
        "    w.insert(Footprint, [{'area_code': str(n)} for n in range(20000)])\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(store.path)], check=False)
    assert done.returncode == -9
    assert store.read(Footprint).empty
    assert len(store.read(Asset)) == 1
    with sqlite3.connect(store.path) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_there_is_no_wal_beside_the_file(store):
    with store.write() as writer:
        writer.insert(Footprint, [{"area_code": "x"}])
    assert [path.name for path in store.path.parent.iterdir()] == ["area.gpkg"]


def test_files_that_are_not_ours(tmp_path):
    with pytest.raises(FileProblem, match="There is no file"):
        Store(tmp_path / "none.gpkg")
    text = tmp_path / "text.gpkg"
    text.write_text("not a database")
    with pytest.raises(FileProblem, match="is not a rosc-map partnership file"):
        Store(text)
    other = tmp_path / "other.gpkg"
    sqlite3.connect(other).execute("CREATE TABLE x (y)")
    with pytest.raises(FileProblem, match="is not a rosc-map partnership file"):
        Store(other)


def test_a_newer_file_is_not_touched(store):
    with sqlite3.connect(store.path) as raw:
        raw.execute("UPDATE rosc_map_settings SET value = '999' WHERE key = 'schema_version'")
    with pytest.raises(FileProblem, match="made by a newer rosc-map"):
        Store(store.path)


def test_a_file_is_never_overwritten(store):
    with pytest.raises(FileProblem, match="exists already"):
        Store.create(store.path, {})


def test_a_busy_file_says_so(store, monkeypatch):
    monkeypatch.setattr("rosc_map.store.engines._BUSY_MS", 50)
    holder = sqlite3.connect(store.path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(FileProblem, match="in use by another program"), Store.write(store) as writer:
            writer.insert(Footprint, [{"area_code": "x"}])
    finally:
        holder.close()


def test_a_file_that_is_held_elsewhere_is_busy_and_not_somebody_elses(store, monkeypatch):
    monkeypatch.setattr("rosc_map.store.engines._BUSY_MS", 50)
    holder = sqlite3.connect(store.path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(FileProblem, match="in use by another program"):
            Store(store.path)
    finally:
        holder.close()


def test_words_typed_into_a_list_in_qgis_are_read(store):
    with store.write() as writer:
        writer.insert(Asset, [asset_row()])
    with sqlite3.connect(store.path) as raw:
        raw.execute("UPDATE assets SET areas_served = 'E06000002; E10000030'")
    assert store.read(Asset)["areas_served"][0] == ("E06000002", "E10000030")


@pytest.mark.parametrize(("column", "value"), [("verified_on", "01/03/2026"), ("longitude", "abc")])
def test_a_value_that_does_not_belong_there_is_named(store, column, value):
    with store.write() as writer:
        writer.insert(Asset, [asset_row()])
    with sqlite3.connect(store.path) as raw:
        raw.execute(f"UPDATE assets SET {column} = ?", (value,))
    with pytest.raises(FileProblem, match="The table assets holds a value that does not belong there"):
        store.read(Asset)


def test_a_large_write_can_read_what_it_has_written(store):
    # More than the page cache holds: a second connection would wait for this one for ever.
    row = asset_row(description="x" * 4000)
    rows = [row | {"id": f"a{number}"} for number in range(1500)]
    with store.write() as writer:
        writer.insert(Asset, rows)
        assert len(writer.read(Asset)) == 1500


def test_a_change_finds_rows_by_what_is_not_known(store):
    with store.write() as writer:
        writer.insert(Asset, [asset_row("a"), asset_row("b")])
        row = {"from_asset": "a", "to_asset": "b", "kind": "", "evidence": "declared", "period": "", "on": None}
        writer.insert(Referral, [row])
        writer.update(Referral, row, {"count": 7.0})
    assert store.read(Referral)["count"].tolist() == [7.0]


def test_a_new_file_has_its_first_rows_or_is_not_there(tmp_path):
    path = tmp_path / "n.gpkg"
    with pytest.raises(FileProblem, match="breaks a rule of"):
        Store.create(path, {"title": "T"}, {Referral: [{"from_asset": "x", "to_asset": "y", "evidence": "declared"}]})
    assert not list(tmp_path.iterdir())
    made = Store.create(path, {"title": "T"}, {Footprint: [{"area_code": "E06000002"}]})
    assert made.read(Footprint)["area_code"].tolist() == ["E06000002"]


def test_figures_are_kept_in_full(store):
    with store.write() as writer:
        writer.insert(Asset, [asset_row()])
    fields = dict(
        zip(*[pyogrio.read_info(store.path, layer="assets")[key] for key in ("fields", "dtypes")], strict=True)
    )
    assert {fields[name] for name in ("latitude", "longitude", "easting", "northing")} == {"float64"}


def test_bytes_in_a_text_are_named(store):
    with store.write() as writer:
        writer.insert(Asset, [asset_row()])
    with sqlite3.connect(store.path) as raw:
        with pytest.raises(sqlite3.OperationalError, match="cannot hold BLOB"):  # the history refuses them
            raw.execute("UPDATE assets SET address = ?", (b"\xff\xfe",))
        raw.execute("DROP TRIGGER rosc_map_assets_update")
        raw.execute("UPDATE assets SET address = ?", (b"\xff\xfe",))
    with pytest.raises(FileProblem, match="bytes where text belongs"):
        store.read(Asset)


def test_a_file_that_was_moved_away_is_not_made_anew(empty):
    store = Store(empty.path)
    moved = empty.path.rename(empty.path.with_name("moved.gpkg"))
    with pytest.raises(FileProblem, match="cannot be opened"):
        store.settings()
    assert not empty.path.exists()
    moved.rename(empty.path)
    assert store.settings()["title"] == "Middlesbrough partnership"


def test_a_statement_is_put_into_sql_once_for_all_files_and_each_answers_for_itself(store, tmp_path):
    other = Store.create(tmp_path / "other.gpkg", {"title": "Another"})
    title = select(settings.c.value.label("of a file")).where(settings.c.key == "title")  # asked nowhere else
    told = []
    for each in (store, other, store):
        with each.reading() as reader:
            found = reader.connection.execute(title)
            told.append((found.scalar_one(), found.context.cache_hit))
    assert told == [("T", CacheStats.CACHE_MISS), ("Another", CacheStats.CACHE_HIT), ("T", CacheStats.CACHE_HIT)]
