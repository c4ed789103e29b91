"""Records that last, as a user meets them: edit, close, merge, undo, history, leave, erase, copy, edits elsewhere."""

import datetime as dt
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event
from sqlalchemy.pool import NullPool

import rosc_map
from rosc_map.errors import EditConflict, FileProblem, InputError, RowsRejected, UnknownName
from rosc_map.records import Footprint
from rosc_map.store import Store, last_changes
from rosc_map.store.geometry import _pack

TODAY = dt.date(2026, 11, 22)
CAFE = {"name": "Example Café", "asset_type": "lero", "postcode": "TS1 2PA", "listing": "agreed"}


def at(partnership, who):
    return rosc_map.open(partnership.path, today=TODAY, who=who)


def record(partnership, write_csv, *rows, kind="assets"):
    return partnership.import_(write_csv(rows), kind)


def status_of(partnership, name="Example Café"):
    return partnership.asset(name)["status"]


# Editing -----------------------------------------------------------------------------------------------------------


def test_an_edit_is_read_placed_and_told(empty, write_csv):
    record(empty, write_csv, CAFE)
    at(empty, "Volunteer 7").edit("example café", {"postcode": "TS6 9AA", "phone": "(01642) 000000", "notes": "x"})
    now = empty.asset("Example Café")
    assert (now["postcode"], now["local_authority_code"], now["version"]) == ("TS6 9AA", "E06000003", 2)
    empty.edit("Example Café", {"phone": ""})
    assert empty.asset("Example Café")["phone"] == ""
    told = empty.history("Example Café")
    assert set(told.loc[told["who"] == "Volunteer 7", "field"]) >= {"postcode", "phone", "notes", "latitude"}


def test_a_hidden_asset_keeps_its_area_when_something_else_of_it_is_edited_here_or_elsewhere(empty, write_csv):
    record(empty, write_csv, {**CAFE, "location_precision": "hidden"})
    assert empty.edit("Example Café", {"phone": "01632 960001"}) == []  # nobody is told that it counts nowhere
    elsewhere(empty, "UPDATE assets SET cost = 'free'")
    now = at(empty, "").asset("Example Café")
    assert (now["phone"], now["cost"], now["postcode"]) == ("01632 960001", "free", "")
    kept = ("upper_tier_code", "region_code", "country_code", "place_quality")
    assert [now[name] for name in kept] == ["E06000002", "E12000001", "E92000001", "local_authority"]
    empty.edit("Example Café", {"postcode": "TS6 9AA"})
    assert empty.asset("Example Café")["upper_tier_code"] == "E06000003"  # another place that is named counts


def test_a_bad_edit_changes_nothing(empty, write_csv):
    record(empty, write_csv, CAFE)
    for values in ({"postcode": "XX99 9XX"}, {"email": "no"}, {"asset_type": "leroo"}, {"name": ""}):
        with pytest.raises(RowsRejected):
            empty.edit("Example Café", values)
    assert empty.asset("Example Café")["version"] == 1
    with pytest.raises(UnknownName):
        empty.edit("Nobody", {"phone": ""})


def test_two_people_at_one_asset(empty, write_csv):
    record(empty, write_csv, CAFE)
    seen = empty.asset("Example Café")["version"]
    at(empty, "V1").edit("Example Café", {"notes": "one"}, version=seen)
    with pytest.raises(EditConflict, match="Somebody else"):
        at(empty, "V2").edit("Example Café", {"notes": "two"}, version=seen)
    assert empty.asset("Example Café")["notes"] == "one"


@pytest.mark.parametrize("name", ["Jane Smith", "jane", "Volunteer Jane"])
def test_who_is_never_a_name(empty, name):
    with pytest.raises(InputError, match="may be the name of a person"):
        at(empty, name)


# Closing -----------------------------------------------------------------------------------------------------------


def test_one_report_never_closes_an_entry(empty, write_csv):
    record(empty, write_csv, CAFE)
    row = {**CAFE, "status": "closed", "recorded_by": "Volunteer 7"}
    for _ in range(2):  # the same report twice is one
        done = record(empty, write_csv, row)
        assert "one report" in done.warnings[0].why
        assert status_of(empty) == "not_confirmed"
    assert done.changes == []
    record(empty, write_csv, {**row, "recorded_by": "Volunteer 8"})
    assert status_of(empty) == "closed"


def test_who_imports_counts_where_the_row_does_not_say(empty, write_csv):
    record(empty, write_csv, CAFE)
    at(empty, "Volunteer 7").edit("Example Café", {"status": "closed"})
    assert status_of(empty) == "not_confirmed"
    record(at(empty, "Volunteer 8"), write_csv, {**CAFE, "status": "closed"})
    assert status_of(empty) == "closed"


def test_reports_without_a_name_count_once(empty, write_csv):
    record(empty, write_csv, CAFE)
    for _ in range(3):
        empty.edit("Example Café", {"status": "closed"})
    assert status_of(empty) == "not_confirmed"


