"""What only a database of PostgreSQL can get wrong: addresses, rights, schemas, pools, other tables."""

import psycopg
import pytest
from sqlalchemy import text
from stores import asset_row

from rosc_map.errors import FileProblem, InputError
from rosc_map.records import Asset
from rosc_map.store import Store, database_url, edited_elsewhere, engines
from rosc_map.store.engines import _MORE, _POOL


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:SECRET@127.0.0.1:1/db",
        "postgresql+psycopg://u:SECRET@127.0.0.1:1/db",
        "POSTGRESQL://u:SECRET@127.0.0.1:1/db",
        " postgresql://u:SECRET@127.0.0.1:1/db",
        "postgresql://u@127.0.0.1:1/db?password=SECRET",
        "postgresql://u@127.0.0.1:1/db?PASSWORD=SECRET",
        "postgresql://u@127.0.0.1:1/db?sslpassword=SECRET",
        "postgresql://u@127.0.0.1:1/db?options=SECRET",
        "postgresql://u@127.0.0.1:1/db%20password=SECRET",
        "host=127.0.0.1 password=SECRET dbname=x",
        "mysql://u:SECRET@127.0.0.1/db",
        "postgresql://",
    ],
)
def test_an_address_that_is_refused_is_not_repeated(address):
    with pytest.raises(InputError) as refused:
        Store(address)
    assert "SECRET" not in str(refused.value)


def test_a_path_is_no_address(tmp_path):
    assert database_url("area.gpkg") is None
    assert database_url(tmp_path / "a" / "area.gpkg") is None


@pytest.mark.postgis
class TestDatabase:
    def test_the_right_to_write_is_not_taken_where_it_was_not_given(self, postgis):
        name = postgis.rsplit("/", 1)[1]
        Store.create(postgis, {"title": "T"}).close()
        with psycopg.connect(postgis, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        store = Store(postgis)
        store.read(Asset)
        with pytest.raises(FileProblem, match="not change it"), store.write() as writer:
            writer.insert(Asset, [asset_row()])
        store.close()

    def test_an_edit_from_a_program_that_looks_elsewhere_is_recorded(self, postgis, postgis_cluster):
        name = postgis.rsplit("/", 1)[1]
        with psycopg.connect(postgis, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA area_a")
            connection.execute(f"ALTER DATABASE {name} SET search_path = area_a, public")
        store = Store.create(postgis, {"title": "T"})
        with store.write() as writer:
            writer.insert(Asset, [asset_row()])
        with psycopg.connect(postgis, autocommit=True) as connection:
            connection.execute("SET search_path = public")
            connection.execute("UPDATE area_a.assets SET name = 'QGIS'")
        with store.reading() as reader:
            assert len(edited_elsewhere(reader)) == 1
        store.close()

    def test_a_database_with_other_tables_is_refused(self, postgis):
        with psycopg.connect(postgis, autocommit=True) as connection:
            connection.execute("CREATE TABLE actions (x int)")
        with pytest.raises(FileProblem, match="is not empty"):
            Store.create(postgis, {"title": "T"})

    def test_a_database_that_holds_no_partnership(self, postgis):
        with pytest.raises(FileProblem, match="holds no rosc-map partnership"):
            Store(postgis)

    def test_a_database_without_postgis_says_whom_to_ask(self, postgis, postgis_cluster):
        admin, _ = postgis_cluster
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bare TEMPLATE template0 OWNER partnership")
        try:
            address = admin.rsplit("/", 1)[0].split("@")[1]
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PGPASSFILE", str(postgis_cluster[1]))
                with pytest.raises(FileProblem, match="CREATE EXTENSION postgis"):
                    Store.create(f"postgresql://partnership@{address}/bare", {"title": "T"})
        finally:
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute("DROP DATABASE bare WITH (FORCE)")

    def test_who_waits_for_somebody_else_is_told(self, postgis, monkeypatch):
        monkeypatch.setattr("rosc_map.store.engines._BUSY_MS", 200)
        store = Store.create(postgis, {"title": "T"})
        with store.write() as writer:
            writer.insert(Asset, [asset_row()])
        with psycopg.connect(postgis) as holder:
            holder.execute("UPDATE assets SET name = 'held'")
            with pytest.raises(FileProblem, match="in use by somebody else"), store.write(alone=False) as writer:
                writer.update(Asset, {"id": "a"}, {"name": "Mine"})
        store.close()

    def test_too_many_tasks_at_once(self, postgis, monkeypatch):
        store = Store.create(postgis, {"title": "T"})
        monkeypatch.setattr(store._engine.pool, "_timeout", 0.2)
        opened = [store.reading() for _ in range(_POOL + _MORE)]
        for moment in opened:
            moment.__enter__()
        try:
            with pytest.raises(FileProblem, match="too many tasks at once"):
                store.settings()
        finally:
            for moment in opened:
                moment.__exit__(None, None, None)
            store.close()

    def test_points_are_points_of_postgis(self, postgis):
        store = Store.create(postgis, {"title": "T"})
        with store.write() as writer:
            writer.insert(Asset, [asset_row()])
        with store.reading() as reader:
            point = text("SELECT ST_X(geom), ST_Y(geom), ST_SRID(geom) FROM assets")
            row = asset_row()
            assert reader.connection.execute(point).one() == (row["longitude"], row["latitude"], 4326)
        store.close()


def test_a_connection_that_rested_while_the_server_ended_it_is_replaced(postgis, monkeypatch):
    store = Store.create(postgis, {"title": "T"})
    store.settings()
    with store.reading() as reader:
        mine = reader.connection.execute(text("SELECT pg_backend_pid()")).scalar()
    other = Store(postgis)
    with other.reading() as reader:
        reader.connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    monkeypatch.setattr(engines, "_IDLE_SECONDS", 0)
    assert store.settings()["title"] == "T"
