"""History, undo, state as at a day and copies: the same on a file and on a real PostGIS."""

import datetime as dt
import json
import sqlite3
import time
from contextlib import closing

import pytest
from sqlalchemy import select, text, update
from stores import asset_row

from rosc_map.errors import EditConflict, FileProblem, InputError
from rosc_map.records import Asset, Referral, SurveyedArea
from rosc_map.store import (
    NOT_KEPT,
    Store,
    as_at,
    asset_history,
    changed_otherwise,
    copy_store,
    edited_elsewhere,
    last_changes,
    take_over_edits,
    undo,
)
from rosc_map.store.store import now_utc
from rosc_map.store.tables import changes, history, merged


def add(store, *rows, record=Asset, **told):
    with store.write(**told) as writer:
        writer.insert(record, rows)


def change(store, identifier, version=None, **values):
    with store.write(who="Volunteer 7", task="edit") as writer:
        writer.update(Asset, {"id": identifier}, values, version=version)


def told(store, identifier="a"):
    with store.reading() as reader:
        return asset_history(reader, reader.find(Asset, {"id": identifier})["fid"])


def dump(store):
    """Return all text that the history holds."""
    with store.reading() as reader:
        rows = reader.connection.execute(select(history)).all() + reader.connection.execute(select(changes)).all()
    return json.dumps([list(map(str, row)) for row in rows], ensure_ascii=False)


def test_every_change_is_told_with_who_when_from_what_to_what(either):
    before = now_utc()
    add(either, asset_row(), who="coordinator", task="import", note="assets.csv")
    change(either, "a", name="New name", rss_types=("housing", "education"), verified_on=dt.date(2026, 3, 1))
    found = told(either)
    assert found["operation"].tolist() == ["insert", "update", "update", "update"]
    first = found.iloc[0]
    assert (first["who"], first["task"], first["note"]) == ("coordinator", "import", "assets.csv")
    assert first["now"]["name"] == "Näme"
    by_field = found.iloc[1:].set_index("field")
    assert by_field.loc["name", ["was", "now", "who"]].tolist() == ["Näme", "New name", "Volunteer 7"]
    assert by_field.loc["rss_types", ["was", "now"]].tolist() == [None, ("housing", "education")]
    assert by_field.loc["verified_on", "now"] == dt.date(2026, 3, 1)
    assert all(before <= at <= now_utc() for at in found["at"])


def test_a_task_that_changes_nothing_leaves_no_trace(either):
    add(either, asset_row())
    change(either, "a", name="Näme")
    with either.reading() as reader:
        assert last_changes(reader, 10)["task"].tolist() == ["change", "new"]


def test_undo_puts_back_one_change_after_the_other(either):
    add(either, asset_row("a"), asset_row("b"), task="import")
    add(either, {"from_asset": "a", "to_asset": "b", "evidence": "declared"}, record=Referral, task="import")
    change(either, "a", name="Two", longitude=-1.0, latitude=54.0, languages=("Polish",))
    change(either, "a", name="Three", commissions_others=True)
    names = []
    for _ in range(4):
        with either.write(who="coordinator", task="undo") as writer:
            undo(writer)
        names.append(either.read(Asset)["name"].tolist())
    assert names == [["Two", "Näme"], ["Näme", "Näme"], ["Näme", "Näme"], []]
    assert either.read(Referral).empty
    with pytest.raises(InputError, match="nothing to undo"), either.write() as writer:
        undo(writer)


def test_undo_puts_back_the_point_too(either):
    add(either, asset_row())
    with either.reading() as reader:
        before = reader.connection.execute(text("SELECT geom FROM assets")).scalar()
    change(either, "a", longitude=-1.0, latitude=54.0)
    with either.write() as writer:
        undo(writer)
    with either.reading() as reader:
        assert reader.connection.execute(text("SELECT geom FROM assets")).scalar() == before


def test_what_was_removed_comes_back_whole(either):
    row = asset_row(rss_types="peer_based", verified_on="2026-03-01", commissions_others="yes")
    add(either, row)
    before = either.read(Asset).iloc[0].to_dict()
    with either.write() as writer:
        writer.delete(Asset, {"id": "a"})
    assert either.read(Asset).empty
    with either.write() as writer:
        done = undo(writer)
    assert done.rows == 1
    after = either.read(Asset).iloc[0].to_dict()
    assert after == before


