"""Meeting Guide as its feeds really are: several rows a venue, other ways of writing days, times and places."""

import contextlib
import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import FileProblem, InputError, UnknownName
from rosc_map.exchange.outside import Opened, ReadOptions, open_file
from rosc_map.exchange.outside.meeting_guide import MeetingGuide
from rosc_map.exchange.outside.meeting_times import Times, sessions_of
from rosc_map.exchange.outside.repair import Notes
from rosc_map.records import Asset, parse_sessions

TODAY = dt.date(2026, 11, 22)
HALL = {"location": "Example Hall", "formatted_address": "1 High Street, Middlesbrough, TS1 2PA, UK"}


def meeting(slug="a", **said):
    return {"name": "Example Group", "slug": slug, "day": 1, "time": "19:00", **HALL, **said}


def read(*rows, programme="aa", source="x", host=""):
    options = ReadOptions(TODAY, source=source, programme=programme)
    return MeetingGuide().read(Opened("list.json", documents=(list(rows),), host=host), options)


def one(*rows, **options):
    (row,) = read(*rows, **options).rows
    return row.values


def test_the_meetings_of_a_venue_become_one_asset_with_their_times():
    rows = [
        meeting("mon", name="Monday Night", types=["O", "X"], url="https://www.example.org/meetings/mon"),
        meeting("sun", name="Sunday Morning", day=0, time="11:00 AM", end_time="12:30 PM", types=["C", "W"]),
        meeting("elsewhere", formatted_address="2 Low Road, Stockton, TS18 1AA, UK", location=""),
    ]
    venue, other = (row.values for row in read(*rows).rows)
    assert venue["name"] == "Alcoholics Anonymous meetings at Example Hall"
    assert venue["other_names"] == ("Monday Night", "Sunday Morning")
    assert (venue["asset_type"], venue["organisation"]) == ("mutual_aid", "Alcoholics Anonymous")
    assert venue["sessions"] == "Mon 19:00-20:00; Sun 11:00-12:30"
    assert (venue["address"], venue["postcode"]) == ("Example Hall, 1 High Street, Middlesbrough", "TS1 2PA")
    assert venue["external_ids"] == ("meeting-guide-x:mon", "meeting-guide-x:sun")
    assert venue["source_url"] == "https://www.example.org/meetings/mon"
    assert venue["accessibility"] == ("step_free",)
    # One meeting of two is for women: the asset is not.
    assert "for_whom" not in venue
    assert "access" not in venue
    assert {"Women: Sun 11:00.", "Open meetings: Mon 19:00.", "Closed meetings: Sun 11:00."} <= set(
        venue["description"].splitlines()
    )
    assert (other["name"], other["postcode"]) == ("Example Group", "TS18 1AA")


@pytest.mark.parametrize(("programme", "host", "asked"), [("", "", True), ("aa", "", False), ("", "ukna.org", False)])
def test_the_fellowship_is_asked_for_once_where_nothing_tells_it(programme, host, asked):
    notes = read(meeting(), meeting("b"), programme=programme, host=host).notes
    assert [note.row for note in notes if note.what_to_do == "Say it with --programme."] == [0] * asked


def test_each_list_is_told_apart_by_its_host_or_by_whoever_reads_it():
    linked = meeting(url="https://www.example.org/meetings/a")
    assert read(linked, source="").scheme == "meeting-guide-example.org"
    assert read(linked, source="", host="feeds.example.org").scheme == "meeting-guide-feeds.example.org"
    assert read(linked, source="Leeds Intergroup").scheme == "meeting-guide-leeds-intergroup"
    with pytest.raises(InputError, match="--source"):
        read(meeting(), source="")


