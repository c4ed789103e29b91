"""The PostGIS that the tests run on: real, empty, one database for each test, closed without a password, gone after."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

import in_memory
from postgis import OWNER, cluster, database, programs

TESTS = Path(__file__).parents[1]
TABLES = "select count(*) from pg_tables where schemaname = 'public' and tablename <> 'spatial_ref_sys'"
SCRIPT = """
import pathlib, postgis, sys, time

with postgis.cluster(pathlib.Path(sys.argv[1])):
    print("running", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def folder():
    """A place for another cluster: short, and open to the server's user."""
    return in_memory.short_folder() / f"rosc-map-harness-{os.getpid()}"


def one(url, statement, **options):
    with psycopg.connect(url, **options) as connection:
        return connection.execute(statement).fetchone()[0]


def ends(process_id):
    """Whether the process goes within ten seconds (one that nobody has waited for yet is gone too)."""
    status = Path(f"/proc/{process_id}/stat")
    for _ in range(100):
        if not status.exists() or status.read_text("utf-8").rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.postgis
@pytest.mark.parametrize("again", [False, True])
def test_each_test_has_an_empty_postgis_of_its_own(postgis, again):
    assert int(one(postgis, "select postgis_lib_version()").split(".")[0]) >= 3
    assert one(postgis, TABLES) == 0
    with psycopg.connect(postgis) as connection:
        connection.execute("create table public.asset (at geometry(Point, 4326))")
        connection.execute("insert into asset values (st_setsrid(st_makepoint(-1.235, 54.576), 4326))")
    assert one(postgis, TABLES) == 1
    assert one(postgis, "select st_srid(st_transform(at, 27700)) from asset") == 27700


@pytest.mark.postgis
def test_the_tests_do_not_run_as_a_superuser(postgis):
    assert one(postgis, "select current_user") == OWNER
    assert not one(postgis, "select usesuper or usecreatedb from pg_user where usename = current_user")


@pytest.mark.postgis
@pytest.mark.parametrize("where", ["tcp", "socket"])
def test_a_password_is_needed(postgis, postgis_cluster, monkeypatch, where):
    passfile = os.environ["PGPASSFILE"]
    url = postgis if where == "tcp" else postgis.replace("@127.0.0.1", "@") + f"?host={postgis_cluster[1].parent}"
    assert one(url, "select 1") == 1
    methods = one(postgis_cluster[0], "select array_agg(distinct auth_method) from pg_hba_file_rules")
    assert methods == ["scram-sha-256"]
    monkeypatch.delenv("PGPASSFILE")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url, password="guess")
    assert Path(passfile).stat().st_mode & 0o077 == 0
    assert Path(passfile).read_text("utf-8").strip().rpartition(":")[2] not in postgis


@pytest.mark.postgis
def test_a_database_goes_even_while_someone_is_in_it(postgis_cluster):
    with database(*postgis_cluster) as url:
        left_open = psycopg.connect(url, passfile=str(postgis_cluster[1]))
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("select 1")
    left_open.close()
    name = url.rpartition("/")[2]
    with pytest.raises(psycopg.OperationalError, match=f'database "{name}" does not exist'):
        psycopg.connect(url, passfile=str(postgis_cluster[1]))


@pytest.mark.postgis
def test_a_script_has_a_safe_server_that_goes_after_an_error(folder):
    with pytest.raises(ZeroDivisionError), cluster(folder, fsync=True) as (admin, passfile):
        assert one(admin, "show fsync", passfile=str(passfile)) == "on"
        assert one(admin, "show synchronous_commit", passfile=str(passfile)) == "on"
        assert one(admin, "show max_connections", passfile=str(passfile)) == "120"
        server = int((folder / "data" / "postmaster.pid").read_text("utf-8").split()[0])
        raise ZeroDivisionError
    assert ends(server)
    assert not folder.exists()


@pytest.mark.postgis
def test_a_server_goes_with_the_process_that_was_killed(folder):
    with subprocess.Popen([sys.executable, "-c", SCRIPT, folder], cwd=TESTS, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline()
        server = int((folder / "data" / "postmaster.pid").read_text("utf-8").split()[0])
        process.send_signal(signal.SIGKILL)
    assert ends(server)
    deadline = time.monotonic() + 10
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not folder.exists()


@pytest.mark.postgis
def test_a_server_that_cannot_start_says_why_and_leaves_nothing(folder):
    too_long = folder.with_name(folder.name + "x" * 100)
    with pytest.raises(RuntimeError, match=r"did not start(.|\n)*maximum 107 bytes"), cluster(too_long):
        raise AssertionError("must not run")
    assert not too_long.exists()


def test_a_folder_without_a_server_is_no_server(tmp_path, monkeypatch):
    monkeypatch.setenv("ROSC_MAP_POSTGRES", str(tmp_path))
    assert programs() is None
    with pytest.raises(RuntimeError, match="tests/install_postgis.sh"), cluster(tmp_path / "new"):
        raise AssertionError("must not run")


def test_without_a_server_its_tests_are_named_as_not_run_and_fail_ci(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    clean["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # what others add to pytest takes longer to load than these tests
    these = ("-p", "xdist", "-n", "1", "-p", "no:cacheprovider", "-k", "superuser or password or no_server", __file__)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *these],
        env=clean | {"ROSC_MAP_POSTGRES": str(tmp_path), "CI": "true"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "NOT RUN: 3 tests need PostGIS" in done.stdout
    assert "1 passed" in done.stdout
    assert done.returncode == 1
