"""Periods: years, quarters, months, and from one to another; nothing else, so that no person can stand in one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.records import CellError, PathwayCount, Referral, known_period, read_period, read_row


@pytest.mark.parametrize(
    ("text", "written", "first", "last"),
    [
        ("2025", "2025", "2025-01-01", "2025-12-31"),
        ("2025-26", "2025-26", "2025-04-01", "2026-03-31"),
        (" 2025/26 ", "2025-26", "2025-04-01", "2026-03-31"),
        ("2025–2026", "2025-26", "2025-04-01", "2026-03-31"),
        ("２０２５-２６", "2025-26", "2025-04-01", "2026-03-31"),
        ("1999-00", "1999-00", "1999-04-01", "2000-03-31"),
        ("2011-12", "2011-12", "2011-04-01", "2012-03-31"),  # a year before a month
        ("Q1 2025-26", "2025-26 Q1", "2025-04-01", "2025-06-30"),
        ("2025-26, q4", "2025-26 Q4", "2026-01-01", "2026-03-31"),
        ("2025 Q2", "2025 Q2", "2025-04-01", "2025-06-30"),
        ("2025-04", "2025-04", "2025-04-01", "2025-04-30"),
        ("4/2025", "2025-04", "2025-04-01", "2025-04-30"),
        ("April 2025", "2025-04", "2025-04-01", "2025-04-30"),
        ("SEPT 2025", "2025-09", "2025-09-01", "2025-09-30"),
        ("Feb. 2024", "2024-02", "2024-02-01", "2024-02-29"),
        ("2023-24 to 2024-25", "2023-24 to 2024-25", "2023-04-01", "2025-03-31"),
        ("June 2025 - August 2025", "2025-06 to 2025-08", "2025-06-01", "2025-08-31"),
    ],
)
def test_what_is_a_period(text, written, first, last):
    period = read_period(text)
    assert (period.text, period.first, period.last) == (
        written, dt.date.fromisoformat(first), dt.date.fromisoformat(last),
    )  # fmt: skip
    assert read_period(written) == period


@pytest.mark.parametrize(
    "text",
    [
        "", "01/02/1980", "1 February 1980", "1980-02-01", "John Smith", "John 2025", "2025 John", "QQ123456C",
        "2024-26", "2025-13", "13/2025", "Q5 2025", "Q1", "may", "Mond 2025", "ma 20255", "GU1 4SZ", "2025-26 to",
        "to 2025", "2025 to 2024", "2025 to 2026 to 2027", "9434765919", "1850", "25-26", "R1", "x" * 10_000,
    ],
)  # fmt: skip
def test_what_is_none_is_not_repeated(text):
    with pytest.raises(CellError, match="is not a period. Write a year such as 2025-26") as error:
        read_period(text)
    assert error.value.secret
    assert known_period(text) is None


@given(st.dates(dt.date(1901, 1, 1), dt.date(2090, 1, 1)), st.sampled_from(["%Y", "%Y-%m", "%B %Y"]))
def test_a_day_lies_in_its_year_and_month(day, shape):
    if shape == "%Y-%m" and known_period(f"{day:{shape}}").text.endswith(f"-{(day.year + 1) % 100:02}"):
        return  # "2011-12" is a financial year
    period = read_period(f"{day:{shape}}")
    assert period.first <= day <= period.last
    assert period.may_overlap(read_period(str(day.year)))
    assert not period.may_overlap(read_period(str(day.year + 1)))


def test_two_ways_to_write_a_year_are_one_year_in_the_records():
    cells = {"treatment": "t", "direction": "to_peer_led", "period": "2025/2026", "count": "7"}
    assert read_row(PathwayCount, cells, 2)[0].period == "2025-26"
    link = {"from_asset": "a", "to_asset": "b", "evidence": "counted", "period": "2025 / 26", "count": "7"}
    assert read_row(Referral, link, 2)[0].period == "2025-26"


@pytest.mark.parametrize(("evidence", "fine"), [("tested", "R1"), ("declared", ""), ("confirmed", "2025-26")])
def test_no_text_about_a_person_or_place_stands_where_a_period_belongs(evidence, fine):
    cells = {"from_asset": "a", "to_asset": "b", "evidence": evidence, "result": "linked"}
    assert read_row(Referral, cells | {"period": fine}, 2)[0].period == fine
    record, (problem,) = read_row(Referral, cells | {"period": "12 High Street, GU1 4SZ"}, 2)
    assert record is None
    assert "GU1" not in f"{problem.value}{problem.why}{problem.what_to_do}"