def test_two_people_who_edit_one_asset_both_learn_of_it(either):
    add(either, asset_row())
    with either.reading() as reader:
        version = reader.find(Asset, {"id": "a"})["version"]
    change(either, "a", version=version, name="First")
    with pytest.raises(EditConflict, match="Somebody else changed this"):
        change(either, "a", version=version, name="Second")
    assert either.read(Asset)["name"].tolist() == ["First"]


def test_how_it_stood_on_a_day(either):
    add(either, asset_row("a"), asset_row("gone"))
    add(either, {"area_code": "E06000002", "asset_type": "lero", "on": dt.date(2026, 1, 1)}, record=SurveyedArea)
    then = later()
    change(either, "a", name="New", status="closed")
    with either.write() as writer:
        writer.delete(Asset, {"id": "gone"})
        writer.insert(Asset, [asset_row("new")])
        writer.delete(SurveyedArea, {"area_code": "E06000002"})
    with either.reading() as reader:
        stood = as_at(reader, Asset, then)
        assert stood[["id", "name", "status"]].to_numpy().tolist() == [
            ["a", "Näme", "active"],
            ["gone", "Näme", "active"],
        ]
        assert list(stood.columns) == list(reader.read(Asset).columns)
        assert as_at(reader, SurveyedArea, then)["area_code"].tolist() == ["E06000002"]
        now = as_at(reader, Asset, later())
        assert now.equals(reader.read(Asset))
        assert as_at(reader, Asset, "2020-01-01T00:00:00.000Z").empty


def later():
    """Return a moment after all that was done and before all that follows."""
    time.sleep(0.01)
    moment = now_utc()
    time.sleep(0.01)
    return moment


SECRETS = ("12 Acacia Avenue", "KT22 7TW", "51.29977", "E07000210", "0.5 miles past the mill", "450000")


def test_a_place_that_becomes_hidden_leaves_the_history_too(either):
    row = asset_row(address="12 Acacia Avenue", description="0.5 miles past the mill", postcode="KT22 7TW")
    add(either, row)
    assert all(secret in dump(either) for secret in SECRETS[:5])
    change(either, "a", description="Still 0.5 miles past the mill", easting=450000.0)
    assert "Acacia" in dump(either)
    hidden = {"address": "", "postcode": "", "latitude": None, "longitude": None, "easting": None, "northing": None}
    change(either, "a", **hidden, local_authority_code="", description="A house.", location_precision="hidden")
    kept = dump(either)
    assert not [secret for secret in SECRETS if secret in kept]
    found = told(either).set_index("field")
    assert found.loc["postcode", "was"] == NOT_KEPT
    with pytest.raises(InputError, match="hid a place"), either.write() as writer:
        undo(writer)
    with either.reading() as reader:
        stood = as_at(reader, Asset, "2020-01-01T00:00:00.000Z")
        assert stood.empty
    # What is typed of a hidden place in another program is not told either.
    elsewhere(either, "UPDATE assets SET postcode = 'KT22 7TW', address = '12 Acacia Avenue'")
    assert not [secret for secret in SECRETS if secret in dump(either)]


def test_as_at_never_shows_more_than_may_be_shown_today(either):
    add(either, asset_row("a"), asset_row("b"))
    then = later()
    hidden = {"postcode": "", "latitude": None, "longitude": None, "easting": None, "northing": None}
    change(either, "a", **hidden, local_authority_code="", location_precision="hidden", name="Q")
    change(either, "b", listing="declined")
    with either.reading() as reader:
        stood = as_at(reader, Asset, then).set_index("id")
    assert stood.loc["a", ["location_precision", "postcode", "name"]].tolist() == ["hidden", "", "Q"]
    assert stood.loc["b", "listing"] == "declined"


def elsewhere(store, statement):
    """Change the store as another program would: without a word of ours."""
    engine = store._engine
    with engine.connect().execution_options(rosc_map_write=True) as connection, connection.begin():
        connection.execute(text(statement))


