"""What is near a place this week: what is on the sheet, in which order, and what it gives nobody."""

import datetime as dt
import json
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rosc_map
from partnerships import TODAY
from rosc_map.errors import InputError, NotPublished, PostcodeNotFound
from rosc_map.partnership import LiveNear
from rosc_map.place import where
from rosc_map.publish import near_interests, near_place, publish_near, read_interests
from rosc_map.publish.near_words import clock, in_words, usual_of
from rosc_map.records import Audience, parse_sessions
from rosc_map.show import near_page, near_text

HERE = "TS1 2PA"
NEXT_DOOR = "TS1 2AE"
NOT_NONE = (
    "Nothing of it is recorded near here. That does not mean that there is nothing: nobody may have looked there yet."
)
ROWS = (
    {
        "name": "Example Café",
        "asset_type": "lero",
        "rss_types": "peer_based",
        "postcode": NEXT_DOOR,
        "address": "1 High Street",
        "sessions": "Mon 10:00-12:00; alternate Fri 19:30-21:00",
        "access": "drop_in",
        "referral_route": "Ask for the duty worker.",
        "accessibility": "step_free",
        "languages": "Polish",
        "cost": "free",
        "for_whom": "everyone",
        "phone": "01632 960005",
        "email": "cafe@example.org",
        "website": "https://example.org",
        "verified_on": "2026-09-01",
    },
    {
        "name": "Example Choir",
        "asset_type": "community",
        "community_group": "sport_recreation_arts",
        "postcode": "TS5 6HR",
        "location_precision": "postcode_district",
        "sessions": "Mon 10:00-11:00; 1st Tue 18:00-19:00",
    },
    {
        "name": "Example House",
        "asset_type": "recovery_housing",
        "postcode": "TS3 0AA",
        "sessions": "last Sun 18:00-19:00",
    },
    {"name": "Example Line", "asset_type": "mutual_aid", "attendance": "phone; online", "sessions": "daily 9:00-12:00"},
    {"name": "Example Walks", "asset_type": "community", "community_group": "health", "areas_served": "Middlesbrough"},
    {"name": "Example Doubt", "asset_type": "community", "postcode": HERE, "status": "not_confirmed"},
    {"name": "Example Gone", "asset_type": "community", "postcode": HERE, "status": "closed"},
    {
        "name": "Example Link",
        "asset_type": "partner_service",
        "connector_role": "community_connector",
        "postcode": HERE,
        "phone": "01632 960009",
    },
    {"name": "Example Far Hall", "asset_type": "lero", "postcode": "GU1 3UW", "sessions": "Mon 10:00-12:00"},
    {"name": "Example Quiet", "asset_type": "lero", "postcode": HERE, "listing": "not_asked"},
    {"name": "Example Refuge", "asset_type": "domestic_abuse_refuge", "areas_served": "Middlesbrough"},
)


@pytest.fixture(scope="module")
def town(empty_file, tmp_path_factory):
    """A partnership with one of each that matters on a sheet; it is only read."""
    return filled(empty_file, tmp_path_factory.mktemp("near"), ROWS)


def filled(empty_file, folder, rows):
    """Return a copy of the empty partnership with these assets."""
    path = folder / "area.gpkg"
    if path != empty_file:
        path.write_bytes(empty_file.read_bytes())
    made = rosc_map.open(path, today=TODAY)
    columns = list(dict.fromkeys(name for row in rows for name in ("id", "listing", *row)))
    lines = [";".join(columns)]
    for row in rows:
        whole = {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, row["name"])), "listing": "agreed", **row}
        lines.append(";".join(f'"{whole.get(name, "")}"' for name in columns))
    table = folder / "rows.csv"
    table.write_text("\n".join(lines), "utf-8")
    made.import_(table)
    return made


def names(entries):
    """The names of some entries, in their order."""
    return [each.name for each in entries]


def day_by_day(near):
    """What is on, day by day: the day of the month, the time and the name."""
    return [(day.on.day, event.time, event.entry.name) for day in near.days for event in day.events]


def test_the_days_stand_in_order_by_time_and_then_by_name(town):
    near = town.near(HERE)
    assert near.asked.last_day == TODAY + dt.timedelta(days=6) == dt.date(2026, 11, 28)
    line = [(day, "9am to midday", "Example Line") for day in range(22, 29)]
    assert day_by_day(near) == [
        *line[:2],
        (23, "10am to midday", "Example Café"),
        (23, "10am to 11am", "Example Choir"),
        *line[2:6],
        (27, "7:30pm to 9pm", "Example Café"),
        line[6],
    ]
    remarks = {(day.on.day, event.entry.name): event.remark for day in near.days for event in day.events}
    assert remarks[27, "Example Café"] == "every other week: ring first"
    assert remarks[23, "Example Café"] == ""
    assert remarks[23, "Example Choir"] == "ring first"  # nobody has checked it for half a year
    assert near.days[1].words == "Monday 23 November 2026"


