"""Schedules of Open Referral: what becomes times of ours, and what is said of the rest."""

import pytest
from open_referral_samples import DAY, values

from rosc_map.records.sessions import WEEKDAYS

AT = {"opens_at": "19:00", "closes_at": "20:30"}


@pytest.mark.parametrize(
    ("schedule", "sessions"),
    [
        ({"freq": "WEEKLY", "byday": "TH,FR"}, "Thu 19:00-20:30; Fri 19:00-20:30"),
        ({"byday": "mo"}, "Mon 19:00-20:30"),
        ({"weekday": "Wednesday"}, "Wed 19:00-20:30"),
        ({"weekday": "Mondays and Tuesdays"}, "Mon 19:00-20:30; Tue 19:00-20:30"),
        ({"weekday": "Weekdays"}, "; ".join(f"{day} 19:00-20:30" for day in WEEKDAYS[:5])),
        ({"weekday": "weekends & Thurs"}, "Sat 19:00-20:30; Sun 19:00-20:30; Thu 19:00-20:30"),
        ({"byday": "MO-WE"}, "Mon 19:00-20:30; Tue 19:00-20:30; Wed 19:00-20:30"),
        ({"weekday": "Saturday to Monday"}, "Sat 19:00-20:30; Sun 19:00-20:30; Mon 19:00-20:30"),
        ({"freq": "WEEKLY", "interval": "2", "byday": "SA"}, "alternate Sat 19:00-20:30"),
        ({"freq": "MONTHLY", "interval": 1, "byday": "4MO"}, "4th Mon 19:00-20:30"),
        ({"freq": "MONTHLY", "byday": "-1FR"}, "last Fri 19:00-20:30"),
        ({"byday": "+2TU"}, "2nd Tue 19:00-20:30"),
        ({"freq": "DAILY"}, "; ".join(f"{day} 19:00-20:30" for day in WEEKDAYS)),
        # A schedule of each week that names no day is on that of its beginning (iCalendar).
        ({"freq": "WEEKLY", "dtstart": "2026-02-03"}, "Tue 19:00-20:30"),
        ({"byday": "SU", "opens_at": "9:05:00Z", "closes_at": "2020-01-01T10:00:00"}, "Sun 09:05-10:00"),
        ({"byday": "SU", "closes_at": "24:00"}, "Sun 19:00-24:00"),
        ({"byday": "SU", "valid_from": DAY.isoformat(), "valid_to": DAY.isoformat()}, "Sun 19:00-20:30"),
        ({"opens_at": "", "closes_at": None, "description": "1st Tue 18:00-19:00"}, "1st Tue 18:00-19:00"),
    ],
)
def test_what_fits(schedule, sessions):
    found, notes = values(schedules=[AT | schedule])
    assert found["sessions"] == sessions
    assert notes == []


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ({"byday": "SU", "valid_to": "2026-02-28"}, "ended on 2026-02-28."),
        ({"byday": "SU", "valid_from": "2026-03-02"}, "begins on 2026-03-02."),
        ({"byday": "Weeks"}, "does not say its day, its start and its end."),
        ({"byday": "MOST"}, "does not say its day, its start and its end."),
        ({"byday": "1MO-FR"}, "does not say its day, its start and its end."),
        ({"freq": "MONTHLY", "bymonthday": "2,3"}, "is on a date of the month, whatever its weekday."),
        ({"freq": "MONTHLY", "byday": "MO"}, "does not say which of the first four weeks of the month, or the last."),
        ({"freq": "MONTHLY", "byday": "5MO"}, "does not say which of the first four weeks of the month, or the last."),
        (
            {"freq": "WEEKLY", "interval": 3, "byday": "MO"},
            "is neither each week nor every second week nor each month.",
        ),
        (
            {"freq": "MONTHLY", "interval": 2, "byday": "1MO"},
            "is neither each week nor every second week nor each month.",
        ),
        ({"byday": "MO", "closes_at": ""}, "does not say its day, its start and its end."),
        ({"byday": "MO", "opens_at": "25:00"}, "does not say its day, its start and its end."),
        ({"byday": "MONTHLY"}, "does not say its day, its start and its end."),
        ({"freq": "WEEKLY", "dtstart": "2026-02-31"}, "does not say its day, its start and its end."),
        ({"byday": "MO", "closes_at": "02:00"}, "ends before it begins, or after midnight."),
        ({"opens_at": "", "closes_at": "", "description": "Evenings, ring us"}, "says its times in words only."),
    ],
)
def test_what_does_not_fit_is_noted(schedule, why):
    found, notes = values(schedules=[AT | schedule])
    assert "sessions" not in found
    assert notes == [why]


def test_long_days_are_read_in_one_pass():
    # Minutes, if each space looked through all that follow.
    _, notes = values(schedules=[AT | {"byday": f"MO{' ' * 200_000}x"}])
    assert notes == ["does not say its day, its start and its end."]


def test_an_empty_schedule_says_nothing_and_is_nothing_to_note():
    assert values(schedules=[{"id": "x"}, {}, None, 3])[1] == []


def test_times_at_other_places_are_not_taken_for_those_of_this_one():
    def place(street, day):
        address = {"address_1": street, "city": "Leeds", "postal_code": "LS1 3DL"}
        return {"location": {"addresses": [address]}, "schedules": [AT | {"byday": day}]}

    found, _ = values(
        service_at_locations=[place("1 Road", "MO"), place("2 Road", "TU")], schedules=[AT | {"byday": "FR"}]
    )
    assert found["sessions"] == "Fri 19:00-20:30; Mon 19:00-20:30"
    assert found["address"] == "1 Road, Leeds"
