"""Assets in memory stand as the store does after whatever was changed, by whom and in which order."""

import datetime as dt
import random
import shutil
import sqlite3
import threading
import time
import uuid
from contextlib import closing

import pandas as pd
import pytest
from sqlalchemy import text

import rosc_map
from partnerships import TODAY
from rosc_map.errors import FileProblem
from rosc_map.partnership import LiveAssets
from rosc_map.partnership.live_changes import ChangesSeen
from rosc_map.partnership.partnership import Partnership
from rosc_map.place import place_assets
from rosc_map.publish import MASK, comparable, kept_from
from rosc_map.records import Asset, Audience, Footprint, row_dicts
from rosc_map.store import Store, engines

QUESTIONS = ("", "recovery", "recovry", "guildford", "example choir", "GU1", "neptune")


def asset_row(identifier="", **fields):
    """Return an asset, placed, as it is stored."""
    values = {"id": identifier or str(uuid.uuid4()), "name": "Neptune", "asset_type": "lero", "postcode": "GU1 3UW"}
    placed = place_assets([(1, Asset(**{"listing": "agreed", **values, **fields}))])
    return placed.table.drop(columns="row").to_dict("records")[0]


def stored(live):
    """Return all rows in memory, so that two can be compared."""
    return {number: {k: v for k, v in row.items() if v == v} for number, row in live._rows.items()}


def told(live):
    """Return what may be asked of the assets in memory."""
    found = {(who, words): live.search(words, who) for who in Audience for words in QUESTIONS}
    due = [row["id"] for row in live.to_check(TODAY)]
    same = [row["id"] for row in live.find_same({"name": "Neptune", "asset_type": "lero", "postcode": "GU1 3UW"})]
    return found, due, sorted(same)


ALL, OTHERS, NONE = {*Audience}, {Audience.PARTNERS, Audience.PUBLIC}, set()


def told_less(live, marker):
    """To whom less may be told since a marker."""
    return {each for each in Audience if live.told_less_since(marker, each)}


def insert(partnership, *rows, task="record", alone=True):
    """Write rows as another program of ours would."""
    with partnership._store.write(who="V7", task=task, alone=alone) as writer:
        writer.insert(Asset, rows)


def change_something(partnership, chance, live):
    """Make one change of the kinds that people make."""
    rows = list(live._rows.values())
    kind = chance.choice(["edit", "edit", "hide", "decline", "move", "add", "add hidden", "erase", "merge", "undo"])
    identifier = chance.choice(rows)["id"]
    edits = {
        "edit": {"name": f"Neptune {chance.randrange(99)}", "phone": f"01483 96{chance.randrange(1000):04}"},
        "hide": {**dict.fromkeys(("address", "description", "notes", "sessions"), ""), "location_precision": "hidden"},
        "decline": {"listing": "declined"},
        "move": {"postcode": "GU21 6XR", "verified_on": TODAY - dt.timedelta(days=chance.randrange(500))},
    }
    try:
        if kind in edits:
            partnership.edit(identifier, edits[kind])
        elif kind.startswith("add"):
            hidden = {"location_precision": "hidden", "postcode": ""} if "hidden" in kind else {}
            insert(partnership, asset_row(other_names=("Example choir",), **hidden))
        elif kind == "erase":
            partnership.erase(identifier)
        elif kind == "merge":
            partnership.merge(identifier, chance.choice(rows)["id"])
        else:
            partnership.undo(past=True)
    except ValueError:
        pass  # refused, which changes nothing: that too must be no change here


def stands_after_changes(made_up, seed):
    """Make changes drawn by a seed, and look whether what is in memory is what would be read anew."""
    chance, partnership = random.Random(seed), made_up.acting_as("coordinator 1", today=TODAY)
    live = LiveAssets(partnership._store)
    told(live)  # so that every index is there, and has to be kept
    for _ in range(10):
        for _ in range(chance.randrange(1, 4)):
            change_something(partnership, chance, live)
        live.refresh()
    fresh = LiveAssets(partnership._store)
    assert stored(live) == stored(fresh)
    assert told(live) == told(fresh)