def test_a_coordinator_closes_alone_and_an_open_door_forgets_the_reports(empty, write_csv):
    record(empty, write_csv, CAFE)
    at(empty, "V1").edit("Example Café", {"status": "closed"})
    at(empty, "V2").edit("Example Café", {"status": "active"})
    at(empty, "V2").edit("Example Café", {"status": "closed"})
    assert status_of(empty) == "not_confirmed"
    at(empty, "Coordinator").edit("Example Café", {"status": "closed"})
    assert status_of(empty) == "closed"


# Merging -----------------------------------------------------------------------------------------------------------


def doubled(partnership, write_csv, **other):
    record(
        partnership,
        write_csv,
        {**CAFE, "id": "keep", "phone": "01642 000001"},
        {"id": "other", "name": "The Café of Example", "asset_type": "lero", "postcode": "TS6 9AA", **other},
        {"id": "third", "name": "Third", "asset_type": "treatment", "postcode": "TS1 2PA"},
    )
    links = [("keep", "third"), ("other", "third"), ("third", "other"), ("keep", "other")]
    rows = [{"from": a, "to": b, "evidence": "declared"} for a, b in links]
    record(partnership, write_csv, *rows, kind="referrals")
    money = {"asset": "other", "area_code": "Middlesbrough", "arrangement": "grant"}
    record(partnership, write_csv, money, kind="funding")


def test_a_merge_fills_repoints_and_keeps_both_histories(empty, write_csv):
    doubled(
        empty, write_csv, phone="01642 000002", email="hello@example.org", verified_on="2026-05-01", listing="agreed"
    )
    empty.edit("other", {"notes": "seen"})
    before = empty.snapshot()
    done = at(empty, "coordinator").merge("Example Café", "other")
    kept = empty.asset("keep")
    assert (kept["phone"], kept["email"], kept["notes"]) == ("01642 000001", "hello@example.org", "seen")
    assert kept["external_ids"] == ("rosc-map:other",)
    assert kept["verified_on"] == dt.date(2026, 5, 1)
    assert {field for field, *_ in done.differing} >= {"name", "phone", "postcode"}
    after = empty.snapshot()
    assert list(zip(after.referrals["from_asset"], after.referrals["to_asset"], strict=True)) == [
        ("keep", "third"),
        ("third", "keep"),
    ]
    assert (done.moved, done.dropped) == ({"referrals": 1, "funding": 1}, {"referrals": 2})
    assert "delete" in set(empty.history("keep")["operation"])
    # Whoever still has the other's id, or its name, finds this one.
    again = record(empty, write_csv, {"external_ids": "rosc-map:other", "name": "x", "asset_type": "lero"})
    assert again.added == []
    empty.undo()
    empty.undo()
    undone = empty.snapshot()
    for table in ("assets", "referrals"):
        one, other = getattr(before, table), getattr(undone, table)
        key = list(one.columns[:2])
        assert one.sort_values(key, ignore_index=True).equals(other.sort_values(key, ignore_index=True))
    assert "delete" not in set(empty.history("keep")["operation"])


def test_a_merge_never_shows_more_than_either_may(empty, write_csv):
    doubled(
        empty, write_csv, address="9 Secret Street", description="By the mill.", location_precision="local_authority"
    )
    empty.merge("keep", "other")
    assert empty.asset("keep")["location_precision"] == "local_authority"
    # What only one of two agreed to show is not shown of both.
    shown = {"listing": "restricted", "listing_shows": "name; place"}
    pair = {"id": "x", "name": "X", "asset_type": "community"}, {"id": "y", "name": "Y", "asset_type": "community"}
    record(empty, write_csv, {**pair[0], **shown}, {**pair[1], **shown, "listing_shows": "name"})
    empty.merge("x", "y")
    assert empty.asset("x")["listing_shows"] == ("name",)


def test_a_hidden_place_is_not_dropped_by_a_merge_that_cannot_be_undone(empty, write_csv):
    refuge = {"id": "r", "name": "R", "asset_type": "domestic_abuse_refuge", "areas_served": "Middlesbrough"}
    record(empty, write_csv, refuge, {"id": "s", "name": "S", "asset_type": "community", "postcode": "TS6 9AA"})
    with pytest.raises(InputError, match="would drop a place"):
        empty.merge("r", "s")


def test_what_cannot_be_merged(empty, write_csv):
    doubled(empty, write_csv)
    with pytest.raises(InputError, match="two different assets"):
        empty.merge("keep", "keep")
    at(empty, "coordinator").delist("other")
    with pytest.raises(InputError, match="asked not to be listed"):
        empty.merge("keep", "other")
    with pytest.raises(UnknownName):
        empty.merge("keep", "nobody")


# History, undo, state ----------------------------------------------------------------------------------------------