@pytest.mark.parametrize(
    ("day", "time", "end", "sessions"),
    [
        ("1", "19:00", "", "Mon 19:00-20:00"),
        ([6], "7:00 PM", "8:30 pm", "Sat 19:00-20:30"),
        ("7", "19.30", None, "Sun 19:30-20:30"),
        (0, "07:15:00", "08:00", "Sun 07:15-08:00"),
        ([1, 3], "noon", "13:00", "Mon 12:00-13:00; Wed 12:00-13:00"),
        ("Thursday", "19:00", "00:00", "Thu 19:00-24:00"),
        (1, "24:00", "01:00", "Tue 00:00-01:00"),
        (1, "19:00", "19:00", "Mon 19:00-20:00"),
        (1, "12:15 am", "", "Mon 00:15-01:15"),
        (1, "00:00", "24:00", "Mon 00:00-24:00"),
        (1, "00:00", "00:00", "Mon 00:00-01:00"),
        (1, "12:00", "00:00", "Mon 12:00-24:00"),
    ],
)
def test_days_and_times_as_feeds_write_them(day, time, end, sessions):
    result = read(meeting(day=day, time=time, end_time=end))
    assert result.rows[0].values["sessions"] == sessions
    assert not result.notes


@pytest.mark.parametrize(("day", "time"), [(1, "7"), (9, "19:00"), (True, "19:00"), (None, "19:00"), (1, "25:00")])
def test_a_time_that_cannot_be_read_is_noted(day, time):
    result = read(meeting(day=day, time=time))
    assert "sessions" not in result.rows[0].values
    assert "is not a day and a time" in result.notes[0].why


def test_a_meeting_that_goes_on_after_midnight_ends_there_with_a_note():
    result = read(meeting(time="23:00", end_time="01:00"))
    assert result.rows[0].values["sessions"] == "Mon 23:00-24:00"
    assert "midnight" in result.notes[0].why


@pytest.mark.parametrize(("time", "end"), [("19:00", "18:00"), ("11:00", "01:00"), ("19:00", "late")])
def test_an_end_that_is_none_is_taken_for_the_usual_hour_with_a_note(time, end):
    result = read(meeting(time=time, end_time=end))
    assert result.rows[0].values["sessions"] == f"Mon {time}-{int(time[:2]) + 1}:00"
    assert [(note.value, note.why) for note in result.notes] == [(f"{time} {end}", "is not a time at which it ends.")]


def test_a_search_is_no_whole_list():
    opened = Opened("x.example", documents=([meeting()],), host="x.example")
    assert MeetingGuide().read(opened, ReadOptions(TODAY)).whole
    assert not MeetingGuide().read(replace(opened, filtered=True), ReadOptions(TODAY)).whole


@given(st.integers(0, 1439), st.integers(1, 1440), st.sampled_from(["minutes", "clock", "end"]))
@example(19 * 60, 45, "minutes")
@example(19 * 60, 90, "minutes")
@example(19 * 60, 105, "minutes")
@example(19 * 60, 120, "minutes")
@example(19 * 60, 150, "minutes")
@example(0, 1440, "minutes")
@example(0, 1440, "clock")
def test_a_meeting_lasts_as_long_as_its_list_says(start, length, how):
    assume(start + length <= 1440)
    said = {
        "minutes": {"duration": str(length)},
        "clock": {"duration": hours(length)},
        "end": {"end": hours(start + length)},
    }
    notes = Notes()
    (session,) = parse_sessions("; ".join(sessions_of(1, Times(1, 0, hours(start), **said[how]), notes)))
    assert (session.weekday, session.start, session.end) == ("Mon", hours(start), hours(start + length))
    assert not notes.all


def hours(minutes):
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def test_a_central_list_has_lengths_languages_and_wrapped_ids():
    row = {"name": "Online Polish", "_id": {"$oid": "5f1"}, "day": 7, "time": "20:00", "duration": 90}
    row |= {"languages": ["EN", "pl"], "conference_url": "https://zoom.us/j/123?pwd=secret"}
    values = one(row)
    assert values["sessions"] == "Sun 20:00-21:30"
    assert values["languages"] == ("Polish",)
    assert values["external_ids"] == ("meeting-guide-x:5f1",)
    assert values["attendance"] == ("online",)
    assert values["website"] == "https://zoom.us/j/123"