def test_after_any_changes_it_stands_as_if_read_anew(made_up):
    stands_after_changes(made_up, seed=0)


def test_what_another_program_did_to_the_file_is_seen(made_up):
    live = made_up.live_assets()
    identifier = live.search("", Audience.INTERNAL)[0]
    before = live.marker
    with made_up._store._engine.connect().execution_options(rosc_map_write=True) as connection, connection.begin():
        connection.execute(text("UPDATE assets SET name = 'Neptune' WHERE id = :id"), {"id": identifier})
    live.refresh()
    assert live.search("neptune", Audience.INTERNAL) == [identifier]
    assert live.marker != before
    assert told_less(live, before) == ALL


def test_the_marker_changes_with_every_change_and_with_nothing_else(made_up):
    live = made_up.live_assets()
    live.refresh()
    first = live.marker
    live.refresh()
    assert live.marker == first
    assert not told_less(live, first)
    made_up.survey(["Guildford"], on=TODAY, by="V7", types=["lero"])
    live.refresh()
    assert live.marker != first
    assert not told_less(live, first)
    assert told_less(live, "no marker of this server") == ALL


@pytest.mark.parametrize(
    ("values", "less"),
    [
        ({"phone": "01483 960001"}, ALL),  # the one before may have been a person's
        ({"phone": ""}, ALL),
        ({"name": "Neptune"}, ALL),
        ({"description": ""}, ALL),
        ({"sessions": "Mon 19:00-20:00"}, NONE),
        ({"other_names": ("Neptune",)}, NONE),  # there was none
        ({"notes": "Rang twice."}, NONE),
        ({"location_precision": "local_authority"}, OTHERS),
        ({"listing": "restricted", "listing_shows": "name"}, OTHERS),
        ({"listing": "not_asked"}, {Audience.PUBLIC}),
        ({"location_precision": "postcode_district"}, OTHERS),
        ({"status": "paused"}, NONE),
        ({"status": "closed"}, NONE),  # one report: it is not confirmed
        ({"verified_on": TODAY}, NONE),
        ({"asset_type": "treatment", "lero_type": ""}, ALL),
        ({"licence": "all rights reserved"}, {Audience.PUBLIC}),
    ],
)
def test_it_knows_whether_an_older_output_may_show_too_much(made_up, values, less):
    live = made_up.live_assets()
    identifier = live.search("", Audience.PUBLIC)[0]
    before = live.marker
    made_up.edit(identifier, values)
    live.refresh()
    assert live.marker != before
    assert told_less(live, before) == less
    assert not told_less(live, live.marker)


@pytest.mark.parametrize(
    ("fields", "less"),
    [
        ({}, NONE),
        ({"listing": "not_asked"}, NONE),
        ({"location_precision": "local_authority"}, OTHERS),
        ({"location_precision": "hidden", "postcode": ""}, OTHERS),
        ({"listing": "restricted", "listing_shows": ("name",), "phone": "01483 960001"}, OTHERS),
        ({"status": "closed"}, OTHERS),
        ({"listing": "declined"}, ALL),
    ],
)
@pytest.mark.parametrize("task", ["record", "import"])
def test_a_new_asset_holds_older_outputs_up_only_if_its_name_must_not_stand_in_them(made_up, fields, less, task):
    live = made_up.live_assets()
    before = live.marker
    insert(made_up, asset_row(**fields), task=task)
    live.refresh()
    assert live.marker != before
    assert told_less(live, before) == less


def test_what_is_kept_of_a_coarse_place_and_who_is_closed_for_good_hold_older_outputs_up(made_up):
    partnership = made_up.acting_as("coordinator 1", today=TODAY)
    live = partnership.live_assets()
    identifier = live.search("", Audience.PUBLIC)[0]
    told = []
    for values in (
        {"location_precision": "local_authority"},
        {"verified_on": TODAY},
        {"name": "Neptune"},
        {"location_precision": "exact"},
        {"name": "Rowan"},
        {"status": "closed"},
    ):
        before = live.marker
        partnership.edit(identifier, values)
        live.refresh()
        told.append(told_less(live, before))
    assert told == [OTHERS, NONE, ALL, NONE, ALL, OTHERS]