def test_an_edit_made_elsewhere_is_recorded_and_can_be_undone(either):
    add(either, asset_row("a"), asset_row("b"))
    elsewhere(either, "UPDATE assets SET name = 'QGIS', phone = '01632 960001' WHERE id = 'a'")
    elsewhere(either, "INSERT INTO assets (name, asset_type) VALUES ('New in QGIS', 'lero')")
    with either.reading() as reader:
        fids = {name: reader.find(Asset, {"name": name})["fid"] for name in ("QGIS", "New in QGIS")}
        assert edited_elsewhere(reader) == {("assets", fid) for fid in fids.values()}
        assert reader.find(Asset, {"name": "QGIS"})["version"] == 2
        identifier = reader.find(Asset, {"name": "New in QGIS"})["id"]
    assert len(identifier) == 36
    assert identifier[14] == "4"
    assert told(either)["task"].tolist()[-1] == "edit elsewhere"
    with either.write(task="edit elsewhere") as writer:
        take_over_edits(writer)
    with either.write() as writer:
        assert edited_elsewhere(writer) == set()
        assert undo(writer).rows == 2
    assert either.read(Asset)["name"].tolist() == ["Näme", "Näme"]


def test_a_point_that_is_moved_elsewhere_is_seen(either):
    add(either, asset_row("a"), asset_row("b", postcode="M1 1AE"))
    elsewhere(either, "UPDATE assets SET geom = (SELECT geom FROM assets WHERE id = 'b') WHERE id = 'a'")
    with either.reading() as reader:
        assert len(edited_elsewhere(reader)) == 1


def test_a_copy_to_the_other_kind_and_back_is_the_same(either, postgis_pair, tmp_path):
    add(either, asset_row("a", rss_types="housing", commissions_others="no", verified_on="2026-03-01"), asset_row("b"))
    add(either, {"from_asset": "a", "to_asset": "b", "evidence": "declared", "count": 3.0}, record=Referral)
    change(either, "a", name="Two", commissions_others=True)
    target = postgis_pair if either.path else tmp_path / "copy.gpkg"
    counts = copy_store(either, target)
    copied = Store(target)
    assert counts["assets"] == 2
    for record in (Asset, Referral):
        assert copied.read(record).equals(either.read(record))
    assert told(copied).equals(told(either))
    assert copied.settings() == either.settings()
    add(copied, asset_row("c"))  # numbers go on
    back = tmp_path / "back.gpkg"
    copy_store(copied, back)
    assert Store(back).read(Asset).equals(copied.read(Asset))
    for _ in range(2):  # and the history of the copy can be undone
        with copied.write() as writer:
            undo(writer)
    assert copied.read(Asset)["name"].tolist() == ["Näme", "Näme"]
    with pytest.raises(FileProblem, match=r"already"):
        copy_store(either, target)
    copied.close()


@pytest.fixture
def postgis_pair(request, either):
    """A second database where the first store is a file; where it is a database, nothing more is needed."""
    return request.getfixturevalue("postgis") if either.path else ""


def delisted(store):
    add(store, asset_row("a", listing="agreed"))
    change(store, "a", phone="01642 000001")
    with store.write(task="delist") as writer:
        writer.update(Asset, {"id": "a"}, {"listing": "declined"})


def test_who_left_is_not_listed_again_by_an_undo_that_was_not_meant(either):
    delisted(either)
    with pytest.raises(InputError, match="asked to leave"), either.write() as writer:
        undo(writer)
    assert either.read(Asset)["listing"].tolist() == ["declined"]
    with either.write() as writer:
        done = undo(writer, past=True)
    assert (done.task, len(done.passed_over)) == ("edit", 1)
    assert either.read(Asset)[["listing", "phone"]].to_numpy().tolist() == [["declined", ""]]
    with either.write() as writer:
        undo(writer, list_again=True)
    assert either.read(Asset)["listing"].tolist() == ["agreed"]


def test_a_change_that_cannot_be_undone_leaves_all_as_it_was(either):
    add(either, asset_row("a", status="active"), asset_row("b"))
    change(either, "b", phone="01642 000001")
    hidden = {"postcode": "", "latitude": None, "longitude": None, "easting": None, "northing": None}
    change(either, "a", **hidden, local_authority_code="", location_precision="hidden", status="paused")
    before = either.read(Asset)
    with pytest.raises(InputError, match="--past"), either.write() as writer:
        undo(writer)
    assert either.read(Asset).equals(before)
    with either.write() as writer:
        undo(writer, past=True)
    assert either.read(Asset).set_index("id").loc["b", "phone"] == ""