@pytest.mark.parametrize(
    ("address", "said", "expected"),
    [
        # Three parts, which the apps call approximate: a postcode and a street are exact here.
        ("1 High Street, TS1 2PA, UK", {}, ("1 High Street", "TS1 2PA")),
        ("High Street, Middlesbrough, TS1 2PA", {"approximate": "yes"}, ("High Street, Middlesbrough", "TS1 2PA")),
        ("Middlesbrough, TS1 2PA, UK", {}, ("Middlesbrough", "TS1 2PA")),
        ("Middlesbrough, UK", {"approximate": "yes"}, ("Middlesbrough", "")),
        ("High Street, Middlesbrough, UK", {}, ("Middlesbrough", "")),
        ("1 High Street, Middlesbrough, Tees Valley, UK", {}, ("1 High Street, Middlesbrough, Tees Valley", "")),
    ],
)
def test_an_address_in_the_uk_is_judged_by_its_postcode(address, said, expected):
    values = one(meeting(location="", formatted_address=address, latitude=54.57, longitude=-1.23, **said))
    assert (values.get("address", ""), values.get("postcode", "")) == expected
    exact = "High Street" in expected[0]
    assert ("latitude" in values) == exact  # the middle of a town is no place


def test_coordinates_with_four_numbers_are_a_town():
    town = meeting(location="", formatted_address="Middlesbrough, UK", coordinates="54.5,-1.3,54.6,-1.2")
    point = town | {"coordinates": "54.57,-1.23"}
    assert "latitude" not in one(town)
    assert one(point)["latitude"] == 54.57


def test_meetings_that_are_nowhere_stay_with_their_group():
    rows = [
        meeting("a", name="One", location="", formatted_address="Leeds, UK"),
        meeting("b", name="Two", location="", formatted_address="Leeds, UK"),
        meeting("c", name="Online", location="Zoom", formatted_address="", attendance_option="online"),
        meeting("d", name="Online", day=2, location="Zoom", formatted_address="", attendance_option="online"),
    ]
    assert [row.values["name"] for row in read(*rows).rows] == ["One", "Two", "Online"]


def test_a_row_abroad_is_left_out_with_the_reason():
    abroad = meeting(formatted_address="1 Main Street, Portland, OR 97201, USA", latitude=45.5, longitude=-122.6)
    result = read(abroad, meeting("b", address="1 Main St", formatted_address="", country="US"))
    assert not result.rows
    assert ["is not in the UK" in left.why for left in result.left_out] == [True, True]


def test_a_code_means_what_it_means_in_its_fellowship():
    def languages_and_whom(programme, *types):
        values = one(meeting(types=list(types)), programme=programme)
        return values.get("languages"), values.get("for_whom"), values.get("accessibility")

    assert languages_and_whom("aa", "UK", "SP") == (("Ukrainian",), None, None)
    assert languages_and_whom("aca", "SP") == (("Spanish",), None, None)
    assert languages_and_whom("al-anon", "W") == (None, ("families_carers", "women"), None)
    assert languages_and_whom("aa", "ASL", "X") == (("American Sign Language",), None, ("step_free",))
    # Nobody says whose meeting it is: a wrong "step-free" would leave somebody before the stairs.
    assert languages_and_whom("", "X", "M") == (None, ("men",), None)
    assert languages_and_whom("", "Wheelchair Access", "BSL") == (None, None, ("bsl", "step_free"))
    with pytest.raises(UnknownName, match="al-anon"):
        read(meeting(), programme="aaa")


def test_a_type_that_is_not_known_is_noted_once_for_all_meetings():
    result = read(*(meeting(f"s{n}", types=["QQ"]) for n in range(5)))
    assert [(note.value, note.row) for note in result.notes] == [("QQ", 1)]
    assert "5 of the meetings" in result.notes[0].why