@pytest.mark.parametrize(
    ("was", "values", "less"),
    [
        ("refuge", {"description": "Rooms for six."}, {Audience.INTERNAL}),
        ("refuge", {"description": "Rooms for four. Ring first."}, NONE),
        ("refuge", {"notes": ""}, {Audience.INTERNAL}),
        ("refuge", {"phone": ""}, {Audience.INTERNAL}),
        ("refuge", {"phone": "01483 960002"}, ALL),  # it may stand in the text of another
        ("refuge", {"name": "Rowan"}, ALL),
        ("not asked", {"description": ""}, {Audience.INTERNAL, Audience.PARTNERS}),
        ("not asked", {"location_precision": "hidden", "postcode": ""}, ALL),  # it was in a count for everybody
        ("agreed", {"notes": ""}, {Audience.INTERNAL}),
        ("agreed", {"other_names": ()}, {Audience.INTERNAL, Audience.PARTNERS}),
        ("agreed", {"description": "Call first. Rooms for four, and a garden."}, NONE),
        ("agreed", {"name": "Neptune House"}, ALL),  # the refuge Neptune may not be read in the text of another by now
        ("coarse", {"postcode": "GU21 6XR"}, ALL),
        ("coarse", {"postcode": ""}, {Audience.INTERNAL}),  # its council is shown as before
    ],
)
def test_what_an_audience_was_not_shown_holds_nothing_up_that_was_made_for_it(empty, was, values, less):
    common = {"description": "Rooms for four", "notes": "Ask V7", "phone": "01483 960001", "other_names": ("Saturn",)}
    kinds = {
        "refuge": {"asset_type": "domestic_abuse_refuge", "location_precision": "hidden", "postcode": ""},
        "not asked": {"listing": "not_asked"},
        "agreed": {},
        "coarse": {"location_precision": "local_authority"},
    }
    row = asset_row(**common, **kinds[was])
    insert(empty, row)
    live = empty.live_assets()
    before = live.marker
    empty.edit(row["id"], values)
    live.refresh()
    assert live.marker != before
    assert told_less(live, before) == less


def test_secrets_that_are_kept_ready_follow_what_is_hidden_and_what_is_hidden_no_more(empty):
    away = {"postcode": "", "location_precision": "hidden", "areas_served": ("Middlesbrough",)}
    teller = asset_row(name="Rowan", description="Beside Saffron House, Linden House and Saffron House Café.")
    refuge = asset_row(name="Saffron House", **away)
    insert(empty, teller, refuge)
    live = empty.live_assets()

    def told(row=teller, who=Audience.PARTNERS):
        live.refresh()
        (shown,) = live.published([row["id"]], who).assets["description"]
        return shown

    assert told() == f"Beside {MASK}, Linden House and {MASK} Café."
    secrets = live._secrets(Audience.PARTNERS)
    # What keeps nothing makes nothing anew; on its own page its own name is no secret.
    cafe = asset_row(name="Saffron House Café", description="Saffron House Café, not Saffron House.")
    insert(empty, cafe)
    assert told(cafe) == f"Saffron House Café, not {MASK}."
    assert told() == f"Beside {MASK}, Linden House and {MASK} Café."
    assert live._secrets(Audience.PARTNERS) is secrets
    # A new secret is kept at once, whether it is new or was open before.
    linden = asset_row(name="Linden House")
    insert(empty, linden)
    assert "Linden House" in told()
    empty.edit(linden["id"], {**dict.fromkeys(("postcode",), ""), "location_precision": "hidden"})
    assert told() == f"Beside {MASK}, {MASK} and {MASK} Café."
    # And one is told again when it is no secret any more; coordinators read all of it all the time.
    empty.edit(refuge["id"], {"name": "Juniper"})
    assert told() == f"Beside Saffron House, {MASK} and Saffron House Café."
    assert told(who=Audience.INTERNAL) == teller["description"]