def test_new_rows_of_a_copy_are_numbered_after_all_that_ever_were(either, postgis_pair, tmp_path):
    add(either, asset_row("a"), asset_row("b"))
    change(either, "b", name="Gone")
    with either.write() as writer:
        writer.delete(Asset, {"id": "b"})
    target = postgis_pair if either.path else tmp_path / "copy.gpkg"
    copy_store(either, target)
    copied = Store(target)
    add(copied, asset_row("c"))
    assert told(copied, "c")["operation"].tolist() == ["insert"]
    copied.close()


def test_what_was_merged_into_one_that_left_is_not_told_as_listed(either):
    add(either, asset_row("a", listing="agreed"), asset_row("b", listing="agreed"))
    then = later()
    with either.write() as writer:
        fids = [writer.find(Asset, {"id": name})["fid"] for name in "ab"]
        row = {"change_id": writer.change, "other": fids[1], "kept": fids[0]}
        writer.connection.execute(merged.insert().values(row))
        writer.delete(Asset, {"id": "b"})
    change(either, "a", listing="declined")
    with either.reading() as reader:
        assert as_at(reader, Asset, then)["listing"].tolist() == ["declined", "declined"]


def test_a_number_without_end_does_not_end_the_history(tmp_path):
    store = Store.create(tmp_path / "a.gpkg", {"title": "T"})
    add(store, asset_row())
    elsewhere(store, "UPDATE assets SET latitude = 9e999")
    assert told(store).iloc[-1][["field", "now"]].tolist() in (["latitude", None], ["latitude", float("inf")])
    with store.write() as writer:
        take_over_edits(writer)
    with store.write() as writer:
        undo(writer)
    assert store.read(Asset)["latitude"].tolist() == [asset_row()["latitude"]]


def test_the_extent_of_the_layer_does_not_keep_a_hidden_point(tmp_path):
    store = Store.create(tmp_path / "a.gpkg", {"title": "T"})
    add(store, asset_row())
    elsewhere(store, "UPDATE gpkg_contents SET min_x = -1.235094, max_x = -1.235094 WHERE table_name = 'assets'")
    change(store, "a", location_precision="hidden", longitude=None, latitude=None)
    with store.reading() as reader:
        found = reader.connection.execute(text("SELECT min_x, max_x FROM gpkg_contents WHERE table_name = 'assets'"))
        assert found.one() == (None, None)


def test_a_file_that_is_open_in_wal_mode_can_be_read_and_written(tmp_path):
    # As QGIS has it while it edits.
    store = Store.create(tmp_path / "a.gpkg", {"title": "T"})
    with closing(sqlite3.connect(store.path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("BEGIN")
        raw.execute("SELECT count(*) FROM assets").fetchone()
        add(store, asset_row())
        assert len(Store(store.path).read(Asset)) == 1


def test_which_fields_were_last_changed_otherwise(either):
    def fields(identifier):
        with either.reading() as reader:
            return changed_otherwise(reader, "import list").get(identifier, frozenset())

    add(either, asset_row(), who="coordinator", task="import list")
    add(either, {**asset_row(), "id": "b"}, who="coordinator", task="import")
    assert (fields("a"), fields("b")) == (frozenset(), {""})
    change(either, "a", phone="01632 960009", website="https://www.example.org")
    assert fields("a") == {"phone", "website"}
    with either.write(who="coordinator", task="import list") as writer:
        writer.update(Asset, {"id": "a"}, {"phone": "01632 960001"})
    assert fields("a") == {"website"}
    change(either, "a", email="hello@example.org")
    with either.write(who="coordinator", task="undo") as writer:
        undo(writer)
    assert fields("a") == {"website"}
    # Another program's change is of no task.
    with either.write(who="coordinator", task="import list") as writer:
        writer.update(Asset, {"id": "a"}, {"cost": "free"})
        writer.connection.execute(update(history).where(history.c.field == "cost").values(change_id=None))
    assert fields("a") == {"website", "cost"}
