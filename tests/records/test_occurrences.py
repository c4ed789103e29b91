"""On which days something is on, held against a calendar that is gone through week by week."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.records import Session, occurrences, parse_sessions
from rosc_map.records.sessions import WEEKDAYS

FIRST = dt.date(2026, 11, 23)  # a Monday
NTH = {"1st": 0, "2nd": 1, "3rd": 2, "4th": 3, "last": -1}


def on_the_calendar(session, day):
    """Whether a session is on a day, by the month's calendar as it hangs on a wall."""
    weekday = WEEKDAYS.index(session.weekday)
    weeks = calendar.Calendar().monthdayscalendar(day.year, day.month)
    in_month = [week[weekday] for week in weeks if week[weekday]]
    if session.every in NTH:
        return in_month[NTH[session.every]] == day.day
    return day.day in in_month


@given(
    st.sampled_from(WEEKDAYS),
    st.sampled_from(("", "alternate", *NTH)),
    st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)),
    st.integers(0, 70),
)
def test_it_is_on_when_the_calendar_says_so(weekday, every, first_day, days):
    session = Session(weekday, "19:00", "20:00", every)
    span = [first_day + dt.timedelta(days=number) for number in range(days)]
    assert list(occurrences(session, first_day, days)) == [day for day in span if on_the_calendar(session, day)]


@pytest.mark.parametrize(
    ("times", "days"),
    [
        ("Mon 19:00-20:00", [23]),
        ("Sun 10:00-11:00", [29]),
        ("last Wed 18:00-20:00", [25]),
        ("4th Wed 18:00-20:00", [25]),
        ("1st Tue 18:00-19:00", []),
        ("alternate Fri 18:00-19:00", [27]),
        ("daily 09:00-17:00", [23, 24, 25, 26, 27, 28, 29]),
    ],
)
def test_the_days_of_one_week(times, days):
    assert sorted(on.day for each in parse_sessions(times) for on in occurrences(each, FIRST, 7)) == days