@pytest.mark.parametrize(
    ("host", "entity", "name"),
    [
        ("www.alcoholics-anonymous.org.uk", "", "Alcoholics Anonymous"),
        ("aa.example.org", "", "Alcoholics Anonymous"),
        ("ukna.org", "", "Narcotics Anonymous"),
        ("example.ca", "", None),
        ("feeds.example.org", "Leeds Intergroup", "Leeds Intergroup"),
        ("feeds.example.org", "Cocaine Anonymous UK", "Cocaine Anonymous UK"),
    ],
)
def test_the_fellowship_is_told_by_the_host_or_the_body_that_publishes(host, entity, name):
    assert one(meeting(entity=entity), programme="", host=host).get("organisation") == name


def test_what_has_stopped_for_a_time():
    assert one(meeting(attendance_option="inactive"))["status"] == "paused"
    assert one(meeting(types=["TC"]))["status"] == "paused"
    online = one(meeting(types=["TC"], conference_url="https://example.org/room"))
    assert (online["status"], online["attendance"]) == ("active", ("online",))
    some = one(meeting("a"), meeting("b", day=2, types=["TC"]))
    assert (some["status"], some["sessions"]) == ("active", "Mon 19:00-20:00")
    assert "Not running now: Tue 19:00." in some["description"]


def test_no_person_and_no_password_is_taken():
    secret = "Dave Example"
    row = meeting(
        contact_1_name=secret, contact_1_phone="07700 900001", contact_1_email="dave@example.org", author=secret,
        phone="07700 900002", email="dave@example.org",
        conference_phone="+441632960000,,123#", feedback_emails=["x@y.zz"],
        conference_url="https://zoom.us/j/1?pwd=hush", conference_url_notes="Passcode hush",
        entity_phone="01632 960001",
        url="https://example.org/m?pwd=hush", notes=f"Side door.\nContact {secret} on 07700 900003\nPasscode: hush",
    )  # fmt: skip
    result = read(row)
    kept = repr(result)
    assert not [word for word in (secret, "hush", "07700", "dave@", "01632960000") if word in kept]
    values = result.rows[0].values
    assert (values["phone"], values["description"]) == ("01632 960001", "Side door.")
    assert values["source_url"] == "https://example.org/m"
    assert "2 lines of notes" in [note.value for note in result.notes]


def test_dates_are_taken_only_as_they_are_sure():
    values = one(meeting(updated="2026-02-03 10:00:00", last_contact="2026-01-02"))
    assert (values["source_date"], values["verified_on"]) == ("2026-02-03", dt.date(2026, 1, 2))
    assert "source_date" not in one(meeting(updated="8/9/2025 11:17:07 AM"))
    both = one(meeting("a", last_contact="2026-01-02"), meeting("b"))
    assert "verified_on" not in both  # one of two was never asked


def test_an_id_counts_once():
    result = read(meeting("a"), meeting("a", name="Second"), meeting(7), meeting(7.0), "junk", meeting("z", name=" "))
    assert [left.number for left in result.left_out] == [2, 4, 5, 6]
    assert result.rows[0].values["external_ids"] == ("meeting-guide-x:a", "meeting-guide-x:7")


def test_fields_hold_what_they_can_and_the_rest_is_noted():
    rows = [
        meeting(f"slug-{n:04d}", name=f"Group; {n} | of many", day=n % 7, time=f"{n % 24}:{n % 60:02d}")
        for n in range(900)
    ]
    result = read(*rows)
    values = result.rows[0].values
    assert len("; ".join(values["other_names"])) <= Asset.specs()["other_names"].longest
    assert values["other_names"][0] == "Group 0 of many"
    assert {note.column for note in result.notes} == {"other_names", "sessions", "external_ids"}