def test_undo_of_an_import_and_of_a_round(made_up):
    assets = len(made_up.snapshot().assets)
    for _ in range(3):  # the feedback, the answers, then the draw
        made_up.undo()
    assert made_up.snapshot().rounds.empty
    assert made_up.snapshot().questions.empty
    for _ in range(3):
        made_up.undo()
    assert assets > 0
    assert made_up.snapshot().assets.empty
    with pytest.raises(InputError, match="nothing to undo"):
        made_up.undo()


def test_status_of_today_and_of_a_day(made_up):
    now = made_up.status()
    assert sum(sum(counts.values()) for counts in now.assets.values()) == len(made_up.snapshot().assets) - 1
    assert now.others["referrals"] == len(made_up.snapshot().referrals)
    assert 0 < now.fresh < now.active
    assert made_up.status(dt.date(2026, 1, 1)).assets == {}
    with pytest.raises(InputError, match="in the future"):
        made_up.status(dt.date(2030, 1, 1))


# Leaving and erasing -----------------------------------------------------------------------------------------------


def test_who_leaves_is_in_no_output_and_does_not_come_back(empty, write_csv, tmp_path):
    record(empty, write_csv, CAFE)
    with pytest.raises(InputError, match="Say who does it, for example: --by coordinator"):
        empty.delist("Example Café")
    assert at(empty, "coordinator").delist("Example Café") == "Example Café"
    assert (
        "Example" not in empty.export(tmp_path / "a.csv", audience="internal").read_text("utf-8-sig").split("\n", 1)[1]
    )
    done = record(empty, write_csv, {**CAFE, "phone": "01642 000001"})
    assert (done.added, done.changes) == ([], [])
    assert len(empty.snapshot().assets) == 1


def test_an_erasure_leaves_nothing_in_the_file(empty, write_csv):
    doubled(empty, write_csv, notes="Secretive remark", phone="01642 777777")
    empty.edit("other", {"notes": "Secretive again"})
    empty.backup()
    done = at(empty, "coordinator").erase("other")
    assert done.rows == {"assets": 1, "referrals": 3, "funding": 1}
    data = empty.path.read_bytes()
    assert not [word for word in (b"Secretive", b"777777", b"Caf\xc3\xa9 of Example") if word in data]
    assert [path.name for path in empty.backups()] == ["area.backup-2026-11-22.gpkg"]
    assert b"Secretive" in empty.backups()[0].read_bytes()
    assert empty.changes(1)["task"].tolist() == ["erase"]


def test_words_of_a_person_are_erased(empty, write_csv):
    record(empty, write_csv, {**CAFE, "notes": "Ask for Jane Example", "description": "jane  example runs it"})
    ours = at(empty, "coordinator")
    done = ours.erase(words="Jane Example")
    assert done.cells == {"assets": 2}
    assert b"example runs" not in empty.path.read_bytes().lower()
    assert empty.asset("Example Café")["description"] == "(erased) runs it"
    assert empty.changes(1)["who"].tolist() == ["coordinator"]
    for bad in ({}, {"asset": "x", "words": "y"}, {"words": "ab"}, {"words": " a - b "}):
        with pytest.raises(InputError, match="Say what to erase|too short"):
            ours.erase(**bad)
    with pytest.raises(InputError, match="Say who does it"):
        empty.erase(words="Jane Example")


@pytest.mark.parametrize("what", [{"asset": "Example Café"}, {"words": "Jane Example"}])
def test_an_erasure_that_is_only_tried_writes_nothing(empty, write_csv, what):
    record(empty, write_csv, {**CAFE, "notes": "Ask for Jane Example"})
    ours, before = at(empty, "coordinator"), empty.path.read_bytes()
    would = ours.erase(**what, dry_run=True)
    assert would
    assert empty.path.read_bytes() == before
    assert ours.erase(**what) == would
    assert ours.erase(words="Jane Example", dry_run=True).summary == ""
    after = empty.path.read_bytes()
    assert not ours.erase(words="Jane Example")
    assert empty.changes()["task"].tolist() == ["erase", "import", "new"]
    assert Store(empty.path).read(Footprint).equals(ours._store.read(Footprint))
    assert len(after) == len(empty.path.read_bytes())


