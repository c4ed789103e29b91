"""Days and tries as people write them: read as they are meant, or refused with what to do."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rosc_map.linkage.call_days import part_of_day, read_date, read_try
from rosc_map.records import CellError

DRAWN = dt.date(2026, 11, 17)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-03-03 10:30", "2026-03-03 10:30"),
        ("2026-03-03 10:30:00", "2026-03-03 10:30"),
        ("2026-03-03T10:30:00.000", "2026-03-03 10:30"),
        ("3 March 2026 10.30", "2026-03-03 10:30"),
        ("3 March 2026, 9.05", "2026-03-03 09:05"),
        ("03/03/2026 morning", "2026-03-03 10:00"),
        ("03/03/2026 in the Afternoon", "2026-03-03 14:00"),
        ("3.3.2026 EVENING", "2026-03-03 18:30"),
        ("3 Oct 2026 at 2pm", "2026-10-03 14:00"),
        ("3 Oct 2026 12.15 am", "2026-10-03 00:15"),
        ("3 Oct 2026 12:15pm", "2026-10-03 12:15"),
        ("3-Mar-26 10:00", "2026-03-03 10:00"),
        ("3rd Sept 2026 2pm", "2026-09-03 14:00"),
        ("Fri 20 Nov 2026 2pm", "2026-11-20 14:00"),
        ("Friday, 20 Nov 2026, 2pm", "2026-11-20 14:00"),
        ("20/11/2026 Fri. 10:30", "2026-11-20 10:30"),
        ("Weds 18 Nov 2026", "2026-11-18"),
        ("20/11/2026 10:30, no reply", "2026-11-20 10:30"),
        ("20/11/2026 (no reply)", "2026-11-20"),
        ("2026-11-20", "2026-11-20"),
        ("2026-11-20 00:00:00", "2026-11-20"),
        ("", ""),
        ("-", ""),
        ("none", ""),
    ],
)
def test_a_try_as_people_write_it(typed, read) -> None:
    assert read_try(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("20/11 10:30", "2026-11-20 10:30"),
        ("20 Nov", "2026-11-20"),
        ("Fri 20th November 2pm, no reply", "2026-11-20 14:00"),
        ("20.11. morning", "2026-11-20 10:00"),
        ("17/11", "2026-11-17"),
        ("16/11", "2027-11-16"),
        ("3 March, morning", "2027-03-03 10:00"),
        ("3 March 10.30", "2027-03-03 10:30"),
    ],
)
def test_a_day_without_a_year_is_the_first_from_the_draw_on(typed, read) -> None:
    assert read_try(typed, DRAWN) == read
    assert read_date(typed, DRAWN) == dt.date.fromisoformat(read[:10])
    with pytest.raises(CellError, match="has no year. Write it too"):
        read_try(typed)


def test_the_29th_of_february_is_in_the_year_that_has_it() -> None:
    assert read_try("29 Feb", dt.date(2027, 11, 1)) == "2028-02-29"
    assert read_try("29/2", dt.date(2028, 2, 1)) == "2028-02-29"
    for drawn in (dt.date(2026, 11, 1), dt.date(2028, 3, 1)):
        with pytest.raises(CellError, match="is not a date"):
            read_try("29 Feb", drawn)


@pytest.mark.parametrize(
    "typed",
    ["10am Monday", "monday morning, no reply", "10:30", "10:30:00", "10.11", "yesterday evening", "3 or 4 March",
     "20/11 10:30, 21/11 14:00", "2026-03-03 10:30 10:30", "20 Nov half past ten", "," * 100_000],
)  # fmt: skip
def test_what_has_no_date_or_two(typed) -> None:
    with pytest.raises(CellError, match="has no date that can be read") as caught:
        read_try(typed, DRAWN)
    assert "with day and month: for example 3 March 10:30" in caught.value.what_to_do


@pytest.mark.parametrize("typed", ["3 March 2026 10", "2026-03-03 25:00", "2026-03-03 10:75", "2026-03-03 13pm"])
def test_a_time_that_may_be_two_is_refused(typed) -> None:
    with pytest.raises(CellError, match="has a time that cannot be read"):
        read_try(typed)


@pytest.mark.parametrize("typed", ["31/02/2026 10:30", "31/2 10:30", "11/20", "3 Mister 2026"])
def test_a_day_that_no_calendar_has(typed) -> None:
    for read in (read_try, read_date):
        with pytest.raises(CellError, match="is not a date"):
            read(typed, DRAWN)


@pytest.mark.parametrize(
    "typed", ["2026-03-03", "3/3/26", "3 March 2026", "Tue 3 March 2026", "2026-03-03 00:00:00", "3 March 2026 2pm"]
)
def test_a_date_as_people_write_it(typed) -> None:
    assert read_date(typed) == dt.date(2026, 3, 3)


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 12, 31)))
@example(dt.datetime(2026, 3, 3, 0, 1))
def test_any_time_reads_back(when) -> None:
    if when.time().replace(second=0, microsecond=0) != dt.time(0, 0):
        assert read_try(str(when)) == f"{when:%Y-%m-%d %H:%M}"


@given(st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)), st.integers(0, 364))
@example(dt.date(2027, 11, 1), 120)
def test_any_day_within_a_year_of_the_draw_needs_no_year(drawn, after) -> None:
    called = drawn + dt.timedelta(days=after)
    assert read_date(f"{called.day}/{called.month}", drawn) == called
    assert read_date(f"{called:%A} {called.day} {called:%b}", drawn) == called


def test_the_parts_of_the_day_and_their_words_agree() -> None:
    for word in ("morning", "afternoon", "evening"):
        assert part_of_day(read_try(f"2026-03-03 {word}")) == word
    assert [part_of_day(f"2026-03-03 {time}") for time in ("11:59", "12:00", "16:59", "17:00")] == [
        "morning",
        "afternoon",
        "afternoon",
        "evening",
    ]
    assert part_of_day("2026-03-03") == ""