def test_after_leaving_erasing_or_undoing_an_older_output_is_not_to_be_shown(made_up):
    partnership = made_up.acting_as("coordinator 1", today=TODAY)
    live = partnership.live_assets()
    one, other = live.search("", Audience.PUBLIC)[:2]
    for task in (lambda: partnership.delist(one), lambda: partnership.erase(other)):
        before = live.marker
        task()
        live.refresh()
        assert told_less(live, before) == ALL
    partnership.edit(live.search("", Audience.PUBLIC)[0], {"phone": "01483 960001"})
    live.refresh()
    before = live.marker
    partnership.undo()
    live.refresh()
    assert told_less(live, before) == ALL


def test_many_threads_see_one_change_each_and_read_it_once(made_up):
    live = made_up.live_assets()
    identifier = live.search("", Audience.PUBLIC)[0]
    made_up.edit(identifier, {"phone": "01483 960777"})
    start, found = threading.Barrier(8), []

    def look():
        start.wait()
        live.refresh()
        found.append((live.recorded(identifier)["phone"], live.marker))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [("01483 960777", "2")] * 8


@pytest.mark.parametrize("replaced", [False, True])
def test_a_backup_that_is_put_back_is_read_anew_though_numbers_are_given_out_again(made_up, tmp_path, replaced):
    copy = tmp_path / "backup.gpkg"
    shutil.copy(made_up.path, copy)
    live = made_up.live_assets()
    one, other, third = live.search("", Audience.PUBLIC)[:3]
    for identifier in (one, third):
        made_up.edit(identifier, {"phone": "01483 960001"})
    live.refresh()
    before = live.marker
    # A task on the copy before it is put back takes a number that is known already.
    again = rosc_map.open(copy, who="coordinator 1", today=TODAY)
    for identifier, values in ((other, {"location_precision": "local_authority"}), (one, {"status": "paused"})):
        again.edit(identifier, values)
    if replaced:
        copy.replace(made_up.path)
    else:
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(made_up.path)) as target:
            source.backup(target)
    live.refresh()
    assert live.recorded(other)["location_precision"] == "local_authority"
    assert told_less(live, before) == ALL
    assert stored(live) == stored(LiveAssets(made_up._store))
    marker = live.marker
    live.refresh()
    assert live.marker == marker


