"""A process is killed while it works in a file: nothing that it had acknowledged is lost, nothing is there by half."""

import datetime as dt
import shutil

from stores import asset_row

from rosc_map.records import Asset, Footprint
from rosc_map.store import Store, backup_file
from store.crashes import begin, child, hear, kill, kill_often


def test_a_process_is_killed_at_random_moments(tmp_path):
    assert kill_often(tmp_path, kills=2, seed=1)["kills"] == 2


def test_a_write_that_was_killed_before_its_end_is_taken_back_by_whoever_opens_the_file_next(tmp_path):
    path = tmp_path / "area.gpkg"
    store = Store.create(path, {"title": "T"})
    with store.write() as writer:
        writer.insert(Asset, [asset_row()])
    before = path.read_bytes()
    with child("hang") as process:
        begin(process, path)
        hear(process, "written")
        kill(process)
    assert path.stat().st_size > len(before)  # half of it stands in the file itself
    other = tmp_path / "other.gpkg"
    for ending in ("", "-journal"):
        shutil.copy(f"{path}{ending}", f"{other}{ending}")
    backup = backup_file(other, today=dt.date(2026, 11, 22))
    for opened in (Store(path), Store(other), Store(backup)):
        assert opened.read(Asset)["name"].tolist() == ["Näme"]
        assert opened.read(Footprint).empty
        assert opened.integrity() == []
    assert path.read_bytes() == other.read_bytes() == before
    assert not list(tmp_path.glob("*-journal"))
