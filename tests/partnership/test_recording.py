"""One new asset as a person typed it, saved once, and what may be kept of it while it is half done."""

import datetime as dt
import threading
import time

import pytest
from sqlalchemy import text

import rosc_map
from partnerships import TODAY
from rosc_map.errors import InputError, RowsRejected
from rosc_map.partnership import OwnRecord, draft_values, hidden_values
from rosc_map.records import Asset, ClosingReport
from rosc_map.store import TABLES, Store

CAFE = {"name": "Example Recovery Café", "asset_type": "lero", "postcode": "ts1 2pa", "sessions": "Mon 7pm-8.30pm"}
REFUGE = {
    "name": "Safe Start",
    "asset_type": "domestic_abuse_refuge",
    "address": "14 Larkspur Lane, Middlesbrough",
    "postcode": "TS1 3QW",
    "phone": "01632 960001",
}


@pytest.fixture
def at_work(empty):
    """An empty partnership that volunteer 7 has open."""
    return rosc_map.open(empty.path, today=TODAY, who="V7")


def test_what_was_typed_is_recorded_with_who_and_when(at_work):
    done = at_work.record_asset({**CAFE, "recorded_by": "V1", "recorded_on": "2020-01-01"}, identifier="d1")
    assert (done.id, done.name, done.again) == ("d1", "Example Recovery Café", False)
    kept = at_work.asset("d1")
    assert kept["postcode"] == "TS1 2PA" and kept["sessions"] == "Mon 19:00-20:30" and kept["easting"] > 0
    assert (kept["recorded_by"], kept["recorded_on"], kept["verified_on"]) == ("V7", TODAY, TODAY)
    assert (kept["listing"], kept["status"], kept["local_authority_code"]) == ("not_asked", "active", "E06000002")
    table = at_work.history("d1")
    assert set(table["who"]) == {"V7"} and set(table["task"]) == {"record"}


def test_a_second_time_changes_nothing_and_says_so(at_work):
    at_work.record_asset(CAFE, identifier="d1")
    again = at_work.record_asset({**CAFE, "name": "Another"}, identifier="d1")
    assert again.again and again.name == "Example Recovery Café"
    assert len(at_work.snapshot().assets) == 1 and at_work.asset("d1")["version"] == 1


def test_everything_wrong_is_said_by_column_and_nothing_is_kept(at_work):
    bad = {**CAFE, "name": "", "email": "me", "phone": "x", "asset_type": "pub", "no_such": "1"}
    with pytest.raises(RowsRejected) as told:
        at_work.record_asset(bad, identifier="d1")
    assert {p.column for p in told.value.problems} == {"name", "email", "phone", "asset_type", "no_such"}
    later = {**CAFE, "postcode": "ZZ1 1ZZ", "listing": "agreed", "listing_on": TODAY + dt.timedelta(days=1)}
    with pytest.raises(RowsRejected) as told:
        at_work.record_asset(later, identifier="d1")
    assert {p.column for p in told.value.problems} == {"postcode", "listing_on"}
    assert at_work.snapshot().assets.empty


@pytest.mark.parametrize("listing", ["not_asked", "agreed"])
def test_what_asked_not_to_be_listed_stays_out_whoever_says_what(at_work, listing):
    at_work.record_asset(CAFE, identifier="d1")
    at_work.edit("d1", {"listing": "declined"})
    spelled = {**CAFE, "name": "The example recovery cafe", "listing": listing}
    for values in (spelled, {**spelled, "postcode": "", "areas_served": ["Middlesbrough"]}):
        with pytest.raises(InputError, match="asked not to be listed"):
            at_work.record_asset(values, identifier="d2")
    assert list(at_work.snapshot().assets["id"]) == ["d1"]
    at_work.record_asset({**CAFE, "name": "Quiet Harbour Choir"}, identifier="d3")


