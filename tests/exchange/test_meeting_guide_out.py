"""Meeting Guide out: weekly meetings only, nobody's contact, no place finer than published; and back again."""

import csv
import datetime as dt
import json
import stat
import uuid

import pytest

from rosc_map.errors import InputError, NotPublished
from rosc_map.exchange.meeting_guide_out import CARRIED, CARRIED_IN_PART, write_meeting_guide
from rosc_map.exchange.outside import ReadOptions, open_file
from rosc_map.exchange.outside.meeting_guide import MeetingGuide
from rosc_map.publish import publish
from rosc_map.records import Asset, Audience

TODAY = dt.date(2026, 11, 22)
MONDAY = {
    "name": "Example Monday Group", "organisation": "Alcoholics Anonymous", "asset_type": "mutual_aid",
    "description": "A meeting for everybody.\nUse the side door.", "address": "12 Borough Road, Middlesbrough",
    "postcode": "TS1 3BX", "website": "https://www.example.org/monday", "email": "office@example.org",
    "phone": "01632 960123",
    "sessions": "Mon 19:00-20:30; Sat 21:00-24:00; Sun 00:00-24:00; 1st Tue 18:00-19:00; alternate Wed 09:00-10:00",
    "for_whom": "older_people; women; lgbtq", "languages": "Polish; Sylheti",
    "accessibility": "accessible_toilet; bsl; step_free",
    "source_url": "https://www.example.org/list", "verified_on": "2026-03-01", "attendance": "hybrid",
    "listing": "agreed", "external_ids": "aa:7", "notes": "Ring Dave.", "recorded_by": "Volunteer 7",
}  # fmt: skip
ROWS = (
    MONDAY,
    MONDAY | {"name": "Example Tuesday Group", "sessions": "Tue 12:00-13:00", "for_whom": "",
              "attendance": "in_person"},
    {"name": "Somebody's Kitchen", "asset_type": "mutual_aid", "location_precision": "postcode_district",
     "address": "9 Secret Street", "postcode": "TS1 3BX", "sessions": "1st Fri 10:00-11:00", "listing": "agreed"},
    {"name": "Asleep", "asset_type": "mutual_aid", "status": "paused", "postcode": "TS1 3BX", "listing": "agreed",
     "sessions": "Thu 10:00-11:00", "organisation": "Example Trust", "location_precision": "local_authority"},
    {"name": "Example Café", "asset_type": "lero", "postcode": "TS1 3BX", "listing": "agreed"},
    {"name": "Not Asked Group", "asset_type": "mutual_aid", "postcode": "TS1 3BX", "sessions": "Fri 19:00-20:00"},
)  # fmt: skip


@pytest.fixture
def partnership(empty, tmp_path):
    path = tmp_path / "assets.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*MONDAY, "location_precision", "status"])
        writer.writeheader()
        writer.writerows(ROWS)
    empty.import_(path)
    return empty


def published(partnership, audience=Audience.PUBLIC):
    return publish(partnership.snapshot(), audience)


def test_each_weekly_time_is_one_meeting(partnership, tmp_path):
    shown = published(partnership)
    path = write_meeting_guide(shown, tmp_path / "meetings.json")
    meetings = json.loads(path.read_text("utf-8"))
    names = [meeting["name"] for meeting in meetings]
    assert sorted(names) == ["Asleep", *["Example Monday Group"] * 3, "Example Tuesday Group", "Somebody's Kitchen"]
    first, evening, night = (meeting for meeting in meetings if meeting["name"] == "Example Monday Group")
    asset = shown.assets[shown.assets["name"] == "Example Monday Group"].iloc[0]
    assert first["slug"] == f"{asset['id']}-1-1900"
    assert {key: first[key] for key in ("day", "time", "end_time", "timezone", "country", "state", "approximate")} == {
        "day": 1, "time": "19:00", "end_time": "20:30", "timezone": "Europe/London", "country": "GB",
        "state": "Middlesbrough", "approximate": "no",
    }  # fmt: skip
    assert (evening["day"], evening["end_time"]) == (6, "00:00")
    # From 00:00 to 00:00 would be an hour, as it is where nobody says when a meeting ends.
    assert (night["day"], night["time"], night["end_time"]) == (0, "00:00", "24:00")
    assert first["types"] == ["XB", "British Sign Language", "X", "SEN", "W", "LGBTQ", "POL"]
    assert first["languages"] == ["Polish", "Sylheti"]
    # Weekly is all that the format has: a monthly time is told, and is no meeting of its own.
    assert first["notes"].endswith("Not every week: 1st Tue 18:00-19:00; alternate Wed 09:00-10:00")
    assert not [key for meeting in meetings for key in meeting if key.startswith("contact")]
    assert len({meeting["slug"] for meeting in meetings}) == len(meetings)
    assert not [value for meeting in meetings for value in meeting.values() if value in ("", None, [])]