def test_where_another_program_holds_the_file_all_who_wait_are_told_so_at_once(made_up, monkeypatch):
    monkeypatch.setattr(engines, "_SHORT_BUSY_MS", 1_000)  # a third of the wait, for whoever waits for this test
    live, said = made_up.live_assets(), []
    before = live.marker

    def look():
        with pytest.raises(FileProblem, match="in use by another program"):
            live.refresh()
        said.append(time.monotonic() - began)

    with closing(sqlite3.connect(made_up.path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        threads, began = [threading.Thread(target=look) for _ in range(6)], time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        other.rollback()
    assert len(said) == 6 and max(said) < 20
    live.refresh()
    assert told_less(live, before) == ALL


def test_nobody_finds_an_asset_by_a_word_that_its_page_does_not_show(empty):
    away = {"postcode": "", "location_precision": "hidden"}
    refuge = asset_row(name="Saffron", asset_type="domestic_abuse_refuge", areas_served=("Middlesbrough",), **away)
    there = {"postcode": "TS1 2PA", "address": "5 Mulberry Street"}
    rows = {
        "exact": asset_row(name="Rowan", description="Kittens", organisation="Elm Trust", **there),
        "coarse": asset_row(name="Alder", location_precision="postcode_district", **there),
        "own street": asset_row(name="Hazel at Mulberry Street", location_precision="local_authority", **there),
        "restricted": asset_row(name="Juniper", listing="restricted", listing_shows=("name",), **there),
        "nameless": asset_row(name="Sycamore", listing="restricted", listing_shows=("place",), **there),
        "other": asset_row(name="Linden", other_names=("Saffron annexe",), postcode="TS1 2PA"),
        "refuge": refuge,
    }
    insert(empty, *rows.values())
    live = empty.live_assets()

    def found(words, who=Audience.PARTNERS):
        ids = live.search(words, who)
        return {name for name, row in rows.items() if row["id"] in ids}

    assert found("elm") == {"exact"}
    assert found("rowen") == {"exact"}  # a slip
    assert found("kittens") == set()
    assert found("mulberry") == {"exact"}
    assert found("TS1 2PA") == {"exact", "other"}
    assert found("hazel") == {"own street"}
    assert found("sycamore") == found("saffron") == set()
    assert found("middlesbrough") == {"exact", "coarse", "own street", "other"}
    assert found("middlesbrough juniper") == set()
    assert found("juniper") == {"restricted"}
    assert found("saffron", Audience.INTERNAL) == {"refuge", "other"}
    assert found("", Audience.PARTNERS) == {"exact", "coarse", "own street", "restricted", "other"}
    code = rows["exact"]["upper_tier_code"]
    assert live.search("", Audience.PARTNERS, kind="domestic_abuse_refuge") == []
    assert rows["restricted"]["id"] not in live.search("", Audience.PARTNERS, area=code)
    assert rows["exact"]["id"] in live.search("", Audience.PARTNERS, kind="lero", area=code)


def test_is_it_one_of_these_says_nothing_of_hidden_ones_and_of_those_that_left(empty):
    same = {"name": "Rowan Café", "postcode": "TS1 2PA"}
    here, left, hidden = (
        asset_row(**same),
        asset_row(**same, listing="declined"),
        asset_row(name="Rowan Café", postcode="", location_precision="hidden", areas_served=("Middlesbrough",)),
    )
    insert(empty, left, hidden, here, asset_row(name="Quite another", postcode="TS1 2PA"))
    live = empty.live_assets()
    typed = {"name": "The Rowan cafe", "asset_type": "lero", "postcode": "ts12pa", "latitude": "north"}
    (row,) = live.find_same(typed)
    assert row["id"] == here["id"]
    assert live.find_same({"name": "", "asset_type": "lero"}) == []
    empty.edit(here["id"], {"name": "Larch"})
    live.refresh()
    assert live.find_same(typed) == []
    assert [row["id"] for row in live.find_same({**typed, "name": "Larch"})] == [here["id"]]


def test_what_is_offered_hangs_on_nothing_that_is_withheld(made_up):
    live, kinds = made_up.live_assets(), set()
    rows = row_dicts(live._snapshot(list(live._rows.values())).assets)
    hidden = [row for row in rows if row["location_precision"] != "exact" or row["listing"] == "restricted"]
    assert {row["location_precision"] for row in hidden} >= {"postcode_district", "local_authority"}
    others = {
        "postcode": "GU21 6XR", "address": "9 Foxglove Lane", "latitude": 51.3, "longitude": -0.5, "easting": 500100.0,
        "northing": 158100.0, "phone": "01483 960999", "email": "other@example.org", "website": "https://other.example",
        "external_ids": ("scheme:1",), "notes": "Foxglove", "organisation_number": "1234567",
    }  # fmt: skip
    for row in hidden:
        withheld = kept_from(row, Audience.PARTNERS)
        withheld |= {"easting", "northing"} if "postcode" in withheld else set()
        for name in withheld & others.keys():
            both = pd.DataFrame([row, {**row, name: others[name]}], dtype=object)
            one, other = comparable(both, Audience.PARTNERS)
            assert str(one) == str(other), (name, row["name"])
            kinds.add(name)
    assert kinds >= {"postcode", "address", "easting", "notes"}


@pytest.mark.parametrize(
    "kept",
    [
        {"location_precision": "local_authority"},
        {"location_precision": "postcode_district"},
        {"location_precision": "exact", "listing": "restricted", "listing_shows": ("name",)},
    ],
)
def test_a_guessed_postcode_is_not_told_from_the_true_one(empty, kept):
    house = {"name": "Rowan House", "asset_type": "recovery_housing", "phone": "01632 960001"}
    told = asset_row(**house, **kept, postcode="TS1 2PA", address="5 Elm Road")
    insert(empty, told)
    live = empty.live_assets()
    answers = {
        (name, phone): {
            tuple(
                row["id"]
                for row in live.find_same(
                    {"name": name, "asset_type": "community", "phone": phone, "postcode": code}, Audience.PARTNERS
                )
            )
            for code in ("TS1 2PA", "TS1 3QW", "TS1 2PB")
        }
        for name in ("Rowan House", "Quite another")
        for phone in ("", house["phone"])
    }
    assert all(len(found) == 1 for found in answers.values()), answers
    assert answers["Rowan House", ""] == {(told["id"],)}
    assert live.find_same({**house, "postcode": "TS1 2PA"})  # coordinators compare with what is recorded


def test_what_is_offered_by_a_word_that_is_anothers_secret_is_not_offered(empty):
    refuge = asset_row(name="Saffron House", postcode="", location_precision="hidden", areas_served=("Middlesbrough",))
    teller = asset_row(name="Linden", other_names=("Beside Saffron House",), postcode="TS1 2PA")
    insert(empty, refuge, teller)
    live = empty.live_assets()
    typed = {"name": "Beside Saffron House", "asset_type": "community", "postcode": "TS1 2PA"}
    assert live.find_same(typed, Audience.PARTNERS) == []
    assert [row["id"] for row in live.find_same(typed)] == [teller["id"]]


def test_to_check_are_the_oldest_first_and_only_what_may_be_carried(empty):
    ages = {"never": None, "old": 400, "older": 500, "half a year": 184, "not yet": 183}
    rows = {
        name: asset_row(name=name.title(), verified_on=None if days is None else TODAY - dt.timedelta(days=days))
        for name, days in ages.items()
    }
    kept = (
        {"status": "closed"}, {"status": "paused"}, {"listing": "declined"},
        {"location_precision": "hidden", "postcode": ""},
        {"name": "Flat 2, 9 Elm Road, TS1 2PA", "location_precision": "local_authority"},
    )  # fmt: skip
    insert(empty, *rows.values(), *(asset_row(**{"name": f"Kept {each}", **more}) for each, more in enumerate(kept)))
    live = empty.live_assets()
    expected = ["never", "older", "old", "half a year"]
    assert [row["name"].lower() for row in live.to_check(TODAY)] == expected
    empty.edit(rows["older"]["id"], {"verified_on": TODAY})
    live.refresh()
    assert [row["name"].lower() for row in live.to_check(TODAY)] == ["never", "old", "half a year"]
    assert live.checkable() == len(rows)


@pytest.mark.postgis
def test_a_change_that_comes_late_with_a_lower_number_is_seen_too(postgis):
    store = Store.create(postgis, {"title": "T", "banner": ""}, {Footprint: [{"area_code": "E06000002"}]})
    partnership = Partnership(store, who="V7")
    insert(partnership, asset_row("late"), asset_row("early"))
    live, clock = LiveAssets(store), [0.0]
    with store.reading() as reader:
        live._seen = ChangesSeen(reader, lambda: clock[0])

    def edit_late(phone):
        """Begin a change, let another overtake it, and end it."""
        with store.write(who="V7", task="edit", alone=False) as writer:
            writer.update(Asset, {"id": "late"}, {"phone": phone})
            partnership.edit("early", {"phone": phone})
            live.refresh()
            yield

    for _ in edit_late("01483 960001"):
        assert (live.recorded("early")["phone"], live.recorded("late")["phone"]) == ("01483 960001", "")
    live.refresh()
    assert live.recorded("late")["phone"] == "01483 960001"
    assert not live._seen._missing
    # One that was begun before everything was read, and ends after it.
    for _ in edit_late("01483 960002"):
        anew = LiveAssets(store)
        assert anew.recorded("late")["phone"] == "01483 960001"
    anew.refresh()
    assert anew.recorded("late")["phone"] == "01483 960002"
    # A number that nobody keeps is asked for an hour, and not for ever.
    with pytest.raises(ZeroDivisionError), store.write(task="edit", alone=False) as writer:
        writer.update(Asset, {"id": "late"}, {"phone": ""})
        raise ZeroDivisionError
    partnership.edit("early", {"phone": "01483 960003"})
    live.refresh()
    assert len(live._seen._missing) == 1
    clock[0] += 3601
    live.refresh()
    assert not live._seen._missing
    store.close()
