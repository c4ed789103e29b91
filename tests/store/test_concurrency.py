"""Many who write at once: nothing is lost, and whoever comes second learns of it."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from rosc_map.partnership import Partnership
from rosc_map.records import Asset, Footprint
from rosc_map.store import Store, backups_of
from store.writers import ASSETS, look, write_at_once

ROWS = [{"id": f"a{number}", "name": f"Group {number}", "asset_type": "lero"} for number in range(ASSETS)]


def new_store(target):
    return Store.create(target, {"title": "T"}, {Footprint: [{"area_code": "E06000002"}], Asset: ROWS})


class Imports:
    """Imports one file after the other: each changes every asset but one, and adds two."""

    def __init__(self, store, write_csv):
        self.partnership, self.write_csv, self.done = Partnership(store, who="coordinator"), write_csv, 0

    def __call__(self):
        words = {"asset_type": "lero", "description": f"import {self.done}"}
        new = [{"id": f"new {number}", "name": f"New {number}"} for number in (2 * self.done, 2 * self.done + 1)]
        rows = [{**row, **words} for row in (*ROWS[:-1], *new)]
        self.partnership.import_(self.write_csv(rows, f"import {self.done}.csv"))
        self.done += 1

    def look(self, store):
        assets = store.read(Asset).set_index("id")["description"]
        assert set(assets[[row["id"] for row in ROWS[:-1]]]) == {f"import {self.done - 1}"}
        new = {f"new {number}": f"import {number // 2}" for number in range(2 * self.done)}
        assert assets[list(new)].to_dict() == new


def test_processes_write_to_one_file_at_once(tmp_path):
    store = new_store(tmp_path / "area.gpkg")
    written = write_at_once(store.path, processes=3, edits=6)
    look(store, written)
    assert store.integrity() == []


@pytest.mark.postgis
def test_connections_write_to_one_database_at_once_while_files_are_imported(postgis, write_csv):
    store = new_store(postgis)
    imports = Imports(store, write_csv)
    written = write_at_once(postgis, processes=2, threads=3, edits=3, meanwhile=imports)
    assert len({one.connection for one in written}) == 6
    look(store, written)
    imports.look(store)
    assert imports.done > 1
    store.close()


def test_all_who_open_an_old_file_at_one_moment_get_in(tmp_path):
    path = tmp_path / "area.gpkg"
    shutil.copy(Path(__file__).with_name("fixtures") / "schema-1.gpkg", path)
    barrier = Barrier(4)

    def open_it(_):
        barrier.wait(60)
        return len(Store(path).read(Asset))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(open_it, range(4))) == [66] * 4
    assert backups_of(path)
    assert Store(path).integrity() == []
