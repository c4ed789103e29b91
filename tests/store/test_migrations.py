"""The file of each released schema version opens and is brought up to date, with a backup made first."""

import gzip
import shutil
import sqlite3
from pathlib import Path

import psycopg
import pyogrio
import pytest

from postgis import database
from rosc_map.errors import FileProblem
from rosc_map.records import Answer, Asset, Attempt, Referral, Reply, Round, row_dicts
from rosc_map.store import SCHEMA_VERSION, Store, backups_of

FIXTURES = Path(__file__).with_name("fixtures")


@pytest.fixture(params=range(1, SCHEMA_VERSION))
def old(request, tmp_path):
    path = tmp_path / "area.gpkg"
    shutil.copy(FIXTURES / f"schema-{request.param}.gpkg", path)
    return path


def shape(path):
    """Return all that makes up the tables of a file: columns with types, keys, indexes and triggers."""
    found = {}
    with sqlite3.connect(path) as raw:
        rows = raw.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
        for kind, name, sql in rows:
            if kind == "table":
                columns = raw.execute(f'PRAGMA table_info("{name}")').fetchall()
                found[name] = sorted((c[1], c[2].replace("REAL", "DOUBLE"), c[3], c[5]) for c in columns)
                found[name, "links"] = sorted(k[2:5] for k in raw.execute(f'PRAGMA foreign_key_list("{name}")'))
                found[name, "autoincrement"] = "AUTOINCREMENT" in sql
            elif kind == "trigger":
                found[kind, name] = sql
        for (table,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for _, index, unique, *_ in raw.execute(f'PRAGMA index_list("{table}")').fetchall():
                parts = tuple(part[2] for part in raw.execute(f'PRAGMA index_info("{index}")'))
                found[table, "index", unique, parts] = True
    return found


def test_a_migrated_file_is_built_like_a_new_one(old, tmp_path):
    Store(old)
    new = Store.create(tmp_path / "new.gpkg", {"title": "T"})
    assert shape(old) == shape(new.path)


def test_nothing_is_lost_and_a_backup_is_made_first(old):
    with sqlite3.connect(old) as raw:
        counts = {name: raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("assets", "answers")}
        names = raw.execute("SELECT id, name, geom FROM assets ORDER BY fid").fetchall()
    store = Store(old)
    assert store.backup_made == backups_of(old)[0]
    assert "schema-" in store.backup_made.name
    assert store.backup_made.stat().st_mode & 0o077 == 0
    assert len(store.read(Asset)) == counts["assets"] > 0
    assert len(store.read(Answer)) == counts["answers"] > 0
    assert len(store.read(Round)) == 1
    with sqlite3.connect(old) as raw:
        assert raw.execute("SELECT id, name, geom FROM assets ORDER BY fid").fetchall() == names
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with sqlite3.connect(store.backup_made) as raw:
        assert raw.execute("SELECT id, name, geom FROM assets ORDER BY fid").fetchall() == names
    assert Store(old).backup_made is None  # only once


def test_gdal_still_opens_it_and_its_layers(old):
    Store(old)
    layers = {name for name, _ in pyogrio.list_layers(old)}
    assert {"assets", "referrals", "funding", "reviews", "needs"} <= layers
    assert pyogrio.read_info(old, layer="assets")["geometry_type"] == "Point"


def test_what_qgis_has_added_survives_the_rebuild(old):
    with sqlite3.connect(old) as raw:
        raw.execute("CREATE TABLE seen (n INTEGER)")
        raw.execute("CREATE TRIGGER theirs AFTER INSERT ON referrals BEGIN INSERT INTO seen VALUES (NEW.fid); END")
        last = raw.execute("SELECT seq FROM sqlite_sequence WHERE name = 'referrals'").fetchone()
    store = Store(old)
    ids = store.read(Asset)["id"]
    with store.write() as writer:
        writer.insert(Referral, [{"from_asset": ids[0], "to_asset": ids[1], "evidence": "declared", "period": "new"}])
    with sqlite3.connect(old) as raw:
        assert raw.execute("SELECT n FROM seen").fetchall() == [(last[0] + 1,)]


def test_a_row_whose_asset_another_program_removed_is_left_out(old):
    with sqlite3.connect(old) as raw:
        raw.execute("INSERT INTO referrals (from_asset, to_asset, evidence) VALUES ('nobody', 'nobody', 'declared')")
        before = raw.execute("SELECT count(*) FROM referrals").fetchone()[0]
    store = Store(old)
    assert store.left_out == 1
    assert store.edited_elsewhere  # the history tells of it, and nobody has taken that in yet
    assert len(store.read(Referral)) == before - 1
    assert store.integrity() == []


@pytest.mark.parametrize("obstacle", ["CREATE TABLE pathway_counts (x)", "CREATE TABLE referral_lists (x)"])
def test_a_migration_that_fails_leaves_the_file_as_it_was(old, obstacle):
    with sqlite3.connect(old) as raw:
        raw.execute(obstacle)
    before = old.read_bytes()
    for _ in range(2):
        with pytest.raises(FileProblem, match="could not be brought up to date"):
            Store(old)
    assert old.read_bytes() == before
    assert backups_of(old) == []  # the file itself is as good


def test_rounds_from_before_keep_their_answers_and_say_how_they_were_asked(old):
    store = Store(old)
    stored = store.read(Round).iloc[0]
    assert (stored["threshold"], stored["tries"], stored["protocol"]) == (2, 3, "1")
    answer = row_dicts(store.read(Answer))[0]
    same = {name: answer[name] for name in ("round", "source", "target")}
    other = "heard_of" if answer["level"] != "heard_of" else "referral"
    with store.write() as writer:  # two volunteers may now say two things, and both are kept
        writer.insert(Answer, [{**same, "level": other, "by": "V2"}])
    kept = store.read(Answer)
    assert len(kept[(kept["source"] == same["source"]) & (kept["target"] == same["target"])]) == 2


@pytest.mark.postgis
@pytest.mark.parametrize(("version", "rows"), [(2, (6, 1, 2)), (3, (12, 1, 1))])
def test_a_database_of_an_older_version_is_brought_up_to_date(version, rows, postgis, postgis_cluster):
    """Each fixture is what pg_dump wrote of a database that its version made, with some assets and one round."""
    dumped = gzip.decompress((FIXTURES / f"schema-{version}.sql.gz").read_bytes()).decode()
    with psycopg.connect(postgis, autocommit=True) as connection:
        connection.execute(dumped)
    store = Store(postgis)
    answers, attempts = store.read(Answer), store.read(Attempt)
    assert (len(store.read(Asset)), len(answers), len(attempts)) == rows
    assert store.read(Round)["protocol"].tolist() == ["1"]
    said = {name: answers[name][0] for name in ("round", "source", "target")}
    with store.write() as writer:
        writer.insert(Answer, [{**said, "level": "not_known", "by": "V2"}])
        writer.insert(Reply, [{"round": "R1", "asset": answers["target"][0], "reply": "Thank you."}])
    assert len(store.read(Answer)) == 2
    store.close()
    with database(*postgis_cluster) as fresh:
        Store.create(fresh, {"title": "T"}).close()
        assert database_shape(postgis) == database_shape(fresh)


def database_shape(url):
    """Return the columns, keys, links and triggers of a database's tables."""
    columns = """SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name NOT IN ('geometry_columns', 'geography_columns',
                 'spatial_ref_sys')"""
    indexes = (
        "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys'"
    )
    triggers = "SELECT event_object_table, trigger_name, event_manipulation FROM information_schema.triggers"
    links = "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
    with psycopg.connect(url, autocommit=True) as connection:
        return [sorted(connection.execute(each).fetchall()) for each in (columns, indexes, triggers, links)]
