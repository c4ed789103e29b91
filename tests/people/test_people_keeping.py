"""Where the room keeps its tables: apart from the records, for their owner alone."""

import os
import sqlite3
import stat
import threading
from pathlib import Path

import psycopg
import pytest

import postgis as servers
import rosc_map
from people.conftest import CHEAP, GOOD, execute, joined
from rosc_map.errors import FileProblem, InputError
from rosc_map.people import People, Role
from rosc_map.people.tables import VERSION

posix = pytest.mark.skipif(os.name != "posix", reason="Windows knows no such modes")


@pytest.fixture
def file(empty):
    """A partnership's file."""
    return Path(empty.path)


def opened(target):
    return People.beside(target, passwords=CHEAP)


def test_the_file_is_for_its_owner_alone(file):
    before = os.umask(0)
    try:
        opened(file)
    finally:
        os.umask(before)
    beside = file.with_name("area.people.db")
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    with sqlite3.connect(beside) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    raw.close()
    for mode in (0o640, 0o604, 0o620):
        beside.chmod(mode)
        with pytest.raises(FileProblem, match="Others on this machine may read or change .*: chmod 600 "):
            opened(file)
    beside.chmod(0o600)
    opened(file)


def test_nothing_of_it_stands_in_the_partnership_file(file):
    before = file.read_bytes()
    people = opened(file)
    token = joined(people, "coordinator 4711", Role.COORDINATOR)
    people.keep_draft("coordinator 4711", "a-draft", {"notes": "half a thought"}, "what")
    assert file.read_bytes() == before
    held = file.with_name("area.people.db").read_bytes()
    assert b"half a thought" in held
    assert b"$argon2id$" in held
    assert token.encode() not in held
    assert GOOD.encode() not in held
    # What is taken out is gone from the file too.
    people.drop_draft("coordinator 4711", "a-draft")
    assert b"half a thought" not in file.with_name("area.people.db").read_bytes()


def test_a_copy_of_the_partnership_holds_none_of_it(file, tmp_path):
    joined(opened(file), "V4711")
    copy = rosc_map.open(file).backup(tmp_path / "safe.gpkg")
    assert b"argon2id" not in Path(copy).read_bytes()
    assert opened(copy).accounts() == []


def test_a_link_to_the_file_leads_to_the_same_accounts(file, tmp_path):
    joined(opened(file), "V7")
    (tmp_path / "link.gpkg").symlink_to(file)
    assert [account.name for account in opened(tmp_path / "link.gpkg").accounts()] == ["V7"]


def test_without_a_partnership_nothing_is_made(tmp_path):
    with pytest.raises(FileProblem, match="There is no file"):
        opened(tmp_path / "aera.gpkg")
    with pytest.raises(InputError, match="password out of the address"):
        opened("postgresql://user:secret@localhost/area")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgis
def test_an_empty_database_is_no_partnership(postgis):
    with pytest.raises(FileProblem, match="holds no rosc-map partnership"):
        opened(postgis)


def test_what_was_kept_is_there_when_opened_again(target):
    first = opened(target)
    session = joined(first, "V7")
    first.close()
    second = opened(target)
    assert second.session(session).name == "V7"
    second.close()


def test_many_may_open_it_for_the_first_time_at_once(target):
    start, names = threading.Barrier(6), []

    def add(number):
        start.wait()
        people = opened(target)
        names.append(people.add("", Role.RECORDER, by="").name)
        people.close()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names) == [f"V{number}" for number in range(1, 7)]


def run_beside(target, *statements):
    """Change the tables behind the room's back; ``SCHEMA.`` stands before the name of a table."""
    if target.startswith("postgresql"):
        for statement in statements:
            execute(target, statement.replace("SCHEMA.", "rosc_map_people."))
        return
    with sqlite3.connect(target.replace(".gpkg", ".people.db")) as raw:
        for statement in statements:
            raw.execute(statement.replace("SCHEMA.", ""))
    raw.close()


def test_what_an_older_version_made_gets_the_tables_that_it_lacks(target):
    people = opened(target)
    people.add("V7", Role.RECORDER, by="")
    people.keep_draft("V7", "one", {"name": "Example Hub"}, "what")
    people.close()
    added = ("phone_keys", "entry_links", "corrections")
    run_beside(target, *(f"DROP TABLE SCHEMA.{name}" for name in added), "UPDATE SCHEMA.version SET version = 1")
    people = opened(target)
    assert [account.name for account in people.accounts()] == ["V7"]
    assert people.draft("V7", "one").values == {"name": "Example Hub"}
    people.close()
    run_beside(target, *(f"DELETE FROM SCHEMA.{name}" for name in added))  # they are there


def test_what_a_newer_version_made_is_refused(target):
    opened(target).close()
    run_beside(target, f"UPDATE SCHEMA.version SET version = {VERSION + 1}")
    with pytest.raises(FileProblem, match="made by a newer rosc-map. Update rosc-map"):
        opened(target)


@pytest.mark.parametrize("content", [b"Names of volunteers\n" * 100, "other tables"])
def test_a_file_that_is_not_ours_is_left_alone(file, content):
    beside = file.with_name("area.people.db")
    if isinstance(content, bytes):
        beside.write_bytes(content)
    else:
        with sqlite3.connect(beside) as raw:
            raw.execute("CREATE TABLE members (name)")
        raw.close()
    beside.chmod(0o600)
    before = beside.read_bytes()
    with pytest.raises(FileProblem, match="not rosc-map's file of accounts, or is damaged"):
        opened(file)
    assert beside.read_bytes() == before


@pytest.mark.postgis
def test_who_may_read_the_records_may_not_read_this(database, postgis_cluster, monkeypatch):
    joined(opened(database), "V7")
    admin, passfile = postgis_cluster
    password = passfile.read_text().strip().rpartition(":")[2]
    servers._execute(admin, passfile, f"CREATE ROLE an_analyst LOGIN PASSWORD '{password}'")
    partnership = rosc_map.open(database)
    partnership.let_read("an_analyst")
    url = database.replace("partnership@", "an_analyst@")
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            assert connection.execute("SELECT count(*) FROM assets").fetchone() == (0,)
            for table in ("accounts", "sessions", "invitations", "sign_ins", "drafts", "lists", "settings"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"SELECT * FROM rosc_map_people.{table}")
        with pytest.raises(FileProblem, match="permission denied for schema rosc_map_people"):
            opened(url)
    finally:
        execute(database, "DROP SCHEMA rosc_map_people CASCADE")
