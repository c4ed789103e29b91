"""BMLT as its servers answer: everything a text, formats of each server's own, and a week that begins twice."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import InputError
from rosc_map.exchange.outside import Opened, ReadOptions
from rosc_map.exchange.outside.bmlt import Bmlt
from rosc_map.exchange.outside.meeting_guide import MeetingGuide
from rosc_map.records import Asset

OPTIONS = ReadOptions(dt.date(2026, 11, 22))
FORMATS = [
    {"id": "3", "key_string": "Kx", "world_id": "WCHR", "lang_enum": "en"},
    {"id": "4", "key_string": "Ky", "world_id": "W", "lang_enum": "en"},
    {"id": "5", "key_string": "Kz", "world_id": "", "lang_enum": "en"},
    {"id": "6", "key_string": "TC", "world_id": "TC", "lang_enum": "en"},
]
INFO = [{"version": "3.0.0", "centerLatitude": "54", "google_api_key": "hush", "defaultDuration": "01:00:00"}]


def meeting(number="1", **said):
    return {
        "id_bigint": number, "worldid_mixed": "", "weekday_tinyint": "1", "venue_type": "1", "start_time": "19:30:00",
        "duration_time": "01:30:00", "formats": "Kx", "format_shared_id_list": "3,5", "longitude": "-1.23",
        "latitude": "54.57", "published": "1", "root_server_uri": "https://bmlt.example.org/main_server",
        "meeting_name": "Example Meeting", "location_text": "Example Hall", "location_street": "1 High Street",
        "location_municipality": "Middlesbrough", "location_postal_code_1": "TS1 2PA", "location_nation": "UK",
        "comments": "", "contact_name_1": "Dave", "contact_phone_1": "07700 900001",
        "email_contact": "dave@example.org",
        "phone_meeting_number": "", "virtual_meeting_link": "", "virtual_meeting_additional_info": "",
    } | said  # fmt: skip


def read(*documents, options=OPTIONS, host=""):
    return Bmlt().read(Opened("answer.json", documents=documents, host=host), options)


@pytest.mark.parametrize("documents", [([meeting()], FORMATS, INFO), ({"meetings": [meeting()], "formats": FORMATS},)])
def test_a_meeting_with_its_formats_in_either_shape(documents):
    assert Bmlt().knows(Opened("answer.json", documents=documents))
    result = read(*documents)
    (row,) = result.rows
    assert result.scheme == "bmlt-bmlt.example.org"
    assert row.values == {
        "name": "Example Meeting",
        "asset_type": "mutual_aid",
        "organisation": "Narcotics Anonymous",
        "address": "Example Hall, 1 High Street, Middlesbrough",
        "postcode": "TS1 2PA",
        "latitude": 54.57,
        "longitude": -1.23,
        "status": "active",
        "sessions": "Sun 19:30-21:00",
        "accessibility": ("step_free",),
        "attendance": ("in_person",),
        "external_ids": ("bmlt-bmlt.example.org:1",),
    }
    assert not result.notes
    assert "hush" not in repr(result)


def test_only_what_a_server_sent_of_all_that_it_has_is_whole():
    opened = Opened("bmlt.example.org", documents=([meeting()], FORMATS), host="bmlt.example.org")
    assert Bmlt().read(opened, OPTIONS).whole
    assert not Bmlt().read(replace(opened, filtered=True), OPTIONS).whole
    assert not Bmlt().read(replace(opened, host=""), OPTIONS).whole  # saved: perhaps of a search


@pytest.mark.parametrize(("length", "end"), [("01:45:00", "21:15"), ("0:45", "20:15"), ("105", "21:15"), ("", "20:30")])
def test_how_long_a_meeting_takes(length, end):
    result = read([meeting(duration_time=length)], FORMATS)
    assert result.rows[0].values["sessions"] == f"Sun 19:30-{end}"
    assert not result.notes


def test_meetings_at_one_venue_are_one_asset():
    rows = [meeting("1"), meeting("2", weekday_tinyint="7", meeting_name="Other", format_shared_id_list="4")]
    (row,) = read({"meetings": rows, "formats": FORMATS}).rows
    assert row.values["name"] == "Narcotics Anonymous meetings at Example Hall"
    assert row.values["sessions"] == "Sat 19:30-21:00; Sun 19:30-21:00"
    assert row.values["external_ids"] == ("bmlt-bmlt.example.org:1", "bmlt-bmlt.example.org:2")
    assert "for_whom" not in row.values
    assert "Women: Sat 19:30." in row.values["description"]


def test_the_other_output_of_a_server_begins_the_week_with_0():
    row = {
        "id": 12, "serviceBodyId": 1, "formatIds": [3], "venueType": 3, "day": 0, "startTime": "18:00",
        "duration": "01:30", "latitude": 54.57, "longitude": -1.23, "published": True, "name": "Example",
        "location_text": "Example Hall", "location_street": "1 High Street", "location_postal_code_1": "TS1 2PA",
    }  # fmt: skip
    (asset,) = read([row], FORMATS, host="bmlt.example.org").rows
    assert asset.values["sessions"] == "Sun 18:00-19:30"
    assert asset.values["attendance"] == ("hybrid",)
    assert asset.values["accessibility"] == ("step_free",)


def test_the_third_output_of_a_server_is_meeting_guide():
    rows = [{"name": "a", "slug": "a-1", "day": 0, "time": "19:00", "coordinates": "54.57,-1.23", "types": ["O"]}]
    opened = Opened("answer.json", documents=(rows,))
    assert not Bmlt().knows(opened)
    assert MeetingGuide().knows(opened)


def test_formats_that_nobody_sent_are_noted_once_and_not_guessed():
    result = read([meeting("1"), meeting("2")])
    assert "accessibility" not in result.rows[0].values
    assert ["get_used_formats=1" in note.what_to_do for note in result.notes] == [True]


def test_what_is_online_or_has_stopped():
    online = meeting(venue_type="2", location_street="", location_text="", location_postal_code_1="",
                     virtual_meeting_link="https://zoom.us/j/1?pwd=hush", latitude="0", longitude="")  # fmt: skip
    (row,) = read([online], FORMATS).rows
    assert row.values["attendance"] == ("online",)
    assert row.values["website"] == "https://zoom.us/j/1"
    assert "latitude" not in row.values
    (row,) = read([meeting(format_shared_id_list="6")], FORMATS).rows
    assert row.values["status"] == "paused"


def test_rows_that_are_not_taken_have_a_reason():
    rows = [
        meeting("1"), meeting("1"), meeting("2", published="0"), meeting("3", meeting_name=""), 7,
        meeting("4", location_nation="Ireland", location_postal_code_1="D01"),
    ]  # fmt: skip
    result = read(rows, FORMATS)
    assert [left.why.split(" (")[0] for left in result.left_out] == [
        "has the same id as an earlier row", "is not published by its own server.", "has no name.",
        "is not a meeting: it has no id and no day.", "is not in the UK",
    ]  # fmt: skip


def test_an_answer_without_meetings_is_never_an_empty_list():
    for junk in ([], {}, INFO, FORMATS, {"meetings": []}, None):
        assert not Bmlt().knows(Opened("x.json", documents=(junk,)))
        with pytest.raises(InputError, match="does not mean that there are none"):
            read(junk)
    with pytest.raises(InputError, match="--source"):
        read([meeting(root_server_uri="")])


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
ROW = st.dictionaries(st.sampled_from([*meeting(), "day", "formatIds", "id", "startTime"]), JUNK, max_size=8).map(
    lambda junk: {"id_bigint": "1", "weekday_tinyint": "2", "meeting_name": "x"} | junk
)


@at_least(60)
@given(st.lists(ROW | JUNK, max_size=3), JUNK)
def test_junk_comes_to_a_plain_end(rows, formats):
    opened = Opened("x.json", documents=({"meetings": rows, "formats": formats}, formats))
    Bmlt().knows(opened)
    try:
        result = Bmlt().read(opened, ReadOptions(dt.date(2026, 11, 22), source="x"))
    except InputError:
        return
    for row in result.rows:
        Asset(**row.values)