def test_what_is_told_of_one_is_all_that_somebody_needs_to_go_there(town):
    entry = town.near(HERE).entries[0]
    assert entry.name == "Example Café"
    assert dict(entry.told) == {
        "kind": "Lived experience recovery organisation (LERO)",
        "support": "Peer-based recovery support",
        "helps": "",
        "description": "",
        "when": "every Monday, 10am to midday; every other Friday: ring first to ask which week, 7:30pm to 9pm",
        "where": "1 High Street, TS1 2AE, Middlesbrough",
        "distance": entry.told["distance"],
        "getting_in": "Drop in",
        "referral": "Ask for the duty worker.",
        "access": "Step-free",
        "for_whom": "Everyone",
        "cost": "Free",
        "languages": "Polish",
        "phone": "01632 960005",
        "email": "cafe@example.org",
        "website": "https://example.org",
        "checked": "Checked 1 September 2026",
    }
    assert entry.told["distance"] == "about 300 m east, 5–10 minutes’ walk"
    assert entry.place == "1 High Street"  # in a few words


def test_each_stands_where_it_belongs(town):
    near = town.near(HERE)
    assert names(near.entries) == ["Example Café", "Example Choir", "Example Line"]
    assert names(near.other_times) == ["Example House", "Example Link", "Example Walks"]
    assert names(near.ring_first) == ["Example Doubt"]
    assert names(near.helpers) == ["Example Link"]
    # 11 are recorded: one is closed, one was not asked, and of the refuge nobody is told.
    assert near.said[0].startswith("Looked through on 22 November 2026: 8 entries that may be shown to everybody. ")
    assert "Found: 7 of these, within 10 km of the middle of TS1 2PA, in Middlesbrough or serving it" in near.said[0]
    assert near.said[1] == "Times are written down for 4 of these 7."
    partners = town.near(HERE, audience="partners")
    assert "Example Quiet" in names(partners.other_times)
    assert "9 entries that may be shown to the organisations of the partnership" in partners.said[0]


def test_what_is_on_most_days_is_told_once(town):
    near = town.near(HERE)
    assert [(each.entry.name, each.when) for each in near.most_days] == [("Example Line", "every day, 9am to midday")]
    usual = {event.entry.name for day in near.days for event in day.events if event.usual}
    assert usual == {"Example Line"}


def each(days, time):
    """A time on each of these days."""
    return "; ".join(f"{day} {time}" for day in days.split())


@pytest.mark.parametrize(
    ("times", "usual"),
    [
        ("weekdays 9:00-17:00; Wed 17:00-19:30", "Monday to Friday, 9am to 5pm"),
        ("weekdays 9:00-17:00; alternate Sat 9:00-17:00", "Monday to Friday, 9am to 5pm"),
        (each("Mon Tue Thu Fri", "10:00-11:00"), "every Monday, Tuesday, Thursday and Friday, 10am to 11am"),
        (
            each("Mon Tue Wed", "9:00-17:00") + "; Thu 10:00-11:00",
            "Monday to Wednesday, 9am to 5pm; every Thursday, 10am to 11am",
        ),
        (each("Mon Tue Wed", "9:00-17:00") + "; 1st Thu 9:00-17:00", ""),
        ("Tue 9:00-10:00; Tue 11:00-12:00; Tue 13:00-14:00; Tue 15:00-16:00", ""),
    ],
)
def test_the_usual_days_are_four_or_more_and_what_is_special_is_not_of_them(times, usual):
    assert in_words(usual_of(parse_sessions(times))) == usual


def test_interests_choose_and_any_of_them_will_do(town):
    near = town.near(HERE, ["health", "Lived experience recovery organisation (LERO)"])
    assert [names(part) for part in (near.entries, near.other_times)] == [["Example Café"], ["Example Walks"]]
    assert names(near.helpers) == ["Example Link"]  # who can come along, whatever the interest
    assert [each.code for each in read_interests(["recovery_housing"])] == ["recovery_housing"]
    assert [each.code for each in read_interests(["Recovery housing"])] == ["recovery_housing", "housing"]
    codes = [each.code for each in near_interests()]
    assert len(codes) == len(set(codes)) and "domestic_abuse_refuge" not in codes


