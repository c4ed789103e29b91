"""The queries of the store go by indexes: the benchmark of a large database, run small, and that it can say no."""

import importlib.util
import sys
from pathlib import Path

import psycopg
import pytest

import postgis as servers
from rosc_map.records import Footprint
from rosc_map.store import Store

# More rows than the benchmark takes for a scan, of each table that must not be scanned.
ASSETS, HISTORY = 6_000, 36_000
BY_HISTORY = {"history of an asset, merges too", "the newest 20 changes", "an asset becomes hidden"}


@pytest.fixture(scope="module")
def benchmark():
    path = Path(__file__).parents[2] / "benchmarks" / "postgis_scale.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def filled(benchmark, postgis_cluster):
    """A large database that nobody works in, made once."""
    admin, passfile = postgis_cluster
    with pytest.MonkeyPatch.context() as patch, servers.database(admin, passfile) as url:
        patch.setenv("PGPASSFILE", str(passfile))
        Store.create(url, {"title": "Large"}, {Footprint: [{"area_code": "E06000002"}]}).close()
        benchmark.fill(admin.removesuffix("postgres") + url.rpartition("/")[2], assets=ASSETS, history=HISTORY)
        yield url


@pytest.fixture
def large(postgis_passfile, postgis_cluster, filled):
    """A copy of it: its address, and that for the superuser."""
    with servers.database(*postgis_cluster, like=filled) as url:
        yield url, postgis_cluster[0].removesuffix("postgres") + url.rpartition("/")[2]


@pytest.mark.postgis
def test_what_is_asked_of_a_large_database_goes_by_an_index(benchmark, large):
    found = benchmark.measure(large[0], assets=ASSETS)
    assert [one for one in found if one.indexed == "NO"] == []
    assert {"yes", "small", "whole"} == {one.indexed for one in found}
    assert next(one.rows for one in found if one.task.startswith("history of an asset")) > 10


@pytest.mark.postgis
def test_a_missing_index_is_seen_in_triggers_too(benchmark, large, monkeypatch):
    tasks = [task for task in benchmark._tasks(ASSETS, "") if task.name in BY_HISTORY]
    monkeypatch.setattr(benchmark, "_tasks", lambda assets, recent: tasks)
    with psycopg.connect(large[1]) as connection:
        connection.execute("DROP INDEX ix_rosc_map_history_row, ix_rosc_map_history_change")
    scanned = {one.task for one in benchmark.measure(large[0], assets=ASSETS) if one.indexed == "NO"}
    assert scanned == BY_HISTORY