def test_an_erasure_leaves_nothing_of_another_program(empty, write_csv):
    record(empty, write_csv, CAFE)
    with closing(sqlite3.connect(empty.path, isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete = OFF")
        raw.execute("UPDATE assets SET notes = ?", ["Ask for Jane Example. " * 5_000])
        raw.execute("UPDATE assets SET notes = NULL")
    ours = at(empty, "coordinator")
    assert b"Jane Example" in empty.path.read_bytes()
    assert ours.erase(words="Jane Example").history == 2
    assert b"Jane Example" not in empty.path.read_bytes()


def test_what_a_file_in_use_may_still_hold_is_told(empty, write_csv):
    record(empty, write_csv, {**CAFE, "notes": "Ask for Jane Example"})
    ours = at(empty, "coordinator")
    with closing(sqlite3.connect(empty.path, isolation_level=None)) as raw:  # as QGIS does
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("BEGIN")
        raw.execute("SELECT count(*) FROM assets").fetchone()
        left = ours.erase(words="Jane Example").look_at[-1]
    assert "may still hold what was erased: another program has it open" in left
    assert empty.asset("Example Café")["notes"] == "Ask for (erased)"
    assert b"Jane Example" not in empty.path.read_bytes()


# Backup, copy, database --------------------------------------------------------------------------------------------


def test_backups_have_names_of_their_own_and_never_replace_a_file(empty, tmp_path):
    names = [empty.backup().name for _ in range(2)]
    assert names == ["area.backup-2026-11-22.gpkg", "area.backup-2026-11-22-2.gpkg"]
    with pytest.raises(FileProblem, match="exists already"):
        empty.backup(tmp_path / names[0])
    with pytest.raises(FileProblem, match="cannot be written"):
        empty.backup(tmp_path / "none" / "b.gpkg")
    assert Store(tmp_path / names[0]).settings() == Store(empty.path).settings()


@pytest.mark.postgis
def test_a_partnership_lives_in_a_database_too(made_up, postgis, tmp_path, write_csv):
    counts = made_up.copy_to(postgis)
    there = rosc_map.open(postgis, today=TODAY, who="coordinator")
    assert counts["assets"] == len(there.snapshot().assets)
    assert there.publish().provision.sentence == made_up.publish().provision.sentence
    assert there.estimate("R1").to_json() == made_up.estimate("R1").to_json()
    record(there, write_csv, {"name": "New One", "asset_type": "lero", "postcode": "KT22 7TW"})
    there.edit("New One", {"phone": "01632 960001"})
    there.map(tmp_path / "map.html")
    assert there.history("New One")["who"].tolist() == ["coordinator", "coordinator"]
    assert there.undo().task == "edit"
    with pytest.raises(FileProblem, match="pg_dump"):
        there.backup()
    with pytest.raises(FileProblem, match="holds a partnership already"):
        rosc_map.new(postgis, ["Surrey"])
    with pytest.raises(InputError, match="Take the password out"):
        rosc_map.open(postgis.replace("@", ":secret@"))


@pytest.mark.postgis
def test_an_analyst_may_read_and_not_change(postgis, postgis_cluster, write_csv):
    import psycopg

    admin, _ = postgis_cluster
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS analyst")
        connection.execute("CREATE ROLE analyst LOGIN PASSWORD 'x'")
    try:
        ours = rosc_map.new(postgis, ["Middlesbrough"])
        record(ours, write_csv, CAFE)
        with pytest.raises(FileProblem, match="no role 'nobody'"):
            ours.let_read("nobody")
        ours.let_read("analyst")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PGPASSWORD", "x")
            patch.delenv("PGPASSFILE")
            theirs = rosc_map.open(postgis.replace("partnership@", "analyst@"))
            assert theirs.asset("Example Café")["postcode"] == "TS1 2PA"
            assert theirs.publish().provision.sentence
            with pytest.raises(FileProblem, match="not change it"):
                theirs.edit("Example Café", {"phone": "01642 000001"})
    finally:
        with psycopg.connect(admin.rsplit("/", 1)[0] + "/" + postgis.rsplit("/", 1)[1], autocommit=True) as connection:
            connection.execute("DROP OWNED BY analyst")
            connection.execute("DROP ROLE analyst")


# Edits made in QGIS ------------------------------------------------------------------------------------------------


def elsewhere(partnership, statement, *values):
    with sqlite3.connect(partnership.path) as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute(statement, values)


def test_a_point_moved_in_qgis_is_placed_again(empty, write_csv):
    record(empty, write_csv, CAFE)
    elsewhere(empty, "UPDATE assets SET geom = ?", _pack((-1.15, 54.58)))
    again = at(empty, "coordinator")
    now = again.asset("Example Café")
    assert (now["longitude"], now["latitude"]) == (-1.15, 54.58)
    assert now["local_authority_code"] == "E06000003"
    assert now["place_quality"] == "coordinates"
    assert again.changes(1)["task"].tolist() == ["edit elsewhere"]
    again.undo()
    assert empty.asset("Example Café")["local_authority_code"] == "E06000002"
    assert at(empty, "").asset("Example Café")["local_authority_code"] == "E06000002"


def test_an_asset_added_in_qgis_is_made_whole(empty):
    elsewhere(empty, "INSERT INTO assets (name, asset_type, geom) VALUES ('New', 'lero', ?)", _pack((-1.235, 54.5755)))
    now = at(empty, "").asset("New")
    assert (now["status"], now["listing"], now["location_precision"]) == ("active", "not_asked", "exact")
    assert now["upper_tier_code"] == "E06000002"


def test_a_place_typed_in_qgis_for_a_hidden_asset_is_taken_out(empty, write_csv):
    refuge = {"name": "R", "asset_type": "domestic_abuse_refuge", "areas_served": "Middlesbrough"}
    record(empty, write_csv, refuge)
    elsewhere(empty, "UPDATE assets SET postcode = 'TS6 9AA', address = '7 Quiet Road', geom = ?", _pack((-1.1, 54.5)))
    assert at(empty, "").asset("R")["postcode"] == ""
    data = empty.path.read_bytes()
    assert b"Quiet" not in data
    assert b"TS6 9AA" not in data
    # What cannot be read is left, but never with the place.
    elsewhere(empty, "UPDATE assets SET postcode = 'TS6 9AA', asset_type = 'slip', location_precision = 'hiden'")
    broken = at(empty, "")
    assert broken.asset("R")["postcode"] == ""
    assert {"slip", "hiden"} & {word for finding in broken.check() for word in finding.what.replace("'", " ").split()}
    assert b"TS6 9AA" not in empty.path.read_bytes()


def test_whoever_may_only_read_sees_edits_made_elsewhere(empty, write_csv, monkeypatch):
    record(empty, write_csv, CAFE)
    elsewhere(empty, "UPDATE assets SET name = 'QGIS'")
    monkeypatch.setattr("rosc_map.store.engines._BUSY_MS", 50)
    holder = sqlite3.connect(empty.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        assert at(empty, "").asset("QGIS")["name"] == "QGIS"
    finally:
        holder.close()


# Check and worklist ------------------------------------------------------------------------------------------------


def test_a_worklist_comes_back_filled_in(made_up, tmp_path):
    import pandas as pd

    path = made_up.write_worklist(tmp_path / "todo.csv")
    with pytest.raises(FileProblem, match="may be filled in"):
        made_up.write_worklist(path)
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert len(rows) > 5
    rows.loc[:2, "verified_on"] = "2026-11-20"
    rows.loc[0, "status"] = "closed"
    rows.to_csv(path, index=False)
    done = at(made_up, "Volunteer 9").import_(path)
    assert {change.field for change in done.changes} == {"verified_on", "status"}
    first = made_up.asset(rows.loc[0, "id"])
    assert (first["verified_on"], first["status"]) == (dt.date(2026, 11, 20), "not_confirmed")
    assert len(made_up.check()) < 40


def test_a_damaged_file_is_told_by_check(empty, write_csv):
    record(empty, write_csv, CAFE)
    with sqlite3.connect(empty.path) as raw:
        raw.execute("INSERT INTO referrals (from_asset, to_asset, evidence) VALUES ('x', 'y', 'declared')")
    with pytest.raises(FileProblem, match="is damaged"):
        empty.check()


def test_a_dry_run_leaves_no_trace(empty, write_csv):
    path = write_csv([CAFE])
    assert empty.import_(path, dry_run=True).added == [2]
    assert empty.snapshot().assets.empty
    with empty._store.reading() as reader:
        assert last_changes(reader, 5)["task"].tolist() == ["new"]


def test_what_is_said_of_a_hidden_asset_may_not_tell_where_it_is(tmp_path, write_csv):
    surrey = rosc_map.new(tmp_path / "s.gpkg", ["Surrey"])
    record(surrey, write_csv, {"name": "R", "asset_type": "domestic_abuse_refuge", "areas_served": "Surrey"})
    money = {"asset": "R", "area_code": "Mole Valley", "arrangement": "grant"}
    with pytest.raises(RowsRejected) as refused:
        record(surrey, write_csv, {**money, "notes": "For 7 Quiet Road"}, kind="funding")
    assert [(p.column, p.value) for p in refused.value.problems] == [("notes", "(not repeated here)")]
    record(surrey, write_csv, money, kind="funding")
    assert list(next(iter(surrey.snapshot().others.values()))["area_code"]) == ["E10000030"]  # Surrey itself
    assert b"Quiet" not in surrey.path.read_bytes()


# What reviews found ------------------------------------------------------------------------------------------------


def test_one_volunteer_is_one_however_the_number_is_written(empty, write_csv):
    record(empty, write_csv, CAFE)
    for name in ("Volunteer 7", "V7", "vol. 07", "volunteer 7"):
        record(empty, write_csv, {**CAFE, "status": "closed", "recorded_by": name})
    assert status_of(empty) == "not_confirmed"
    # A form gives nobody the right to close alone: whoever reads it in has to have it too.
    record(at(empty, "Volunteer 7"), write_csv, {**CAFE, "status": "closed", "recorded_by": "coordinator"})
    assert status_of(empty) == "not_confirmed"
    record(empty, write_csv, {**CAFE, "status": "closed", "recorded_by": "Volunteer 8"})
    assert status_of(empty) == "closed"
    record(empty, write_csv, {**CAFE, "name": "Other", "postcode": "TS6 9AA"})
    record(
        at(empty, "V7"), write_csv, {"name": "Other", "asset_type": "lero", "status": "closed", "recorded_by": "lead"}
    )
    assert status_of(empty, "Other") == "not_confirmed"


def test_closing_in_another_program_is_one_report_like_any_other(empty, write_csv):
    record(empty, write_csv, CAFE)
    elsewhere(empty, "UPDATE assets SET status = 'closed'")
    assert at(empty, "").asset("Example Café")["status"] == "not_confirmed"


def test_what_was_merged_away_is_known_again_by_id_and_by_name(empty, write_csv):
    rows = [{**CAFE, "id": "a"}, {"id": "b", "name": "Quite Another", "asset_type": "lero", "postcode": "TS1 2PA"}]
    record(empty, write_csv, *rows)
    empty.merge("a", "b")
    assert empty.asset("a")["other_names"] == ("Quite Another",)
    assert record(empty, write_csv, rows[1]).added == []
    assert record(empty, write_csv, {**rows[1], "id": ""}).added == []
    assert empty.history("Quite Another").equals(empty.history("a"))


def test_what_is_reached_alike_in_the_same_place_is_asked_about(empty, write_csv):
    record(empty, write_csv, {**CAFE, "phone": "01642 000001"})
    done = record(
        empty, write_csv, {"name": "Bridge", "asset_type": "lero", "postcode": "TS1 2PA", "phone": "+44 1642 000001"}
    )
    assert done.added == [2]
    assert "is reached like an asset that is recorded" in done.warnings[0].why
    at(empty, "coordinator").delist("Example Café")
    done = record(
        empty, write_csv, {"name": "Arch", "asset_type": "lero", "postcode": "TS1 2PA", "phone": "01642 000001"}
    )
    assert any("asked not to be listed" in warning.what_to_do for warning in done.warnings)


def test_what_stands_beside_an_asset_that_becomes_hidden_goes_with_its_place(tmp_path, write_csv):
    surrey = rosc_map.new(tmp_path / "s.gpkg", ["Surrey"], who="coordinator")
    record(surrey, write_csv, {"name": "Later", "asset_type": "community", "postcode": "KT22 7TW"})
    money = {"asset": "Later", "area_code": "Mole Valley", "arrangement": "grant", "notes": "Rent of 7 Quiet Road"}
    record(surrey, write_csv, money, kind="funding")
    record(surrey, write_csv, {**money, "notes": "Rent of 7 Quiet Road, KT22 7TW"}, kind="funding")
    assert b"Quiet" in surrey.path.read_bytes()
    surrey.edit("Later", {"location_precision": "hidden"})
    data = surrey.path.read_bytes()
    assert not [word for word in (b"Quiet", b"KT22 7TW", b"E07000210") if word in data]
    elsewhere(surrey, "UPDATE funding SET notes = '8 Typed Lane', area_code = 'E07000210'")
    at(surrey, "")
    data = surrey.path.read_bytes()
    assert not [word for word in (b"Typed Lane", b"E07000210") if word in data]


def test_a_refused_row_of_a_hidden_place_repeats_nothing(empty, write_csv):
    row = {"name": "R", "asset_type": "domestic_abuse_refuge", "postcode": "TS6 9AAX", "sessions": "at 7 Quiet Road"}
    with pytest.raises(RowsRejected) as refused:
        record(empty, write_csv, {**row, "access": "7 Quiet Road"})
    told = str([(p.value, p.why) for p in refused.value.problems])
    assert len(refused.value.problems) == 3 - 1  # the postcode is looked at once the rest can be read
    assert "Quiet" not in told
    with pytest.raises(RowsRejected) as refused:
        record(empty, write_csv, {"name": "R", "asset_type": "domestic_abuse_refuge", "postcode": "TS6 9AAX"})
    assert "TS6" not in str([(p.value, p.why) for p in refused.value.problems])


def test_texts_of_before_are_not_listed_when_an_asset_becomes_hidden(empty, write_csv):
    record(empty, write_csv, {**CAFE, "description": "At 7 Quiet Road"})
    done = record(empty, write_csv, {**CAFE, "description": "A house", "location_precision": "hidden"})
    assert "Quiet" not in str(done.changes)


def test_a_day_that_has_not_come_yet_is_refused(empty, write_csv):
    with pytest.raises(RowsRejected, match="1 row") as refused:
        record(empty, write_csv, {**CAFE, "verified_on": "2027-01-01"})
    assert refused.value.problems[0].why == "has not come yet."
    record(empty, write_csv, CAFE)
    with pytest.raises(RowsRejected):
        empty.edit("Example Café", {"verified_on": "2027-01-01"})


def test_two_columns_for_one_field(empty, write_csv):
    with pytest.raises(InputError, match="two columns for 'Telephone'"):
        record(empty, write_csv, {**CAFE, "phone": "01642 000001", "Telephone": "01642 000002"})
    record(empty, write_csv, {**CAFE, "phone number": "", "Phone": "01642 000001"})
    assert empty.asset("Example Café")["phone"] == "01642 000001"


def test_who_left_does_not_come_back_by_an_edit(empty, write_csv):
    record(empty, write_csv, CAFE)
    at(empty, "coordinator").delist("Example Café")
    for who, values in (
        ("V1", {"listing": "agreed", "listing_on": "2026-11-22"}),
        ("coordinator", {"listing": "agreed"}),
    ):
        with pytest.raises(InputError, match="asked not to be listed"):
            at(empty, who).edit("Example Café", values)
    day = {"listing": "agreed", "listing_on": "2026-11-22"}
    at(empty, "coordinator").edit("Example Café", day)  # they asked to come back, or it was a slip
    assert empty.asset("Example Café")["listing"] == "agreed"


def test_an_asset_removed_in_another_program_takes_its_links_with_it(empty, write_csv):
    doubled(empty, write_csv)
    elsewhere_without_keys(empty, "DELETE FROM assets WHERE id = 'other'")
    again = at(empty, "coordinator")
    assert "rows that pointed at it were removed with it" in again.remarks[0]
    assert again.check() is not None
    again.undo()
    assert len(empty.snapshot().assets) == 3
    assert len(empty.snapshot().referrals) == 4


def elsewhere_without_keys(partnership, statement):
    with closing(sqlite3.connect(partnership.path, isolation_level=None)) as raw:  # as GDAL does
        raw.execute(statement)


def test_a_point_moved_abroad_is_put_back_and_told(empty, write_csv):
    record(empty, write_csv, CAFE)
    before = empty.asset("Example Café")
    elsewhere(empty, "UPDATE assets SET geom = ?", _pack((2.35, 48.86)))
    again = at(empty, "")
    assert "is out of range" in again.remarks[0]
    assert again.asset("Example Café")["longitude"] == before["longitude"]
    with sqlite3.connect(empty.path) as raw:
        assert raw.execute("SELECT geom FROM assets").fetchone()[0] == _pack((before["longitude"], before["latitude"]))


def test_a_worklist_adds_what_was_found_to_the_notes(empty, write_csv):
    record(empty, write_csv, {**CAFE, "id": "a", "notes": "Ring first."})
    row = {"id": "a", "name": "Example Café", "asset_type": "lero", "what you found": "Shutters down."}
    for _ in range(2):
        record(empty, write_csv, row)
    assert empty.asset("a")["notes"] == "Ring first. Shutters down."


# What the second review found --------------------------------------------------------------------------------------


def test_two_districts_of_one_county_beside_a_hidden_asset_become_one_row(tmp_path, write_csv):
    surrey = rosc_map.new(tmp_path / "s.gpkg", ["Surrey"], who="coordinator")
    record(surrey, write_csv, {"name": "Later", "asset_type": "community", "postcode": "KT22 7TW"}, CAFE)
    money = {"asset": "Later", "arrangement": "grant"}
    rows = [{**money, "area_code": area} for area in ("Mole Valley", "Guildford")]
    record(surrey, write_csv, *rows, kind="funding")
    links = [
        {"from": "Later", "to": "Example Café", "evidence": "counted", "period": p} for p in ("2024-25", "2025-26")
    ]
    record(surrey, write_csv, *links, kind="referrals")
    elsewhere(surrey, "UPDATE assets SET location_precision = 'hidden' WHERE name = 'Later'")
    again = at(surrey, "coordinator")
    assert again.asset("Later")["postcode"] == ""
    assert again.remarks == ()
    snapshot = again.snapshot()
    assert sorted(snapshot.referrals["period"]) == ["2024-25", "2025-26"]
    assert [len(frame) for frame in snapshot.others.values() if len(frame)] == [1]


def test_what_cannot_be_taken_in_is_told(empty, write_csv, monkeypatch):
    record(empty, write_csv, CAFE)
    elsewhere(empty, "UPDATE assets SET verified_on = 'soon'")
    assert "could not be taken in" in at(empty, "").remarks[0]


def test_a_file_whose_history_cannot_be_read_is_opened_and_says_so(empty):
    elsewhere(empty, "DROP TABLE rosc_map_history")
    again = at(empty, "")
    assert "could not be taken in" in again.remarks[0]
    assert again.title == empty.title


def test_a_file_is_opened_with_one_look_at_it(empty):
    looks = []

    def count(raw, _record):
        looks.append(raw)

    event.listen(NullPool, "connect", count)
    try:
        at(empty, "")
        assert len(looks) == 1
        empty.snapshot()
        assert len(looks) == 2
    finally:
        event.remove(NullPool, "connect", count)


def test_undo_keeps_the_entry_of_an_organisation_that_left(empty, write_csv):
    ours = at(empty, "coordinator")
    record(ours, write_csv, CAFE, {**CAFE, "id": "b", "name": "Beta Coffee House", "phone": "01642 000001"})
    ours.merge("Example Café", "b")
    ours.delist("Example Café")
    for _ in range(2):  # neither the merge nor the import may be undone: both would let it back in
        with pytest.raises(InputError, match="nothing to undo"):
            ours.undo(past=True)
    assert empty.snapshot().assets["listing"].tolist() == ["declined"]
    assert ours.undo(list_again=True).task == "delist"
    assert ours.undo().task == "merge"


def test_what_qgis_writes_of_a_hidden_place_is_not_kept_in_the_history(empty, write_csv):
    record(empty, write_csv, {"name": "R", "asset_type": "domestic_abuse_refuge", "areas_served": "Middlesbrough"})
    elsewhere(empty, "UPDATE assets SET notes = 'round the back of TS6 9AA'")
    elsewhere(empty, "INSERT INTO assets (name, asset_type, notes) VALUES ('Q', 'domestic_abuse_refuge', 'by TS3 6AW')")
    said = at(empty, "").remarks
    assert sum("what told of its place was taken out" in remark for remark in said) == 2
    data = empty.path.read_bytes()
    assert b"TS6 9AA" not in data
    assert b"TS3 6AW" not in data


def test_a_merge_that_was_undone_leaves_nothing_of_the_other(empty, write_csv):
    ours = at(empty, "coordinator")
    secret = {"phone": "01642 777777", "address": "9 Burnley Lane", "postcode": "TS6 9AA"}
    rows = {"id": "a", "name": "Alpha", "asset_type": "lero"}, {"id": "b", "name": "B", "asset_type": "lero", **secret}
    record(ours, write_csv, *rows)
    ours.merge("a", "b")
    ours.undo()
    ours.erase("b")
    data = empty.path.read_bytes()
    assert not [word for word in (b"777777", b"Burnley Lane", b"TS6 9AA") if word in data]


def test_what_was_beside_an_asset_and_is_gone_goes_from_the_history_when_it_becomes_hidden(empty, write_csv):
    ours = at(empty, "coordinator")
    record(ours, write_csv, CAFE)
    money = {"asset": "Example Café", "area_code": "Middlesbrough", "arrangement": "grant"}
    record(ours, write_csv, {**money, "notes": "Key at TS3 6AW"}, kind="funding")
    ours.undo()
    record(ours, write_csv, {**money, "notes": "Key at TS6 9AA"}, kind="funding")
    record(ours, write_csv, {**money, "notes": "none"}, kind="funding")
    ours.edit("Example Café", {"location_precision": "hidden"})
    data = empty.path.read_bytes()
    assert not [word for word in (b"TS3 6AW", b"TS6 9AA") if word in data]


def test_nobody_closes_an_entry_with_somebody_elses_word(empty, write_csv):
    record(empty, write_csv, {**CAFE, "recorded_by": "Volunteer 8"})
    closed = {**CAFE, "status": "closed"}
    record(at(empty, "Volunteer 7"), write_csv, {**closed, "recorded_by": "Volunteer 8"})
    record(at(empty, "Volunteer 7"), write_csv, {**closed, "recorded_by": "coordinator"})
    at(empty, "V7").edit("Example Café", {"status": "closed"})
    record(at(empty, "peer volunteer"), write_csv, closed)
    record(at(empty, "lead volunteer"), write_csv, closed)
    assert status_of(empty) == "not_confirmed"
    record(at(empty, "coordinator 2"), write_csv, closed)
    assert status_of(empty) == "closed"


def test_a_row_that_names_a_hidden_asset_repeats_nothing(empty, write_csv):
    hidden = {"name": "Alpha House", "asset_type": "recovery_housing", "location_precision": "hidden"}
    record(empty, write_csv, {**hidden, "areas_served": "Middlesbrough"})
    with pytest.raises(RowsRejected) as refused:
        row = {"name": "Alpha House", "asset_type": "recovery_housing", "phone": "by TS6 9AA 1 Secret Street"}
        record(empty, write_csv, row)
    assert "Secret" not in str(refused.value.problems)


def test_an_erased_contact_is_empty_and_the_record_can_go_on(empty, write_csv):
    contacts = {"phone": "07700 900123", "email": "jane.smith@example.org", "website": "https://example.org/jane-smith"}
    record(empty, write_csv, {**CAFE, **contacts})
    ours = at(empty, "coordinator")
    ours.erase(words="jane smith")
    ours.erase(words="07700 900123")
    assert [ours.asset("Example Café")[name] for name in contacts] == ["", "", ""]
    ours.edit("Example Café", {"notes": "Goes on"})


def test_an_asset_added_in_qgis_without_a_precision_keeps_its_texts(empty):
    elsewhere(empty, "INSERT INTO assets (name, asset_type, notes) VALUES ('New', 'lero', 'Behind TS1 2PA')")
    again = at(empty, "")
    assert again.remarks == ()
    assert again.asset("New")["notes"] == "Behind TS1 2PA"
    told = again.history("New").set_index("operation")
    assert told.loc["insert", "now"]["notes"] == "Behind TS1 2PA"
