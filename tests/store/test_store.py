"""The partnership file: GDAL opens it, a write is whole or not at all, and bad files are plain errors."""

import sqlite3
import subprocess
import sys

import geopandas as gpd
import pyogrio
import pytest

from rosc_map.errors import FileProblem
from rosc_map.place import place_assets
from rosc_map.records import Asset, Footprint, Referral
from rosc_map.store import Store


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
    with pytest.raises(FileProblem, match="breaks a rule of the file"), store.write() as writer:
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
    monkeypatch.setattr("rosc_map.store.store._BUSY_MS", 50)
    holder = sqlite3.connect(store.path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(FileProblem, match="in use by another program"), Store.write(store) as writer:
            writer.insert(Footprint, [{"area_code": "x"}])
    finally:
        holder.close()