def test_how_far_counts_for_what_has_a_place_and_an_area_has_no_distances(town):
    assert "Example Choir" not in names(town.near(HERE, within_km=0.9).entries)
    area = town.near("Middlesbrough")
    everything = (*area.entries, *area.other_times, *area.ring_first)
    assert names(everything) == [
        "Example Café", "Example Choir", "Example Line", "Example House", "Example Link", "Example Walks",
        "Example Doubt",
    ]  # fmt: skip
    assert {entry.distance_km for entry in everything} == {None}
    assert {entry.told["distance"] for entry in everything} == {""}
    found = where(HERE)
    for place in (f"{found.latitude},{found.longitude}", f"{found.easting},{found.northing}"):
        assert day_by_day(town.near(place)) == day_by_day(town.near(HERE))


def test_online_ones_come_from_anywhere_without_their_distance(town):
    near = town.near("GU1 3UW", ["mutual_aid"])
    (entry,) = near.entries
    assert entry.told["where"] == "online or by telephone, from anywhere"
    assert (entry.distance_km, entry.told["distance"]) == (None, "")
    assert near.asked.place.remarks[-1].startswith("Guildford is outside the area of this partnership")


def test_nothing_found_says_what_was_looked_at_and_that_not_looked_is_not_none(empty_file, tmp_path):
    made = filled(empty_file, tmp_path, ROWS[:2])
    made.survey(["Middlesbrough"], on="2026-03-01", by="Volunteer 7", types=["treatment"])

    def said(live):
        near = made.near(HERE, ["treatment", "mutual_aid", "employment"], live=live)
        assert not near.found
        assert "2 entries" in near.said[0] and ": 0 of these" in near.said[0]
        return near.said[1:-1]

    live = LiveNear(made.live_assets())
    unknown = "Whether anybody has looked in Middlesbrough is not known for: "
    looked = "Alcohol and drug treatment: looked March 2026, groups asked not recorded, in Middlesbrough."
    assert said(None) == said(live) == (NOT_NONE, looked, f"{unknown}Mutual aid.")
    # Where one is hidden, "looked, and none found" would be false: it says what the gap analysis says.
    filled(made.path, tmp_path, [{"name": "Example Kept", "asset_type": "treatment", **KEPT[3][0], "postcode": HERE}])
    assert said(None) == said(live) == (NOT_NONE, f"{unknown}Alcohol and drug treatment; Mutual aid.")


def everything_told(made, place=HERE, live=None):
    """All that a sheet says in each form and to each audience."""
    sheets = [made.near(place, audience=who, live=live, within_km=5) for who in ("public", "partners")]
    return [(near_text(each), near_page(each), json.dumps(each.to_json())) for each in sheets]


# What is kept of each, and two places that nobody may tell apart: next to where is asked, and far from there.
KEPT = (
    ({"location_precision": "local_authority"}, ("TS1 2LR", "TS8 9AR")),
    ({"listing": "restricted", "listing_shows": "name; sessions"}, ("TS1 2LR", "TS8 9AR")),
    ({"location_precision": "postcode_district"}, ("TS1 2LR", "TS1 1RY")),
    ({"location_precision": "hidden"}, ("TS1 2LR", "TS8 9AR")),
    ({"listing": "declined"}, ("TS1 2LR", "TS8 9AR")),
)


def test_where_those_that_are_kept_back_really_are_changes_nothing(empty_file, tmp_path):
    told = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        rows = [
            {**ROWS[0], **kept, "name": f"Example Kept {which}", "address": f"{which} Elm Road", "postcode": at[number]}
            for which, (kept, at) in enumerate(KEPT)
        ]
        made = filled(empty_file, folder, (*ROWS[:3], *rows))
        told.append(everything_told(made))
        text = json.dumps(told[-1])
        assert [words for words in ("Elm Road", rows[0]["postcode"], rows[2]["postcode"]) if words in text] == []
        # They are on it all the same, but for the last two, and for those that can only be near by their place.
        assert [which for which in range(5) if f"Example Kept {which}" in text] == [0, 2]
    assert told[0] == told[1]


def test_what_stands_in_memory_tells_the_same_as_the_file_and_follows_it(empty_file, tmp_path):
    made = filled(empty_file, tmp_path, ROWS)
    live = LiveNear(made.live_assets())
    for who in ("public", "partners"):
        for place in (HERE, "Middlesbrough", "GU1 3UW"):
            from_file, in_memory = made.near(place, audience=who), made.near(place, audience=who, live=live)
            assert in_memory.to_json() == {**from_file.to_json(), "banner": in_memory.banner}
    identifier = live.assets.search("café", Audience.PUBLIC)[0]
    made.edit(identifier, {"location_precision": "local_authority"})
    entry = next(each for each in made.near(HERE, live=live).entries if each.name == "Example Café")
    assert (entry.told["where"], entry.distance_km) == ("in Middlesbrough: ask them where", None)
    made.edit(identifier, {"listing": "declined"})
    assert "Example Café" not in json.dumps(made.near(HERE, live=live).to_json())


