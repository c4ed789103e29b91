"""The room on both kinds of store, with a clock that the tests set and passwords that are kept in no time."""

import datetime as dt
import shutil
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

import postgis as servers
from rosc_map.people import People, Role
from rosc_map.people.passwords import Passwords
from rosc_map.store import Store, database_url, engine_of

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
GOOD = "three words will do"


class Clock:
    """Tells the time that a test says."""

    def __init__(self):
        self.now = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)

    def __call__(self):
        return self.now

    def later(self, **how_long):
        self.now += dt.timedelta(**how_long)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="package")
def database(postgis_cluster) -> Iterator[str]:
    """The address of a database with a partnership, made once for this folder."""
    with pytest.MonkeyPatch.context() as patch, servers.database(*postgis_cluster) as url:
        patch.setenv("PGPASSFILE", str(postgis_cluster[1]))
        Store.create(url, {"title": "T", "banner": ""}).close()
        yield url


@pytest.fixture(params=["file", pytest.param("postgis", marks=pytest.mark.postgis)])
def target(request, empty_file, tmp_path) -> Iterator[str]:
    """A partnership of which nothing is kept in this room yet: once a file, once a database."""
    if request.param == "file":
        yield str(shutil.copy(empty_file, tmp_path / "area.gpkg"))
        return
    url = request.getfixturevalue("database")
    yield url
    execute(url, "DROP SCHEMA IF EXISTS rosc_map_people CASCADE")


@pytest.fixture
def people(target, clock) -> Iterator[People]:
    opened = People.beside(target, clock=clock, passwords=CHEAP)
    yield opened
    opened.close()


@pytest.fixture
def alone(empty_file, tmp_path, clock) -> People:
    """The room beside a file: for what does not depend on where it is kept."""
    return People.beside(shutil.copy(empty_file, tmp_path / "area.gpkg"), clock=clock, passwords=CHEAP)


def execute(url, *statements):
    """Run statements in a database."""
    engine = engine_of(database_url(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def joined(people, name, role=Role.RECORDER, password=GOOD):
    """Add somebody who chooses a password, and return the token of their session."""
    people.add(name, role, by="admin 1")
    return people.accept(people.invite(name, by="admin 1").token, password)