def test_one_volunteer_alone_records_nothing_as_closed(at_work):
    done = at_work.record_asset({**CAFE, "status": "closed"}, identifier="d1")
    assert at_work.asset("d1")["status"] == "not_confirmed" and done.warnings
    with Store(at_work.path).reading() as reader:
        assert list(reader.read(ClosingReport)["by"]) == ["V7"]


@pytest.mark.parametrize("kind", ["domestic_abuse_refuge", "recovery_housing"])
def test_of_a_hidden_place_nothing_finer_than_its_county_is_stored(at_work, kind):
    done = at_work.record_asset({**REFUGE, "asset_type": kind, "location_precision": "hidden"}, identifier="d1")
    assert any("Only Middlesbrough was kept" in warning.what_to_do for warning in done.warnings)
    kept = at_work.asset("d1")
    finer = ("address", "postcode", "local_authority_code")
    assert [kept[name] for name in finer] == ["", "", ""] and kept["upper_tier_code"] == "E06000002"
    held = at_work.path.read_bytes()
    assert b"Larkspur" not in held and b"TS1 3QW" not in held


def test_what_a_refusal_says_of_a_hidden_place_repeats_nothing(at_work):
    for more in ({"description": "Near 14 Larkspur Lane"}, {"email": "larkspur"}, {"postcode": "TS99 9ZZ"}):
        with pytest.raises(RowsRejected) as told:
            at_work.record_asset({**REFUGE, **more}, identifier="d1")
        assert not any(word in str(told.value.problems) for word in ("Larkspur", "larkspur", "TS99"))


def test_a_draft_of_a_place_that_is_shown_keeps_what_was_typed():
    assert draft_values(CAFE) == CAFE and not hidden_values(CAFE)
    assert not hidden_values({}) and draft_values({"name": "x"}) == {"name": "x"}


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"asset_type": "community", "location_precision": "hidden"},
        {"asset_type": "community", "location_precision": "secret"},
        {"asset_type": "refuge for women", "location_precision": "exact"},
    ],
)
def test_a_draft_of_a_hidden_place_keeps_its_county_alone(told):
    texts = {
        "description": "A house at 3 High Street.",
        "notes": "Ask at Larkspur Lane",
        "other_names": ["TS1 2PA house", "Start"],
        "organisation": "Start Trust",
        "areas_served": ["Stockton-on-Tees", "Nether Larkspur"],
    }
    kept = draft_values({**REFUGE, **texts, "latitude": "54.57", "longitude": "-1.23", **told, "stray": "TS1 2PA"})
    assert hidden_values(kept)
    assert kept.pop("asset_type") and kept.pop("location_precision", "hidden")
    assert kept == {
        "name": "Safe Start",
        "phone": "01632 960001",
        "organisation": "Start Trust",
        "description": "",
        "other_names": ["Start"],
        "areas_served": ["E06000004", "E06000002"],
    }
    assert draft_values({**kept, "asset_type": "domestic_abuse_refuge"})["areas_served"] == ["E06000004", "E06000002"]


def test_a_text_that_cannot_be_read_is_not_kept_of_a_hidden_place():
    assert draft_values({**REFUGE, "organisation": "14 Larkspur Lane " * 200})["organisation"] == ""


def test_typed_values_are_placed_as_they_come(at_work):
    found = at_work.placed({"postcode": "ts12pa"})
    assert (found.postcode, found.local_authority, found.upper_tier) == ("TS1 2PA", "Middlesbrough", "Middlesbrough")
    assert (
        found.place
        and found.place.point
        and {p.column for p in found.problems} == {"name", "asset_type"}
        and not found.warnings
    )
    assert not at_work.placed(CAFE).problems
    assert {p.column for p in at_work.placed({**CAFE, "postcode": "ZZ1 1ZZ"}).problems} == {"postcode"}
    assert at_work.placed({**CAFE, "postcode": "nonsense", "email": "x"}).place.area_code == ""
    assert {p.column for p in at_work.placed({"postcode": "SW1A 1AA"}).warnings} == {"postcode"}  # not in our area
    assert not at_work.placed({"postcode": "SW1A 1AA", "areas_served": "Middlesbrough"}).warnings
    hidden = at_work.placed({**REFUGE, "name": ""})
    assert (hidden.postcode, hidden.local_authority) == ("", "") and hidden.place and hidden.place.point is None
    assert hidden.upper_tier == "Middlesbrough"


