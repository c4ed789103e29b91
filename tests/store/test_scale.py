"""The queries of the store go by indexes: the benchmark of a large database, run small, and that it can say no."""

import importlib.util
import sys
from pathlib import Path

import psycopg
import pytest

from rosc_map.records import Footprint
from rosc_map.store import Store

ASSETS, HISTORY = 10_000, 50_000


@pytest.fixture(scope="module")
def benchmark():
    path = Path(__file__).parents[2] / "benchmarks" / "postgis_scale.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def superuser(benchmark, postgis, postgis_cluster):
    """The address of a large database, for its superuser."""
    Store.create(postgis, {"title": "Large"}, {Footprint: [{"area_code": "E06000002"}]}).close()
    url = postgis_cluster[0].removesuffix("postgres") + postgis.rpartition("/")[2]
    benchmark.fill(url, assets=ASSETS, history=HISTORY)
    return url


@pytest.mark.postgis
def test_what_is_asked_of_a_large_database_goes_by_an_index(benchmark, postgis, superuser):
    found = benchmark.measure(postgis, assets=ASSETS)
    assert [one for one in found if one.indexed == "NO"] == []
    assert {"yes", "small", "whole"} == {one.indexed for one in found}
    assert next(one.rows for one in found if one.task.startswith("history of an asset")) > 10


@pytest.mark.postgis
def test_a_missing_index_is_seen_in_triggers_too(benchmark, postgis, superuser):
    with psycopg.connect(superuser) as connection:
        connection.execute("DROP INDEX ix_rosc_map_history_row, ix_rosc_map_history_change")
    scanned = {one.task for one in benchmark.measure(postgis, assets=ASSETS) if one.indexed == "NO"}
    assert scanned >= {"history of an asset, merges too", "the newest 20 changes", "an asset becomes hidden"}