def test_a_place_is_no_finer_than_it_is_published(partnership, tmp_path):
    for audience in (Audience.PUBLIC, Audience.PARTNERS):
        path = write_meeting_guide(published(partnership, audience), tmp_path / f"{audience.value}.json")
        assert "Secret Street" not in path.read_text()
        by_name = {meeting["name"]: meeting for meeting in json.loads(path.read_text())}
        kitchen = by_name["Somebody's Kitchen"]
        assert (kitchen.get("postal_code"), kitchen["approximate"]) == ("TS1", "yes")
        assert not {"latitude", "longitude", "address", "day", "time"} & set(kitchen)
        assert not {"latitude", "postal_code", "address"} & set(by_name["Asleep"])
        assert ("Not Asked Group" in by_name) == (audience is Audience.PARTNERS)
        assert "Dave" not in path.read_text()


def test_what_the_format_carries_comes_back(partnership, tmp_path):
    shown = published(partnership)
    path = write_meeting_guide(shown, tmp_path / "meetings.json")
    result = MeetingGuide().read(open_file(path), ReadOptions(TODAY))
    back = {row.values["name"]: row.values for row in result.rows}
    assert set(back) == {"Example Monday Group", "Example Tuesday Group", "Somebody's Kitchen", "Asleep"}
    assert not result.left_out
    assert not result.whole  # what another partnership shows is no list of all that there is
    assert result.scheme == "meeting-guide-rosc-map"
    specs = Asset.specs()
    for asset in shown.assets.to_dict("records"):
        if asset["name"] not in ("Example Monday Group", "Example Tuesday Group"):
            continue
        for name in (*CARRIED, *CARRIED_IN_PART):
            was, now = asset[name], back[asset["name"]].get(name, specs[name].empty)
            if isinstance(was, tuple):
                was, now = set(was), set(now)
            assert now == (pytest.approx(was) if isinstance(was, float) else was), name
    assert back["Asleep"]["status"] == "paused"
    assert back["Asleep"]["organisation"] == "Example Trust"
    assert "postcode" not in back["Somebody's Kitchen"]
    assert back["Somebody's Kitchen"]["sessions"] == "1st Fri 10:00-11:00"


def test_an_internal_file_is_its_owners_and_other_things_are_refused(partnership, tmp_path):
    path = write_meeting_guide(published(partnership, Audience.INTERNAL), tmp_path / "meetings.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(uuid.UUID(meeting["location_id"]) for meeting in json.loads(path.read_text()))
    with pytest.raises(InputError, match=r"\.json"):
        write_meeting_guide(published(partnership), tmp_path / "meetings.csv")
    with pytest.raises(NotPublished):
        write_meeting_guide(partnership.snapshot(), tmp_path / "other.json")


def test_the_made_up_partnership_comes_back_as_it_went(made_up, tmp_path):
    shown = published(made_up, Audience.INTERNAL)
    result = MeetingGuide().read(open_file(write_meeting_guide(shown, tmp_path / "m.json")), ReadOptions(TODAY))
    groups = shown.assets[(shown.assets["asset_type"] == "mutual_aid") & (shown.assets["status"] != "closed")]
    assert len(result.rows) == len(groups) > 0
    back = {(row.values["name"], row.values.get("sessions", "")) for row in result.rows}
    assert back == set(zip(groups["name"], groups["sessions"], strict=True))