def test_what_is_ready_is_not_made_again_but_for_what_changed(empty_file, tmp_path):
    made = filled(empty_file, tmp_path, ROWS[:3])
    live, other = (LiveNear(made.live_assets()) for _ in range(2))
    live.warm()
    ready = live.of(Audience.PUBLIC)
    assert len(ready) == 3
    made.edit(live.assets.search("choir", Audience.PUBLIC)[0], {"connector_role": "community_connector"})
    live.assets.refresh()
    now = live.of(Audience.PUBLIC)
    assert sorted(any(each is one for one in ready) for each in now) == [False, True, True]
    assert [each.helps for each in now if not any(each is one for one in ready)] == [True]
    assert not [each for each in other.of(Audience.PUBLIC) if any(each is one for one in ready)]  # its own alone


def test_a_district_has_whole_kilometres_and_an_area_none(town):
    near = town.near(HERE)
    told = {each.name: each for each in (*near.entries, *near.other_times)}
    choir = told["Example Choir"]
    assert choir.told["where"] == "about here: TS5, Middlesbrough. Ask them where"
    assert choir.about and choir.distance_km == int(choir.distance_km)
    assert choir.told["distance"].endswith(" to the middle of TS5") and choir.place == "about TS5"
    assert told["Example House"].told["where"] == "in Middlesbrough: ask them where"
    assert told["Example House"].distance_km is None


def test_more_than_fits_is_said(empty_file, tmp_path):
    rows = [{"name": f"Example {number}", "asset_type": "lero", "postcode": HERE} for number in range(30)]
    rows = [{**row, "connector_role": "recovery_navigator" if number < 5 else ""} for number, row in enumerate(rows)]
    near = filled(empty_file, tmp_path, rows).near(HERE)
    assert len(near.other_times) == 12
    assert near.more == "18 more were found: choose one interest at a time."
    assert (len(near.helpers), near.more_helpers) == (3, "There are 2 more: ask one of these.")


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"place": "Wonderland"}, InputError, "neither a postcode nor a council area"),
        ({"place": " "}, InputError, "Give a place"),
        ({"place": "GU1 3ZZ"}, PostcodeNotFound, "is not in the"),
        ({"place": "1,1"}, InputError, "is not"),
        ({"place": "x" * 500}, InputError, "too long"),
        ({"place": HERE, "interests": ["knitting"]}, InputError, r"Choose from: lero \(Lived experience"),
        ({"place": HERE, "interests": ["domestic_abuse_refuge"]}, InputError, "not an interest"),
        ({"place": HERE, "audience": "internal"}, InputError, "choose public or partners"),
        ({"place": HERE, "within_km": 0}, InputError, "above 0"),
        ({"place": HERE, "within_km": float("nan")}, InputError, "above 0"),
    ],
)
def test_what_cannot_be_is_said_plainly(town, asked, error, told):
    with pytest.raises(error, match=told):
        town.near(**asked)


def test_only_what_passed_the_gate_becomes_a_sheet(town):
    near = town.near(HERE)
    with pytest.raises(NotPublished):
        publish_near({"assets": []}, None, near.asked)
    with pytest.raises(NotPublished):
        near_page({"days": []})
    with pytest.raises(NotPublished):
        near_text(None)


def test_a_place_that_reads_another_program_s_times_is_asked(empty_file, tmp_path):
    from rosc_map.records import Asset

    made = filled(empty_file, tmp_path, ROWS[:1])
    with made._store.write(task="edit") as writer:  # as another program might
        writer.update(Asset, {"name": "Example Café"}, {"sessions": "whenever, at 9 Elm Road"})
    near = made.near(HERE)
    assert names(near.other_times) == ["Example Café"]
    assert "Elm Road" not in json.dumps(near.to_json())


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("00:00", "09:05", "midnight to 9:05am"),
        ("12:00", "12:30", "midday to 12:30pm"),
        ("00:30", "24:00", "12:30am to midnight"),
        ("11:59", "23:00", "11:59am to 11pm"),
    ],
)
def test_times_are_said_as_people_say_them(start, end, words):
    assert clock(start, end) == words


@given(st.text(max_size=120))
@settings(max_examples=25)
def test_any_text_is_a_place_or_a_plain_refusal(text):
    try:
        assert near_place(text).area
    except (InputError, PostcodeNotFound) as error:
        assert str(error)
