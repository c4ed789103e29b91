"""The store under long strain: killed at 200 random moments, and written to by many at once."""

import time

import pytest

from rosc_map.store import Store
from store.crashes import kill_often
from store.test_concurrency import Imports, new_store
from store.writers import look, write_at_once


def test_a_file_outlives_200_kills(tmp_path, capsys):
    seen = kill_often(tmp_path, kills=200, seed=20261122)
    _say(capsys, seen)
    assert seen["kills"] == 200
    assert seen["journals"]  # some of them came in the midst of a write


def test_20_processes_make_2000_edits_of_one_file(tmp_path, capsys):
    store = new_store(tmp_path / "area.gpkg")
    _write_and_look(store, capsys, processes=20, edits=100)
    assert store.integrity() == []


@pytest.mark.postgis
def test_50_connections_make_10000_edits_of_one_database_while_files_are_imported(postgis, write_csv, capsys):
    store = new_store(postgis)
    imports = Imports(store, write_csv)

    def import_now_and_then():
        imports()
        time.sleep(1)  # each import is a conflict for nearly all who write: without a pause few others get anywhere

    written = _write_and_look(store, capsys, processes=10, threads=5, edits=200, meanwhile=import_now_and_then)
    assert len({one.connection for one in written}) == 50
    imports.look(store)
    assert imports.done > 1
    store.close()


def _write_and_look(store: Store, capsys, **how):
    written = write_at_once(store.name, **how)
    look(store, written)
    edits, conflicts = sum(len(one.edits) for one in written), sum(one.conflicts for one in written)
    _say(capsys, {"edits": edits, "conflicts": conflicts})
    assert conflicts
    return written


def _say(capsys, seen):
    with capsys.disabled():
        print(dict(seen))  # noqa: T201 - how often what happened is a matter of chance, and worth knowing
