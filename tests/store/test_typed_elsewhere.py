"""What another program wrote into a file though it does not belong there: the history still opens, and is undone."""

import datetime as dt
import sqlite3
import time
from contextlib import closing

from stores import asset_row

from rosc_map.records import Asset
from rosc_map.store import Store, as_at, asset_history, take_over_edits, undo


def test_a_day_typed_in_words_is_told_and_counts_as_not_known(tmp_path):
    store = Store.create(tmp_path / "area.gpkg", {"title": "T"})
    with store.write() as writer:
        writer.insert(Asset, [asset_row(verified_on="2026-01-31")])
    with closing(sqlite3.connect(store.path, isolation_level=None)) as raw:
        raw.execute("UPDATE assets SET verified_on = '01/03/2026'")
        time.sleep(0.01)
        raw.execute("UPDATE assets SET verified_on = '2026-03-01'")
    with store.reading() as reader:
        told = asset_history(reader, 1)
        assert told[["was", "now"]].to_numpy().tolist()[1:] == [
            [dt.date(2026, 1, 31), "01/03/2026"],
            ["01/03/2026", dt.date(2026, 3, 1)],
        ]
        assert as_at(reader, Asset, told["at"].iloc[-1])["verified_on"].tolist() == [None]
    with store.write(task="edit elsewhere") as writer:
        take_over_edits(writer)
    with store.write() as writer:
        undo(writer)
    assert store.read(Asset)["verified_on"].tolist() == [dt.date(2026, 1, 31)]