@pytest.mark.parametrize(
    ("more", "name", "postcode", "notes"),
    [
        ({"listing": "agreed"}, "public", "public", "internal"),
        ({}, "partners", "partners", "internal"),
        ({"listing": "agreed", "location_precision": "local_authority"}, "public", "internal", "internal"),
        ({"listing": "declined"}, "internal", "internal", "internal"),
    ],
)
def test_who_may_see_an_answer_is_what_the_gate_says(at_work, more, name, postcode, notes):
    seen = at_work.who_sees({**CAFE, "notes": "Ring after 10.", **more})
    assert (seen["name"], seen["postcode"], seen["notes"]) == (name, postcode, notes)
    assert "phone" not in seen and at_work.who_sees({"name": "x"}) == {}
    assert set(at_work.who_sees(REFUGE).values()) == {"internal"}


def test_what_is_wrong_is_found_on_the_page_that_asks_it(at_work):
    slips = {"name": "Café", "asset_type": "community", "postcode": "TS99 9ZZ", "listing_on": "2999-01-01"}
    hidden = {**REFUGE, "address": "5 Mulberry Street", "notes": "Behind Mulberry Street."}

    def wrong(values, *asked):
        return [problem.column for problem in at_work.wrong(values, asked)]

    assert wrong(slips, "postcode", "address") == ["postcode"]
    assert wrong(hidden, "notes") == ["notes"]  # any text may tell where a hidden place is
    assert wrong({**slips, "postcode": ""}, "listing_on", "notes") == ["listing_on"]
    assert wrong({"name": ""}, "name") == ["name"]


def test_what_became_of_a_save_is_told_to_who_saved_it_alone(at_work):
    at_work.record_asset(CAFE, identifier="d1")
    assert at_work.own_record("d1") == OwnRecord("Example Recovery Café", seen=True)
    assert at_work.acting_as("V8").own_record("d1") is None and at_work.own_record("d2") is None


def test_the_counties_to_choose_from_begin_with_our_own(at_work):
    ours, others = at_work.counties()
    assert ours == {"E06000002": "Middlesbrough"} and len(others) == 217 and others["E10000030"] == "Surrey"


@pytest.mark.postgis
def test_ten_thousand_assets_make_no_save_slow_and_two_savers_make_one(postgis):
    rosc_map.new(postgis, ["Middlesbrough"]).record_asset(CAFE, identifier="first")
    partnership = rosc_map.open(postgis, today=TODAY, who="V7")

    def quickest(name):
        took = []
        for number in range(15):
            began = time.perf_counter()
            partnership.record_asset({**CAFE, "name": f"{name} {number}"}, identifier=f"{name}{number}")
            took.append(time.perf_counter() - began)
        return min(took)

    alone = quickest("Choir")
    with partnership._store.write() as writer:
        copied = ", ".join(f'"{column.name}"' for column in TABLES[Asset].columns if column.name not in ("fid", "id"))
        copies = (
            f"INSERT INTO assets (id, {copied}) SELECT 'n' || n, {copied} FROM assets, generate_series(1, 10000) AS n"
        )
        triggers = "ALTER TABLE assets {} TRIGGER USER"
        for statement in (triggers.format("DISABLE"), f"{copies} WHERE id = 'first'", triggers.format("ENABLE")):
            writer.connection.execute(text(statement))
    # To read them all would take a hundred times as long.
    assert quickest("Harp") <= 4 * alone
    done, start = [], threading.Barrier(4)

    def save():
        start.wait()
        done.append(partnership.record_asset({**CAFE, "name": "Twice"}, identifier="twice"))

    savers = [threading.Thread(target=save) for _ in range(4)]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    assert sorted(each.again for each in done) == [False, True, True, True]