PLACE = '"1 High Street, Middlesbrough, TS1 2PA, UK"'
CSV = f"""Time,End Time,Day,Name,Location,Address,Region,Types,Notes,Contact 1 Name,Slug,Updated
6:00 PM,7:15 PM,Monday,Early Start,Example Hall,{PLACE},Tees,"Open, Wheelchair Access",Café,Dave,early,x
10:00 AM,,Saturday,Weekend,Example Hall,{PLACE},Tees,"Closed, Polish",,Dave,late,x
"""
SHEET = """Title of the sheet,,,,
,,,,
ID,Name,Day,Time,Types,Formatted Address,Conference URL
1,Early Start,1,18:00,"O,X","1 High Street, Middlesbrough, TS1 2PA, UK",
,,,,,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_table_of_tsml_and_that_of_a_sheet(tmp_path, encoding):
    path = tmp_path / "meetings.csv"
    path.write_bytes(CSV.encode(encoding))
    opened = open_file(path)
    assert MeetingGuide().knows(opened)
    (row,) = MeetingGuide().read(opened, ReadOptions(TODAY, source="tees")).rows
    assert row.values["sessions"] == "Mon 18:00-19:15; Sat 10:00-11:00"
    assert row.values["languages"] == ("Polish",)
    assert row.values["accessibility"] == ("step_free",)
    assert "Café" in row.values["description"]
    assert "Dave" not in repr(row)
    path.write_text(SHEET)
    (row,) = MeetingGuide().read(open_file(path), ReadOptions(TODAY, source="tees", programme="aa")).rows
    assert (row.number, row.values["external_ids"]) == (4, ("meeting-guide-tees:1",))


def test_what_is_no_list_of_meetings_is_refused_and_never_empty():
    reader = MeetingGuide()
    for junk in ([], {}, [1], None, "x", {"meetings": {}}, [[]], {"contents": [{"name": "a", "id": "b"}]}):
        assert not reader.knows(Opened("x.json", documents=(junk,)))
        with pytest.raises(InputError, match="does not mean that there are none"):
            reader.read(Opened("x.json", documents=(junk,)), ReadOptions(TODAY, source="x"))
    assert not reader.knows(Opened("x.csv", lines=((1, ["name", "postcode"]),)))
    assert reader.knows(Opened("x.json", documents=([meeting()],)))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "name",
    "slug",
    "id",
    "day",
    "time",
    "end_time",
    "types",
    "location",
    "formatted_address",
    "address",
    "city",
    "postal_code",
    "country",
    "latitude",
    "longitude",
    "coordinates",
    "approximate",
    "notes",
    "group",
    "url",
    "website",
    "conference_url",
    "attendance_option",
    "entity",
    "languages",
    "updated",
    "last_contact",
    "duration",
    "location_id",
    "entity_phone",
    "entity_email",
]
ROW = st.dictionaries(st.sampled_from(KEYS), JUNK, max_size=12)


@at_least(60)
@given(st.lists(ROW | JUNK, max_size=4), st.sampled_from(["", "aa", "na"]))
def test_junk_comes_to_a_plain_end_and_what_is_read_passes(rows, programme):
    reader = MeetingGuide()
    opened = Opened("x.json", documents=(rows,))
    reader.knows(opened)
    try:
        result = reader.read(opened, ReadOptions(TODAY, source="x", programme=programme))
    except (InputError, FileProblem):
        return
    for row in result.rows:
        for name, value in row.values.items():
            assert Asset.check(name, value) == value, name
        Asset(**row.values)


@settings(max_examples=25)
@given(st.lists(st.lists(JUNK, max_size=8), max_size=4))
def test_a_table_of_any_cells_comes_to_a_plain_end(cells):
    lines = ((1, ["Name", "Day", "Time", "Slug", "Types", "Address", "Location", "Notes"]), *enumerate(cells, start=2))
    with contextlib.suppress(InputError):
        MeetingGuide().read(Opened("x.csv", lines=lines), ReadOptions(TODAY, source="x"))
